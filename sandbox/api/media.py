"""Media up and down (pages 90253 to 90256, 95098)."""

from __future__ import annotations

from sandbox.api.base import GET, POST, Binary, Call, Endpoint
from sandbox.errors import ApiError
from sandbox.fields import Json, number, text
from sandbox.rules import media

DAY_MS, MONTH_MS = 86_400_000, 30 * 86_400_000
PER_DAY, PER_MONTH = 1000, 3000


def upload(call: Call) -> Json:
    kind = call.args["type"]
    found = media.inspect(call.upload, media.TEMP[kind])
    made = media.keep(call.world, kind, "temp", found)
    return {"type": kind, "media_id": made.id, "created_at": str(made.created_at // 1000)}


def upload_image(call: Call) -> Json:
    """A permanent picture: 1000 a day, 3000 a month."""
    found = media.inspect(call.upload, media.PERMANENT_IMAGE)
    hit, now = call.world.windows.hit, call.world.now()
    if not (hit("uploadimg", now, PER_DAY, DAY_MS) and hit("uploadimg", now, PER_MONTH, MONTH_MS)):
        raise ApiError(45009, "uploadimg")
    made = media.keep(call.world, "image", "permanent", found)
    return {"url": f"{call.world.base}/img/{made.id}"}


def upload_attachment(call: Call) -> Json:
    kind = call.args["media_type"]
    found = media.inspect(call.upload, media.ATTACHMENT[kind])
    made = media.keep(call.world, kind, media.SCOPES[call.args["attachment_type"]], found)
    return {"type": kind, "media_id": made.id, "created_at": made.created_at // 1000}


def get(call: Call) -> Binary:
    found = media.valid(call.world, call.args["media_id"])
    data = call.world.blobs.get(found.id)
    if data is None:
        raise ApiError(40007)
    return Binary(data, found.filename, media.type_of(found, data))


def get_voice(call: Call) -> Binary:
    """The same voice in better quality; only voices have one."""
    if media.valid(call.world, call.args["media_id"]).kind != "voice":
        raise ApiError(40007)
    return get(call)


MEDIA = text(128, required=True, missing=41006, bad=40007, over=40007)
ENDPOINTS = (
    Endpoint(
        "media/upload",
        upload,
        POST,
        {"type": text(required=True, missing=40004, bad=40004, choices=tuple(media.TEMP))},
    ),
    Endpoint("media/uploadimg", upload_image, POST),
    Endpoint(
        "media/upload_attachment",
        upload_attachment,
        POST,
        {
            "media_type": text(
                required=True, missing=40004, bad=40004, choices=tuple(media.ATTACHMENT)
            ),
            "attachment_type": number(required=True, missing=41072, bad=41072, choices=(1, 2)),
        },
        "contact",
    ),
    Endpoint("media/get", get, GET, {"media_id": MEDIA}),
    Endpoint("media/get/jssdk", get_voice, GET, {"media_id": MEDIA}),
)
