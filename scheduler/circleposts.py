"""Something is posted into the groups of a circle: by a task for the tap of each group's owner, if
the governor lets it, and not when it is late."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.clock import DAY
from bot.core.model import Outbound
from bot.core.policy import TAP_WITHIN
from bot.library.linking import marked
from bot.library.selling import sells_with
from bot.library.speech import Setting, prepare
from bot.members.circle import Circle
from bot.store import outbox, people
from bot.store.engine import Row, Tx
from bot.store.outbox import Receiver
from bot.studio.render import CannotRender, Rendered
from scheduler import admission
from scheduler.fate import Fate

LATE_MAX = DAY


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """What is said, by which persona; ``given``: values of the template that have no source."""

    voice: str
    template: str
    origin: str
    given: Mapping[str, Any] = field(default_factory=dict)


def say(tx: Tx, setting: Setting, circle: Circle, due: Row, post: Post) -> Fate:
    """What becomes of a due row that wants something posted."""
    if why := setting.cast.silence(post.voice, setting.now):
        return Fate("skip", why)
    try:
        made = prepare(setting, post.voice, post.template, given=post.given, circle=circle.id)
    except CannotRender as exc:
        return Fate("skip", str(exc))
    ruling = admission.ask_feed(tx, setting, post.voice, "group_post", circle.id,
                                sells=sells_with(setting.cast, post.template))  # fmt: skip
    if ruling.answer != "yes":
        last = due["at"] + LATE_MAX
        if ruling.answer == "no" or ruling.until is None or ruling.until > last:
            return Fate("skip", ruling.code)
        return Fate("wait", ruling.code, ruling.until)
    return Fate.of("" if _post(tx, setting, circle, due, post, made) else "nobody to post to")


def _post(
    tx: Tx, setting: Setting, circle: Circle, due: Row, post: Post, made: Rendered
) -> int:  # fmt: skip
    """One task for each owner of the circle's groups; how many."""
    owners = dict[str, list[Receiver]]()
    for chat in people.groups_of(tx, setting.cast.all_accounts("contact")):
        if {chat["id"], chat["name"]} & set(circle.groups):
            owners.setdefault(chat["owner"], []).append(Receiver(chat["id"]))
    for owner, chats in owners.items():
        outbox.enqueue(tx, marked(tx, setting, Outbound(
            lane=f"group:{owner}/bulk", pool="bulk", channel="group", account=owner, peer=owner,
            kind="group_post", body=made.body, origin=post.origin, persona=post.voice,
            persona_version=setting.cast.scripts[post.voice].version, content=post.template,
            content_version=made.version, operator=owner, dedupe=f"{due['key']}/{owner}",
            send_at=setting.now, retry_at=setting.now,
            expires_at=setting.now + TAP_WITHIN)), setting.now, chats)  # fmt: skip
    return len(owners)
