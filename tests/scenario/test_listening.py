"""A voice through the whole house: written down by a machine, answered by nobody but people."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.scenario.house import House, brand, opened, platform, run, until
from tests.scenario.house import house as house_of

KF = "wkBANZHAN01"


def listening(folder: Path) -> None:
    config = brand(folder)
    more = '\n[listening]\nmode = "sandbox"\ntries = 1\n'
    config.write_text(config.read_text("utf-8") + more, "utf-8")


async def speak(house: House, who: str, says: str, kind: str = "voice") -> None:
    await house.phone.post(
        f"/customers/{who}/kf", open_kfid=KF, msgtype=kind, **{kind: {"says": says}}
    )


def row(house: House, who: str, number: int = 0) -> dict[str, Any]:
    found = house.rows("SELECT kind, text, heard, mood, heard_why, hear_at FROM inbox WHERE peer = ? "
                       "AND kind <> 'event' ORDER BY id", who)  # fmt: skip
    return found[number] if len(found) > number else {}


def waits(house: House, who: str) -> str | None:
    (found,) = house.rows("SELECT waiting_for, waiting_since FROM conversation WHERE peer = ?", who)
    return found["waiting_for"] if found["waiting_since"] is not None else None


def test_a_voice_becomes_words_for_staff_and_what_fails_is_handed_to_a_person(
    tmp_path: Path,
) -> None:
    async def scenario() -> None:
        listening(tmp_path)
        async with platform() as phone, opened(tmp_path, phone) as house:
            calm, angry, lost = await house.phone.customers(3)
            await speak(house, calm, "几天发货")
            await until(lambda: row(house, calm).get("heard") == "几天发货", "it was heard")
            assert waits(house, calm) is None and row(house, calm)["text"] == ""
            said = await house.phone.texts(calm)
            assert len(said) == 1 and "两天" not in said[0], "nothing is answered by it"

            await speak(house, angry, "气死我了，杯子碎了", "video")
            await until(lambda: bool(row(house, angry).get("heard")), "it was heard")
            assert row(house, angry)["mood"] == "angry\t气死"
            assert waits(house, angry) == "语音里听着生气：气死"

            await house.phone.post("/faults", on="api", path="/v1/audio", kind="http500", n=1)
            await speak(house, lost, "帮我看看")
            await until(lambda: bool(row(house, lost).get("heard_why")), "it failed")
            assert row(house, lost)["heard"] == "" and row(house, lost)["hear_at"] is None
            assert waits(house, lost) == "客人发来语音，机器没听出来，请听一下"

    run(scenario)


def test_without_one_nothing_is_listened_to_and_the_answer_is_the_same(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with platform() as phone, house_of(tmp_path, phone) as house:
            (who,) = await house.phone.customers(1)
            await speak(house, who, "几天发货")
            await until(lambda: len(house.rows("SELECT 1 FROM replies WHERE peer = ?", who)) == 1,
                        "an honest line")  # fmt: skip
            assert (row(house, who)["heard"], row(house, who)["hear_at"]) == ("", None)
            assert await house.phone.calls("/v1/audio") == []

    run(scenario)
