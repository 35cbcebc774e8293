"""What the doctor found, step by step, in the words of the pages: what was looked at, what is wrong
there, and where it is mended. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlencode

from bot.console.told import told
from bot.console.words import known, say
from bot.core.doctoring import Checkup
from bot.core.findings import ERROR, WARNING, Finding

# Steps in the order in which they are walked, with the rules of each; what no step names is about
# personas and content.
STAGES: Mapping[str, Sequence[str]] = {
    "machine": ("data-not-writable", "data-on-network", "disk-low", "port-taken"),
    "settings": ("config", "secret-missing", "secret-readable", "secret-shared", "agent-shared",
                 "sidebar-no-agent", "aes-key-length", "corp-sandbox", "database-password",
                 "public-url", "account-not-configured", "module-without-app", "cover-missing",
                 "mix-persona"),
    "content": (),
    "callback": ("callback-unreachable", "callback-other", "callback-token", "callback-aes-key",
                 "callback-open", "callback-slow"),
    "corp": ("platform-unreachable", "clock-skew", "corp-id", "rate-limited", "platform-error"),
    "app": ("app-secret", "ip-not-trusted", "app-disabled", "agent-unknown", "agent-of-another",
            "trusted-domain", "login-domain"),
    "contact": ("contact-not-permitted", "groups-not-permitted", "bulk-not-permitted",
                "moments-not-permitted", "staff-unknown", "staff-out-of-scope", "staff-no-contact",
                "group-owner-left", "no-group"),
    "kf": ("kf-not-permitted", "kf-unknown", "kf-not-assigned", "kf-no-servicer",
           "kf-servicers-stopped"),
    "robot": ("robot-secret", "robot-url-mode", "robot-taken", "robot-unreachable", "webhook-key",
              "webhook-disabled"),
    "oa": ("oa-appid", "oa-secret", "oa-ip"),
    "archive": ("archive-sdk", "archive-keys", "archive-secret", "archive-ip",
                "archive-not-permitted", "archive-no-seat"),
}  # fmt: skip
CONTENT = "content"
ONLINE = tuple(STAGES)[tuple(STAGES).index("callback") :]
# What keeps an application out, and the steps that then cannot be judged.
KEPT_OUT = ("app-secret", "ip-not-trusted", "app-disabled", "agent-unknown", "agent-of-another")
BEHIND_APP = ("contact", "kf")
# Without these the platform is not asked at all.
UNUSABLE = ("secret-missing", "aes-key-length")
_OF: Mapping[str, str] = {rule: stage for stage, rules in STAGES.items() for rule in rules}
State = Literal["good", "wait", "bad", ""]


@dataclass(frozen=True, slots=True)
class Told:
    """One finding in words. ``where``: file and line; ``link``: the page where it is mended,
    empty where the console has none."""

    severity: str
    what: str
    detail: str
    fix: str
    where: str
    link: str


@dataclass(frozen=True, slots=True)
class Stage:
    """One step. ``state`` is empty where it was not looked at."""

    name: str
    state: State
    found: Sequence[Told] = ()

    @property
    def faults(self) -> int:
        """How many are errors."""
        return sum(one.severity == ERROR for one in self.found)


def stages(last: Checkup, has: Iterable[str], lang: str) -> list[Stage]:
    """All steps of what this installation ``has`` (``robot``, ``oa``, ``archive`` may be
    missing), as the last check saw them."""
    mine = [name for name in STAGES if name not in ("robot", "oa", "archive") or name in set(has)]
    by: dict[str, list[Finding]] = {}
    for one in last.findings:
        by.setdefault(stage_of(one), []).append(one)
    blind = _blind(last)
    return [_stage(name, by.get(name, ()), name in blind, lang)
            for name in mine + [name for name in by if name not in mine]]  # fmt: skip


def stage_of(one: Finding) -> str:
    """Which step it belongs to."""
    return _OF.get(one.rule, CONTENT)


def _blind(last: Checkup) -> frozenset[str]:
    """Steps that were not reached, so that nothing being found there means nothing."""
    rules = {one.rule for one in last.findings}
    if last.why:
        return frozenset(STAGES)
    if not last.online or rules.intersection(UNUSABLE):
        return frozenset(ONLINE)
    if "platform-unreachable" in rules:
        return frozenset(ONLINE[ONLINE.index("corp") + 1 :])
    return frozenset(BEHIND_APP) if rules.intersection(KEPT_OUT) else frozenset()


def _stage(name: str, found: Sequence[Finding], blind: bool, lang: str) -> Stage:
    order = {ERROR: 0, WARNING: 1}
    rows = [in_words(one, lang) for one in sorted(found, key=lambda f: order.get(f.severity, 2))]
    if any(one.severity == ERROR for one in found):
        return Stage(name, "bad", rows)
    if found:
        return Stage(name, "wait", rows)
    return Stage(name, "" if blind else "good")


def in_words(one: Finding, lang: str) -> Told:
    """A finding as the page shows it."""
    where = say(lang, "doctor.in_file", file=one.file, line=one.line) if one.file else ""
    what, detail = told(lang, one.message), ""
    if known(f"doctor_what.{one.rule}"):
        head, met, tail = one.message.partition(f": {say('en', f'doctor_what.{one.rule}')}")
        if met:
            what, detail = say(lang, f"doctor_what.{one.rule}"), f"{head}{tail}"
    return Told(one.severity, what, detail, told(lang, one.fix) if one.fix else "", where,
                place(one))  # fmt: skip


def place(one: Finding) -> str:
    """The page where a file is edited, behind ``/console``; empty for what is edited on disk."""
    folder, _, rest = one.file.partition("/")
    if folder == "personas":
        return _of_persona(rest, one.line)
    if folder != "content":
        return ""
    kind, _, name = rest.partition("/")
    if rest.endswith(".j2"):
        return f"/content/edit?t={quote(rest.removesuffix('.j2'), safe='')}&view=text"
    stem = quote(name.removesuffix(".toml"), safe="")
    pages = {"flows": f"/flows/{stem}", "campaigns": f"/campaigns/{stem}",
             "activities": f"/activities/{stem}/edit?view=text", "circles": "/circles",
             "community": "/community", "calendar.toml": "/plan", "catalogue.csv": "/catalogue",
             "missions": "/missions", "atmosphere": "/shifts"}  # fmt: skip
    return pages.get(kind, "")


def _of_persona(rest: str, line: int) -> str:
    name, _, file = rest.partition("/")
    if rest == "brand.toml":
        return "/brand/files?" + urlencode({"file": rest, "line": line})
    if not file or file.startswith("tests/"):
        return ""
    return f"/personas/{quote(name, safe='')}/files?" + urlencode({"file": file, "line": line})
