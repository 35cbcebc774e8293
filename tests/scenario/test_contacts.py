"""Customer contact against the sandbox: verbs, sync, groups, reactions, lost creations."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot.core.body import Rich
from bot.core.clock import DAY, HOUR, SystemClock
from bot.core.config import Config, load_config
from bot.core.model import NeedsHuman, Outbound
from bot.pipeline.loop import Bells
from bot.pipeline.sync import Sync
from bot.store import chats, contacts, outbox, sources
from bot.store.book import StoredBook
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from bot.wecom.contacts.acquisition import AcquisitionLink
from bot.wecom.contacts.album import Product
from bot.wecom.contacts.checks import BadCall
from bot.wecom.contacts.contacts import Contacts
from bot.wecom.contacts.intercepts import Intercept
from bot.wecom.contacts.joins import Join
from bot.wecom.contacts.materials import Material
from bot.wecom.contacts.transfers import Handover
from bot.wecom.contacts.ways import Brief, Way
from bot.wecom.errors import ApiError
from bot.wecom.gateway import Gateway
from sandbox.world.load import DEFAULT
from tests.scenario.house import House, Phone, brand, house, look, opened, platform, run, until
from tests.scenario.test_schedule import jump_to, task_of, tuesday


@dataclass(frozen=True)
class Office:
    """The calls of customer contact and the records, without the rest of the house."""

    phone: Phone
    store: SqliteStore
    clock: SystemClock
    gateway: Gateway
    config: Config
    data: Path

    @property
    def contacts(self) -> Contacts:
        return self.gateway.contacts

    def rows(self, sql: str, *values: object) -> list[dict[str, Any]]:
        return look(self.data, sql, *values)

    def sync(self) -> Sync:
        return Sync(self.store, self.contacts, self.config, self.clock, Bells())

    async def sync_whole(self) -> Sync:
        """Steps until nothing is left to read."""
        worker = self.sync()
        while await worker.step(self.clock.now()) == self.clock.now():
            pass
        for _ in range(100):
            if not self.rows("SELECT 1 FROM source WHERE id LIKE 'contact%:%' OR id = 'tags:corp'"):
                return worker
            await worker.step(self.clock.now())
        raise AssertionError("the sync does not end")

    async def advance(self, seconds: float) -> None:
        await self.phone.post("/clock", advance_s=seconds)
        self.clock.offset = (await self.phone.get("/clock"))["offset_ms"]


@contextlib.asynccontextmanager
async def office(folder: Path, phone: Phone) -> AsyncIterator[Office]:
    config = load_config(brand(folder))
    clock = SystemClock()
    clock.offset = (await phone.get("/clock"))["offset_ms"]
    path = config.data_dir / "onevoice.db"
    migrate_sqlite(path, clock.now())
    store = SqliteStore(path)
    try:
        book = StoredBook(store, clock)
        async with Gateway(config, phone.url, clock, book=book) as gateway:
            yield Office(phone, store, clock, gateway, config, config.data_dir)
    finally:
        store.close()


async def friends(phone: Phone, n: int, account: str = "lin.xi", **more: Any) -> list[str]:
    people = await phone.customers(n)
    for who in people:
        await phone.post(f"/customers/{who}/add", userid=account, **more)
    return people


def test_a_contact_way_leads_to_a_friend_with_its_code(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(tmp_path, phone) as desk:
            made = await desk.contacts.ways.add(Way(users=("lin.xi", "chen.mo"), state="poster-a"))
            (who,) = await phone.customers(1)
            await phone.post(f"/customers/{who}/open", url=made.url)
            person = await desk.contacts.people.get(who)
            assert person is not None
            assert [f.state for f in person.follows] == ["poster-a"]
            await desk.contacts.ways.change(made.id, Way(users=("chen.mo",), state="poster-b"))
            assert (await desk.contacts.ways.get(made.id))["state"] == "poster-b"
            assert [i async for i in desk.contacts.ways.each()] == [made.id]
            live = "SELECT id, url, code FROM platform_item WHERE gone_at IS NULL"
            (row,) = desk.rows(live)
            assert (row["id"], row["url"], row["code"]) == (made.id, made.url, "poster-b")
            await desk.contacts.ways.remove(made.id)
            with pytest.raises(ApiError, match="41044"):
                await desk.contacts.ways.get(made.id)
            assert desk.rows(live) == []

    run(scenario)


def test_remarks_and_tags_are_written_on_both_sides_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(tmp_path, phone) as desk:
            (who,) = await friends(phone, 1)
            await desk.sync_whole()
            group = await desk.contacts.tags.add("意向", ["热", "冷"])
            hot, cold = (tag.id for tag in group.tags)
            await desk.contacts.people.remark("lin.xi", who, remark="周-B栋", description="两间")
            await desk.contacts.tags.mark("lin.xi", who, add=[hot, cold])
            await desk.contacts.tags.mark("lin.xi", who, remove=[cold])
            (row,) = desk.rows("SELECT * FROM friend WHERE member = ?", who)
            assert (row["remark"], row["description"]) == ("周-B栋", "两间")
            assert await desk.store.read(contacts.tags_of, who) == {"lin.xi": [hot]}
            person = await desk.contacts.people.get(who)
            assert person is not None
            assert (person.follows[0].remark, person.follows[0].tags) == ("周-B栋", (hot,))
            await desk.contacts.tags.rename(hot, "很热")
            assert "很热" in {t["name"] for t in await desk.store.read(contacts.tags)}
            await desk.contacts.tags.remove(groups=[group.id])
            assert await desk.store.read(contacts.tags_of, who) == {}
            assert group.id not in {g.id for g in await desk.contacts.tags.all()}

    run(scenario)


def test_a_whole_sync_reads_everybody_page_by_page(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            people = await friends(phone, 230, state="shop")
            await phone.post("/staff/lin.xi/remark", customer=people[0], remark="老朋友")
            await phone.post("/staff/lin.xi/tag", customer=people[0], add=["常客"])
            async with office(tmp_path, phone) as desk:
                await desk.sync_whole()
                known = {r["member"] for r in desk.rows("SELECT member FROM friend")}
                assert set(people) <= known
                (row,) = desk.rows("SELECT * FROM friend WHERE member = ?", people[0])
                assert (row["remark"], row["state"], row["mutual"]) == ("老朋友", "shop", 1)
                worn = desk.rows("SELECT t.name FROM friend_tag f JOIN tag t ON t.id = f.tag"
                                 " WHERE f.member = ?", people[0])  # fmt: skip
                assert worn == [{"name": "常客"}]
                (member,) = desk.rows("SELECT * FROM member WHERE id = ?", people[0])
                assert member["name"] and member["union_id"] == f"oU{people[0]}"
                calls = await phone.calls("batch/get_by_user")
                assert len(calls) >= 3 and all(c["body"]["limit"] == 100 for c in calls)
                assert desk.rows("SELECT * FROM source WHERE id LIKE 'contacts:%'") == []
                await desk.sync().step(desk.clock.now())
                assert len(await phone.calls("batch/get_by_user")) == len(calls), "not again today"

    run(scenario)


def test_a_sync_that_died_goes_on_from_its_cursor(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            people = await friends(phone, 250)
            async with office(tmp_path, phone) as desk:
                await desk.sync().step(desk.clock.now())
                (half,) = desk.rows("SELECT COUNT(*) AS n FROM friend")
                assert half["n"] == 100
                await desk.sync_whole()
                found = {r["member"] for r in desk.rows("SELECT member FROM friend")}
                assert set(people) <= found
                cursors = [c["body"].get("cursor") for c in await phone.calls("get_by_user")]
                assert len(cursors) == len(set(cursors)), "no page was read twice"

    run(scenario)


def test_a_dead_cursor_begins_the_batch_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            people = await friends(phone, 130)
            async with office(tmp_path, phone) as desk:
                worker = desk.sync()
                await worker.step(desk.clock.now())
                await phone.post("/faults", on="api", kind="rate_limit", errcode=50100, n=1,
                                 path="batch/get_by_user")  # fmt: skip
                await worker.step(desk.clock.now())
                (row,) = desk.rows("SELECT cursor FROM source WHERE id LIKE 'contacts:%'")
                assert row["cursor"] == ""
                await desk.sync_whole()
                assert {r["member"] for r in desk.rows("SELECT member FROM friend")} >= set(people)

    run(scenario)


def test_a_customer_whom_the_platform_keeps_refusing_is_given_up(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            bad, good = await friends(phone, 2)
            async with office(tmp_path, phone) as desk:
                worker = await desk.sync_whole()
                await phone.post("/faults", on="api", kind="rate_limit", errcode=48002,
                                 path="externalcontact/get")  # fmt: skip
                await desk.store.write(sources.want, f"contact:{bad}")
                for _ in range(5):
                    await worker.step(desk.clock.now())
                    await desk.advance(600)
                assert desk.rows("SELECT 1 FROM source WHERE id LIKE 'contact:%'") == []
                await phone.clear_faults()
                await desk.store.write(sources.want, f"contact:{good}")
                await worker.step(desk.clock.now())
                assert desk.rows("SELECT 1 FROM source WHERE id LIKE 'contact:%'") == []

    run(scenario)


def test_who_was_lost_unheard_is_asked_for_and_then_let_go(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone:
            gone, deleter, stays = await friends(phone, 3)
            async with office(tmp_path, phone) as desk:
                await desk.sync_whole()
                await phone.post("/staff/lin.xi/delete", customer=gone)
                await phone.post(f"/customers/{deleter}/delete", userid="lin.xi")
                await desk.advance(2 * DAY / 1000)
                await desk.sync_whole()
                live = {r["member"] for r in desk.rows("SELECT member FROM friend"
                                                       " WHERE until IS NULL")}  # fmt: skip
                assert stays in live and gone not in live
                assert deleter in live, "the platform goes on listing who deleted the member"
                (row,) = desk.rows("SELECT ended_by FROM friend WHERE member = ?", gone)
                assert row["ended_by"] == "sync"

    run(scenario)


def test_what_staff_change_in_the_client_arrives_by_event(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (who,) = await friends(phone, 1, state="flyer")

            def friend() -> dict[str, Any]:
                found = home.rows("SELECT * FROM friend WHERE member = ? AND seen_at > 0", who)
                return found[0] if found else {}

            await until(lambda: friend().get("add_way") == 1, "the new friend is read")
            await phone.post("/staff/lin.xi/remark", customer=who, remark="阿周")
            await until(lambda: friend()["remark"] == "阿周", "the remark")
            await phone.post(f"/customers/{who}/delete", userid="lin.xi")
            await until(lambda: friend()["ended_by"] == "member", "the customer left")
            await until(lambda: not home.rows("SELECT 1 FROM source WHERE id LIKE 'contact:%'"),
                        "it was read again")  # fmt: skip
            assert friend()["until"], "being listed does not bring him back"

    run(scenario)


def test_a_half_added_friend_is_not_taken_for_lost(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            (who,) = await phone.customers(1)
            await phone.post(f"/customers/{who}/add", userid="lin.xi", half=True)
            await until(lambda: home.rows("SELECT 1 FROM friend WHERE member = ?", who), "half")
            await until(lambda: not home.rows("SELECT 1 FROM source WHERE id LIKE 'contact:%'"),
                        "he was asked for")  # fmt: skip
            (row,) = home.rows("SELECT * FROM friend WHERE member = ?", who)
            assert (row["mutual"], row["until"]) == (0, None)
            await phone.post("/staff/lin.xi/accept", customer=who)
            await until(lambda: home.rows("SELECT 1 FROM friend WHERE member = ? AND mutual = 1",
                                          who), "both sides")  # fmt: skip

    run(scenario)


def test_members_of_a_group_come_and_go_as_events_of_their_own(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            await until(lambda: home.rows("SELECT 1 FROM chat WHERE version <> ''"), "groups")
            assert home.rows("SELECT 1 FROM inbox WHERE event LIKE 'group.%'") == []
            (who,) = await phone.customers(1)
            await phone.post("/groups/wrBANZHAN01/join", customer=who, state="grp-a")

            def seat() -> dict[str, Any]:
                found = home.rows("SELECT * FROM chat_member WHERE member = ?", who)
                return found[0] if found else {}

            await until(lambda: seat().get("join_state") == "grp-a", "his seat, read again")
            assert (seat()["join_scene"], seat()["left_at"]) == (3, None) and seat()["name"]
            await phone.post("/groups/wrBANZHAN01/leave", customer=who)
            await until(lambda: seat()["left_at"], "he left")
            await phone.post("/groups/wrBANZHAN01/change", name="茶桌一号")
            await until(lambda: home.rows("SELECT 1 FROM chat WHERE name = '茶桌一号'"), "the name")
            told = home.rows("SELECT * FROM inbox WHERE peer = ? ORDER BY id", who)
            assert [(r["event"], r["account"]) for r in told] == [
                ("group.joined", "lin.xi"), ("group.left", "lin.xi")]  # fmt: skip

    run(scenario)


async def published(phone: Phone) -> str:
    """Monday morning's moment of lin.xi, which she taps."""
    await jump_to(phone, 8, 30, weekday=0)
    task = await task_of(phone, "lin.xi", "moment")
    await phone.post(f"/staff/lin.xi/tasks/{task['id']}/confirm")
    moments = (await phone.get("/state?part=moments"))["moments"]
    return [str(m["moment_id"]) for m in moments if "lin.xi" in m["tasks"]][-1]


def test_likes_and_comments_become_events_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            who, other = await friends(phone, 2)
            moment = await published(phone)
            await phone.post(f"/customers/{who}/moments/{moment}", like=True)
            await phone.post(f"/customers/{other}/moments/{moment}", comment="好看")
            found = await until(lambda: reactions_of(home, 2), "the reactions")
            assert {(r["event"], r["account"], r["peer"]) for r in found} == {
                ("moment.liked", "lin.xi", who), ("moment.commented", "lin.xi", other)}  # fmt: skip
            before = len(await phone.calls("get_moment_comments"))
            await until(lambda: called_more(phone, "get_moment_comments", before), "another round")
            assert len(reactions_of(home, 2)) == 2, "a second look finds nothing new"

    run(scenario)


def reactions_of(home: House, least: int) -> list[dict[str, Any]]:
    rows = home.rows("SELECT * FROM inbox WHERE event LIKE 'moment.%'")
    return rows if len(rows) >= least else []


async def called_more(phone: Phone, path: str, before: int) -> bool:
    return len(await phone.calls(path)) > before


@pytest.mark.parametrize(
    ("path", "kind", "hour", "weekday"),
    [("add_msg_template", "bulk_group", (20, 0), 2), ("add_moment_task", "moment", (8, 30), 0)],
)
def test_a_task_whose_creation_went_unanswered_is_found_again(
    tmp_path: Path, path: str, kind: str, hour: tuple[int, int], weekday: int
) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            await until(lambda: len(home.rows("SELECT 1 FROM chat")) >= 2, "groups")
            await phone.post("/faults", on="api", kind="drop_after", path=path, n=1)
            await jump_to(phone, *hour, weekday=weekday)
            row = await until(
                lambda: home.rows("SELECT o.* FROM outbox o JOIN audit a"
                                  " ON a.subject = 'outbox:' || o.id WHERE a.before = 'unsure'"
                                  " AND a.event = 'human'"), "it is found again",
            )  # fmt: skip
            assert row[0]["provider_id"] and row[0]["state"] in ("waiting", "sent")
            owner = row[0]["account"]
            tasks = [t for t in await phone.tasks(owner) if t["kind"] == kind]
            assert len(tasks) == 1, "nothing was made twice"
            await phone.post(f"/staff/{owner}/tasks/{tasks[0]['id']}/confirm")
            await until(lambda: home.rows("SELECT 1 FROM outbox WHERE id = ? AND state = 'sent'",
                                          row[0]["id"]), "the tap arrives")  # fmt: skip

    run(scenario)


def test_a_task_that_never_arrived_stays_unsure_and_is_not_made_again(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):
            await until(lambda: len(home.rows("SELECT 1 FROM chat")) >= 2, "groups")
            await phone.post("/faults", on="api", kind="drop_before", path="add_msg_template")
            await jump_to(phone, 20, 0, weekday=2)
            await until(lambda: len(home.rows("SELECT 1 FROM outbox WHERE state='unsure'")) == 2,
                        "both owners' posts are unsure")  # fmt: skip
            await phone.clear_faults()
            await until(lambda: called_more(phone, "get_groupmsg_list_v2", 3), "it was looked for")
            await jump_to(phone, 21, 30)
            given_up = "SELECT 1 FROM outbox WHERE note LIKE '%0 tasks on the platform%'"
            await until(lambda: len(home.rows(given_up + " AND state = 'unsure'")) == 2, "enough")
            assert await phone.tasks("lin.xi") == []

    run(scenario)


def bulk_row(now: int) -> Outbound:
    return Outbound(
        lane="contact:lin.xi/bulk", pool="bulk", channel="contact", account="lin.xi",
        peer="lin.xi", kind="care", body=Rich("天冷了"), origin="flow:x:1", persona="tester",
        persona_version=1, dedupe="b1", send_at=now, retry_at=now,
    )  # fmt: skip


def test_a_bulk_task_is_reminded_three_times_a_day_and_cancelled_however_often_one_asks(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(tmp_path, phone) as desk:
            people = await friends(phone, 2)
            row = bulk_row(desk.clock.now())
            await desk.store.write(outbox.enqueue, row, row.send_at)
            outcome = await desk.gateway.send(row, people)
            assert isinstance(outcome, NeedsHuman)
            await desk.store.write(_waiting, outcome.task, desk.clock.now())
            bulk = desk.contacts.bulk
            await desk.advance(60)
            assert await bulk.owners(outcome.task) == {"lin.xi": None}
            for _ in range(3):
                await bulk.remind(outcome.task)
            with pytest.raises(BadCall, match="3 reminders"):
                await bulk.remind(outcome.task)
            await desk.advance(DAY / 1000 + 60)
            await bulk.remind(outcome.task)
            assert len(await phone.calls("remind_groupmsg_send")) == 4
            await bulk.cancel(outcome.task)
            await bulk.cancel(outcome.task)
            assert len(await phone.calls("cancel_groupmsg_send")) == 2
            assert await phone.tasks("lin.xi") == []
            results = bulk.results(outcome.task, "lin.xi")
            sent = {row["external_userid"]: row["status"] async for row in results}
            assert sent == dict.fromkeys(people, 0)

    run(scenario)


def _waiting(tx: Any, task: str, now: int) -> None:
    batch = outbox.claim(tx, "bulk", now, "L", now + HOUR, 1, outbox.KfWindow(5, 48))
    (row,) = batch.rows
    outbox.finish(tx, row, outbox.judge(row, NeedsHuman(task), now), now)


def test_customers_and_groups_change_hands_and_the_book_follows(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(tmp_path, phone) as desk:
            (who,) = await friends(phone, 1)
            await desk.sync_whole()
            moves, pair = desk.contacts.transfers, Handover(giver="lin.xi", taker="chen.mo")
            assert await moves.customers(pair, [who, "wmNOBODY"]) == {who: 0, "wmNOBODY": 40096}
            assert [m.fate async for m in moves.results(pair)] == ["waiting"]
            await desk.advance(DAY / 1000 + 60)
            assert [m.fate async for m in moves.results(pair)] == ["done"]
            person = await desk.contacts.people.get(who)
            assert person is not None and [f.account for f in person.follows] == ["chen.mo"]
            async for chat in desk.contacts.groups.each(["lin.xi"]):
                await desk.store.write(chats.put_chat, chat, desk.clock.now())
            failed = await moves.groups(["wrBANZHAN01", "wrNONE"], "chen.mo", resigned=False)
            assert failed == {"wrNONE": 90501}
            assert desk.rows("SELECT owner FROM chat WHERE id = 'wrBANZHAN01'") == [
                {"owner": "chen.mo"}]  # fmt: skip
            await phone.post("/staff/su.he/resign")
            assert {r["giver"] async for r in moves.unassigned()} <= {"su.he"}

    run(scenario)


def test_join_ways_materials_and_links_are_kept_by_their_ids(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(tmp_path, phone) as desk:
            join = await desk.contacts.joins.add(Join(chats=("wrBANZHAN01",), state="grp-a"))
            who, other = await phone.customers(2)
            await phone.post(f"/customers/{who}/open", url=join.url)
            chat = await desk.contacts.groups.get("wrBANZHAN01")
            assert {s.member: s.state for s in chat.seats}[who] == "grp-a"
            await desk.contacts.joins.change(join.id, Join(chats=("wrBANZHAN02",), state="grp-b"))
            await desk.contacts.joins.remove(join.id)
            made = await desk.contacts.materials.add(Material(body=Rich("欢迎 %NICKNAME%")))
            await desk.contacts.materials.change(made.id, Material(body=Rich("你来啦")))
            assert (await desk.contacts.materials.get(made.id))["text"]["content"] == "你来啦"
            poster = AcquisitionLink(name="海报", users=("lin.xi",))
            link = await desk.contacts.acquisition.add(poster)
            await phone.post(
                f"/customers/{other}/open", url=f"{link.url}?customer_channel={quote('海报/一')}"
            )
            came = [row async for row in desk.contacts.acquisition.customers(link.id)]
            assert [(c["external_userid"], c["state"]) for c in came] == [(other, "海报/一")]
            assert (await desk.contacts.acquisition.quota())["balance"] == 999
            live = desk.rows("SELECT kind FROM platform_item WHERE gone_at IS NULL ORDER BY kind")
            assert [row["kind"] for row in live] == ["acquisition_link", "group_welcome"]
            now = desk.clock.now() // DAY * DAY
            assert await desk.contacts.figures.behaviour(now - DAY, now, accounts=["lin.xi"])
            totals = [r async for r in desk.contacts.groups.statistic(["lin.xi"], now - DAY, now)]
            assert [row["owner"] for row in totals] == ["lin.xi"]

    run(scenario)


def test_rarely_used_calls_are_understood_too(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, office(tmp_path, phone) as desk:
            c = desk.contacts
            (tmp_path / "content/assets").mkdir()
            (tmp_path / "content/assets/cup.png").write_bytes(b"\x89PNG\r\n\x1a\n cup")
            brief = await c.ways.add(Way(users=("lin.xi",), brief=Brief(), state="once"))
            (who,) = await phone.customers(1)
            await phone.post(f"/customers/{who}/open", url=brief.url)
            await c.ways.close_chat("lin.xi", who)
            assert who in {row.get("external_userid") async for row in c.people.served()}
            (group,) = [g for g in (await phone.get("/state?part=groups"))["groups"]
                        if g["chat_id"] == "wrBANZHAN01"]  # fmt: skip
            assert await c.groups.id_of(group["opengid"]) == "wrBANZHAN01"
            today = desk.clock.now() // DAY * DAY
            assert await c.groups.statistic_by_day(["lin.xi"], today - DAY, today)
            cup = Product(words="半盏杯", price=6800, pictures=("cup.png",), number="CUP1")
            product = await c.album.add(cup)
            await c.album.change(product, replace(cup, price=5800))
            assert (await c.album.get(product))["price"] == 5800
            assert len([row async for row in c.album.each()]) == 1
            await c.album.remove(product)
            rule = Intercept(name="号码", words=("转账",), users=("lin.xi",), semantics=("phone",))
            made = await c.intercepts.add(rule)
            await c.intercepts.change(made, replace(rule, users=("chen.mo",)))
            found = await c.intercepts.get(made)
            assert found["applicable_range"]["user_list"] == ["chen.mo"]
            assert [row["rule_id"] for row in await c.intercepts.all()] == [made]
            await c.intercepts.remove(made)
            assert who in await c.people.ids("lin.xi")

    run(scenario)


def test_the_whole_house_syncs_at_its_start_and_not_again_after_a_restart(tmp_path: Path) -> None:
    # what came while nobody listened is not repeated for half a minute, into the house
    text = DEFAULT.read_text("utf-8")
    world = tmp_path / "world.toml"
    world.write_text(text.replace("spacing_s = [1, 5, 15]", "spacing_s = [0, 0, 0]"), "utf-8")

    async def given_up(phone: Phone) -> bool:
        sent = (await phone.get("/state?part=callbacks"))["callbacks"]
        return {row["state"] for row in sent} == {"failed"}

    async def scenario() -> None:
        async with platform(world=world) as phone:
            people = await friends(phone, 3)
            await until(lambda: given_up(phone), "the platform has given up to tell of them")
            brand(tmp_path)
            for _ in range(2):
                async with opened(tmp_path, phone) as home:
                    await until(lambda home=home: home.rows(  # type: ignore[misc]
                        "SELECT 1 FROM source WHERE id = 'sync:contacts' AND read_at > 0"),
                        "the sync is done")  # fmt: skip
                    known = {r["member"] for r in home.rows("SELECT member FROM friend")}
                    assert set(people) <= known
                    assert home.rows("SELECT 1 FROM flow_run") == [], "nobody is greeted anew"
            assert len(await phone.calls("get_follow_user_list")) == 1

    run(scenario)


def test_a_tag_made_renamed_and_deleted_in_the_console_is_ours_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house(tmp_path, phone) as home:
            made = await phone.post("/tags", group="口味", tags=["白茶"])
            (tag,) = made["ids"]
            one = "SELECT name FROM tag WHERE id = ?"
            await until(lambda: home.rows(one, tag) == [{"name": "白茶"}], "it is known")
            await phone.post(f"/tags/{tag}/edit", name="老白茶")
            await until(lambda: home.rows(one, tag) == [{"name": "老白茶"}], "its new name, too")
            await phone.post(f"/tags/{tag}/delete")
            alive = "SELECT 1 FROM tag WHERE id = ? AND gone_at IS NULL"
            await until(lambda: not home.rows(alive, tag), "it is gone")

    run(scenario)
