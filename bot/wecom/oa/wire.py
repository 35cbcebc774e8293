"""Our bodies as customer-service messages of an official account (客服消息)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.body import Body, Link, Media, Menu, MiniProgram, Rich, Text
from bot.wecom.shape import Json, Want, check
from bot.wecom.wire import BadBody

# Not published for this platform; the same as WeCom allows.
TEXT_BYTES = 2048
_URL_BYTES = 2048
_MEDIA = Want(kind=dict, has={"media_id": Want(need=True)})
_ITEM = Want(kind=dict, has={"id": Want(need=True, size=128), "content": Want(need=True, size=128)})
_ARTICLE = Want(kind=dict, has={
    "title": Want(need=True, size=128), "url": Want(need=True, size=_URL_BYTES),
    "description": Want(size=512), "picurl": Want(size=_URL_BYTES)})  # fmt: skip
TABLE: Mapping[str, Want] = {
    "text": Want(kind=dict, has={"content": Want(need=True, size=TEXT_BYTES)}),
    "image": _MEDIA,
    "voice": _MEDIA,
    "video": _MEDIA,
    # a customer-service message holds one article
    "news": Want(kind=dict, has={
        "articles": Want(kind=list, need=True, count=(1, 1), of=_ARTICLE)}),
    "msgmenu": Want(kind=dict, has={
        "head_content": Want(size=1024), "tail_content": Want(size=1024),
        "list": Want(kind=list, need=True, count=(1, 10), of=_ITEM)}),
    "miniprogrampage": Want(kind=dict, has={
        "title": Want(), "appid": Want(need=True), "pagepath": Want(need=True),
        "thumb_media_id": Want(need=True)}),
}  # fmt: skip


def message(openid: str, body: Body) -> Json:
    """What message/custom/send gets. Raises BadBody."""
    kind, value = _shape(body)
    given = {name: part for name, part in value.items() if part not in ("", None)}
    if not given:
        raise BadBody("there is nothing in the message")
    check(TABLE[kind], given, kind)
    return {"touser": openid, "msgtype": kind, kind: given}


def _shape(body: Body) -> tuple[str, Json]:
    match body:
        case Text(text) | Rich(text, ()):
            return "text", {"content": text}
        case Media("image" | "voice" | "video" as kind, _, media_id):
            return kind, {"media_id": media_id}
        case Link():
            return "news", {"articles": [_article(body, "")]}
        case Rich(text, (Link() as link,)):
            return "news", {"articles": [_article(link, text)]}
        case Menu():
            return "msgmenu", _menu(body)
        case MiniProgram(appid, page, title, thumb):
            return "miniprogrampage", {"title": title, "appid": appid, "pagepath": page,
                                       "thumb_media_id": thumb}  # fmt: skip
    raise BadBody(f"an official account cannot send {type(body).__name__}")


def _article(link: Link, text: str) -> Json:
    return {"title": link.title, "description": link.desc or text, "url": link.url,
            "picurl": link.picture}  # fmt: skip


def _menu(menu: Menu) -> Json:
    if any(item.kind != "click" for item in menu.items):
        raise BadBody("a menu of an official account has lines to tap only")
    return {"head_content": menu.head, "tail_content": menu.tail,
            "list": [{"id": item.id, "content": item.text} for item in menu.items]}  # fmt: skip
