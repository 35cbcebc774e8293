"""The log of each kf account and `kf/sync_msg` over it (page 94670).

Append-only, three days long, read with opaque cursors. A cursor holds one position per account, so
that a call without open_kfid (older clients) can walk over all accounts.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from sandbox.errors import ApiError
from sandbox.rules.cursors import seal, unseal
from sandbox.world.model import Json, KfAccount
from sandbox.world.world import World
from sandbox.xmlform import Element

HOUR_MS = 3_600_000
TRIM_AT = 2_000


@dataclass(frozen=True)
class Page:
    """One answer of sync_msg."""

    messages: list[Json]
    cursor: str
    more: bool


def account(world: World, open_kfid: str) -> KfAccount:
    """A kf account; 95000 for an empty id, 95004 for an unknown one."""
    if not open_kfid:
        raise ApiError(95000)
    found = world.store.kf_accounts.get(open_kfid)
    if found is None:
        raise ApiError(95004, open_kfid)
    return found


def append(world: World, kf: KfAccount, message: Json) -> list[str]:
    """Log a message or event and tell the managing app that there is news; returns callback ids."""
    kf.log.append({"at": world.now(), "m": message})
    if len(kf.log) > TRIM_AT and len(kf.log) % 500 == 0:
        _trim(world, kf)
    return notify(world, kf)


def _horizon(world: World) -> int:
    return world.now() - world.settings.kf_history_days * 24 * HOUR_MS


def _trim(world: World, kf: KfAccount) -> None:
    gone = bisect_left(kf.log, _horizon(world), key=lambda entry: int(entry["at"]))
    del kf.log[:gone]
    kf.base += gone


def notify(world: World, kf: KfAccount) -> list[str]:
    """kf_msg_or_event with a fresh token (10 minutes); no content, no FromUserName."""
    token = world.secret_id("ENC", 40)
    _forget_tokens(world)
    deadline = world.now() + world.settings.kf_token_minutes * 60_000
    world.store.kf_tokens[token] = {"open_kfid": kf.open_kfid, "deadline": deadline}
    elements: list[Element] = [("MsgType", "event"), ("Event", "kf_msg_or_event"), ("Token", token)]
    apps = [app for app in world.config.apps if app.name == kf.app and "kf" in app.receives]
    return world.emit_to(apps, "kf_msg_or_event", [*elements, ("OpenKfId", kf.open_kfid)], None)


def _forget_tokens(world: World) -> None:
    """Tokens are made in order of time, so the old ones stand in front."""
    now, tokens = world.now(), world.store.kf_tokens
    while tokens:
        first = next(iter(tokens))
        if int(tokens[first]["deadline"]) + HOUR_MS > now:
            return
        del tokens[first]


def open_token(world: World, token: str, open_kfid: str) -> str:
    """The account a token stands for. Without a good token: ten calls a minute (45009, 95007)."""
    found = world.store.kf_tokens.get(token) if token else None
    if found is not None and world.now() > int(found["deadline"]):
        found = None
    if found is not None and open_kfid in ("", found["open_kfid"]):
        return str(found["open_kfid"])
    limit = world.settings.kf_calls_without_token
    if not world.windows.hit(f"kf-sync:{open_kfid}", world.now(), limit):
        raise ApiError(45009, "sync_msg without token")
    if token:
        raise ApiError(95007)
    return open_kfid


def sync(world: World, open_kfid: str, cursor: str, limit: int) -> Page:
    """The next page of one account, or of all when `open_kfid` is empty."""
    every = list(world.store.kf_accounts.values())
    accounts = [account(world, open_kfid)] if open_kfid else every
    positions, blank = _positions(open_kfid, cursor, len(accounts))
    if world.settings.kf_empty_pages and not blank and _news(world, accounts, positions):
        return Page([], _cursor(open_kfid, positions, True), True)
    messages: list[Json] = []
    for place, kf in enumerate(accounts):
        start = _start(world, kf, positions[place])
        part = kf.log[start : start + limit - len(messages)]
        messages += [entry["m"] for entry in part]
        positions[place] = kf.base + start + len(part)
    more = _news(world, accounts, positions)
    return Page(messages, _cursor(open_kfid, positions, False), more)


def _start(world: World, kf: KfAccount, position: int) -> int:
    """Index of the first entry to give: after the cursor, and never older than three days."""
    oldest = bisect_left(kf.log, _horizon(world), key=lambda entry: int(entry["at"]))
    return min(max(position - kf.base, oldest), len(kf.log))


def _news(world: World, accounts: list[KfAccount], positions: list[int]) -> bool:
    pairs = zip(accounts, positions, strict=True)
    return any(_start(world, kf, position) < len(kf.log) for kf, position in pairs)


def _positions(scope: str, cursor: str, count: int) -> tuple[list[int], bool]:
    """Positions in a cursor, and whether it came from a deliberately empty page."""
    if not cursor:
        return [0] * count, False
    plain = unseal("kf:" + scope, cursor)
    found = [int(part) for part in plain.rstrip("e").split(".")]
    return (found + [0] * count)[:count], plain.endswith("e")


def _cursor(scope: str, positions: list[int], blank: bool) -> str:
    return seal("kf:" + scope, ".".join(map(str, positions)) + ("e" if blank else ""))
