"""The rules on the shape of the package that neither ruff nor import-linter knows."""

from __future__ import annotations

from pathlib import Path

from measure import PACKAGE, callables, circles, imports, read_package, size_gaps, unclear_prose, upward

FOLDERS_TO_DOCUMENT: set[str] = set()
"""Folders whose docstrings still lack parameters or shapes, or have unclear turns of phrase."""

TREES = read_package()
IMPORTS = imports(TREES)


def is_documented(path: Path) -> bool:
    """Whether a module is outside the folders that are still to be documented."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0] not in FOLDERS_TO_DOCUMENT


def test_docstrings_name_every_parameter_and_give_the_shape_of_arrays() -> None:
    gaps = [gap for found in callables(TREES) if is_documented(found.path) for gap in found.gaps()]
    assert not gaps, "\n".join(gaps)


def test_prose_is_plain() -> None:
    gaps = unclear_prose([path for path in TREES if is_documented(path)])
    assert not gaps, "\n".join(gaps)


def test_modules_are_neither_long_nor_crumbs() -> None:
    gaps = size_gaps(list(TREES))
    assert not gaps, "\n".join(gaps)


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circles(IMPORTS) == []


def test_imports_go_down_the_layers() -> None:
    assert upward(IMPORTS) == []


def test_the_measure_sees_what_it_looks_for() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]
    assert upward({"matcher.texts.x": {"matcher.jobs.y"}, "matcher.jobs.y": set()}) == [
        ("matcher.texts.x", "matcher.jobs.y")
    ]
    by_name = {found.name: found for found in callables(TREES)}
    assert len(by_name) > 400
    assert "matcher.errors" in IMPORTS["matcher.i18n.language"]
