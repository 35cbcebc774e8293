"""Files that staff send: judged, uploaded once, named so that an outbox row can carry them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from bot.core.body import Media
from bot.core.filetypes import AMR, plain_name, type_of
from bot.core.ports import MediaRefused, PlatformAway
from bot.wecom.client import Api
from bot.wecom.errors import ApiError, CallFailed
from bot.wecom.files import MIN_BYTES, MOST, RULES, VOICE_SECONDS, voice_ms
from bot.wecom.media import CORP, Uploads

Kind = Literal["image", "voice", "video", "file"]
_KINDS: Mapping[str, Kind] = {
    "image/jpeg": "image", "image/png": "image", "video/mp4": "video", AMR: "voice",
}  # fmt: skip
# What page 90313 says about the file itself, rather than about us or the moment.
_REFUSED = frozenset({40004, 40005, 40006, 40008, 40009, 40011, 40201, 44001, 45001, 45007})


class StaffFiles:
    """See ports.MediaShelf."""

    def __init__(self, api: Api, uploads: Uploads) -> None:
        self._api, self._uploads = api, uploads

    async def put(self, name: str, content: bytes) -> Media:
        if len(content) <= MIN_BYTES:
            raise MediaRefused("small", f"{len(content)} bytes, more than {MIN_BYTES} are needed")
        if len(content) > MOST:
            raise MediaRefused("large", f"{len(content)} bytes, {MOST} are allowed")
        kind = kind_of(content)
        try:
            ref = await self._uploads.put(self._api, plain_name(name) or kind, content, kind)
        except ApiError as exc:
            if exc.errcode in _REFUSED:
                raise MediaRefused("refused", f"{exc.errcode} {exc.errmsg}") from None
            raise PlatformAway(str(exc)) from None
        except CallFailed as exc:
            raise PlatformAway(str(exc)) from None
        return Media(kind, media_id=ref)


def kind_of(content: bytes) -> Kind:
    """As what a file is sent (page 90253). What is too large or too long for its kind is sent as a
    plain file, which may be larger."""
    kind = _KINDS.get(type_of(content), "file")
    long = kind == "voice" and voice_ms(content) > VOICE_SECONDS * 1000
    return "file" if long or len(content) > RULES[CORP.family][kind].most else kind
