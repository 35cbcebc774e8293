"""Messages of a self-built application (自建应用): sent, changed, recalled (90236, 94888, 94867).

The table says what each msgtype may hold; nothing that the platform would cut off or refuse leaves.
``enable_duplicate_check`` stays off: a call of unknown fate is never repeated, and with it the same
short answer to the same person would be swallowed when it is due a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from bot.core.model import Never, Outcome, Sent
from bot.wecom import cards, wire
from bot.wecom.client import Api
from bot.wecom.shape import Json, Want, check
from bot.wecom.wire import BadBody

if TYPE_CHECKING:
    from bot.wecom.sending import Parcel

RECEIVERS_MAX = 1000
EVERYBODY = "@all"
MEDIA = Want(kind=dict, has={"media_id": Want(need=True)})
TITLE, ABOUT = Want(need=True, size=128), Want(size=512)
ARTICLE = Want(kind=dict, has={
    "title": TITLE, "description": ABOUT, "url": Want(size=2048), "picurl": Want(size=2048),
    "appid": Want(), "pagepath": Want()})  # fmt: skip
ARTICLES = Want(kind=dict, has={
    "articles": Want(kind=list, need=True, count=(1, 8), of=ARTICLE)})  # fmt: skip


def content(size: int) -> Want:
    """An object with words of at most ``size`` bytes."""
    return Want(kind=dict, has={"content": Want(need=True, size=size)})


TABLE: Mapping[str, Want] = {
    "text": content(2048),
    "markdown": content(2048),
    "image": MEDIA,
    "voice": MEDIA,
    "file": MEDIA,
    "video": Want(kind=dict, has={"media_id": Want(need=True), "title": Want(size=128),
                                  "description": ABOUT}),
    "textcard": Want(kind=dict, has={"title": TITLE, "description": Want(need=True, size=512),
                                     "url": Want(need=True, size=2048),
                                     "btntxt": Want(chars=(1, 4))}),
    "news": ARTICLES,
    "miniprogram_notice": Want(kind=dict, has={
        "appid": Want(need=True), "page": Want(size=1024),
        "title": Want(need=True, chars=(4, 12)), "description": Want(chars=(4, 12)),
        "content_item": Want(kind=list, count=(1, 10), of=Want(kind=dict, has={
            "key": Want(need=True, chars=(1, 10)), "value": Want(need=True, chars=(1, 30))}))}),
}  # fmt: skip


def checked(
    message: Json, table: Mapping[str, Want], carrier: cards.Carrier, more: Mapping[str, Any]
) -> Json:
    """``{"msgtype": t, t: {…}}`` with ``more`` put into its object. Raises BadBody."""
    kind = message["msgtype"]
    given = {**message[kind], **more}
    if kind == "template_card":
        return {"msgtype": kind, kind: cards.checked(given, carrier)}
    if kind not in table:
        raise BadBody(f"this channel ({carrier}) has no {kind}")
    check(table[kind], given, kind)
    return {"msgtype": kind, kind: given}


def message_of(parcel: Parcel) -> Json:
    """What message/send gets. ``data["more"]`` of the row adds fields that no Body has (btntxt,
    content_item, title of a video …). Raises BadBody."""
    row = parcel.row
    made = checked(wire.app(row.body, parcel.limits), TABLE, "app", row.data.get("more", {}))
    receivers = list(parcel.receivers) or [row.peer]
    if len(receivers) > RECEIVERS_MAX:
        raise BadBody(f"{len(receivers)} receivers, {RECEIVERS_MAX} are allowed")
    if made["msgtype"] == "miniprogram_notice" and EVERYBODY in receivers:
        raise BadBody("a mini-program notice cannot go to everybody (@all)")
    return {"touser": "|".join(receivers), "agentid": parcel.agent_id, **made}


async def send(api: Api, parcel: Parcel) -> Outcome:
    """One call for an app's row: a new message, the change of a card, or a recall."""
    data = parcel.row.data
    if "update" in data:
        return await _update(api, parcel, data["update"])
    if "recall" in data:
        await api.call("message/recall", {"msgid": data["recall"]}, seconds=parcel.seconds)
        return Sent(str(data["recall"]))
    call = message_of(parcel)
    answer = await api.call("message/send", call, seconds=parcel.seconds)
    refused = unreached(answer)
    wanted = call["touser"].split("|")
    missed = tuple(who for who in wanted if who.lower() in refused)
    if len(missed) == len(wanted):
        return Never("invaliduser", "the app cannot reach this member: not in its visible scope")
    note = f"not reached: {', '.join(missed)}" if missed else ""
    return Sent(str(answer.get("msgid") or ""), note, missed, str(answer.get("response_code", "")))


def unreached(answer: Mapping[str, Any]) -> frozenset[str]:
    """Ids that the platform could not reach though it said ok; it answers in lower case."""
    names = (str(answer.get(key) or "") for key in ("invaliduser", "unlicenseduser"))
    return frozenset(who.lower() for part in names for who in part.split("|") if who)


async def _update(api: Api, parcel: Parcel, change: Mapping[str, Any]) -> Outcome:
    """message/update_template_card, for all who have the card unless ``userids`` names them."""
    call: Json = {"agentid": parcel.agent_id, "response_code": change["response_code"]}
    if "template_card" in change:
        call["template_card"] = cards.checked(change["template_card"], "app", update=True)
    else:
        button = change.get("button", {})
        check(Want(kind=dict, has={"replace_name": Want(need=True)}), button, "button")
        call["button"] = button
    call |= {"userids": change["userids"]} if change.get("userids") else {"atall": 1}
    await api.call("message/update_template_card", call, seconds=parcel.seconds)
    return Sent()
