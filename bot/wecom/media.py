"""Files on their way to the platform: checked, uploaded once, remembered, renewed.

An upload is known by what the file holds, where its id is good, and as what it was sent up. Ids
live three days (page 90253); permanent picture URLs (page 90256) live for good but fit only where
the platform wants a URL.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakValueDictionary

import aiohttp

from bot.core.body import Body, Link, MiniProgram, Rich
from bot.core.body import Media as Picture
from bot.core.clock import DAY, Clock
from bot.wecom.client import Api
from bot.wecom.errors import CallFailed
from bot.wecom.files import Asset, Assets, check, is_asset
from bot.wecom.wire import BadBody

LIFE = 3 * DAY
# The platform does not know a media id (any more), or not in this place (page 90313).
DEAD_MEDIA = 40007
AT_ONCE = 2
_URL = ("http://", "https://")


class Shelf(Protocol):
    """Remembers what the platform calls an uploaded file."""

    async def find(self, digest: str, scope: str, kind: str, now: int) -> str | None:
        """The name, while it is good."""
        ...

    async def keep(
        self, digest: str, scope: str, kind: str, *, ref: str, name: str, now: int,
        until: int | None,
    ) -> None:  # fmt: skip
        """Keeps a name until ``until`` (None: for good)."""
        ...

    async def forget(self, refs: Sequence[str]) -> None:
        """These names are dead."""
        ...


class BriefShelf:
    """A shelf that lives as long as the process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], tuple[str, int | None]] = {}

    async def find(self, digest: str, scope: str, kind: str, now: int) -> str | None:
        ref, until = self._kept.get((digest, scope, kind), (None, None))
        return ref if until is None or until > now else None

    async def keep(
        self, digest: str, scope: str, kind: str, *, ref: str, name: str, now: int,
        until: int | None,
    ) -> None:  # fmt: skip
        self._kept[(digest, scope, kind)] = (ref, until)

    async def forget(self, refs: Sequence[str]) -> None:
        self._kept = {k: v for k, v in self._kept.items() if v[0] not in refs}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a name is good: ``corp``, ``moment``, ``album``, ``url``, or one push robot's key."""

    family: str
    key: str = field(default="", repr=False)

    @property
    def name(self) -> str:
        """What stands in the database: a robot's key is a credential, so only its hash does."""
        if not self.key:
            return self.family
        return f"{self.family}:{hashlib.sha256(self.key.encode()).hexdigest()[:16]}"


CORP, MOMENT, ALBUM, URL = Scope("corp"), Scope("moment"), Scope("album"), Scope("url")
# By channel: where its files go, and where the picture of a link goes.
FILES: Mapping[str, Scope] = {"moment": MOMENT}
PICTURES: Mapping[str, Scope] = {"kf": CORP, "moment": MOMENT}


@dataclass(frozen=True, slots=True)
class Ready:
    """A body whose files the platform has; ``refs`` are the names that it carries."""

    body: Body
    refs: tuple[str, ...]


class Uploads:
    """Turns the assets that bodies name into what the platform calls them.

    ``margin`` ms before the end of its life an id counts as over. ``cover`` is the asset for links
    that must have a picture of their own (kf, moments) and name none.
    """

    def __init__(
        self, assets: Assets, shelf: Shelf, clock: Clock, *, margin: int, seconds: float,
        cover: str = "",
    ) -> None:  # fmt: skip
        self._assets, self._shelf, self._clock = assets, shelf, clock
        self._margin, self._seconds, self._cover = margin, seconds, cover
        self._locks: WeakValueDictionary[tuple[str, str, str], asyncio.Lock] = WeakValueDictionary()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def ready(self, api: Api, channel: str, body: Body, key: str = "") -> Ready:
        """``body`` with names in place of assets. ``key`` is a push robot's.

        Raises BadBody for a file that is missing or that the platform would not take, ApiError,
        and CallFailed, which never has had an effect: an upload may always be repeated.
        """
        refs: list[str] = []
        parts = body.attachments if isinstance(body, Rich) else (body,)
        made = tuple([await self._part(api, channel, part, key, refs) for part in parts])
        whole = replace(body, attachments=made) if isinstance(body, Rich) else made[0]
        return Ready(whole, tuple(refs))

    async def _part(self, api: Api, channel: str, part: Body, key: str, refs: list[str]) -> Any:
        hook = Scope("webhook", key) if channel == "webhook" else None
        match part:
            case Picture("image", _, "") if hook:
                return part  # a push robot wants the picture itself, not its name
            case Picture(kind, asset, "") if asset:
                scope = hook or FILES.get(channel, CORP)
                return replace(part, media_id=await self._named(api, asset, kind, scope, refs))
            case Link():
                return await self._link(api, channel, part, refs)
            case MiniProgram(thumb=thumb) if is_asset(thumb):
                return replace(part, thumb=await self._named(api, thumb, "image", CORP, refs))
        return part

    async def _link(self, api: Api, channel: str, link: Link, refs: list[str]) -> Link:
        scope, picture = PICTURES.get(channel), link.picture
        if scope is not None and (not picture or picture.startswith(_URL)):
            picture = self._cover
            if not picture:
                raise BadBody(f"a link in {channel} needs a picture file: set [media] cover")
        if not is_asset(picture):
            return link
        return replace(link, picture=await self._named(api, picture, "image", scope or URL, refs))

    async def _named(self, api: Api, asset: str, kind: str, scope: Scope, refs: list[str]) -> str:
        refs.append(await self.name_of(api, asset, kind, scope))
        return refs[-1]

    async def name_of(self, api: Api, asset: str, kind: str, scope: Scope) -> str:
        """The platform's name of one asset; uploads it unless somebody has. Raises as ``ready``."""
        found = await self._assets.find(asset)
        spot = (found.digest, scope.name, kind)
        lock = self._locks.setdefault(spot, asyncio.Lock())
        async with lock:
            known = await self._shelf.find(*spot, self._clock.now())
            return known or await self._upload(api, found, kind, scope)

    async def put(self, api: Api, name: str, content: bytes, kind: str) -> str:
        """The media id of a file that is no asset; good for another day at least. The name belongs
        to it: receivers see it. Raises as ``ready``."""
        digest = hashlib.sha256(name.encode() + b"\0" + content).hexdigest()
        asset, spot = Asset(name, Path(), digest, len(content)), (digest, CORP.name, kind)
        check(asset, content, kind, CORP.family)
        async with self._locks.setdefault(spot, asyncio.Lock()):
            known = await self._shelf.find(*spot, self._clock.now() + DAY)
            if known:
                return known
            async with self._slots:
                return await self._sent_up(api, asset, content, kind, CORP)

    async def forget(self, refs: Sequence[str]) -> None:
        """The platform refused these names; the next ``ready`` uploads again."""
        await self._shelf.forget(refs)

    async def _upload(self, api: Api, asset: Asset, kind: str, scope: Scope) -> str:
        async with self._slots:
            content = await self._assets.read(asset)
            check(asset, content, kind, scope.family)
            return await self._sent_up(api, asset, content, kind, scope)

    async def _sent_up(
        self, api: Api, asset: Asset, content: bytes, kind: str, scope: Scope
    ) -> str:  # fmt: skip
        ref = await upload(api, asset.name, content, kind, scope, self._seconds)
        now = self._clock.now()
        until = None if scope == URL else now + LIFE - self._margin
        await self._shelf.keep(asset.digest, scope.name, kind, ref=ref, name=asset.name, now=now,
                               until=until)  # fmt: skip
        return ref


async def upload(
    api: Api, name: str, content: bytes, kind: str, scope: Scope, seconds: float
) -> str:
    """One upload (pages 90253, 90256, 95098, 91770); the media id, or the URL of a picture."""
    path, params = _call(kind, scope)
    try:
        answer = await api._request(
            "post", path, params=params, data=_form(name, content), seconds=seconds
        )
    except CallFailed as exc:
        raise CallFailed(path, str(exc), arrived=False) from None
    return str(answer["url" if scope == URL else "media_id"])


def _call(kind: str, scope: Scope) -> tuple[str, dict[str, object]]:
    match scope.family:
        case "moment" | "album" as place:
            number = 1 if place == "moment" else 2
            return "media/upload_attachment", {"media_type": kind, "attachment_type": number}
        case "url":
            return "media/uploadimg", {}
        case "webhook":
            return "webhook/upload_media", {"type": kind, "key": scope.key}
    return "media/upload", {"type": kind}


def _form(name: str, content: bytes) -> aiohttp.BytesIOPayload:
    """A multipart form that can be sent twice: aiohttp's own is spent after one attempt, and its
    percent-encoded file names would reach the customer."""
    mark = f"onevoice{hashlib.sha256(content).hexdigest()[:32]}"
    shown = name.replace("\\", "_").replace('"', "_").replace("\r", "_").replace("\n", "_")
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="media"; filename="{shown}";'
        f" filelength={len(content)}\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    whole = b"".join((head.encode(), content, f"\r\n--{mark}--\r\n".encode()))
    return aiohttp.BytesIOPayload(
        io.BytesIO(whole), content_type=f"multipart/form-data; boundary={mark}"
    )


def assets_in(folder: Path) -> Assets:
    """The files under a brand's ``content/assets``."""
    return Assets(folder / "assets")
