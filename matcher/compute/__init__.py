"""Backends that compute chunks: this process, or a Dask cluster."""

from matcher.compute.backend import Backend
from matcher.compute.local import LocalBackend, available_threads, collection_paused
from matcher.compute.opening import open_backend
from matcher.compute.worker import per_process

__all__ = ["Backend", "LocalBackend", "available_threads", "collection_paused", "open_backend", "per_process"]
