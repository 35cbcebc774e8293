"""Message payloads: one field table per msgtype and channel, and how they reach people.

Sizes: customer contact section 4 (page 92137), kf section 5 (94677), webhook (91770),
application messages (90236).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from sandbox.errors import ApiError
from sandbox.fields import Field, Json, check, flag, items, number, obj, strings, text
from sandbox.rules import media
from sandbox.world.world import World

TOO_BIG = 45002


def content(limit: int, chars: int | None = None) -> Field:
    """A message's words: over the limit 45002, empty 44004."""
    return text(limit, max_chars=chars, required=True, missing=44004, over=TOO_BIG)


def maybe_content(limit: int, chars: int | None = None) -> Field:
    """Words that may be left out when there are attachments."""
    return text(limit, max_chars=chars, over=TOO_BIG)


MEDIA_ID = text(128, required=True, missing=41006, bad=40007)
URL = text(2048, required=True, missing=41010)
MAYBE_URL = text(2048)
TITLE = text(128, required=True, missing=41016)

ATTACHMENTS: Mapping[str, Field] = {
    "image": obj({"media_id": text(128, bad=40007), "pic_url": MAYBE_URL}, required=True),
    "link": obj(
        {"title": TITLE, "picurl": MAYBE_URL, "desc": text(512), "url": URL}, required=True
    ),
    "miniprogram": obj(
        {
            "title": text(64, required=True, missing=41016),
            "pic_media_id": MEDIA_ID,
            "appid": text(required=True),
            "page": text(required=True),
        },
        required=True,
    ),
    "video": obj({"media_id": MEDIA_ID}, required=True),
    "file": obj({"media_id": MEDIA_ID}, required=True),
}

MENU_ITEM: Mapping[str, Field] = {
    "click": obj({"id": text(128), "content": text(128, required=True)}, required=True),
    "view": obj({"url": URL, "content": text(1024, required=True)}, required=True),
    "miniprogram": obj(
        {
            "appid": text(required=True),
            "pagepath": text(required=True),
            "content": text(1024, required=True),
        },
        required=True,
    ),
    "text": obj({"content": text(256, required=True), "no_newline": number(0, 1)}, required=True),
}

MENU = obj(
    {"head_content": text(1024), "list": items(obj(), 10, over=95008), "tail_content": text(1024)},
    required=True,
)

KF: Mapping[str, Field] = {
    "text": obj({"content": content(2048)}, required=True),
    "image": obj({"media_id": MEDIA_ID}, required=True),
    "voice": obj({"media_id": MEDIA_ID}, required=True),
    "video": obj({"media_id": MEDIA_ID}, required=True),
    "file": obj({"media_id": MEDIA_ID}, required=True),
    "link": obj(
        {"title": TITLE, "desc": text(512), "url": URL, "thumb_media_id": MEDIA_ID}, required=True
    ),
    "miniprogram": obj(
        {
            "appid": text(required=True),
            "title": text(64),
            "thumb_media_id": MEDIA_ID,
            "pagepath": text(required=True, pattern=r".+\.html(\?.*)?"),
        },
        required=True,
    ),
    "msgmenu": MENU,
    "location": obj(
        {
            "name": text(),
            "address": text(),
            "latitude": Field(
                kind="num", required=True, bad=95022, over=95022, missing=95022, low=-90, high=90
            ),
            "longitude": Field(
                kind="num", required=True, bad=95022, over=95022, missing=95022, low=-180, high=180
            ),
        },
        required=True,
    ),
    "ca_link": obj({"link_url": URL}, required=True),
    "business_card": obj({"userid": text(64, required=True, missing=41009)}, required=True),
}

KF_EVENT: Mapping[str, Field] = {"text": KF["text"], "msgmenu": MENU}

ARTICLE = obj(
    {
        "title": text(required=True, missing=41016),
        "description": text(),
        "url": text(2048),
        "picurl": MAYBE_URL,
        "appid": text(),
        "pagepath": text(),
    }
)

WEBHOOK: Mapping[str, Field] = {
    "text": obj(
        {"content": content(2048), "mentioned_list": strings(), "mentioned_mobile_list": strings()},
        required=True,
    ),
    "markdown": obj({"content": content(4096)}, required=True),
    "markdown_v2": obj({"content": content(4096)}, required=True),
    "image": obj({"base64": text(required=True), "md5": text(required=True)}, required=True),
    "news": obj({"articles": items(ARTICLE, 8, required=True, over=45008)}, required=True),
    "file": obj({"media_id": MEDIA_ID}, required=True),
    "voice": obj({"media_id": MEDIA_ID}, required=True),
    "template_card": obj(required=True),
}

APP_ARTICLE = replace(
    ARTICLE,
    fields={
        **ARTICLE.fields,
        "title": text(128, required=True, missing=41016),
        "description": text(512),
    },
)

MP_ARTICLE = obj(
    {
        "title": text(128, required=True, missing=41016),
        "thumb_media_id": MEDIA_ID,
        "author": text(64),
        "content_source_url": MAYBE_URL,
        "content": text(666 * 1024, required=True, over=TOO_BIG),
        "digest": text(512),
    }
)
NOTICE_ITEM = obj(
    {"key": text(max_chars=10, required=True), "value": text(max_chars=30, required=True)}
)

APP: Mapping[str, Field] = {
    "text": obj({"content": text(required=True, missing=44004)}, required=True),
    "image": obj({"media_id": MEDIA_ID}, required=True),
    "voice": obj({"media_id": MEDIA_ID}, required=True),
    "file": obj({"media_id": MEDIA_ID}, required=True),
    "video": obj(
        {"media_id": MEDIA_ID, "title": text(128), "description": text(512)}, required=True
    ),
    "textcard": obj(
        {
            "title": text(required=True, missing=41016),
            "description": text(required=True),
            "url": URL,
            "btntxt": text(max_chars=4),
        },
        required=True,
    ),
    "news": obj({"articles": items(APP_ARTICLE, 8, required=True, over=45008)}, required=True),
    "mpnews": obj({"articles": items(MP_ARTICLE, 8, required=True, over=45008)}, required=True),
    "markdown": obj({"content": content(2048)}, required=True),
    "miniprogram_notice": obj(
        {
            "appid": text(required=True),
            "page": text(1024),
            "title": text(max_chars=12, required=True, missing=41016),
            "description": text(max_chars=12),
            "emphasis_first_item": flag(),
            "content_item": items(NOTICE_ITEM, 10),
        },
        required=True,
    ),
    "template_card": obj(required=True),
}

MEDIA_KEYS = ("media_id", "thumb_media_id", "pic_media_id")


def message(table: Mapping[str, Field], body: Json) -> Json:
    """`{"msgtype": t, t: {...}}` checked against a table; 40008 for a type it does not list."""
    kind = body.get("msgtype")
    if not isinstance(kind, str) or kind not in table:
        raise ApiError(40008, f"msgtype {kind!r}")
    found = check({kind: table[kind]}, body)
    if kind == "msgmenu":
        found[kind]["list"] = [menu_item(each) for each in found[kind].get("list", [])]
    return {"msgtype": kind} | found


def menu_item(item: Json) -> Json:
    """One line of a menu; 95009 for a type that menus do not have."""
    kind = item.get("type")
    if not isinstance(kind, str) or kind not in MENU_ITEM:
        raise ApiError(95009, f"menu item type {kind!r}")
    return {"type": kind} | check({kind: MENU_ITEM[kind]}, item)


def attachments(found: list[Json]) -> list[Json]:
    """Attachments of welcome and bulk messages (types: image, link, miniprogram, video, file)."""
    checked = [message(ATTACHMENTS, each) for each in found]
    for each in checked:
        image = each.get("image")
        if image is not None and not (image.get("media_id") or image.get("pic_url")):
            raise ApiError(41006, "image needs media_id or pic_url")
    return checked


def media_ids(raw: Json) -> Iterator[str]:
    """Every media id that one message refers to."""
    body = raw.get(raw["msgtype"])
    rows = body.get("articles", [body]) if isinstance(body, dict) else []
    for row in rows:
        yield from (row[key] for key in MEDIA_KEYS if row.get(key))


def check_media(world: World, messages: list[Json], scope: str = "temp") -> None:
    """Every media id must exist in the right scope and be younger than three days (40007)."""
    for raw in messages:
        for media_id in media_ids(raw):
            media.valid(world, media_id, scope)


def words(raw: Json) -> str:
    """What a person would read of a message, in one string."""
    body = raw.get(raw["msgtype"])
    if not isinstance(body, dict):
        return ""
    lines = [body.get("content"), body.get("head_content")]
    for item in body.get("list", []):
        lines.append(item.get(item.get("type"), {}).get("content"))
    lines += [body.get("tail_content"), body.get("title"), body.get("name")]
    lines += [row.get("title") for row in body.get("articles", [])]
    return "\n".join(line for line in lines if line)


def cut(value: str, limit: int) -> str:
    """At most `limit` bytes, never half a character."""
    return value.encode()[:limit].decode("utf-8", "ignore")
