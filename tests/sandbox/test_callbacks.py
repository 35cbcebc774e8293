"""Delivery: retries, duplicates, disorder, hostile copies, the URL check, resuming after a stop."""

from __future__ import annotations

import asyncio

import pytest

from sandbox.crypto import Envelope
from sandbox.server import Sandbox
from sandbox.xmlform import document
from tests.sandbox.conftest import CORP, KEY, TOKEN, Receiver
from tests.waiting import until

FAST = "callbacks.spacing_s = [0.01, 0.02, 0.03]\ncallbacks.timeout_s = 60"
HASTY = FAST.replace("60", "1")
KF = "wkBANZHAN01"


async def settled(home, count: int) -> list:
    async def over() -> list | None:
        rows = (await home.see("/state?part=callbacks"))["callbacks"]
        done = len(rows) >= count and all(row["state"] != "pending" for row in rows)
        return rows if done else None

    return await until(over, f"{count} callbacks are settled", pause=0.01)


def test_retries_until_200(play) -> None:
    async def story(home) -> None:
        home.receiver.statuses = [500, 404, 302]
        await home.friend()
        row = (await settled(home, 1))[0]
        assert row["state"] == "acked"
        assert [each["status"] for each in row["attempts"]] == [500, 404, 302, 200]
        assert len(set(home.receiver.texts)) == 1, "retries carry the same plain text"
        assert len(home.receiver.events) == 1

    play(story, FAST)


def test_four_deliveries_and_no_more(play) -> None:
    async def story(home) -> None:
        home.receiver.statuses = [500] * 10
        await home.friend()
        row = (await settled(home, 1))[0]
        assert row["state"] == "failed" and len(row["attempts"]) == 4
        counters = (await home.see("/state?part=counters"))["counters"]["callbacks"]
        assert counters["failed"] == 1 and counters["attempts_failed"] == 4

    play(story, FAST)


def test_a_receiver_too_slow_is_asked_again(play) -> None:
    async def story(home) -> None:
        home.receiver.silent = 1
        await home.friend()
        row = (await settled(home, 1))[0]
        assert row["attempts"][0]["error"] == "timeout" and row["state"] == "acked"

    play(story, HASTY)


def test_duplicates_and_disorder_together(play) -> None:
    async def story(home) -> None:
        await home.do("/faults", {"on": "callback", "kind": "duplicate"})
        await home.do("/faults", {"on": "callback", "kind": "reorder"})
        made = await home.customer()
        for place in range(20):
            await home.do(f"/customers/{made}/kf", {"open_kfid": KF, "text": str(place)})
        tokens = [each["Token"] for each in await home.receiver.wait(40)]
        sent = [row["xml"].split("ENC")[1][:40] for row in await settled(home, 20)]
        assert {tokens.count(token) for token in tokens} == {2}
        assert [token[3:] for token in dict.fromkeys(tokens)] != sent, "shuffled"
        await home.control("DELETE", "/faults")
        await home.do(f"/customers/{made}/kf", {"open_kfid": KF, "text": "calm"})
        await settled(home, 21)
        await asyncio.sleep(0.02)
        assert len(home.receiver.events) == 41

    play(story, "callbacks.reorder_ms = 500")


@pytest.mark.parametrize(
    ("kind", "attempts"),
    [
        ("drop_before", ["dropped before delivery", None]),
        ("drop_after", ["answer lost", None]),
        ("http500", ["answer read as 500", None]),
    ],
)
def test_trouble_on_the_way(play, kind, attempts) -> None:
    async def story(home) -> None:
        await home.do("/faults", {"on": "callback", "kind": kind, "n": 1})
        await home.friend()
        row = (await settled(home, 1))[0]
        assert [each.get("error") for each in row["attempts"]] == attempts
        assert len(home.receiver.events) == (1 if kind == "drop_before" else 2)

    play(story, FAST)


@pytest.mark.parametrize("kind", ["bad_signature", "bad_json"])
def test_hostile_copies_come_beside_the_true_one(play, kind) -> None:
    async def story(home) -> None:
        await home.do("/faults", {"on": "callback", "kind": kind, "n": 1})
        await home.friend()
        row = (await settled(home, 1))[0]
        assert row["state"] == "acked" and row["attempts"][0]["hostile"] in (403, 500)
        assert len(home.receiver.refused) == (kind == "bad_signature")
        assert len(home.receiver.events) == 1

    play(story, FAST)


def test_faults_pick_by_app_and_event(play) -> None:
    async def story(home) -> None:
        await home.do("/faults", {"on": "callback", "kind": "duplicate", "path": "kf_msg"})
        made = await home.friend()
        await home.do(f"/customers/{made}/kf", {"open_kfid": KF, "text": "x"})
        await settled(home, 2)
        await home.receiver.wait(3)
        kinds = [each["Event"] for each in home.receiver.events]
        assert sorted(kinds) == ["change_external_contact", "kf_msg_or_event", "kf_msg_or_event"]

    play(story)


def test_the_base_can_be_replaced_and_is_checked(play) -> None:
    async def story(home) -> None:
        assert (await home.see("/state?part=apps"))["apps"][0]["url"] is None
        await home.friend()
        assert (await settled(home, 1))[0]["attempts"][0]["error"] == "no callback url"
        told = await home.do("/callback", {"url": home.receiver.url + "/"})
        assert told == {"url": home.receiver.url, "pinned": False}

        async def verified() -> dict | None:
            app = (await home.see("/state?part=apps"))["apps"][0]
            return app if app["verified"] else None

        app = await until(verified, "the address is checked", pause=0.005)
        assert app["url"] == home.receiver.url + "/assistant"
        await home.friend()
        await home.receiver.wait(1)
        status, _ = await home.control("POST", "/callback", {"url": "nonsense"})
        assert status == 400

    play(story, FAST, callback=None)


def test_a_pinned_base_stays(play) -> None:
    async def story(home) -> None:
        told = await home.do("/callback", {"url": "http://127.0.0.1:1/x"})
        assert told == {"url": home.receiver.url, "pinned": True}

    play(story)


def test_passive_replies_reach_the_member(play) -> None:
    async def story(home) -> None:
        inner = document([("ToUserName", "lin.xi"), ("MsgType", "text"), ("Content", "收到")])
        envelope = Envelope(TOKEN, KEY, CORP)
        cipher = envelope.encrypt(inner.encode(), b"0" * 16)
        signed = envelope.sign("1790000001", "n", cipher)
        home.receiver.reply = document(
            [
                ("Encrypt", cipher),
                ("MsgSignature", signed),
                ("TimeStamp", 1790000001),
                ("Nonce", "n"),
            ]
        ).encode()
        said = await home.do("/apps/1000002/say", {"userid": "lin.xi", "text": "在吗]]>"})
        event = (await home.receiver.wait(1))[0]
        assert (event["FromUserName"], event["Content"]) == ("lin.xi", "在吗]]>")
        assert event["MsgId"] == said["msgid"] and event["AgentID"] == "1000002"
        await settled(home, 1)
        assert (await home.see("/chats/lin.xi/messages"))[0]["text"] == "收到"
        home.receiver.reply = b"<xml><Encrypt>junk</Encrypt></xml>"
        await home.do("/apps/assistant/say", {"userid": "lin.xi", "event": "click", "key": "today"})
        row = (await settled(home, 2))[1]
        assert row["state"] == "acked" and row["attempts"][0]["reply"].startswith("unreadable")

    play(story)


def test_what_was_not_accepted_is_delivered_after_a_restart(tmp_path) -> None:
    async def main() -> None:
        receiver = Receiver()
        box = Sandbox(callback="http://127.0.0.1:1", state=tmp_path)
        await box.start()
        from sandbox.rules import people

        made = people.make_customer(box.world)
        people.add(box.world, "lin.xi", made.id)
        await asyncio.sleep(0.02)
        await box.stop()
        await receiver.start()
        again = Sandbox(callback=receiver.url, state=tmp_path)
        await again.start()
        event = (await receiver.wait(1))[0]
        assert event["ExternalUserID"] == made.id
        assert len(again.world.store.pending) in (0, 1)
        await again.stop()
        await receiver.stop()

    (tmp_path / "x").mkdir()
    asyncio.run(main())
