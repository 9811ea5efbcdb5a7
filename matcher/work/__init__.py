"""Where the work on chunks is done."""

from matcher.work.base import Work
from matcher.work.here import Here, threads_here

__all__ = ["Here", "Work", "threads_here"]
