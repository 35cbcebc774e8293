"""One member's way through the whole house, told by a platform that says everything twice: the log
says just that, once."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from tests.scenario.house import House, run, until
from tests.scenario.test_contacts import friends, published
from tests.scenario.test_schedule import tuesday

CHAT, KF = "wrBANZHAN01", "wkBANZHAN01"


def log(home: House, who: str) -> list[dict[str, Any]]:
    return home.rows("SELECT * FROM event WHERE member = ? ORDER BY at, dedupe", who)


def did(rows: list[dict[str, Any]]) -> Counter[str]:
    """What a member did himself; how he came into the group is told after the fact."""
    return Counter(row["kind"] for row in rows
                   if row["kind"] != "outbound" and not row["dedupe"].endswith("/source"))  # fmt: skip


def test_a_member_comes_talks_likes_opts_out_and_goes(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with tuesday(tmp_path) as (phone, home):

            async def told(*kinds: str) -> None:
                """The log says so often what he did, and nothing else."""
                await until(lambda: did(log(home, who)) == Counter(kinds), f"{kinds}")

            await phone.post("/faults", on="callback", kind="duplicate")
            (who,) = await friends(phone, 1, state="poster")
            await told("added")
            await phone.write(who, "绿茶多少度水")
            await until(lambda: phone.texts(who, "kf"), "an answer")
            await phone.post(f"/groups/{CHAT}/join", customer=who, state="grp-a")
            await told("added", "inbound", "joined")
            moment = await published(phone)
            await phone.post(f"/customers/{who}/moments/{moment}", like=True)
            await told("added", "inbound", "joined", "liked")
            await phone.write(who, "退订")
            await told("added", "inbound", "joined", "liked", "inbound", "refused")
            await phone.post(f"/groups/{CHAT}/leave", customer=who)
            await phone.post(f"/customers/{who}/delete", userid="lin.xi")
            await told(
                "added", "inbound", "joined", "liked", "inbound", "refused", "left", "parted"
            )
            _details(home, who, moment)

    run(scenario)


def _details(home: House, who: str, moment: str) -> None:
    rows = log(home, who)
    by_kind = {row["kind"]: row for row in rows}
    assert by_kind["added"]["account"] == "lin.xi" and by_kind["added"]["which"] == "poster"
    assert by_kind["parted"]["which"] == "member"
    assert (by_kind["joined"]["place"], by_kind["left"]["place"]) == (CHAT, CHAT)
    assert {row["which"] for row in rows if row["kind"] == "joined"} >= {"grp-a"}
    assert by_kind["liked"]["place"] == moment
    spoken = [row for row in rows if row["kind"] in ("inbound", "outbound")]
    assert {(row["persona"], row["version"] > 0) for row in spoken} == {("tester", True)}
    sent = home.rows("SELECT id FROM replies WHERE member = ? AND status = 'sent'", who)
    assert {f"out/{row['id']}" for row in sent} == {
        row["dedupe"] for row in rows if row["kind"] == "outbound"}  # fmt: skip
