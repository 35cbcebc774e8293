"""The allow-list over Jinja2's syntax tree. What is not listed here does not exist.

The order matters: size and nesting before ``parse`` (its parser recurses), the walk before
``compile`` (constant folding would run ``10 ** 3000000`` at compile time). Nothing else is safe
against a hostile author: no time-out stops a bignum inside the process.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from jinja2 import TemplateSyntaxError, nodes

from bot.core.decode import nearest
from bot.core.errors import BadInput
from bot.studio.env import ENV, FILTERS, TESTS

SIZE_MAX = 8 * 1024  # bytes of the body
NESTING_MAX = 8  # blocks inside blocks, brackets inside brackets
DEPTH_MAX = 24  # of the syntax tree
LOOPS_MAX = 2
LIST_MAX = 50  # elements of a list variable; the renderer cuts there
COST_MAX = 50_000  # node evaluations, counting each loop LIST_MAX times
LOOP_FIELDS = frozenset({"index", "index0", "first", "last", "length"})

At = Callable[[int], tuple[str, int]]

_BLOCK = re.compile(r"\{%[-+]?\s*(end)?(if|for)\b")
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_LEAVES = (nodes.TemplateData, nodes.Const)
_PLAIN = (
    nodes.Template,
    nodes.Output,
    nodes.If,
    nodes.CondExpr,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Compare,
    nodes.Operand,
    *_LEAVES,
)
_COMPARISONS = frozenset({"eq", "ne", "gt", "gteq", "lt", "lteq"})


@dataclass(slots=True)
class _Walk:
    """What is known on the way down; ``used`` collects the declared names that occur."""

    types: Mapping[str, str]
    at: At
    used: set[str] = field(default_factory=set)
    cost: int = 0
    line: int = 1  # of the last node that knew its own; some of Jinja2's do not

    def refuse(self, node: nodes.Node, message: str, fix: str = "") -> BadInput:
        return _fault(self.at(node.lineno or self.line), message, fix)


def check(body: str, types: Mapping[str, str], at: At) -> frozenset[str]:
    """The declared names that ``body`` uses; ``types`` maps every declared name to its type, ``at``
    a line of the body, counted from 1, to its file and line.

    Raises BadInput at the first thing that is not on the list.
    """
    _check_size(body, at(1))
    walk = _Walk(types, at)
    _visit(_parse(body, at), walk, {}, 0, 1)
    return frozenset(walk.used)


def _fault(at: tuple[str, int], message: str, fix: str = "") -> BadInput:
    return BadInput(message, file=at[0], line=at[1], fix=fix)


def _check_size(body: str, at: tuple[str, int]) -> None:
    if len(body.encode()) > SIZE_MAX:
        raise _fault(at, f"the text is over {SIZE_MAX} bytes", "split it")
    if _deepest(_BRACKETS.get(char, 0) for char in body) > NESTING_MAX + 2:
        raise _fault(at, "brackets are nested too deeply", "simplify it")
    if _deepest(-1 if match[1] else 1 for match in _BLOCK.finditer(body)) > NESTING_MAX:
        raise _fault(at, "blocks are nested too deeply", "simplify it")


def _deepest(steps: Iterator[int]) -> int:
    depth = deepest = 0
    for step in steps:
        depth = max(0, depth + step)
        deepest = max(deepest, depth)
    return deepest


def _parse(body: str, at: At) -> nodes.Template:
    try:
        return ENV.parse(body)
    except TemplateSyntaxError as exc:
        raise _fault(at(exc.lineno), f"not a template: {exc.message}") from None
    except RecursionError:
        raise _fault(at(1), "nested too deeply") from None
    except ValueError as exc:
        # A number of thousands of digits, for one.
        raise _fault(at(1), f"not a template: {exc}") from None


def _visit(node: nodes.Node, walk: _Walk, local: Mapping[str, str], loops: int, depth: int) -> None:
    walk.cost += LIST_MAX**loops
    walk.line = node.lineno or walk.line
    if depth > DEPTH_MAX:
        raise walk.refuse(node, "nested too deeply", "simplify it")
    if walk.cost > COST_MAX:
        raise walk.refuse(node, "too much work for one text", "fewer loops inside loops")
    if isinstance(node, nodes.For):
        _visit_for(node, walk, local, loops, depth)
        return
    _allow(node, walk, local)
    for child in node.iter_child_nodes():
        _visit(child, walk, local, loops, depth + 1)


def _visit_for(
    node: nodes.For, walk: _Walk, local: Mapping[str, str], loops: int, depth: int
) -> None:
    if loops >= LOOPS_MAX:
        raise walk.refuse(node, f"loops are nested more than {LOOPS_MAX} deep")
    if node.recursive or node.test or node.else_:
        raise walk.refuse(node, "only the plain form of for", "{% for x in list %}")
    if not isinstance(node.target, nodes.Name) or node.target.name in walk.types:
        raise walk.refuse(node, "the loop needs one new name", "{% for x in list %}")
    if not (isinstance(node.iter, nodes.Name) and walk.types.get(node.iter.name) == "list"):
        raise walk.refuse(
            node, "for runs over a declared list only", 'declare the variable with type = "list"'
        )
    walk.used.add(node.iter.name)
    inside = {**local, node.target.name: "item", "loop": "loop"}
    for child in node.body:
        _visit(child, walk, inside, loops + 1, depth + 1)


def _allow(node: nodes.Node, walk: _Walk, local: Mapping[str, str]) -> None:
    match node:
        case nodes.Name(name=name):
            _allow_name(node, str(name), walk, local)
        case nodes.Getattr() | nodes.Getitem():
            _allow_field(node, walk)
        case nodes.Filter(name=name) | nodes.Test(name=name):
            _allow_named(node, str(name), walk)
        case nodes.Compare():
            _allow_compare(node, walk)
        case _ if not isinstance(node, _PLAIN):
            raise walk.refuse(
                node,
                f"{type(node).__name__} is not allowed in a template",
                "use {{ var }}, {% if %}, {% for %} and the listed filters",
            )


def _allow_compare(node: nodes.Compare, walk: _Walk) -> None:
    # Checked here, for an operand knows no line.
    if len(node.ops) > 3:
        raise walk.refuse(node, "too many comparisons in a row")
    for operand in node.ops:
        if operand.op not in _COMPARISONS:
            raise walk.refuse(node, f"{operand.op!r} is not allowed", "compare with ==, !=, <, >")


def _allow_name(
    node: nodes.Name | nodes.Node, name: str, walk: _Walk, local: Mapping[str, str]
) -> None:
    if getattr(node, "ctx", "load") != "load":
        raise walk.refuse(node, "assignments are not allowed")
    if name in local:
        return
    if name not in walk.types:
        raise walk.refuse(node, f"{name!r} is not declared", _declare(name, walk.types))
    walk.used.add(name)


def _declare(name: str, types: Mapping[str, str]) -> str:
    hint = nearest(name, types) if types else ""
    return hint if hint.startswith("did you mean") else f"add [vars.{name}] to the head"


def _allow_field(node: nodes.Getattr | nodes.Getitem, walk: _Walk) -> None:
    if not isinstance(node.node, nodes.Name | nodes.Getitem):
        raise walk.refuse(node, "a field of a field is not allowed", "declare a variable for it")
    if isinstance(node, nodes.Getitem):
        _allow_position(node, walk)
        return
    field_name = node.attr
    if field_name.startswith("_"):
        raise walk.refuse(node, f"{field_name!r} is private")
    is_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop"
    if is_loop and field_name not in LOOP_FIELDS:
        raise walk.refuse(node, f"loop has no {field_name!r}", nearest(field_name, LOOP_FIELDS))


def _allow_position(node: nodes.Getitem, walk: _Walk) -> None:
    if not (isinstance(node.arg, nodes.Const) and type(node.arg.value) is int):
        raise walk.refuse(node, "only a fixed position is allowed in [ ]", "write x.field, x[0]")


def _allow_named(node: nodes.Filter | nodes.Test | nodes.Node, name: str, walk: _Walk) -> None:
    what, known = ("test", TESTS) if isinstance(node, nodes.Test) else ("filter", FILTERS)
    if name not in known:
        raise walk.refuse(node, f"there is no {what} {name!r}", nearest(name, known))
    if getattr(node, "node", None) is None:
        raise walk.refuse(node, "filter blocks are not allowed", "filter each variable")
    if getattr(node, "dyn_args", None) or getattr(node, "dyn_kwargs", None):
        raise walk.refuse(node, "* and ** are not allowed")
    if getattr(node, "kwargs", None):
        raise walk.refuse(node, f"{name} takes no named arguments", "give the values in order")
    if any(not isinstance(arg, nodes.Const) for arg in getattr(node, "args", ())):
        raise walk.refuse(node, f"{name} takes fixed values only")
