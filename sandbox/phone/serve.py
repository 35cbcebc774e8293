"""What the browser gets below /phone, and what a customer said himself (for his own screen)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.api.gate import dumps
from sandbox.fields import Json
from sandbox.rules import sidebar
from sandbox.rules.payload import words
from sandbox.world.world import World

FOLDER = Path(__file__).resolve().parent / "page"
TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}
POLICY = (
    "default-src 'self'; connect-src 'self'; img-src 'self' data:; object-src 'none';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'self'; frame-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
PICTURES = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif"}
BLANK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" '
    'fill="#9aa39a"/><path d="M20 72l20-28 14 18 10-12 14 22z" fill="#fff" opacity=".7"/></svg>'
)
# Browsers ask for it on every page that names none, the small ones behind links too.
ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="8" y="3" width="16" '
    'height="26" rx="4" fill="#5f6568"/><rect x="11" y="7" width="10" height="15" fill="#fff"/>'
    '<circle cx="16" cy="25.5" r="1.5" fill="#fff"/></svg>'
)
SAID_BY_CUSTOMER = 3


class Shop:
    """The handlers, over one world. `base`: where callbacks go."""

    def __init__(self, world: World, base: Callable[[], str | None]) -> None:
        self._world, self._base = world, base

    def _policy(self) -> str:
        """The page may frame the pages of the chat toolbar, and nothing else of others."""
        apps = self._world.config.apps
        pages = (sidebar.page_of(self._world, app, self._base()) for app in apps)
        origins = {f"{p.scheme}://{p.netloc}" for p in map(urlsplit, filter(None, pages))}
        return " ".join((POLICY, *sorted(origins)))

    async def asset(self, request: web.Request) -> web.Response:
        """One file of the page."""
        path = FOLDER / (request.match_info.get("name") or "index.html")
        kind = TYPES.get(path.suffix)
        if kind is None or path.parent != FOLDER or not path.is_file():
            return web.json_response({"error": "no such file"}, status=404, headers=HEADERS)
        text = path.read_text(encoding="utf-8")
        headers = HEADERS | {"Content-Security-Policy": self._policy()}
        answer = web.Response(text=text, content_type=kind, headers=headers)
        answer.enable_compression()
        return answer

    async def icon(self, request: web.Request) -> web.Response:
        """The sign of the sandbox in a browser's tab."""
        return web.Response(text=ICON, content_type="image/svg+xml", headers=HEADERS)

    async def picture(self, request: web.Request) -> web.Response:
        """An uploaded picture as people see it in a chat; a grey one when it is no picture."""
        data = self._world.blobs.get(request.match_info["media"]) or b""
        kind = next((t for begin, t in PICTURES.items() if data.startswith(begin)), None)
        if kind is None:
            return web.Response(text=BLANK, content_type="image/svg+xml", headers=HEADERS)
        return web.Response(body=data, content_type=kind, headers=HEADERS)

    async def said(self, request: web.Request) -> web.Response:
        """GET /sandbox/customers/ID/said: own words, which `messages` leaves out by contract."""
        customer = request.match_info["id"]
        if customer not in self._world.store.customers:
            return web.json_response({"error": f"no customer {customer}"}, status=404)
        rows = [*self._said_to_kf(customer), *self._said_to_friends(customer)]
        return web.json_response(sorted(rows, key=lambda row: int(row["at"])), dumps=dumps)

    def _said_to_kf(self, customer: str) -> list[Json]:
        rows: list[Json] = []
        recalled = set()
        for kf in self._world.store.kf_accounts.values():
            for entry in kf.log:
                raw = entry["m"]
                event = raw.get("event", {})
                if event.get("external_userid") == customer:
                    recalled.add(event.get("recall_msgid"))
                if raw.get("external_userid") == customer and raw["origin"] == SAID_BY_CUSTOMER:
                    rows.append(self._row(entry["at"], "kf", kf.open_kfid, raw))
        for row in rows:
            row["recalled"] = row["raw"]["msgid"] in recalled
        return rows

    def _said_to_friends(self, customer: str) -> list[Json]:
        rows: list[Json] = []
        for userid in self._world.followers.get(customer, {}):
            for entry in self._world.store.chats.get(f"{userid}|{customer}", []):
                if entry["from"] == customer:
                    rows.append(self._row(entry["at"], "contact", userid, entry["raw"]))
        return rows

    def _row(self, at: int, channel: str, to: str, raw: Json) -> Json:
        kind = raw["msgtype"]
        return {
            "at": at,
            "channel": channel,
            "to": to,
            "kind": kind,
            "text": words(raw),
            "raw": raw,
        }


def routes(world: World, base: Callable[[], str | None]) -> list[web.RouteDef]:
    """The page, its pictures, and one more look at a customer."""
    shop = Shop(world, base)
    return [
        web.get("/favicon.ico", shop.icon),
        web.get("/phone", shop.asset),
        web.get("/phone/{name}", shop.asset),
        web.get("/phone/media/{media:.+}", shop.picture),
        web.get("/sandbox/customers/{id}/said", shop.said),
    ]
