"""How much memory this process holds, by the figures of the kernel."""

from __future__ import annotations

import gc
import resource
import threading
from pathlib import Path


class Memory:
    """The most memory that this process has held since it was asked to forget, in kB."""

    @staticmethod
    def held(key: str) -> int:
        """Return a figure of the kernel (``VmRSS``, ``VmHWM``); where it keeps none, the most since the start."""
        try:
            lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return next(int(line.split()[1]) for line in lines if line.startswith(key))

    @staticmethod
    def forget() -> None:
        """Start anew to look for the most."""
        gc.collect()
        try:
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        except OSError:
            return  # then the most since the start of the process is shown


class OwnMemory:
    """The most memory within it that is not a file's: what a system that is short of it cannot take back, in kB."""

    def __enter__(self) -> OwnMemory:
        self.most = 0
        self._ended = threading.Event()
        self._looking = threading.Thread(target=self._look)
        self._looking.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._looking.join()

    def _look(self) -> None:
        while not self._ended.wait(0.05):
            self.most = max(self.most, Memory.held("RssAnon"))
