"""What is left to say to a member unasked, counted as the governor counts it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.commands.left import put_left
from bot.core.clock import DAY, HOUR
from bot.core.governing import Governing
from bot.library.speech import Setting
from bot.store import consent, people
from scheduler import leeway
from scheduler.leeway import Count, Leeway
from tests.contract.conftest import Bench
from tests.contract.making import queue
from tests.contract.test_governor import LIN, OPEN, T, asks, brand, chat, leaves, meets, offer, sent

__all__ = ["brand"]


def left(db: Bench, setting: Setting, now: int = T, persona: str = "tester") -> Leeway:
    return db.read(leeway.leeway, replace(setting, now=now), "wm1", persona)


def test_what_went_out_is_taken_off_and_the_next_offer_is_named(
    db: Bench, brand: Setting, capsys: pytest.CaptureFixture[str]
) -> None:
    assert left(db, brand).offer.code == "unreachable"
    assert db.read(leeway.leeways, brand, "wm1") == []
    meets(db)
    fresh = left(db, brand)
    assert [span.days for span in fresh.spans] == [1, 7, 31]
    assert [span.all for span in fresh.spans] == [Count(0, 2), Count(0, 4), Count(0, 8)]
    assert (fresh.offer.answer, fresh.served, fresh.offers) == ("yes", 1, 0)
    queue(db, chat(1), offer(2), now=T)
    sent(db, leaves(db, brand).rows, T)
    made = left(db, brand, T + HOUR)
    assert [(s.all.left, s.offers.used, s.offers_left) for s in made.spans] == [
        (0, 1, 0), (2, 1, 0), (6, 1, 2)]  # fmt: skip
    assert (made.served, made.offers) == (2, 1), "care serves him as well"
    # the governor itself says the same of an offer
    ruled = asks(db, brand, now=T + HOUR)
    assert (made.offer.answer, made.offer.code, made.offer.until) == (
        ruled.answer, ruled.code, ruled.until) == ("later", "cap_week", ruled.until)  # fmt: skip
    assert {one.code for one in made.offer.looked if not one.holds} == {"cap_week", "cap_day"}
    [one] = db.read(leeway.leeways, replace(brand, now=T + HOUR), "wm1")
    put_left("wm1", [one], T, "Asia/Shanghai", json_out=False)
    shown = capsys.readouterr().out
    assert "1 天内主动消息已发 2，还剩 0；其中推广已发 1，还剩 0" in shown
    assert "31 天里服务 2 次，推广 1 条" in shown and "下一条推广：现在不行，最早 " in shown
    put_left("wm1", [one], T, "Asia/Shanghai", json_out=True)
    assert '"offers":{"used":1,"most":3,"left":2}' in capsys.readouterr().out


def test_an_offer_that_all_caps_together_leave_no_room_for_is_not_promised(
    db: Bench, brand: Setting
) -> None:
    meets(db)
    tight = replace(brand, governing=replace(OPEN, day=1, promo_day=3))
    queue(db, chat(1), now=T)
    sent(db, leaves(db, tight).rows, T)
    day = left(db, tight, T + HOUR).spans[0]
    assert (day.offers, day.offers_left) == (Count(0, 3), 0)


def test_a_friend_without_a_chat_is_asked_about_by_bulk(db: Bench, brand: Setting) -> None:
    db.write(people.befriend, "wm1", LIN, T - DAY)
    few = replace(brand, governing=replace(OPEN, platform_month=4))
    assert (left(db, few).offer.answer, left(db, few).bulk) == ("yes", Count(0, 4))
    new = left(db, replace(brand, governing=Governing()))
    assert (new.offer.code, new.offer.until) == ("trust", T + 6 * DAY)
    db.write(consent.opt_out, "wm1", T)
    assert left(db, few).offer.code == "opted_out", "which is nearer than that no chat is open"
