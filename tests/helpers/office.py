"""LibreOffice, where it is installed, to open and save a workbook as a user does."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def find_soffice() -> str:
    """Path of the program. Without it a test is skipped, or fails in CI."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        _is_missing("LibreOffice is not installed (Debian: libreoffice-calc)")
    return str(program)


def find_writer() -> None:
    """Look for the part that opens Word documents. Without it a test is skipped, or fails in CI."""
    if not any(Path(find_soffice()).resolve().parent.glob("*swlo*")):
        _is_missing("LibreOffice Writer is not installed (Debian: libreoffice-writer)")


def _is_missing(reason: str) -> None:
    if os.environ.get("MATCHER_CI") or os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def save_again(workbook: Path, folder: Path, kind: str = "xlsx") -> Path:
    """Open a workbook in LibreOffice and save it into a folder, as the kind that is named."""
    profile = (folder / "profile").as_uri()
    command = [find_soffice(), "--headless", "--norestore", f"-env:UserInstallation={profile}"]
    command += ["--convert-to", kind, "--outdir", str(folder / "saved"), str(workbook)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
    saved = folder / "saved" / f"{workbook.stem}.{kind}"
    assert saved.exists(), f"{done.stdout}\n{done.stderr}"
    return saved
