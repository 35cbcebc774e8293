"""The archive feed: consent first, seq after seq, one notice in fifteen seconds."""

from __future__ import annotations

from sandbox.world import load

ONE = "wrBANZHAN01"


def with_archive(tmp_path):
    text = load.DEFAULT.read_text(encoding="utf-8")
    text = text.replace('"message", "directory"]', '"message", "directory", "archive"]')
    text = text.replace('"app", "contact", "kf", "archive"]', '"app", "archive"]')
    path = tmp_path / "archive.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_feed_consent_and_notice(play, tmp_path) -> None:
    async def story(home) -> None:
        friend = "wmBANZHAN0001"
        say = f"/customers/{friend}/say"
        await home.do(say, {"userid": "lin.xi", "text": "没同意前"})
        assert await home.see("/archive") == []
        await home.do(f"/customers/{friend}/archive-consent", {"agree": True})
        await home.do(say, {"userid": "lin.xi", "text": "同意之后"})
        await home.do("/staff/lin.xi/sidebar/send", {"customer": friend, "text": "好的"})
        await home.do(f"/groups/{ONE}/say", {"from": friend, "text": "群里好"})
        rows = await home.see("/archive")
        assert [row["msgtype"] for row in rows] == ["agree", "text", "text", "text"]
        assert rows[1]["text"]["content"] == "同意之后" and rows[1]["from"] == friend
        assert rows[3]["roomid"] == ONE
        later = await home.see(f"/archive?seq={rows[1]['seq']}&limit=1")
        assert [row["seq"] for row in later] == [rows[2]["seq"]]
        assert len(await home.receiver.wait(1)) == 1
        await home.advance(15)
        events = await home.receiver.wait(2)
        assert {each["Event"] for each in events} == {"msgaudit_notify"}
        await home.advance(15)
        assert len(home.receiver.events) == 2, "nothing new, no notice"
        info = [{"userid": "lin.xi", "exteranalopenid": friend}]
        found = await home.post("msgaudit/check_single_agree", {"info": info})
        assert found["agreeinfo"][0]["agree_status"] == "Agree"
        found = await home.post("msgaudit/check_room_agree", {"roomid": ONE})
        assert [row["agree_status"] for row in found["agreeinfo"]].count("Agree") == 1
        assert len((await home.post("msgaudit/get_permit_user_list"))["ids"]) == 7

    play(story, world=with_archive(tmp_path))
