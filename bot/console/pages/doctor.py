"""The doctor's page: what ``onevoice check`` found last, step by step; the files as they are; how
the process runs; and backups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from bot.console import diagnosis
from bot.console.page import Entry, Page, Route
from bot.console.rights import Right
from bot.console.visit import Visit
from bot.console.words import said_or
from bot.core.config import Config
from bot.core.doctoring import Visited
from bot.core.findings import ERROR, Finding
from bot.store import audit, saved
from bot.store.engine import Tx
from bot.store.staff import Account

SHOWN = 50
RUN = Right.SETTINGS_MANAGE


def has(config: Config) -> list[str]:
    """Which optional steps this installation has."""
    wecom = config.wecom
    there = {"robot": bool(wecom.robots or wecom.webhooks), "oa": bool(wecom.official_accounts),
             "archive": wecom.archive.feed != "off"}  # fmt: skip
    return [name for name, found in there.items() if found]


async def show(visit: Visit) -> web.Response:
    """For the owner everything; for others what is wrong with files."""
    library = visit.console.library
    files = [diagnosis.in_words(one, visit.lang)
             for one in _sorted(library.findings if library is not None else ())]  # fmt: skip
    values: dict[str, Any] = {"files": files[:SHOWN], "more": len(files) - SHOWN}
    if not visit.may(RUN):
        return await visit.page("doctor.html", owner=False, **values)
    doctor = visit.console.doctor
    seen = await doctor.look() if doctor is not None else Visited(None, None)
    steps = diagnosis.stages(seen.last, has(visit.console.config), visit.lang) if seen.last else []
    first = next((one for step in steps for one in step.found if one.severity == ERROR), None)
    backups = await visit.read(saved.everything)
    return await visit.page(
        "doctor.html", owner=True, there=doctor is not None, seen=seen, steps=steps, first=first,
        backups=backups, **values)  # fmt: skip


def _sorted(found: Sequence[Finding]) -> list[Finding]:
    """Errors, then warnings; a hint is nothing for the doctor."""
    order = {ERROR: 0, "warning": 1}
    return sorted((one for one in found if one.severity in order), key=lambda f: order[f.severity])


async def run(visit: Visit) -> web.Response:
    """Begins a check; the page shows it when it is over."""
    doctor, online = visit.console.doctor, visit.typed.get("online") == "1"
    if doctor is None:
        return visit.go("/doctor", "bad", "doctor.away")
    if not await doctor.start(visit.who.login, online=online):
        return visit.go("/doctor", "wait", "doctor.busy")
    await visit.write(_noted, visit.who, online, visit.now)
    return visit.go("/doctor", "good", "doctor.started")


def _noted(tx: Tx, who: Account, online: bool, now: int) -> None:
    audit.record(tx, [audit.note("doctor", "check", "check", at=now, actor=who.login,
                                 reason="online" if online else "")])  # fmt: skip


async def health(visit: Visit) -> web.Response:
    """How the process runs, as ``/readyz`` says it."""
    found = visit.console.health
    rows = vitals(visit, await found.look()) if found is not None else []
    return visit.part("doctor_health.html", rows=rows)


def vitals(visit: Visit, seen: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, words, and good, wait or bad."""
    t, ok = visit.t, visit.t("vital.ok")
    dead = seen["dead_workers"]
    queue = t("vital.queue_told", inbox=sum(_open(seen, "inbox", ("new", "working"))),
              outbox=sum(_open(seen, "outbox", ("ready", "sending"))))  # fmt: skip
    lost = sum((*_open(seen, "inbox", ("dead",)), *_open(seen, "outbox", ("dead", "unsure"))))
    rows = [
        ("database", ok if seen["database"] == "ok" else str(seen["database"]),
         "good" if seen["database"] == "ok" else "bad"),
        ("scheduler", _worded(visit, seen["scheduler"]),
         "bad" if seen["scheduler"] == "dead" else "good"),
        ("workers", t("vital.dead", names=", ".join(dead)) if dead else ok,
         "bad" if dead else "good"),
        ("platform", _worded(visit, seen["platform"]),
         "good" if seen["platform"] == "ok" else "bad"),
        ("queue", t("vital.old") if seen["queue_age"] == "old" else queue,
         "bad" if seen["queue_age"] == "old" else "good"),
        ("given_up", t("vital.given_up_told", n=lost) if lost else ok, "bad" if lost else "good"),
        ("model", _worded(visit, seen["model"]), "wait" if seen["model"] == "resting" else ""),
    ]  # fmt: skip
    robots = [(f"{t('vital.robots')} {name}", _worded(visit, f"robot_{state}", state),
               "good" if state == "connected" else "bad")
              for name, state in seen["robots"].items()]  # fmt: skip
    return [(t(f"vital.{name}"), words, kind) for name, words, kind in rows] + robots


def _open(seen: Mapping[str, Any], table: str, states: Sequence[str]) -> list[int]:
    return [int(seen.get(table, {}).get(state, 0)) for state in states]


def _worded(visit: Visit, state: str, other: str = "") -> str:
    return said_or(visit.lang, f"vital.{state.replace(' ', '_')}", other or state)


SEE = Right.CONTENT_SEE
PAGE = Page(
    routes=(
        Route(method="GET", path="/doctor", handler=show, needs=SEE),
        Route(method="POST", path="/doctor", handler=run, needs=RUN),
        Route(method="GET", path="/doctor/health", handler=health, needs=RUN),
    ),
    entry=Entry(path="/doctor", name="doctor.title", needs=SEE, order=65, key="2"),
)
