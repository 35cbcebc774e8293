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

from bot.core.errors import BadInput
from bot.core.faults import Faults
from bot.studio.env import ENV, FILTERS, TESTS
from bot.studio.near import near

SIZE_MAX = 8 * 1024  # bytes of the body
NESTING_MAX = 8  # blocks inside blocks, brackets inside brackets
DEPTH_MAX = 24  # of the syntax tree
LOOPS_MAX = 2
LIST_MAX = 50  # elements of a list variable; the renderer cuts there
COST_MAX = 50_000  # node evaluations, counting each loop LIST_MAX times
PAIRS = "检查大括号、百分号和引号是否成对，if 和 for 有没有收尾"
LOOP_FIELDS = frozenset({"index", "index0", "first", "last", "length"})

# How what is refused most often is called, by its class.
_CALLED: Mapping[str, str] = {
    "Call": "函数调用", "CallBlock": "函数调用", "Assign": "赋值", "AssignBlock": "赋值",
    "Macro": "宏", "Import": "导入", "FromImport": "导入", "Extends": "继承", "Block": "区块",
    "FilterBlock": "整段过滤", "Include": "变量拼出来的片段名", "Add": "加减乘除",
    "Sub": "加减乘除", "Mul": "加减乘除", "Div": "加减乘除", "FloorDiv": "加减乘除",
    "Mod": "加减乘除", "Pow": "乘方", "Neg": "负号", "Concat": "“~”拼接", "List": "列表",
    "Tuple": "元组", "Dict": "字典", "Slice": "切片", "With": "with",
}  # fmt: skip
At = Callable[[int], tuple[str, int]]

_BLOCK = re.compile(r"\{%[-+]?\s*(end)?(if|for)\b")
_BRACKETS = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}
_LEAVES = (nodes.TemplateData, nodes.Const)
# What is inside of these is looked at even where they themselves are refused: it has faults of its
# own. Inside of anything else that is refused there would be no end of them.
_OPEN = (nodes.Filter, nodes.Test, nodes.Compare)
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
    """What is known on the way down; ``used`` collects the declared names that occur. ``types`` is
    None where nobody knows what is declared."""

    types: Mapping[str, str] | None
    at: At
    faults: Faults = field(default_factory=Faults)
    used: set[str] = field(default_factory=set)
    cost: int = 0
    line: int = 1  # of the last node that knew its own; some of Jinja2's do not

    def refuse(self, node: nodes.Node, message: str, fix: str = "") -> BadInput:
        return _fault(self.at(node.lineno or self.line), message, fix)

    def lists(self, node: nodes.Node) -> bool:
        """True for the name of a list, or of what may be one."""
        return isinstance(node, nodes.Name) and (
            self.types is None or self.types.get(node.name) == "list")  # fmt: skip


def check(body: str, types: Mapping[str, str] | None, at: At) -> frozenset[str]:
    """The declared names that ``body`` uses; ``types`` maps every declared name to its type (None:
    nobody knows, any name will do), ``at`` a line of the body, counted from 1, to its file and
    line.

    Raises BadInput for everything that is not on the list.
    """
    _check_size(body, at(1))
    walk = _Walk(types, at)
    walk.faults.attempt(_visit, _parse(body, at), walk, {}, 0, 1)
    walk.faults.check()
    return frozenset(walk.used)


def _fault(at: tuple[str, int], message: str, fix: str = "") -> BadInput:
    return BadInput(message, file=at[0], line=at[1], fix=fix)


def _check_size(body: str, at: tuple[str, int]) -> None:
    if len(body.encode()) > SIZE_MAX:
        raise _fault(at, f"正文超过 {SIZE_MAX} 字节", "删短，或者拆成两篇")
    if _deepest(_BRACKETS.get(char, 0) for char in body) > NESTING_MAX + 2:
        raise _fault(at, "括号套得太深", "写简单一点")
    if _deepest(-1 if match[1] else 1 for match in _BLOCK.finditer(body)) > NESTING_MAX:
        raise _fault(at, "if 和 for 套得太深", "写简单一点")


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
        raise _fault(at(exc.lineno), f"模板的写法不对：{exc.message}", PAIRS) from None
    except RecursionError:
        raise _fault(at(1), "套得太深", "写简单一点") from None
    except ValueError as exc:
        # A number of thousands of digits, for one.
        raise _fault(at(1), f"模板的写法不对：{exc}", "改掉这一处") from None


def _visit(node: nodes.Node, walk: _Walk, local: Mapping[str, str], loops: int, depth: int) -> None:
    walk.cost += LIST_MAX**loops
    walk.line = node.lineno or walk.line
    if depth > DEPTH_MAX:
        raise walk.refuse(node, "套得太深", "写简单一点")
    if walk.cost > COST_MAX:
        raise walk.refuse(node, "一段文字里的循环太多", "循环里少套循环")
    if isinstance(node, nodes.For):
        _visit_for(node, walk, local, loops, depth)
        return
    try:
        _allow(node, walk, local)
    except BadInput as exc:
        walk.faults.add((exc,))
        if not isinstance(node, _OPEN):
            return
    for child in node.iter_child_nodes():
        _visit(child, walk, local, loops, depth + 1)


def _visit_for(
    node: nodes.For, walk: _Walk, local: Mapping[str, str], loops: int, depth: int
) -> None:
    if loops >= LOOPS_MAX:
        walk.faults.add((walk.refuse(node, f"循环最多套 {LOOPS_MAX} 层", "拆开写"),))
        return
    walk.faults.add(_for_faults(node, walk))
    if isinstance(node.iter, nodes.Name):
        walk.used.add(node.iter.name)
    inside = {**local, **dict.fromkeys(_targets(node.target), "item"), "loop": "loop"}
    for child in node.body:
        _visit(child, walk, inside, loops + 1, depth + 1)


def _targets(node: nodes.Node) -> Iterator[str]:
    """The names that a loop gives: several where its target is refused."""
    names = [node] if isinstance(node, nodes.Name) else node.find_all(nodes.Name)
    return (name.name for name in names)


def _for_faults(node: nodes.For, walk: _Walk) -> Iterator[BadInput]:
    if node.recursive or node.test or node.else_:
        yield walk.refuse(node, "for 只能用最简单的写法", "写成 {% for x in 列表 %}")
    if not isinstance(node.target, nodes.Name) or node.target.name in (walk.types or ()):
        yield walk.refuse(node, "for 后面要一个没用过的名字", "写成 {% for x in 列表 %}")
    if not walk.lists(node.iter):
        yield walk.refuse(node, "for 只能用在声明过的列表上", '声明变量时写 type = "list"')


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
                f"模板里不能用{_named(node)}",
                "只能用 {{ 变量 }}、{% if %}、{% for %}、{% include %} 和列出的过滤器",
            )


def _named(node: nodes.Node) -> str:
    kind = type(node).__name__
    return _CALLED.get(kind, f" {kind}")


def _allow_compare(node: nodes.Compare, walk: _Walk) -> None:
    # Checked here, for an operand knows no line.
    if len(node.ops) > 3:
        raise walk.refuse(node, "一连串比较太长", "拆成几个 if")
    for operand in node.ops:
        if operand.op not in _COMPARISONS:
            raise walk.refuse(node, f"不能用 {operand.op!r} 比较", "用 ==、!=、<、> 比较")


def _allow_name(
    node: nodes.Name | nodes.Node, name: str, walk: _Walk, local: Mapping[str, str]
) -> None:
    if getattr(node, "ctx", "load") != "load":
        raise walk.refuse(node, "模板里不能赋值", "把值写成变量的 sample 或由调用方给")
    if name in local or walk.types is None:
        return
    if name not in walk.types:
        raise walk.refuse(
            node, f"{name!r} 没有声明", near(name, walk.types, f"在头部加上 [vars.{name}]")
        )
    walk.used.add(name)


def _allow_field(node: nodes.Getattr | nodes.Getitem, walk: _Walk) -> None:
    if not isinstance(node.node, nodes.Name | nodes.Getitem):
        raise walk.refuse(node, "不能再取字段里的字段", "另声明一个变量")
    if isinstance(node, nodes.Getitem):
        _allow_position(node, walk)
        return
    field_name = node.attr
    if field_name.startswith("_"):
        raise walk.refuse(node, f"{field_name!r} 不能用", "去掉开头的下划线")
    is_loop = isinstance(node.node, nodes.Name) and node.node.name == "loop"
    if is_loop and field_name not in LOOP_FIELDS:
        raise walk.refuse(node, f"loop 没有 {field_name!r}", near(field_name, LOOP_FIELDS))


def _allow_position(node: nodes.Getitem, walk: _Walk) -> None:
    if not (isinstance(node.arg, nodes.Const) and type(node.arg.value) is int):
        raise walk.refuse(node, "方括号里只能写固定的位置", "写成 x[0] 或 x.字段")


def _allow_named(node: nodes.Filter | nodes.Test | nodes.Node, name: str, walk: _Walk) -> None:
    what, known = ("判断", TESTS) if isinstance(node, nodes.Test) else ("过滤器", FILTERS)
    if name not in known:
        raise walk.refuse(node, f"没有 {name!r} 这个{what}", near(name, known))
    if getattr(node, "node", None) is None:
        raise walk.refuse(node, "不能整段过滤", "给每个变量单独加过滤器")
    if getattr(node, "dyn_args", None) or getattr(node, "dyn_kwargs", None):
        raise walk.refuse(node, "参数里不能用 * 和 **", "逐个写出来")
    if getattr(node, "kwargs", None):
        raise walk.refuse(node, f"{name} 的参数不写名字", "按顺序写值")
    if any(not isinstance(arg, nodes.Const) for arg in getattr(node, "args", ())):
        raise walk.refuse(node, f"{name} 的参数只能是固定的值", "直接写数字或带引号的文字")
