"""A circle is handed over to another leader on its day, and its groups hear the introduction that
was written for it: by a task for the tap of each group's owner, as every post."""

from __future__ import annotations

from bot.core.clock import local
from bot.library.speech import Setting
from bot.members.circle import Circle
from bot.store import circling, schedule
from bot.store.engine import Row, Tx
from scheduler.circleposts import Post, say
from scheduler.fate import DONE, Fate


def plan(tx: Tx, circle: str, at: int, now: int, **said: str) -> None:
    """Hands a circle over at ``at`` (UTC ms). ``said``: persona or member, who leads then; actor;
    note; template and voice: what is said by which persona, if anything."""
    led = at <= now
    if led:
        _lead(tx, circle, said, now)
    if not led or said.get("template"):
        data = {"circle": circle, "led": led, **said}
        schedule.add_due(tx, f"lead/{circle}/{at}/{now}", "lead", max(at, now), data)


def run_lead(tx: Tx, setting: Setting, due: Row) -> Fate:
    """Hands over what was planned, unless it was done at once; then the introduction."""
    data = due["data"]
    circle = setting.cast.circles.get(data["circle"])
    if circle is None:
        return Fate("skip", "the circle is not published any more")
    if not data["led"]:
        _lead(tx, circle.id, data, setting.now)
        if data.get("template"):
            schedule.add_due(tx, f"{due['key']}//said", "lead", due["at"], data | {"led": True})
        return DONE
    return _introduce(tx, setting, circle, due) if data.get("template") else DONE


def _lead(tx: Tx, circle: str, said: Row, now: int) -> None:
    circling.lead(tx, circle, now, persona=said.get("persona", ""), member=said.get("member", ""),
                  actor=said["actor"], note=said.get("note", ""))  # fmt: skip


def _introduce(tx: Tx, setting: Setting, circle: Circle, due: Row) -> Fate:
    day = local(due["at"], setting.cast.zone).strftime("%Y%m%d")
    post = Post(voice=due["data"]["voice"], template=due["data"]["template"],
                origin=f"activity:lead-{circle.id}:{day}")  # fmt: skip
    return say(tx, setting, circle, due, post)
