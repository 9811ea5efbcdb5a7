"""Figures on the shape of the package, and what falls short of the house's rules.

``python tests/structure/measure.py`` prints the figures and the gaps of the whole package,
``python tests/structure/measure.py matcher/texts matcher/places`` those of some folders or files.
"""

from __future__ import annotations

import ast
import re
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "matcher"
LAYERS = (
    {"cli", "workspace", "__main__"},
    {"jobs"},
    {"api", "model_selection", "charts", "criteria", "outputs"},
    {"reports"},
    {"learning"},
    {"ranking"},
    {"scoring"},
    {"settings"},
    {"texts", "places", "tables"},
    {"compute", "i18n"},
    {"errors", "messages", "arrays", "progress", "shipped", "plugins"},
)
"""Folders and modules at the top of the package, from the command line down."""
SHORT = {"__init__", "__main__", "model_selection", "charts", "criteria", "outputs", "shipped", "urls"}
"""Modules that only hand on the names of others, and the lowest of all; those of one command each may be short too."""
MAX_LINES, MIN_LINES = 400, 40

_UNCLEAR = re.compile(
    r"\b(so many|to be had|holds? against|told|as it stands|says that|what came of|whoever|(?:comes?|came) about"
    r"|Return (?:what|which|how))\b"
)
_ARRAYS = re.compile(r"\b(Floats|Singles|Bools|Ints|Labels|ndarray|NDArray|ArrayLike|csr_array|csr_matrix)\b")
_SHAPE = re.compile(r"\bshape\b|\(n_?\w*( \+ 1)?,[^)]*\)|\bscalar\b")
_SECTION = re.compile(r"^(?:Other )?Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
_ENTRY = re.compile(r"^(\*{0,2}\w+(?:, \*{0,2}\w+)*)(?: :.*)?$", re.MULTILINE)

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Callable:
    """A public function, method or constructor.

    Attributes
    ----------
    path, line
        Where it stands.
    name : str
        With its class in front.
    parameters : tuple of str
        Without ``self`` and ``cls``.
    returns : str
        The annotation of its value.
    docstring : str
        Its own, or that of the method it overrides; of a constructor that of the class.
    is_command : bool
        Whether typer documents its parameters, each by its own help.
    """

    path: Path
    line: int
    name: str
    parameters: tuple[str, ...]
    returns: str
    docstring: str
    is_command: bool

    @cached_property
    def undocumented(self) -> tuple[str, ...]:
        """The parameters that the docstring leaves out, where it has two or more."""
        if len(self.parameters) < 2 or self.is_command:
            return ()
        section = "\n".join(_SECTION.findall(self.docstring))
        known = {name.strip("* ") for names in _ENTRY.findall(section) for name in names.split(",")}
        return tuple(name for name in self.parameters if name not in known)

    @property
    def returns_array(self) -> bool:
        """Whether its value is or holds an array."""
        return bool(_ARRAYS.search(self.returns))

    @property
    def lacks_shape(self) -> bool:
        """Whether it returns an array of a shape that the docstring leaves out."""
        return self.returns_array and not _SHAPE.search(self.docstring)

    def gaps(self) -> Iterator[str]:
        """What its docstring lacks, a line each."""
        where = f"{self.path.relative_to(ROOT)}:{self.line} {self.name}"
        if self.undocumented:
            yield f"{where}: parameters without a word: {', '.join(self.undocumented)}"
        if self.lacks_shape:
            yield f"{where}: the array it returns has no shape"


def module_name(path: Path) -> str:
    """Dotted name of a file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read_package() -> dict[Path, ast.Module]:
    """Syntax tree of every module of the package; migrations are generated."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]
    return {path: ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def callables(trees: dict[Path, ast.Module]) -> list[Callable]:
    """Public functions, methods and constructors, in the order of the files."""
    classes = {node.name: node for tree in trees.values() for node in tree.body if isinstance(node, ast.ClassDef)}
    return [found for path, tree in trees.items() for found in _of_module(path, tree, classes)]


def _of_module(path: Path, tree: ast.Module, classes: dict[str, ast.ClassDef]) -> Iterator[Callable]:
    for node in tree.body:
        if isinstance(node, Function) and not node.name.startswith("_"):
            yield _callable(path, node, node.name, ast.get_docstring(node) or "")
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for method in node.body:
                if not isinstance(method, Function) or _is_overload(method):
                    continue
                if method.name == "__init__":
                    yield _callable(path, method, node.name, ast.get_docstring(node) or "", skip=1)
                elif not method.name.startswith("_"):
                    static = any(ast.unparse(mark) == "staticmethod" for mark in method.decorator_list)
                    text = _inherited_docstring(method.name, node, classes)
                    yield _callable(path, method, f"{node.name}.{method.name}", text, skip=0 if static else 1)


def _inherited_docstring(name: str, owner: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> str:
    own = [node for node in owner.body if isinstance(node, Function) and node.name == name]
    text = "\n\n".join(ast.get_docstring(node) or "" for node in own)
    bases = [ast.unparse(base).split("[")[0].split(".")[-1] for base in owner.bases]
    return "\n\n".join(
        [text, *(_inherited_docstring(name, classes[base], classes) for base in bases if base in classes)]
    )


def _is_overload(node: Function) -> bool:
    return any(ast.unparse(mark).endswith(("overload", ".setter")) for mark in node.decorator_list)


def _callable(path: Path, node: Function, name: str, docstring: str, skip: int = 0) -> Callable:
    asked = node.args
    parameters = [each.arg for each in [*asked.posonlyargs, *asked.args][skip:] + asked.kwonlyargs]
    parameters += [each.arg for each in (asked.vararg, asked.kwarg) if each is not None]
    return Callable(
        path,
        node.lineno,
        name,
        tuple(each for each in parameters if not each.startswith("_")),
        ast.unparse(node.returns) if node.returns else "",
        docstring,
        any(ast.unparse(mark) == "report_errors" for mark in node.decorator_list),
    )


def imports(trees: dict[Path, ast.Module]) -> dict[str, set[str]]:
    """Modules that each module imports, within functions too; not those for type checking alone."""
    known = {module_name(path): path for path in trees}
    found: dict[str, set[str]] = {}
    for name, path in known.items():
        found[name] = {each for each in _imported(trees[path]) if each in known and each != name}
        found[name] |= {of.rpartition(".")[0] for of in _imported(trees[path]) if of not in known} & set(known) - {name}
    return found


def _imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
        for child in node.orelse:
            yield from _imported(child)
        return
    if isinstance(node, ast.Import):
        yield from (each.name for each in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from (f"{node.module}.{each.name}" for each in node.names)
    for child in ast.iter_child_nodes(node):
        yield from _imported(child)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Sets of modules that import each other in a circle: the strong components of more than one module."""
    reached = {name: _reachable(name, graph) for name in graph}
    groups = {
        frozenset(other for other in reached[name] if name in reached[other]) for name in graph if name in reached[name]
    }
    return sorted(sorted(group) for group in groups)


def _reachable(start: str, graph: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for each in graph[waiting.pop()] - seen:
            seen.add(each)
            waiting.append(each)
    return seen


def upward(graph: dict[str, set[str]]) -> list[tuple[str, str]]:
    """Imports of a module of a higher layer, as (importer, imported)."""
    level = {name: number for number, names in enumerate(LAYERS) for name in names}
    return sorted(
        (name, target)
        for name, targets in graph.items()
        for target in targets
        if "." in name and "." in target and level[target.split(".")[1]] < level[name.split(".")[1]]
    )


def size_gaps(paths: Sequence[Path]) -> list[str]:
    """Modules that are too long, or too short for a file of their own."""
    gaps = []
    for path in paths:
        lines = len(path.read_text(encoding="utf-8").splitlines())
        may_be_short = path.stem in SHORT or path.parent.name == "cli"
        if lines > MAX_LINES or (lines < MIN_LINES and not may_be_short):
            gaps.append(f"{path.relative_to(ROOT)}: {lines} lines")
    return gaps


def unclear_prose(paths: Sequence[Path]) -> list[str]:
    """Lines with turns of phrase that have a plain word."""
    gaps = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            gaps += [f"{path.relative_to(ROOT)}:{number} '{found[0]}'" for found in _UNCLEAR.finditer(line)]
    return gaps


def main(names: Sequence[str]) -> None:
    """Print figures and gaps.

    Parameters
    ----------
    names : sequence of str
        Folders or files to look at; all without any.
    """
    trees = read_package()
    wanted = [Path(name).resolve() for name in names] or [PACKAGE]
    paths = [path for path in trees if any(path.is_relative_to(each) for each in wanted)]
    found = [each for each in callables(trees) if each.path in paths]
    graph = imports(trees)
    several = [each for each in found if len(each.parameters) > 1 and not each.is_command]
    arrays = [each for each in found if each.returns_array]
    lines = [len(path.read_text(encoding="utf-8").splitlines()) for path in paths]
    own = [count for path, count in zip(paths, lines, strict=True) if path.name != "__init__.py"]
    for each in found:
        sys.stdout.writelines(f"{gap}\n" for gap in each.gaps())
    sys.stdout.writelines(f"{gap}\n" for gap in size_gaps(paths))
    sys.stdout.writelines(f"{gap}\n" for gap in unclear_prose(paths))
    sys.stdout.writelines(f"circle: {' '.join(circle)}\n" for circle in circles(graph))
    sys.stdout.writelines(f"runs back up: {importer} -> {imported}\n" for importer, imported in upward(graph))
    sys.stdout.write(
        f"lines                                       {sum(lines)}\n"
        f"modules, without packages' faces            {len(own)}\n"
        f"median / max lines a module                 {statistics.median(own or [0]):.0f} / {max(own, default=0)}\n"
        f"two or more parameters: all documented      {_share([not each.undocumented for each in several])}\n"
        f"arrays returned: with a shape               {_share([not each.lacks_shape for each in arrays])}\n"
        f"circles of files / imports that run back up {len(circles(graph))} / {len(upward(graph))}\n"
    )


def _share(marks: Sequence[bool]) -> str:
    return f"{sum(marks)} of {len(marks)} ({sum(marks) / max(len(marks), 1):.0%})"


if __name__ == "__main__":
    main(sys.argv[1:])
