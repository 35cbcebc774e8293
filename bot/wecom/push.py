"""Messages of a push robot (消息推送) into an internal group: webhook/send (page 91770).

The key is the credential, there is no token. Customer groups cannot hold such a robot.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.core.body import Media, Text
from bot.core.filetypes import MB
from bot.core.model import Outcome, Sent
from bot.wecom import appmsg, wire
from bot.wecom.client import Api
from bot.wecom.files import JPG_PNG, Rule
from bot.wecom.shape import Json, Want
from bot.wecom.wire import BadBody

if TYPE_CHECKING:
    from bot.wecom.sending import Parcel

PICTURE = Rule(2 * MB, JPG_PNG, type="JPG or PNG")
NAMES = Want(kind=list, of=Want(need=True))
TABLE: Mapping[str, Want] = {
    "text": Want(kind=dict, has={"content": Want(need=True, size=2048), "mentioned_list": NAMES,
                                 "mentioned_mobile_list": NAMES}),
    "markdown": appmsg.content(4096),
    "markdown_v2": appmsg.content(4096),
    "image": Want(kind=dict, has={"base64": Want(need=True), "md5": Want(need=True)}),
    "news": Want(kind=dict, has={"articles": Want(kind=list, need=True, count=(1, 8), of=Want(
        kind=dict, has={"title": Want(need=True, size=128), "description": Want(size=512),
                        "url": Want(need=True, size=2048), "picurl": Want(size=2048)}))}),
    "file": appmsg.MEDIA,
    "voice": appmsg.MEDIA,
}  # fmt: skip


def picture(raw: bytes) -> Json:
    """The bytes of a JPG or PNG as an image message, at most 2 MB. Raises BadBody."""
    if len(raw) > PICTURE.most:
        raise BadBody(f"the picture has {len(raw)} bytes, {PICTURE.most} are allowed")
    if not raw.startswith(PICTURE.begins):
        raise BadBody(f"the picture is no {PICTURE.type}")
    digest = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    return {"msgtype": "image", "image": {"base64": base64.b64encode(raw).decode(), "md5": digest}}


async def message_of(parcel: Parcel) -> Json:
    """What webhook/send gets. ``data["mention"]`` and ``data["mention_mobile"]`` of the row are
    userids (or ``@all``) and mobile numbers to call in a text. Raises BadBody."""
    row = parcel.row
    if isinstance(row.body, Media) and row.body.kind == "image":
        made = picture(await _bytes(parcel, row.body.asset))
    else:
        made = wire.webhook(row.body, parcel.limits)
    called = {"mentioned_list": row.data.get("mention"),
              "mentioned_mobile_list": row.data.get("mention_mobile")}  # fmt: skip
    more = {key: names for key, names in called.items() if names}
    if more and not isinstance(row.body, Text):
        raise BadBody("only a text can mention people")
    return appmsg.checked(made, TABLE, "webhook", more)


async def _bytes(parcel: Parcel, asset: str) -> bytes:
    """A push robot takes no media id for a picture: it wants the picture itself."""
    if parcel.assets is None or not asset:
        raise BadBody("a push robot's picture must be a file under content/assets")
    return await parcel.assets.read(await parcel.assets.find(asset))


async def send(api: Api, parcel: Parcel) -> Outcome:
    """One call of webhook/send. It gives no id."""
    await api.call("webhook/send", await message_of(parcel), seconds=parcel.seconds,
                   key=parcel.webhook_key)  # fmt: skip
    return Sent()
