"""Where the work on chunks is done: in this process, or spread over a Dask cluster."""

from matcher.work.base import Work
from matcher.work.here import Here, threads_here
from matcher.work.opening import open_work
from matcher.work.processes import once

__all__ = ["Here", "Work", "once", "open_work", "threads_here"]
