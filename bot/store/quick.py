"""Answers that staff have ready, by persona; what is used most stands first."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.core.errors import BadInput
from bot.store import audit
from bot.store.engine import Row, Tx

# What may stand in braces, and is put in for one conversation.
VARIABLES = ("name", "staff", "persona", "account")
TITLE_MAX = 40
TEXT_MAX = 600  # characters; a kf text takes 2,048 bytes
MOST = 500
_BRACES = re.compile(r"\{([^{}]*)\}")


def of(tx: Tx, persona: str, n: int = MOST) -> list[Row]:
    """The saved answers of a persona, the most used first."""
    return tx.rows("quick_of", persona=persona, n=n)


def add(tx: Tx, persona: str, title: str, text: str, staff: str, now: int) -> int:
    """Saves an answer; its id. Raises BadInput."""
    title, text = _checked(title, text)
    [row] = tx.rows("quick_add", persona=persona, title=title, text=text, staff=staff, now=now)
    _record(tx, row["id"], "add", staff, now, title)
    return int(row["id"])


def change(tx: Tx, key: int, title: str, text: str, staff: str, now: int) -> bool:
    """Rewrites it. False when it is gone. Raises BadInput."""
    title, text = _checked(title, text)
    if tx.row("quick_hold", id=key) is None:
        return False
    tx.run("quick_change", id=key, title=title, text=text, staff=staff, now=now)
    _record(tx, key, "change", staff, now, title)
    return True


def remove(tx: Tx, key: int, staff: str, now: int) -> bool:
    """Nobody is offered it any more. False when it is gone already."""
    row = tx.row("quick_hold", id=key)
    if row is None:
        return False
    tx.run("quick_remove", id=key, staff=staff, now=now)
    _record(tx, key, "remove", staff, now, row["title"])
    return True


def use(tx: Tx, key: int, now: int) -> bool:
    """Counts one use. False when it is gone."""
    return bool(tx.run("quick_use", id=key, now=now))


def values(name: str, staff: str, persona: str) -> dict[str, str]:
    """What the variables stand for. Members know an account by the name of its persona, never by
    its id."""
    return {"name": name, "staff": staff, "persona": persona, "account": persona}


def put_in(text: str, values: Mapping[str, str]) -> str:
    """The text with its variables put in; what has no value is left out."""
    return _BRACES.sub(lambda found: values.get(found[1], ""), text)


def _checked(title: str, text: str) -> tuple[str, str]:
    title, text = title.strip(), text.strip()
    for what, given, most in (("title", title, TITLE_MAX), ("text", text, TEXT_MAX)):
        if not given or len(given) > most:
            raise BadInput(f"a quick reply's {what} has {len(given)} characters",
                           fix=f"write 1 to {most}")  # fmt: skip
    for name in _BRACES.findall(text):
        if name not in VARIABLES:
            raise BadInput(f"{{{name}}} stands for nothing in a quick reply",
                           fix="use " + ", ".join(f"{{{v}}}" for v in VARIABLES))  # fmt: skip
    return title, text


def _record(tx: Tx, key: int, event: str, staff: str, now: int, title: str) -> None:
    audit.record(tx, [audit.note("quick_reply", key, event, at=now, actor=staff,
                                 reason=title)])  # fmt: skip
