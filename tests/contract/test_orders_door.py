"""The door for a shop's orders: who may come in, what is taken, and that it is taken once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.core.clock import DAY, SECOND, ManualClock
from bot.core.config import load_config
from bot.members.journey import Signs
from bot.store import categories, people, tree
from bot.store.engine import Tx
from bot.web.orders import OrderDoors, sign
from tests.contract.conftest import NOW, Bench

CONFIG = load_config(Path(__file__).parents[2] / "config.toml")
SECRET = "a-shop's-secret"
ORDER = {"order_id": "o1", "member": "wm1", "at": "2026-09-20T10:00:00", "amount": 119.9,
         "category": "绿茶"}  # fmt: skip
API = {"Authorization": f"Bearer {SECRET}"}
Post = Callable[..., Awaitable[tuple[int, Any]]]


def visit(db: Bench, visitor: Callable[[Post], Awaitable[None]], token: str = SECRET,
          create: bool = False) -> int:  # fmt: skip
    """Lets a visitor in; how often flows were stirred."""
    rung: list[int] = []
    config = replace(CONFIG, orders=replace(CONFIG.orders, create_members=create))
    doors = OrderDoors(config, token, db.store, ManualClock(NOW), lambda: rung.append(1))

    async def run() -> None:
        app = web.Application(client_max_size=config.web.body_limit)
        app.add_routes(doors.routes())
        async with TestClient(TestServer(app)) as client:

            async def post(path: str, said: Any, headers: Mapping[str, str]) -> tuple[int, Any]:
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                answer = await client.post(path, data=body, headers=headers)
                text = await answer.text()
                return answer.status, json.loads(text) if text[:1] == "{" else text

            await visitor(post)

    asyncio.run(run())
    return len(rung)


def signed(body: bytes, at: int = NOW // SECOND, secret: str = SECRET) -> dict[str, str]:
    return {"X-OneVoice-Timestamp": str(at), "X-OneVoice-Signature": sign(secret, str(at), body)}


def orders(db: Bench) -> list[tuple[str, int, str, str]]:
    rows = db.look("SELECT id, paid_cents, state, source FROM purchase ORDER BY id")
    return [tuple(row.values()) for row in rows]  # type: ignore[misc]


def test_what_a_shop_tells_is_taken_once_to_the_cent(db: Bench) -> None:
    db.write(people.ensure_member, "wm1", NOW)

    async def visitor(post: Post) -> None:
        two = [ORDER, ORDER | {"order_id": "o2", "amount": "0.10", "member": "wm404"}]
        assert await post("/api/orders", two, API) == (422, {"orders": [
            {"order_id": "o1", "result": "new"},
            {"order_id": "o2", "result": "unknown_member"}]})  # fmt: skip
        assert await post("/api/orders", [ORDER], API) == (
            200, {"orders": [{"order_id": "o1", "result": "same"}]})  # fmt: skip
        body = json.dumps(ORDER | {"status": "shipped", "tracking": "SF1"}).encode()
        assert await post("/hooks/orders", body, signed(body)) == (
            200, {"orders": [{"order_id": "o1", "result": "changed"}]})  # fmt: skip

    assert visit(db, visitor) == 3
    assert orders(db) == [("o1", 11_990, "shipped", "webhook")]


def test_members_are_made_where_the_settings_say_so(db: Bench) -> None:
    async def visitor(post: Post) -> None:
        assert (await post("/api/orders", [ORDER], API))[0] == 200

    visit(db, visitor, create=True)
    assert orders(db) == [("o1", 11_990, "paid", "api")]


def test_who_has_no_secret_or_says_nonsense_changes_nothing(db: Bench) -> None:
    db.write(people.ensure_member, "wm1", NOW)
    body = json.dumps([ORDER]).encode()

    async def visitor(post: Post) -> None:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": SECRET}):
            assert (await post("/api/orders", body, headers))[0] == 401
        late = NOW // SECOND - 301
        for headers in ({}, signed(body, secret="other"), signed(body, late), signed(b"[]"),
                        signed(body) | {"X-OneVoice-Timestamp": "soon"}):  # fmt: skip
            assert (await post("/hooks/orders", body, headers))[0] == 401
        for said, why in [
            (b"{", "not JSON"), (b"[" * 60_000, "not JSON"), (b"\xff", "not JSON"), ([], "1 to 500"), ([1], "[0] wants an object"),
            ([ORDER, ORDER], "stands twice"), ([ORDER | {"amount": "1.234"}], "[0] amount:"),
            ([ORDER, ORDER | {"order_id": "o2", "price": 1}], "[1] price: no such column"),
            ([ORDER | {"amount": {"yuan": 1}}], "[0] amount: wants text"),
            (b'[{"amount": NaN}]', "not JSON"),
        ]:  # fmt: skip
            status, answer = await post("/api/orders", said, API)
            assert (status, why in answer["error"]) == (400, True), answer
        assert (await post("/api/orders", b" " * 70_000, API))[0] == 413

    assert visit(db, visitor) == 0
    assert orders(db) == []


def test_without_a_secret_there_is_no_door(db: Bench) -> None:
    async def visitor(post: Post) -> None:
        assert (await post("/api/orders", [ORDER], API))[0] == 404
        assert (await post("/hooks/orders", b"[]", signed(b"[]", secret="")))[0] == 404

    visit(db, visitor, token="")


def test_what_members_passed_on_is_told_once_and_moves_who_bought(db: Bench) -> None:
    share = {"member": "wm1", "at": "2026-09-21T10:00:00", "what": "pages/tea", "category": "绿茶"}

    def begin(tx: Tx) -> None:
        people.ensure_member(tx, "wm1", NOW)
        categories.settle(tx, [{"name": "绿茶", "dear": 0, "seldom": 0, "signs": Signs()}])

    db.write(begin)

    async def visitor(post: Post) -> None:
        await post("/api/orders", [ORDER], API)
        assert await post("/api/shares", [share, share | {"member": "wm404"}], API) == (
            422, {"shares": [{"member": "wm1", "result": "new"},
                             {"member": "wm404", "result": "unknown_member"}]})  # fmt: skip
        body = json.dumps(share).encode()
        assert await post("/hooks/shares", body, signed(body)) == (
            200, {"shares": [{"member": "wm1", "result": "same"}]})  # fmt: skip
        assert (await post("/api/shares", [share], {}))[0] == 401
        assert await post("/api/shares", [share | {"at": "soon"}], API) == (
            400, {"error": "[0] at: 'soon' is no time; write 2026-05-31T18:30:00"})  # fmt: skip

    visit(db, visitor)
    told = db.look("SELECT member, place, which FROM event WHERE kind = 'shared'")
    assert told == [{"member": "wm1", "place": "pages/tea", "which": "绿茶"}]
    moves = db.look("SELECT stage FROM journey ORDER BY at, stage")
    assert [row["stage"] for row in moves] == ["bought", "shared"]
    (one,) = db.read(tree.advocates, 0, NOW + DAY)
    assert (one.member, one.shared, one.praised) == ("wm1", 1, 0)


def test_weather_is_told_of_once_and_due_on_its_day(db: Bench) -> None:
    told = {"city": "杭州市", "kind": "寒潮", "day": "2026-09-23"}

    async def visitor(post: Post) -> None:
        said = {"city": "杭州", "kind": "寒潮", "day": "2026-09-23"}
        for result in ("new", "same"):
            assert await post("/api/weather", told, API) == (
                200, {"weather": [said | {"result": result}]})  # fmt: skip
        assert (await post("/api/weather", [told | {"kind": "冷"}], API))[0] == 400
        assert (await post("/api/weather", told, {}))[0] == 401

    visit(db, visitor)
    [due] = db.look("SELECT key, at FROM due WHERE kind = 'weather'")
    assert due["key"] == "weather/2026-09-23/寒潮/杭州" and due["at"] > NOW
