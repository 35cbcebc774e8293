"""Somebody closed a conversation that he answered: the member is asked how it was, if he may be."""

from __future__ import annotations

from bot.core.clock import HOUR
from bot.core.model import Outbound
from bot.library.speech import Setting, stopped
from bot.persona import rating
from bot.store import conversations, ratings
from bot.store.engine import Row, Tx
from scheduler.ways import WINDOW_MARGIN

ASKED_WITHIN = 1 * HOUR  # of the closing; later the question belongs to nothing
# A robot takes one answer for each message; the others cannot be written.
CHANNELS = frozenset({"kf", "oa", "app"})


def run_rating(tx: Tx, setting: Setting, due: Row) -> str:
    """Asks once. Empty, or the reason why nothing was asked."""
    plan, talk = due["data"], conversations.get(tx, due["data"]["conversation"])
    if not setting.service.satisfaction:
        return "[service] satisfaction is off"
    if talk is None or not talk["member"] or talk["channel"] not in CHANNELS:
        return "nobody can be asked there"
    why = _moved_on(talk, plan, setting.now) or _closed(tx, talk, setting) or ratings.unwelcome(
        tx, talk, setting.now - setting.service.ms("ask_again"))  # fmt: skip
    if why:
        return why
    staff = ratings.helper(tx, talk["id"], plan["since"])
    return _ask(tx, setting, talk, staff) if staff else "nobody of the staff had answered"


def _moved_on(talk: Row, plan: Row, now: int) -> str:
    if talk["mode"] != "auto" or talk["waiting_since"] is not None:
        return "it is not closed any more"
    if (talk["last_in_at"] or 0) > plan["at"]:
        return "the member went on talking"
    return "it was closed too long ago" if now - plan["at"] > ASKED_WITHIN else ""


def _closed(tx: Tx, talk: Row, setting: Setting) -> str:
    """Why the platform takes no more message there now."""
    limits, queued = setting.limits, ratings.pending(tx, talk["id"])
    if talk["channel"] == "oa":
        left = ratings.allowed(tx, talk["id"], setting.now)
        return "" if left > queued else "no window is open"
    if talk["channel"] != "kf":
        return ""
    if (talk["last_in_at"] or 0) <= setting.now - limits.kf_hours * HOUR + WINDOW_MARGIN:
        return "no kf window is open"
    left = limits.kf_messages - talk["sent_since"] - queued
    return "" if left > 1 else "the last message of the kf window is kept for an answer"


def _ask(tx: Tx, setting: Setting, talk: Row, staff: str) -> str:
    channel, now = talk["channel"], setting.now
    persona = setting.cast.persona_of(channel, talk["account"]) or ""
    if why := setting.cast.silence(persona, now):
        return why
    script = setting.cast.scripts[persona]
    own = [line for line in script.persona.satisfaction.ask
           if not stopped(setting, persona, rating.question([line], 0, channel))]  # fmt: skip
    if codes := stopped(setting, persona, rating.question(own, 0, channel)):
        return f"guard: {codes}"

    def word(number: int) -> Outbound:
        return Outbound(
            lane=talk["id"], pool="reply", channel=channel, account=talk["account"],
            peer=talk["peer"], kind="reply", body=rating.question(own, number, channel),
            origin=f"rating:{number}", persona=persona, persona_version=script.version,
            content=rating.CONTENT, conversation=talk["id"], member=talk["member"],
            dedupe=f"rating/{number}", send_at=now, retry_at=now, priority=1,
            expires_at=now + ASKED_WITHIN,
        )  # fmt: skip

    ratings.ask(tx, talk, persona, staff, now, word)
    return ""
