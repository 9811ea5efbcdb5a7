"""Choose the backend from the options of a command."""

from __future__ import annotations

from matcher.compute.backend import Backend
from matcher.compute.local import LocalBackend
from matcher.errors import ClusterError
from matcher.messages import Message


def open_backend(scheduler: str | None = None, workers: int | None = None) -> Backend:
    """Backend for the options ``--scheduler`` and ``--workers``; this process where neither is set.

    Parameters
    ----------
    scheduler : str, optional
        Address of the scheduler of a running Dask cluster, such as ``tcp://node1:8786``.
    workers : int, optional
        Number of processes of a cluster to start on this machine.

    Raises
    ------
    ClusterError
        When both are set, the cluster cannot be reached or used, or Dask is not installed.
    """
    if scheduler is None and workers is None:
        return LocalBackend()
    if scheduler is not None and workers is not None:
        raise ClusterError(
            Message(
                "--scheduler and --workers exclude each other: --scheduler uses a cluster that runs already, --workers starts one on this machine"
            )
        )
    if workers is not None and workers < 1:
        raise ClusterError(
            Message("--workers {workers}: give the number of processes to start, 1 or more", workers=workers)
        )
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        raise ClusterError(
            Message(
                "a cluster needs Dask, which is not installed ({error}): pip install 'matcher[cluster]'", error=error
            )
        ) from None
    from matcher.compute.dask_cluster import connect, start

    return connect(scheduler) if scheduler is not None else start(workers or 1)
