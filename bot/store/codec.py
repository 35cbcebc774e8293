"""Between rows and values: JSON text in, frozen values out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from bot.core import body
from bot.core.model import Conversation, Inbound, Outbound
from bot.store.engine import Row

# for what orjson does not know: keys that are no text, whole numbers of more than 64 bits
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Written(dict[str, Any]):
    """What is not changed any more, with its JSON beside it: a million rows are written once."""

    __slots__ = ("text",)
    text: str


def written(value: Mapping[str, Any]) -> Written:
    """The same, written."""
    made = Written(value)
    made.text = to_json(value)
    return made


def to_json(value: Mapping[str, Any]) -> str:
    """Compact JSON with sorted keys, so that equal values are equal texts."""
    if type(value) is Written:
        return value.text
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
    except TypeError:
        return _JSON.encode(value)


def from_json(text: str) -> Any:
    """What ``to_json`` made."""
    return orjson.loads(text)


def inbound(row: Row) -> Inbound:
    """An inbox row as a value."""
    return Inbound(
        channel=row["channel"], account=row["account"], dedupe=row["dedupe"], peer=row["peer"],
        kind=row["kind"], text=row["text"], event=row["event"], data=from_json(row["data"]),
        sent_at=row["sent_at"], received_at=row["received_at"],
    )  # fmt: skip


def conversation(row: Row) -> Conversation:
    """A conversation row as a value."""
    return Conversation(
        id=row["id"], channel=row["channel"], account=row["account"], peer=row["peer"],
        mode=row["mode"], memory=from_json(row["memory"]), misses=row["misses"],
        waiting_since=row["waiting_since"], upset=row["waiting_why"] == "complaint",
    )  # fmt: skip


_PLAIN = (
    "id", "lane", "pool", "channel", "account", "peer", "kind", "origin", "persona",
    "persona_version", "content", "content_version", "operator", "conversation", "member",
    "dedupe", "priority", "send_at", "expires_at", "state", "attempts", "retry_at", "lease",
    "provider_id", "note",
)  # fmt: skip


def outbound(row: Row) -> Outbound:
    """An outbox row as a value."""
    return Outbound(
        body=body.load(from_json(row["body"])),
        data=from_json(row["data"]),
        **{name: row[name] for name in _PLAIN},
    )


def outbound_row(out: Outbound, now: int) -> Row:
    """The parameters of ``outbox_add``."""
    row: Row = {name: getattr(out, name) for name in _PLAIN}
    for name in ("id", "attempts", "lease", "provider_id", "note"):
        del row[name]
    return row | {
        "body": to_json(body.dump(out.body)),
        "data": to_json(out.data),
        "created_at": now,
    }
