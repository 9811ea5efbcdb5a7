"""Files of ``data/`` and ``models/`` that the package needs, in a checkout and in a wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(*parts: str) -> Path:
    """Path of a shipped file or folder.

    Parameters
    ----------
    *parts : str
        Path below the checkout, such as ``"data", "example", "units.csv"``.

    Raises
    ------
    FileNotFoundError
        When it is missing: the installation is broken.
    """
    for root in (_PACKAGE / "_shipped", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is not in this installation of matcher: install it again")


def shipped_roots() -> list[Path]:
    """Folders with the code, the data and the models of this installation."""
    beside = [] if (_PACKAGE / "_shipped").is_dir() else [_PACKAGE.parent / name for name in ("data", "models")]
    return [_PACKAGE, *(folder for folder in beside if folder.is_dir())]
