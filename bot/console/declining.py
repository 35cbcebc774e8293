"""What somebody who is not let into a circle will hear: by whom, when, in which words, and whether
the guard lets them pass. Pure but for what it is given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.console import flowing
from bot.core.body import plain
from bot.library.circles import REJECTED
from bot.library.speech import Setting, prepare
from bot.studio.render import CannotRender
from scheduler.flows import Flow, Step, triggered


@dataclass(frozen=True, slots=True)
class Words:
    """One message: when it is due, and its text or (``why``) what keeps it back, in words."""

    when: str
    text: str
    why: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Goodbye:
    """``persona``: whose id; ``said``: what leaves, first things first; ``fault``: why he would
    hear nothing (a word of ``circle_deaf``), or empty."""

    persona: str
    said: Sequence[Words] = ()
    fault: str = ""

    @property
    def text(self) -> str:
        """All of it, for who compares."""
        return "\n".join(one.text for one in self.said)


def goodbye(lang: str, setting: Setting, circle: str, persona: str, member: str) -> Goodbye:
    """What ``persona`` will tell ``member`` once he is turned away."""
    if not persona:
        return Goodbye(persona="", fault="nobody")
    if persona not in setting.cast.scripts or setting.cast.silence(persona, setting.now):
        return Goodbye(persona=persona, fault="persona")
    flows = triggered(setting.cast.flows, REJECTED, persona, circle)
    if not flows:
        return Goodbye(persona=persona, fault="flow")
    heard = [flow for flow in flows if not flow.holds_out(member)]
    if not heard:
        return Goodbye(persona=persona, fault="control")
    said = [words for flow in heard for words in _said(lang, setting, flow, persona)]
    stopped = all(one.why for one in said)
    return Goodbye(persona=persona, said=said, fault="stopped" if stopped else "")


def _said(lang: str, setting: Setting, flow: Flow, persona: str) -> Iterator[Words]:
    for step in flow.file.step:
        yield _words(lang, setting, step, persona)


def _words(lang: str, setting: Setting, step: Step, persona: str) -> Words:
    when = flowing.comes(lang, step)
    try:
        return Words(when, plain(prepare(setting, persona, step.template).body))
    except CannotRender as exc:
        return Words(when, "", flowing.why(lang, str(exc)))
