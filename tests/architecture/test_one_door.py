"""Words reach the platform by one door: whoever else could send is found here."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.source import Module, module, modules

# Verbs of the platform that carry words to members, and who may call them outside bot.wecom.
CARRY = {"send", "add_msg_template", "add_material", "edit_material"}
# What the shelves of bulk messages and material do without a word to anybody outside.
READ_OR_STOP = {"find", "get", "all", "each", "owners", "results", "cancel", "remind"}
DOOR = "bot.pipeline.deliver"


def senders(source: Module) -> Iterator[str]:
    """Calls of a gateway's verbs that carry words."""
    for node in source.nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            verb, owner = node.func.attr, node.func.value
            carries = verb in CARRY and "gateway" in ast.unparse(owner).lower()
            shelf = isinstance(owner, ast.Attribute) and owner.attr in {"materials", "bulk"}
            writes = shelf and verb not in READ_OR_STOP
            if carries or writes:
                yield f"{source.path}:{node.lineno}: {ast.unparse(node.func)}"


def test_only_the_door_sends() -> None:
    found = [hit for source in modules("bot", "scheduler") for hit in senders(source)
             if not source.name.startswith("bot.wecom") and source.name != DOOR]  # fmt: skip
    assert not found, "\n".join(found)


def test_the_door_asks_before_it_sends() -> None:
    (source,) = (m for m in modules("bot") if m.name == DOOR)
    call = next(n for n in source.nodes
                if isinstance(n, ast.AsyncFunctionDef) and n.name == "_send")  # fmt: skip
    lines = {n.attr: n.lineno for n in ast.walk(call) if isinstance(n, ast.Attribute)}
    assert lines["verdict"] < lines["_call"]
    assert list(senders(source)), "the checker does not see the door itself"


def test_the_checker_sees() -> None:
    text = (
        "async def f(self): await self._gateway.send(row)\nasync def g(x): await x.materials.add(1)"
    )
    assert len(list(senders(module("bot.planted", text)))) == 2
