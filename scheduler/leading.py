"""A circle is handed over to another leader on its day, and its groups hear the introduction that
was written for it: by a task for the tap of each group's owner, as every post."""

from __future__ import annotations

from bot.core.clock import DAY, local
from bot.core.model import Outbound
from bot.core.policy import TAP_WITHIN
from bot.library.linking import marked
from bot.library.selling import sells_with
from bot.library.speech import Setting, prepare
from bot.members.circle import Circle
from bot.store import circling, outbox, people, schedule
from bot.store.engine import Row, Tx
from bot.store.outbox import Receiver
from bot.studio.render import CannotRender, Rendered
from scheduler import admission
from scheduler.fate import DONE, Fate

LATE_MAX = DAY  # an introduction that comes later introduces nobody


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
    voice, template = due["data"]["voice"], due["data"]["template"]
    if why := setting.cast.silence(voice, setting.now):
        return Fate("skip", why)
    try:
        made = prepare(setting, voice, template)
    except CannotRender as exc:
        return Fate("skip", str(exc))
    ruling = admission.ask_feed(tx, setting, voice, "group_post", circle.id,
                                sells=sells_with(setting.cast, template))  # fmt: skip
    if ruling.answer != "yes":
        last = due["at"] + LATE_MAX
        if ruling.answer == "no" or ruling.until is None or ruling.until > last:
            return Fate("skip", ruling.code)
        return Fate("wait", ruling.code, ruling.until)
    return Fate.of("" if _post(tx, setting, circle, due, made) else "nobody to post to")


def _post(tx: Tx, setting: Setting, circle: Circle, due: Row, made: Rendered) -> int:
    """One task for each owner of the circle's groups; how many."""
    voice, owners = due["data"]["voice"], dict[str, list[Receiver]]()
    for chat in people.groups_of(tx, setting.cast.all_accounts("contact")):
        if {chat["id"], chat["name"]} & set(circle.groups):
            owners.setdefault(chat["owner"], []).append(Receiver(chat["id"]))
    day = local(due["at"], setting.cast.zone).strftime("%Y%m%d")
    for owner, chats in owners.items():
        outbox.enqueue(tx, marked(tx, setting, Outbound(
            lane=f"group:{owner}/bulk", pool="bulk", channel="group", account=owner, peer=owner,
            kind="group_post", body=made.body, origin=f"activity:lead-{circle.id}:{day}",
            persona=voice, persona_version=setting.cast.scripts[voice].version,
            content=due["data"]["template"], content_version=made.version, operator=owner,
            dedupe=f"{due['key']}/{owner}", send_at=setting.now, retry_at=setting.now,
            expires_at=setting.now + TAP_WITHIN)), setting.now, chats)  # fmt: skip
    return len(owners)
