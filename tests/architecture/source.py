"""The product's source as syntax trees, and the few questions the tests ask about them."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "scheduler", "sandbox")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One file: its dotted name, its text and its tree."""

    name: str
    path: str
    text: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """The whole tree, walked once for all who ask."""
        return tuple(ast.walk(self.tree))

    def functions(self) -> Iterator[Function]:
        """Every function, methods and nested ones included."""
        for node in self.nodes:
            if isinstance(node, Function):
                yield node


def module(name: str, text: str) -> Module:
    """A module that stands in no file: for tests of the checkers themselves."""
    return Module(name, f"{name.replace('.', '/')}.py", text, ast.parse(text))


def modules(*packages: str) -> tuple[Module, ...]:
    """All modules of these packages, by name."""
    return tuple(_read(path) for package in packages for path in _files(package))


@cache
def _files(package: str) -> tuple[Path, ...]:
    return tuple(sorted((ROOT / package).rglob("*.py")))


@cache
def _read(path: Path) -> Module:
    inside = path.relative_to(ROOT)
    name = ".".join(inside.with_suffix("").parts).removesuffix(".__init__")
    text = path.read_text(encoding="utf-8")
    # three quarters of a million nodes, which stay: whoever looks for garbage need not look at them
    gc.disable()
    tree = ast.parse(text)
    gc.freeze()
    gc.enable()
    return Module(name, inside.as_posix(), text, tree)


@cache
def imports(source: Module) -> tuple[tuple[int, str], ...]:
    """(line, dotted name) of everything imported anywhere in the file, conditionally or not.

    ``from a import b`` gives ``a.b``, for ``b`` may be a module. Relative imports are resolved.
    """
    return tuple(_imports(source))


def _imports(source: Module) -> Iterator[tuple[int, str]]:
    for node in source.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(source, node)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif _is_dynamic_import(node):
            yield node.lineno, str(node.args[0].value)


def _base(source: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = source.name if source.path.endswith("__init__.py") else source.name.rpartition(".")[0]
    for _ in range(node.level - 1):
        package = package.rpartition(".")[0]
    return f"{package}.{node.module}" if node.module else package


def _is_dynamic_import(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not node.args:
        return False
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    first = node.args[0]
    return (name in ("import_module", "__import__") and isinstance(first, ast.Constant)
            and isinstance(first.value, str))  # fmt: skip


@cache
def names(source: Module) -> dict[str, str]:
    """What each imported name of a file stands for: ``{"dt": "datetime.datetime"}``."""
    found: dict[str, str] = {}
    for node in source.nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                found[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{_base(source, node)}.{alias.name}"
    return found


def dotted(node: ast.AST, known: dict[str, str]) -> str:
    """The full name of ``a.b.c`` with ``a`` looked up among the imports, or empty."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name) or node.id not in known:
        return ""
    return ".".join([known[node.id], *reversed(parts)])
