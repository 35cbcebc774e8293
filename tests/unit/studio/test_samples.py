"""The made-up members of a preview."""

from __future__ import annotations

from bot.members import codes
from bot.studio.samples import SAMPLES


def test_each_has_a_code_of_his_own_that_could_be_one() -> None:
    mine = [one.member["invite_code"] for one in SAMPLES]
    assert [codes.normal(code) for code in mine] == mine
    assert len(set(mine)) == len(SAMPLES)
