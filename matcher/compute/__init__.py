"""Where the work on chunks is done: in this process, or spread over a Dask cluster."""

from matcher.compute.backend import Work
from matcher.compute.local import Here, threads_here
from matcher.compute.opening import open_work
from matcher.compute.worker import once

__all__ = ["Here", "Work", "once", "open_work", "threads_here"]
