"""Why a message did not reach him, in words, and what to do about the cause. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.console.naming import codes, slug
from bot.console.told import told
from bot.console.words import known, said_or, say
from bot.core.policy import UNKNOWN
from bot.store.givenup import MISSING

OTHER = "other"
_GUARD = re.compile(r"guard: ([a-z, ]+?)(?: \([^:]*: (.*)\))?", re.S)
_CODED = re.compile(r"(-?[0-9]{1,6}|[a-z]+_[a-z_]+|invaliduser): .*", re.S)
_RESTORED = re.compile(r"restored from a backup;.*", re.S)
_LOOKED = re.compile(r"(.*); [0-9]+ tasks on the platform look like it", re.S)
_TRIED = re.compile(r"(.*); ([0-9]+) attempts(?:; .*)?", re.S)
_OVER = re.compile(r"(.*); no time left(?:; .*)?", re.S)
_NUMBERS = re.compile("[0-9]+ ?")
# A call that ended without the platform's word: bot/wecom/client.py, robot/session.py.
_CALLS = tuple((re.compile(rf"\S+: {pattern}", re.S), code) for pattern, code in (
    ("(?:no answer: .*|no acknowledgement in time)", "no_answer"),
    ("(?:not connected: .*|the robot is not connected|the connection .*)", "not_connected"),
    ("HTTP [0-9]+", "http"),
    ("(?:the answer .*|acknowledged without errcode)", "odd_answer"),
))  # fmt: skip
# What the doctor says of the same fault: bot/wecom/doctor.
FIXES: Mapping[str, str] = {
    "60020": "ip-not-trusted", "40164": "oa-ip", "50003": "app-disabled", "45009": "rate-limited",
    "40001": "app-secret", "95000": "kf-unknown", "95004": "kf-unknown",
    "48007": "kf-not-assigned", "95017": "kf-not-assigned", "93000": "webhook-key",
    "93004": "webhook-disabled", "81013": "staff-out-of-scope", "invaliduser": "staff-out-of-scope",
}  # fmt: skip
# The same code has its cause in another place for each channel.
_GRANTS: Mapping[str, str] = {
    "kf": "kf-not-permitted", "contact": "contact-not-permitted", "group": "bulk-not-permitted",
    "moment": "moments-not-permitted",
}  # fmt: skip


def code_of(note: str) -> str:
    """The reason as a short name, equal for equal reasons."""
    if note.endswith(MISSING):
        return "seen"
    if _RESTORED.match(note):
        return "restored"
    if _GUARD.fullmatch(note):
        return "guard"
    text = _bare(note)
    if called := next((code for pattern, code in _CALLS if pattern.fullmatch(text)), ""):
        return called
    if coded := _CODED.fullmatch(text):
        return coded[1]
    names = (slug(text), slug(_NUMBERS.sub("", text)))
    found = next((name for name in names if known(f"unsent.{name}")), "")
    return found or ("tried" if _TRIED.fullmatch(note) else OTHER)


def unsent(lang: str, note: str) -> str:
    """Why something did not reach him; the note itself where there are no words."""
    if found := _GUARD.fullmatch(note):
        return say(lang, "unsent.guard", why=found[2] or codes(lang, found[1]))
    code = code_of(note)
    if code == "tried":
        return say(lang, "unsent.tried", why=told(lang, _bare(note)))
    return said_or(lang, f"unsent.{code}", told(lang, note)) if code != OTHER else told(lang, note)


def title(lang: str, code: str) -> str:
    """The same for all of one reason."""
    return say(lang, f"given_why.{code}") if known(f"given_why.{code}") \
        else said_or(lang, f"unsent.{code}", code)  # fmt: skip


def fix(lang: str, channel: str, code: str) -> str:
    """What to do about the cause: the doctor's word where he knows one; empty where there is
    nothing to do."""
    rule = _GRANTS.get(channel, "") if code in ("48001", "48002") else FIXES.get(code, "")
    if rule:
        return say(lang, f"doctor_fix.{rule}", ip=say(lang, "given_do.own_ip"))
    return said_or(lang, f"given_do.{code}", "")


def _bare(note: str) -> str:
    """Without what was tried and what was found since."""
    text = note.removeprefix(UNKNOWN)
    for pattern in (_LOOKED, _TRIED, _OVER):
        if found := pattern.fullmatch(text):
            text = found[1]
    return text.removeprefix(UNKNOWN)
