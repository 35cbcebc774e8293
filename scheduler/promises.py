"""A promise of the night is due: staff see who waits, and the persona says that it is back."""

from __future__ import annotations

from bot.core.clock import HOUR
from bot.core.model import Outbound
from bot.library.speech import Setting, stopped
from bot.persona import hours, promise
from bot.store import conversations, outbox
from bot.store.engine import Row, Tx
from scheduler.ways import KEPT_FOR_ANSWERS, WINDOW_MARGIN

SAID_WITHIN = 3 * HOUR


def run_promise(tx: Tx, setting: Setting, due: Row) -> str:
    """Keeps one promise. Empty, or the reason why nothing was said."""
    key, persona = due["data"]["conversation"], due["data"]["persona"]
    talk = conversations.get(tx, key)
    if talk is None:
        return "the conversation is gone"
    if persona not in setting.cast.scripts or not setting.cast.is_valid(persona, setting.now):
        return f"persona {persona} does not serve now"
    if talk["mode"] != "auto":
        return "a person holds the conversation"
    if conversations.answered_by_person(tx, talk, due["data"]["since"]):
        return "a person has answered"
    conversations.wait(tx, key, setting.now, promise.WAITS_FOR)
    return _say(tx, setting, talk, due)


def _say(tx: Tx, setting: Setting, talk: Row, due: Row) -> str:
    persona = due["data"]["persona"]
    script, limits = setting.cast.scripts[persona], setting.limits
    if talk["channel"] != "kf":
        return "only a kf chat can be written to unasked; staff see who waits"
    since = setting.now - limits.kf_hours * HOUR + WINDOW_MARGIN
    if (talk["last_in_at"] or 0) <= since:
        return "no kf window is open"
    if talk["sent_since"] >= limits.kf_messages - KEPT_FOR_ANSWERS:
        return "the rest of the kf window is left for answers"
    if not hours.on_duty(script.persona.hours, setting.now, script.zone):
        return "it is closed again"
    draft = promise.back(script, due["data"]["seen"])
    if codes := stopped(setting, persona, draft.body):
        return f"guard: {codes}"
    outbox.enqueue(tx, Outbound(
        lane=talk["id"], pool="reply", channel="kf", account=talk["account"], peer=talk["peer"],
        kind="reply", body=draft.body, origin=due["key"], persona=persona,
        persona_version=script.version, content=draft.content, conversation=talk["id"],
        member=talk["member"], dedupe=due["key"], send_at=setting.now, retry_at=setting.now,
        expires_at=setting.now + SAID_WITHIN), setting.now)  # fmt: skip
    return ""
