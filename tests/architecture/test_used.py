"""What nobody uses is not kept: functions, constants, sentences of SQL, words for people."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

import pytest

from bot.console import words as console
from bot.store.sql import pieces, queries
from bot.web.member import words as member
from tests.architecture.source import (
    PACKAGES,
    ROOT,
    Function,
    Module,
    dotted,
    module,
    modules,
    names,
)

Def = Function | ast.ClassDef
# Decorators that only change what is theirs. Any other one hands it on to whoever calls it.
PLAIN = {"dataclass", "cache", "lru_cache", "contextmanager", "asynccontextmanager"}


class Uses:
    """Which top-level names of these modules something refers to."""

    def __init__(self, sources: Sequence[Module]) -> None:
        self._known = {source.name: names(source) for source in sources}
        self._places = {f"{name}.{local}": full for name, known in self._known.items()
                        for local, full in known.items()}  # fmt: skip
        self.full: set[str] = set()
        self.attributes: set[str] = set()
        # modules that are handed about as values, and those that nobody imports by name
        self.handed: set[str] = set()
        for source in sources:
            self._read(source)
        self._imported = {self._of(full) for full in self._places.values()}

    def _of(self, full: str) -> str:
        """What a name stands for, through the modules that pass it on."""
        while True:
            head, _, last = full.rpartition(".")
            if full in self._known or full not in self._places:
                deeper = self._places.get(head) if head not in self._known else None
                if deeper is None:
                    return full
                full = f"{deeper}.{last}"
            else:
                full = self._places[full]

    def _read(self, source: Module) -> None:
        """Names that stand for something of the module or of another: not those of a function's
        own variables, nor a definition's own within itself, which calls nobody."""
        left: list[tuple[ast.AST, frozenset[str]]] = [(one, _defined(one))
                                                      for one in source.tree.body]  # fmt: skip
        inner = set[int]()
        while left:
            node, own = left.pop()
            if isinstance(node, ast.Attribute):
                self.attributes.add(node.attr)
                inner.add(id(node.value))
            if isinstance(node, ast.Name | ast.Attribute):
                self._name(source, node, own, whole=id(node) not in inner)
            elif isinstance(node, Function | ast.Lambda):
                own |= _bound(node)
            left += [(one, own) for one in ast.iter_child_nodes(node)]

    def _name(
        self, source: Module, node: ast.Name | ast.Attribute, own: frozenset[str], *, whole: bool
    ) -> None:
        """``whole``: nothing of it is asked for, so a module is handed on."""
        known, root = self._known[source.name], _root(node)
        if root in own or not root or isinstance(node.ctx, ast.Store):
            return
        if root in known:
            full = self._of(dotted(node, known))
            self.full.add(full)
            if whole and full in self._known:
                self.handed.add(full)
        elif isinstance(node, ast.Name):
            self.full.add(f"{source.name}.{root}")

    def __contains__(self, full: str) -> bool:
        place, _, name = full.rpartition(".")
        loose = place in self.handed or place not in self._imported
        return full in self.full or (loose and name in self.attributes)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _defined(node: ast.AST) -> frozenset[str]:
    return frozenset({node.name}) if isinstance(node, Def) else frozenset()


def _bound(node: Function | ast.Lambda) -> frozenset[str]:
    """The variables of a function: its parameters, and what it writes."""
    given = node.args
    found = {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}
    found |= {one.arg for one in (given.vararg, given.kwarg) if one is not None}
    body = node.body if isinstance(node.body, list) else [node.body]
    inner = (one for part in body for one in ast.walk(part))
    return frozenset(found) | {one.id for one in inner
                               if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}  # fmt: skip


@cache
def _uses() -> Uses:
    return Uses([*modules(*PACKAGES), *modules("tools")])


def unused(sources: Sequence[Module], uses: Uses) -> list[str]:
    """Functions and classes at the top of ``sources`` that nothing but themselves refers to."""
    return [f"{source.path}:{node.lineno}: {node.name}" for source in sources
            for node in source.tree.body
            if isinstance(node, Def) and not _handed_on(node)
            and f"{source.name}.{node.name}" not in uses]  # fmt: skip


def _handed_on(node: Def) -> bool:
    called = (one.func if isinstance(one, ast.Call) else one for one in node.decorator_list)
    return any(ast.unparse(one).rpartition(".")[2] not in PLAIN for one in called)


def test_what_the_product_defines_it_uses() -> None:
    """A function that only a test calls is a test's; whoever builds on us finds it in the docs."""
    pages = "\n".join(page.read_text("utf-8") for page in ROOT.glob("docs/*.md"))
    found = unused(modules(*PACKAGES), _uses())
    offered = set(re.findall(r"`(bot(?:\.\w+)+)`", pages))
    found = [one for one in found if _full(one) not in offered]
    assert not found, "\n".join(found)


def test_no_constant_lies_about() -> None:
    """What a table declares may be there for tests alone, which hold the rest to it."""
    asked = {word for path in ROOT.glob("tests/**/*.py")
             for word in re.findall(r"\b_?[A-Z][A-Z0-9_]*\b", path.read_text("utf-8"))}  # fmt: skip
    uses = _uses()
    found = [f"{source.path}:{node.lineno}: {name}" for source in modules(*PACKAGES)
             for node in source.tree.body for name in _constants(node)
             if name not in asked and f"{source.name}.{name}" not in uses]  # fmt: skip
    assert not found, "\n".join(found)


def _constants(node: ast.stmt) -> Iterator[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    yield from (one.id for one in targets
                if isinstance(one, ast.Name) and not one.id.startswith("__"))  # fmt: skip


def _full(found: str) -> str:
    path, _, name = found.partition(".py:")
    return f"{path.replace('/', '.')}.{name.rpartition(' ')[2]}"


def test_the_checker_sees_and_lets_pass() -> None:
    sources = [
        module("bot.a", "def used(): pass\ndef dead(): pass\ndef _own(): _own()\n@app.get\n"
                        "def page(): pass\nclass Row: pass\ndef passed_on(): pass\n"),
        module("bot.b", "from bot import a as x, c\nfrom bot.a import Row as R, passed_on\n"
                        "PAGES = (c,)\ndef late(r: R): x.used()\nlate\n"),
        module("bot.c", "def handler(): pass\ndef forgotten(): pass\n"),
        module("bot.d", "from bot import b\nfor p in b.PAGES: p.handler()\nb.passed_on()\n"),
    ]  # fmt: skip
    assert [one.rpartition(" ")[2] for one in unused(sources, Uses(sources))] == [
        "dead",
        "_own",
        "forgotten",
    ]


def test_the_checker_sees_constants() -> None:
    planted = module("bot.a", "A = 1\nB: int = A\nC = D = 2\n__all__ = ()\nx.y = 1\n")
    told = [name for node in planted.tree.body for name in _constants(node)]
    assert told == ["A", "B", "C", "D"]
    assert [name for name in told if f"bot.a.{name}" in Uses([planted])] == ["A"]


@cache
def _said() -> tuple[frozenset[str], frozenset[str]]:
    """Texts of the product, and the shapes of those that are put together."""
    texts, shapes = set[str](), set[str]()
    for source in modules(*PACKAGES):
        for node in source.nodes:
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                shapes.add("".join(re.escape(part.value) if isinstance(part, ast.Constant)
                                   and isinstance(part.value, str) else r"[\w.]+"
                                   for part in node.values))  # fmt: skip
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                left = node.left.value if isinstance(node.left, ast.Constant) else ""
                shapes |= {re.escape(left) + r"\w+"} if isinstance(left, str) and left else set()
    telling = (shape for shape in shapes if re.search("[a-z]{3}", shape.replace(r"[\w.]+", "")))
    return frozenset(texts), frozenset(shape for shape in telling if " " not in shape)


def test_every_sentence_of_sql_is_said() -> None:
    texts, shapes = _said()
    made = re.compile("|".join(shapes))
    unsaid = [name for name in (*queries(), *pieces())
              if name not in texts and not made.fullmatch(name)]  # fmt: skip
    assert not unsaid


def _shown() -> tuple[set[str], set[str]]:
    """Words of templates and scripts, and the shapes of those that they put together."""
    text = "\n".join(path.read_text("utf-8") for kind in ("html", "js")
                     for path in ROOT.glob(f"bot/**/*.{kind}"))  # fmt: skip
    heads = re.findall(r"""["']([\w.]{3,})["']\s*~""", text)
    shapes = {re.escape(head) + r"[\w-]+" for head in heads}
    shapes |= {r"\w+" + re.escape(tail) for tail in re.findall(r"""~\s*["'](\.\w{3,})["']""", text)}
    return set(re.findall(r"[\w.-]+", text)), shapes


@pytest.mark.parametrize("words", [console.catalogue, member.catalogue])
def test_every_word_for_people_is_shown(words: Callable[[], Mapping[str, object]]) -> None:
    texts, shapes = _said()
    shown, more = _shown()
    in_full = texts | shown
    by_noun: dict[str, list[str]] = defaultdict(list)
    for key in words():
        by_noun[key.partition(".")[0]].append(key)
    made = re.compile("|".join(shapes | more))
    lost = [key for noun, keys in by_noun.items() for key in _lost(noun, keys, in_full)
            if not made.fullmatch(key)]  # fmt: skip
    assert not lost


def _lost(noun: str, keys: Sequence[str], in_full: set[str]) -> Iterator[str]:
    """Keys that nobody names in full; none where only the noun is named, and the rest is a value
    (``named("state", …)``, ``say(lang, "found." + key)``)."""
    named = {key for key in keys if key in in_full}
    whole = f"{noun}." in in_full or (not named and noun in in_full)
    return iter(()) if whole else (key for key in keys if key not in named)
