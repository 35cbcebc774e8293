"""The whole truth: state in parts, the clock, the faults, the call log, the callback address."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sandbox.control.base import Ask, Paged, Route, Values
from sandbox.errors import ControlError
from sandbox.fields import Json, text
from sandbox.rules import (
    archive,
    kf_client,
    kf_session,
    served,
    sidebar,
    tags,
    tasks,
    transfer,
    ways,
)
from sandbox.world.model import Customer, Robot


def _staff(ask: Ask) -> list[Json]:
    return [
        {"userid": each.userid, "name": each.name, "can_add": each.can_add, "active": each.active}
        for each in ask.world.store.staff.values()
    ]


def _customers(ask: Ask) -> Paged:
    return Paged(Values(ask.world.store.customers), "customers", partial(_customer, ask))


def _customer(ask: Ask, each: Customer) -> Json:
    """`friends` = members the customer still has; `relations` = what the API still sees."""
    found = ask.world.relations_of(each.id)
    return {
        "id": each.id,
        "name": each.name,
        "friends": [one.userid for one in found if not one.customer_deleted and not one.half],
        "relations": [one.userid for one in found],
        "archive_consent": each.archive_consent,
    }


def _groups(ask: Ask) -> list[Json]:
    return [
        {
            "chat_id": each.chat_id,
            "kind": each.kind,
            "name": each.name,
            "owner": each.owner,
            "members": list(each.members),
            "notice": each.notice,
            "member_version": f"v{each.version}",
            "opengid": served.opengid(each.chat_id),
            "webhooks": [
                key for key, chat in ask.world.store.webhooks.items() if chat == each.chat_id
            ],
        }
        for each in ask.world.store.groups.values()
    ]


def _apps(ask: Ask) -> list[Json]:
    """Where each application is called back; `sidebar` = its page in the chat toolbar."""
    found, base = {app.name: app for app in ask.world.config.apps}, ask.rooms.callbacks.base
    return [
        row | {"sidebar": sidebar.page_of(ask.world, found[row["name"]], base)}
        if row["name"] in found
        else row
        for row in ask.rooms.callbacks.addresses()
    ]


def _kf(ask: Ask) -> list[Json]:
    return [
        {
            "open_kfid": each.open_kfid,
            "name": each.name,
            "app": each.app,
            "servicers": list(each.servicers),
        }
        for each in ask.world.store.kf_accounts.values()
    ]


def _kf_sessions(ask: Ask) -> list[Json]:
    return [
        {
            "open_kfid": each.open_kfid,
            "customer": each.customer,
            "state": kf_session.state(ask.world, each),
            "servicer": each.servicer,
            "sent": each.sent,
            "last_message": each.last_message,
        }
        for each in ask.world.store.kf_sessions.values()
    ]


def _kf_links(ask: Ask) -> list[Json]:
    return [
        {"open_kfid": each.open_kfid, "scene": each.scene, "url": kf_client.url(ask.world, each)}
        for each in ask.world.store.kf_links.values()
    ]


def _robots(ask: Ask) -> list[Json]:
    return [
        {"bot_id": each.bot_id, "name": each.name, "groups": each.groups, "mode": each.mode}
        | _address(ask, each)
        for each in ask.world.store.robots.values()
    ]


def _address(ask: Ask, robot: Robot) -> Json:
    if robot.mode != "callback":
        return {}
    letters = ask.rooms.letters
    return {"url": letters.url(robot), "verified": letters.verified(robot)}


def _tasks(ask: Ask) -> list[Json]:
    return [tasks.view(ask.world, each) for each in ask.world.store.tasks.values()]


def _contact_ways(ask: Ask) -> list[Json]:
    return [ways.view(ask.world, each) for each in ask.world.store.contact_ways.values()]


def _boxes(boxes: dict[str, list[Json]]) -> list[Json]:
    """Every message of every box, with `box`: the customer, or the chat."""
    return [{"box": box} | entry for box, entries in boxes.items() for entry in entries]


def _kf_messages(ask: Ask) -> list[Json]:
    """What customers wrote to kf accounts, as far as the accounts' logs reach."""
    return [
        {"at": entry["at"]} | entry["m"]
        for account in ask.world.store.kf_accounts.values()
        for entry in account.log
        if entry["m"]["origin"] == kf_client.CUSTOMER
    ]


def _counters(ask: Ask) -> Json:
    calls = ask.rooms.calls
    return {
        "callbacks": dict(ask.rooms.callbacks.counters),
        "pending_callbacks": len(ask.world.store.pending),
        "api_calls": dict(calls.by_path),
        "refusals": dict(calls.by_errcode),
        "customers": len(ask.world.store.customers),
        "messages_received": sum(map(len, ask.world.store.received.values())),
    }


def clock(ask: Ask) -> Json:
    now = ask.world.now()
    return {"now_ms": now, "offset_ms": ask.world.clock.offset_ms}


PARTS: dict[str, Callable[[Ask], Any]] = {
    "corp": lambda ask: {"id": ask.world.store.corp_id, "name": ask.world.config.corp_name},
    "apps": _apps,
    "staff": _staff,
    "customers": _customers,
    "groups": _groups,
    "kf": _kf,
    "robots": _robots,
    "tasks": _tasks,
    "clock": clock,
    "counters": _counters,
    "tags": lambda ask: tags.listing(ask.world, [], []),
    "kf_sessions": _kf_sessions,
    "kf_links": _kf_links,
    "contact_ways": _contact_ways,
    "faults": lambda ask: ask.rooms.faults.view(),
    "bulks": lambda ask: [vars(each) for each in ask.world.store.bulks.values()],
    "moments": lambda ask: [vars(each) for each in ask.world.store.moments.values()],
    "callbacks": lambda ask: ask.rooms.callbacks.view(),
    "robot_callbacks": lambda ask: list(ask.rooms.letters.rows),
    "received": lambda ask: _boxes(ask.world.store.received),
    "said": lambda ask: _boxes(ask.world.store.chats),
    "kf_messages": _kf_messages,
}
ONLY_BY_NAME = ("callbacks", "robot_callbacks", "received", "said", "kf_messages")


def _whole(found: Any) -> Any:
    return found.cut(0, len(found.rows)) if isinstance(found, Paged) else found


def state(ask: Ask) -> Json | Paged:
    """All parts, or `?part=NAME` as {NAME: …}; a part that is a list pages."""
    name = ask.query.get("part", "")
    if not name:
        wanted = {key: part(ask) for key, part in PARTS.items() if key not in ONLY_BY_NAME}
        return {key: _whole(found) for key, found in wanted.items()}
    if name not in PARTS:
        raise ControlError(f"part must be one of {', '.join(PARTS)}")
    found = PARTS[name](ask)
    if isinstance(found, Paged):
        return found
    return Paged(found, name) if isinstance(found, list) else {name: found}


def advance(ask: Ask) -> Json:
    seconds = ask.body.get("advance_s")
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)) or seconds < 0:
        raise ControlError("advance_s must be a number of seconds >= 0: the clock never goes back")
    ask.world.clock.advance(int(seconds * 1000))
    transfer.settle(ask.world)
    archive.notify_due(ask.world)
    ask.world.store.clock_offset = ask.world.clock.offset_ms
    ask.world.mark()
    return clock(ask)


def add_fault(ask: Ask) -> Json:
    fault_id = ask.rooms.faults.add(ask.body)
    return {"id": fault_id, "ids": [fault_id]}


def clear_faults(ask: Ask) -> Json:
    return {"cleared": ask.rooms.faults.clear(ask.params.get("fault"))}


def calls(ask: Ask) -> Paged:
    return Paged(ask.rooms.calls.rows(ask.query.get("path", ""), 0))


def archive_feed(ask: Ask) -> list[Json]:
    """What a puller reads: messages with a greater seq, at most 1000 at a time."""
    seq, limit = ask.query.get("seq", "0"), ask.query.get("limit", "1000")
    if not (seq.isdigit() and limit.isdigit()):
        raise ControlError("seq and limit must be numbers")
    return archive.since(ask.world, int(seq), min(int(limit), 1000))


def set_callback(ask: Ask) -> Json:
    url = ask.args["url"]
    if not url.startswith(("http://", "https://")):
        raise ControlError("url must begin with http:// or https://")
    return ask.rooms.callbacks.set_base(url)


def get_callback(ask: Ask) -> Json:
    found = ask.rooms.callbacks
    return {"url": found.base, "pinned": found.pinned, "apps": found.addresses()}


ROUTES = (
    Route("GET", "/state", state),
    Route("GET", "/clock", clock),
    Route("POST", "/clock", advance),
    Route("GET", "/faults", lambda ask: ask.rooms.faults.view()),
    Route("POST", "/faults", add_fault),
    Route("DELETE", "/faults", clear_faults),
    Route("DELETE", "/faults/{fault}", clear_faults),
    Route("GET", "/calls", calls),
    Route("GET", "/archive", archive_feed),
    Route("GET", "/callback", get_callback),
    Route("POST", "/callback", set_callback, {"url": text(2048, required=True)}),
)
