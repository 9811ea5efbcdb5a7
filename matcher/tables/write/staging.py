"""Make a folder beside the one that it will be, and put it there in one step."""

from __future__ import annotations

import contextlib
import ctypes
import glob
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_HERE = -100  # AT_FDCWD: names are seen from the working folder
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux, RENAME_SWAP of macOS


@contextlib.contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give an empty, hidden folder beside a folder; what is left of it in the end is removed.

    While it is in use it is locked. One that is not was left by a run that was killed: it is removed first.

    Parameters
    ----------
    folder : Path
        Need not be there; the folder that it lies in must be.

    Raises
    ------
    OSError
        When there may be no folder beside it.
    """
    prefix, suffix = f".{folder.name}.", ".part"
    for left in folder.parent.glob(f"{glob.escape(prefix)}*{suffix}"):
        with contextlib.suppress(OSError), _locked(left, wait=False):
            shutil.rmtree(left, ignore_errors=True)
    with contextlib.ExitStack() as held:
        while True:
            staging = Path(tempfile.mkdtemp(prefix=prefix, suffix=suffix, dir=folder.parent))
            # Between the two lines another run may take it for one that was left.
            with contextlib.suppress(FileNotFoundError):
                held.enter_context(_locked(staging))
                if staging.exists():
                    break
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)


@contextlib.contextmanager
def _locked(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Hold the lock of a folder, which ends with the process that has it, however that ends."""
    if fcntl is None:
        if not wait:
            raise OSError("there are no locks here: whether a folder is in use is not known")
        yield
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield
    finally:
        os.close(handle)


def put_in_one_step(staging: Path, folder: Path, replaced: Collection[str]) -> bool:
    """Put a staged folder in the place of one that is there, with all of that one but the names that are replaced.

    At any moment there is either the one or the other: both are complete, and the system exchanges
    their names. What goes along is linked, not copied.

    Parameters
    ----------
    staging, folder : Path
        Beside each other.
    replaced : collection of str
        Names in the folder that do not go along.

    Returns
    -------
    bool
        False where the system or the folder does not allow it; the folder is as it was.
    """
    exchange = _exchange()
    if exchange is None or not _may_be_exchanged(folder):
        return False
    try:
        shutil.copystat(folder, staging)
        linked = dict(_take_along(folder, staging, replaced))
        exchange(staging, folder)
    except OSError:
        return False
    # Here ``staging`` is the name of what stood there before. What was saved in it while the rest was linked goes along.
    for path, number in _files(staging, replaced):
        if linked.get(path) != number:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            os.replace(staging / path, folder / path)
    return True


def _may_be_exchanged(folder: Path) -> bool:
    """Return whether a new folder can stand for it: of the same owner, and not the one that somebody works in."""
    if not folder.is_dir():
        return False
    stat, parent = folder.stat(), folder.parent.stat()
    same = (stat.st_uid, stat.st_gid, stat.st_dev) == (os.geteuid(), os.getegid(), parent.st_dev)
    return same and folder not in (Path.cwd(), *Path.cwd().parents)


def _take_along(folder: Path, staging: Path, replaced: Collection[str]) -> Iterator[tuple[Path, int]]:
    for path in _folders(folder, replaced):
        (staging / path).mkdir()
        shutil.copystat(folder / path, staging / path)
    for path, number in _files(folder, replaced):
        os.link(folder / path, staging / path, follow_symlinks=False)
        yield path, number


def _folders(folder: Path, left_out: Collection[str]) -> Iterator[Path]:
    for parent, folders, _ in os.walk(folder):
        here = Path(parent).relative_to(folder)
        for name in folders:
            if not (Path(parent) / name).is_symlink() and str(here / name) not in left_out:
                yield here / name


def _files(folder: Path, left_out: Collection[str]) -> Iterator[tuple[Path, int]]:
    """Give the files of a folder and below, and links, with the number that the system knows each by."""
    for parent, folders, files in os.walk(folder):
        here = Path(parent).relative_to(folder)
        for name in [*files, *(name for name in folders if (Path(parent) / name).is_symlink())]:
            if str(here / name) not in left_out:
                yield here / name, (Path(parent) / name).lstat().st_ino


def _exchange() -> Callable[[Path, Path], None] | None:
    """Function that exchanges two names in one step; None where the system has none."""
    name = {"linux": "renameat2", "darwin": "renamex_np"}.get(sys.platform)
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None) if name else None
    if call is None:
        return None

    def exchange(one: Path, other: Path) -> None:
        names = os.fsencode(one), os.fsencode(other)
        given = (_HERE, names[0], _HERE, names[1]) if sys.platform == "linux" else names
        if call(*given, _EXCHANGE) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))

    return exchange
