"""Find what is shipped with the package: ``data/`` and ``models/``, in a checkout and in a wheel alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped(*parts: str) -> Path:
    """Return the path of a shipped file or folder.

    Parameters
    ----------
    *parts : str
        Path below the checkout, such as ``"data", "example", "units.csv"``.

    Raises
    ------
    FileNotFoundError
        When neither a checkout nor a wheel holds it: the installation is broken.
    """
    for root in (_PACKAGE / "_shipped", _PACKAGE.parent):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is not in this installation of matcher: install it again")
