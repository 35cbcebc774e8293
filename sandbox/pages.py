"""Pages for people and browsers: kf links, QR codes, pictures."""

from __future__ import annotations

import html
import zlib

from aiohttp import web

from sandbox.world.world import World

FRAME = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><style>'
    "body{{font:16px/1.6 system-ui,sans-serif;margin:8vh auto;max-width:24em;padding:0 1em}}"
    "h1{{font-size:1.25em}}ul{{list-style:none;padding:0}}"
    "li a{{display:block;padding:.6em 1em;margin:.5em 0;border:1px solid;border-radius:.5em;"
    "color:inherit;text-decoration:none}}li a:hover,li a:focus{{text-decoration:underline}}"
    "small{{opacity:.7;margin-left:.5em}}</style>"
    "<body><h1>{title}</h1>{body}</body></html>"
)


def page(title: str, body: str) -> web.Response:
    """A small page; `body` is HTML."""
    found = FRAME.format(title=html.escape(title), body=body)
    return web.Response(text=found, content_type="text/html")


def _card(title: str, text: str) -> web.Response:
    return page(title, f"<p>{html.escape(text)}</p>")


class Pages:
    """The handlers, over one world."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def kf_link(self, request: web.Request) -> web.Response:
        """What a kf link opens; as JSON {"open_kfid","scene"} with Accept: application/json."""
        link = self._world.store.kf_links.get(request.match_info["code"])
        if link is None or request.query.get("enc_scene") != link.enc_scene:
            return web.json_response({"error": "no such link"}, status=404)
        if "application/json" in request.headers.get("Accept", ""):
            return web.json_response({"open_kfid": link.open_kfid, "scene": link.scene})
        name = self._world.store.kf_accounts[link.open_kfid].name
        return _card(name, "这是沙盒里的微信客服。请在手机页里打开这个链接，开始聊天。")

    async def qr(self, request: web.Request) -> web.Response:
        """What the QR code of a contact way or join way opens."""
        config = request.match_info["config"]
        store = self._world.store
        way = store.contact_ways.get(config) or store.join_ways.get(config)
        if way is None:
            return web.json_response({"error": "no such contact way"}, status=404)
        if "application/json" in request.headers.get("Accept", ""):
            shown = {"config_id": way.config_id, "state": way.fields.get("state", "")}
            return web.json_response(shown)
        return _card("添加我为联系人", "这是沙盒里的渠道活码。请在手机页里扫码。")

    async def archived(self, request: web.Request) -> web.Response:
        """The bytes of a file in the archive, by its sdkfileid."""
        found = self._world.store.media.get(request.match_info["id"])
        data = self._world.blobs.get(found.id) if found is not None else None
        if data is None:
            return web.json_response({"error": "no such file"}, status=404)
        return web.Response(body=data)

    async def image(self, request: web.Request) -> web.Response:
        """A permanent picture of media/uploadimg."""
        media_id = request.match_info["media"]
        found = self._world.store.media.get(media_id)
        data = self._world.blobs.get(media_id) if found is not None else None
        if found is None or data is None or found.scope != "permanent":
            return web.json_response({"error": "no such picture"}, status=404)
        return web.Response(body=data, headers={"Content-Type": found.content_type})

    async def avatar(self, request: web.Request) -> web.Response:
        """A coloured square, the same for the same id."""
        hue = zlib.crc32(request.match_info["id"].encode()) % 360
        svg = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96">'
            f'<rect width="96" height="96" rx="12" fill="hsl({hue},35%,60%)"/></svg>'
        )
        return web.Response(text=svg, content_type="image/svg+xml")


def routes(world: World) -> list[web.RouteDef]:
    """Every page."""
    pages = Pages(world)
    return [
        web.get("/kf/{code}", pages.kf_link),
        web.get("/qr/{config}", pages.qr),
        web.get("/img/{media}", pages.image),
        web.get("/avatar/{id}", pages.avatar),
        web.get("/sandbox/archive/media/{id}", pages.archived),
    ]
