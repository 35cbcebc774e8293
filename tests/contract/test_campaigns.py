"""A campaign from its approval to its end: who stands in the ledger, what leaves, and what people
may do meanwhile; on both engines."""

from __future__ import annotations

import pytest

from bot.core.campaigns import CampaignRefused
from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.taptime import Timing
from bot.members.orders import Report
from bot.store import (
    audit,
    campaigns,
    consent,
    correcting,
    figures_event,
    governor,
    orders,
    people,
    recipients,
    taps,
    versions,
)
from bot.store.campaigns import DONE, PAUSED, RUNNING, STOPPED
from bot.store.engine import Tx
from bot.store.unfinished import settle
from scheduler import ahead, asking, enrolling, handing, measuring, previewing, steering
from scheduler.measuring import After
from tests.contract.campaigning import KF, MORNING, OFFER, Stage
from tests.contract.conftest import Bench
from tests.contract.making import hear, said


@pytest.fixture
def stage(db: Bench) -> Stage:
    return Stage(db)


def test_everybody_gets_it_once_through_the_account_that_knows_him(stage: Stage) -> None:
    stage.befriend(6)
    stage.db.write(people.befriend, "wm000", "chen.mo", MORNING)  # the newer of two friendships
    run = stage.start()
    first, second = stage.tasks()
    assert (first["account"], second["account"]) == ("chen.mo", "lin.xi")
    assert stage.receivers(first["id"]) == ["wm001", "wm003", "wm005"]
    assert stage.receivers(second["id"]) == ["wm000", "wm002", "wm004"]
    assert (first["kind"], first["channel"], first["content"]) == ("promo", "contact",
                                                                   "promos/offer")  # fmt: skip
    assert first["origin"] == f"campaign:offer:{run.step}"
    assert stage.counts() == {"queued": 6}
    assert (run.state, run.seen, run.handed) == (RUNNING, 6, 6)
    stage.tapped(first["id"], failed=["wm003"])
    assert stage.counts() == {"queued": 3, "sent": 2, "failed": 1}
    stage.tapped(second["id"])
    assert (stage.counts(), stage.run.state) == ({"sent": 5, "failed": 1}, DONE)
    trail = [(row["actor"], row["after"])
             for row in stage.db.read(audit.history, "campaign", run.id)]  # fmt: skip
    assert trail == [("wu", "approved"), ("wu", "running"), ("scheduler", "done")]


def test_a_page_that_is_lost_is_looked_at_again_and_nobody_stands_there_twice(
    stage: Stage,
) -> None:
    stage.befriend(7)
    stage.write_file()
    stage.approve()
    stage.db.write(steering.start, stage.setting, "offer", "wu")
    killed = stage.job()
    page = stage.db.read(enrolling.look, killed, 3)
    assert stage.db.write(enrolling.keep, killed, page)
    assert not stage.db.write(enrolling.keep, killed, page), "the place was reached already"
    again = stage.job()
    assert (again.run.cursor, again.run.seen) == ("wm002", 3)
    stale = stage.db.read(enrolling.look, killed, 3)
    assert not stage.db.write(enrolling.keep, killed, stale)
    stage.work()
    assert stage.counts() == {"queued": 7}
    assert sum(len(stage.receivers(task["id"])) for task in stage.tasks()) == 7


def test_a_hand_over_that_is_repeated_hands_nothing_over(stage: Stage) -> None:
    stage.befriend(4)
    stage.write_file()
    stage.approve()
    stage.db.write(steering.start, stage.setting, "offer", "wu")
    job = stage.job()
    stage.db.write(enrolling.keep, job, stage.db.read(enrolling.look, job))
    job = stage.job()
    (group, _) = stage.db.read(recipients.groups, job.run.id)
    hand = stage.db.read(handing.look, job, group, 10)
    assert hand is not None
    assert stage.db.write(handing.keep, job, hand)
    assert not stage.db.write(handing.keep, job, hand)
    assert stage.counts() == {"pending": 2, "queued": 2}


def test_who_is_out_and_why(stage: Stage) -> None:
    stage.befriend(4)
    stage.db.write(consent.opt_out, "wm000", MORNING)
    stage.db.write(people.unfriend, "wm001", "chen.mo", MORNING, "member")
    stage.start('audience = "所有人"')
    assert stage.ledger("code") == {"wm000": "opted_out", "wm001": "unreachable", "wm002": "",
                                    "wm003": ""}  # fmt: skip
    assert stage.counts() == {"out": 2, "queued": 2}
    sums = stage.db.look("SELECT origin, answer, code, n FROM refusal")
    assert [tuple(row.values()) for row in sums] == [("campaign:offer", "no", "opted_out", 1)]


def test_an_open_kf_window_needs_no_tap(stage: Stage) -> None:
    stage.befriend(3)
    stage.wrote("wm000")
    stage.wrote("wm001", ago=3 * DAY)
    stage.start()
    by_kf = next(row for row in stage.tasks() if row["channel"] == "kf")
    assert (by_kf["peer"], by_kf["account"], by_kf["pool"]) == ("wm000", KF, "reply")
    assert stage.ledger("channel") == {"wm000": "kf", "wm001": "contact", "wm002": "contact"}


def test_what_has_attachments_goes_by_a_task_though_a_window_is_open(stage: Stage) -> None:
    link = '[[attachment]]\ntype = "link"\ntitle = "店"\nurl = "https://banzhan.example/"\n+++\n'
    stage.publish("template", "promos/offer", {"offer.j2": link.join(OFFER.rsplit("+++\n", 1))})
    stage.befriend(2)
    stage.wrote("wm000")
    stage.start()
    assert stage.ledger("channel") == {"wm000": "contact", "wm001": "contact"}


PERSONAL = """+++
title = "门店"
genre = "experience"
origin = "BGC"
{most}
[vars.city]
source = "member.city"
sample = "杭州"
+++
{{{{ city }}}}的茶友，店里新到了杯子，路过来坐坐。
"""


def personal(stage: Stage, most: str = "split_max = 2", cities: str = "杭杭成成杭") -> None:
    """Every member but the last lives somewhere; the first may be written to by kf."""
    stage.publish("template", "promos/offer", {"offer.j2": PERSONAL.format(most=most)})
    for member, city in zip(stage.befriend(len(cities) + 1), cities, strict=False):
        stage.db.write(correcting.correct, member, "城市", f"{city}州", stage.now, "wu")


def test_whoever_lives_elsewhere_reads_other_words_in_a_task_of_its_own(stage: Stage) -> None:
    personal(stage)
    stage.write_file()
    campaign = steering.serving(stage.cast, "offer")
    found = stage.db.read(previewing.preview, stage.setting, campaign)
    assert [(cost.account, cost.taps) for cost in found.costs] == [("chen.mo", 2), ("lin.xi", 2)]
    stage.wrote("wm000")
    stage.start()
    said = [(channel, account, text[:2]) for channel, account, text in stage.texts()]
    assert said == [("contact", "chen.mo", "成州"), ("contact", "chen.mo", "杭州"),
                    ("contact", "lin.xi", "成州"), ("contact", "lin.xi", "杭州"),
                    ("kf", KF, "杭州")]  # fmt: skip
    assert stage.ledger("code") == dict.fromkeys([f"wm00{n}" for n in range(5)], "") | {
        "wm005": "no_words"}  # fmt: skip


def test_more_texts_than_the_template_allows_stop_the_run(stage: Stage) -> None:
    personal(stage, cities="杭苏成台温")
    run = stage.start()
    assert (run.state, stage.tasks()) == (PAUSED, [])
    assert "5 段不同的文字，最多 2 段" in run.note


def test_what_has_no_split_says_the_same_to_all_by_a_task(stage: Stage) -> None:
    head = PERSONAL.replace('sample = "杭州"', 'sample = "杭州"\nfallback = "远方"')
    stage.publish("template", "promos/offer", {"offer.j2": head.format(most="")})
    stage.befriend(2)
    stage.db.write(correcting.correct, "wm000", "城市", "杭州", stage.now, "wu")
    stage.start()
    assert {text[:2] for _, _, text in stage.texts()} == {"远方"}


def test_a_window_that_closed_meanwhile_leaves_the_other_way(stage: Stage) -> None:
    stage.befriend(1)
    stage.wrote("wm000", ago=47 * HOUR)
    stage.write_file('at = "2026-09-22 10:40"')
    stage.approve()
    stage.later(10 * MINUTE)
    assert stage.ledger("channel") == {"wm000": "kf"}
    job = stage.job()
    assert job.run.state == RUNNING


def test_the_archive_shows_who_talks_with_whom(stage: Stage) -> None:
    stage.befriend(1)
    stage.db.write(people.befriend, "wm000", "chen.mo", MORNING - DAY)
    key = "archive:chen.mo:wm000"
    stage.db.write(lambda tx: tx.run(
        "conversation_touch", id=key, channel="archive", account="chen.mo", peer="wm000",
        member="wm000", last_in_at=MORNING - HOUR, now=MORNING - HOUR, turn_at=None,
        settle_max=0))  # fmt: skip
    stage.start()
    assert stage.ledger("account") == {"wm000": "chen.mo"}


def test_whoever_is_held_out_gets_nothing_and_is_like_the_others(stage: Stage) -> None:
    stage.befriend(60)
    stage.db.write(consent.opt_out, "wm003", MORNING)
    run = stage.start('holdout = 0.3\ngoal = "reply"')
    ledger = stage.ledger()
    control = sorted(member for member, state in ledger.items() if state == "control")
    assert 8 <= len(control) <= 28
    assert ledger["wm003"] == "out", "who may not get it is on neither side"
    got = {peer for task in stage.tasks() for peer in stage.receivers(task["id"])}
    assert got == set(ledger) - set(control) - {"wm003"}
    answered = [*control[:2], *sorted(got)[:20]]
    stage.clock.advance(HOUR)
    for number, member in enumerate(answered):
        hear(stage.db, said(number, peer=member, at=stage.now))
    found = stage.db.read(measuring.result, run, stage.job().campaign, stage.now)
    assert found.lift is not None
    assert (found.lift.reached.hits, found.lift.reached.n) == (20, len(got))
    assert (found.lift.control.hits, found.lift.control.n) == (2, len(control))
    assert found.open
    assert found.lift.low < found.lift.points < found.lift.high
    annoyed(stage, control[0], *sorted(got)[:3])
    found = stage.db.read(measuring.result, run, stage.job().campaign, stage.now)
    assert found.after == After(len(got), replied=20, opted_out=3, complained=2)
    assert found.control == After(len(control), replied=2, opted_out=1, complained=1)


def test_a_goal_of_orders_counts_who_bought_and_kept_it(stage: Stage) -> None:
    stage.befriend(40)
    run = stage.start('holdout = 0.3\ngoal = "order"\nwithin = "2d"')
    ledger = stage.ledger()
    control = sorted(member for member, state in ledger.items() if state == "control")
    got = sorted(ledger.keys() - set(control))
    stage.clock.advance(HOUR)

    def bought(member: str, at: int, state: str = "paid") -> Report:
        return Report(order=f"{member}/{at}", member=member, at=at, amount=9_900, category="茶",
                      state=state)  # fmt: skip

    told = [bought(got[0], stage.now), bought(got[1], stage.now, "refunded"),
            bought(got[2], stage.now - 2 * HOUR), bought(got[3], stage.now + 3 * DAY),
            bought(control[0], stage.now)]  # fmt: skip
    stage.db.write(orders.take, told, "csv", stage.now)
    found = stage.db.read(measuring.result, run, stage.job().campaign, stage.now)
    assert found.lift is not None
    assert (found.lift.reached.hits, found.lift.reached.n) == (1, len(got))
    assert (found.lift.control.hits, found.lift.control.n) == (1, len(control))


def annoyed(stage: Stage, *members: str) -> None:
    """All of them opt out, and all but the last complain, in the conversations that they have."""

    def write(tx: Tx) -> None:
        for member in members:
            figures_event.opted_out(tx, f"kf:wk1:{member}", stage.now, "tester")
            if member != members[-1]:
                figures_event.called(tx, f"kf:wk1:{member}", "complaint", stage.now, "tester")

    stage.db.write(write)


def test_no_more_in_an_hour_than_the_pace_and_no_more_at_all_than_the_ceiling(
    stage: Stage,
) -> None:
    stage.befriend(20)
    stage.start('pace = "6/h"\nceiling = 9')
    assert stage.counts() == {"queued": 6, "pending": 14}
    assert [len(stage.receivers(task["id"])) for task in stage.tasks()] == [3, 3]
    stage.later(59 * MINUTE)
    assert stage.counts()["queued"] == 6
    stage.later(MINUTE)
    assert stage.counts() == {"queued": 9, "cancelled": 11}
    assert set(stage.ledger("code").values()) == {"", "ceiling"}
    first = {m for m, state in stage.ledger().items() if state == "queued"}
    drawn = sorted(stage.ledger("lot"), key=stage.ledger("lot").__getitem__)
    assert len(first & set(drawn[:14])) >= 8, "who comes first is drawn by lot"


def test_nothing_is_made_for_a_tap_at_night(stage: Stage) -> None:
    stage.befriend(4)
    stage.clock.advance(12 * HOUR)  # half past ten in the evening
    stage.start()
    assert stage.tasks() == []
    assert stage.counts() in ({"pending": 4}, {"later": 4})
    stage.later(9 * HOUR + 50 * MINUTE)
    assert stage.tasks() == []
    stage.later(10 * MINUTE)
    assert stage.counts() == {"queued": 4}


def test_pause_resume_and_stop(stage: Stage) -> None:
    stage.befriend(9)
    stage.start('pace = "3/h"')
    assert stage.counts() == {"pending": 6, "queued": 3}
    stage.db.write(steering.pause, "offer", stage.now, "wu", "等一下")
    stage.later(2 * HOUR)
    assert (stage.run.state, stage.run.note) == (PAUSED, "等一下")
    assert stage.counts() == {"pending": 6, "queued": 3}
    stage.db.write(steering.resume, "offer", stage.now, "wu")
    stage.work()
    assert stage.counts() == {"pending": 3, "queued": 6}
    stage.db.write(steering.stop, "offer", stage.now, "wu")
    stage.later(3_000)
    assert stage.run.state == STOPPED
    assert stage.counts() == {"cancelled": 9}
    assert {row["state"] for row in stage.tasks()} == {"cancelled"}
    with pytest.raises(CampaignRefused, match="no run that is"):
        stage.db.write(steering.pause, "offer", stage.now, "wu")


def test_only_who_certainly_missed_it_is_reached_again(stage: Stage) -> None:
    members = stage.befriend(8)
    stage.start()
    first, second = stage.tasks()
    stage.hand_in(unsure=[second["id"]])
    stage.tapped(first["id"], failed=stage.receivers(first["id"])[:2])
    assert stage.counts() == {"sent": 2, "failed": 2, "unsure": 4}
    assert stage.run.state == DONE
    stage.db.write(steering.resend, "offer", stage.now, "wu")
    stage.work()
    third = stage.tasks()[-1]
    missed = [m for m, tries in stage.ledger("tries").items() if tries == 2]
    assert stage.receivers(third["id"]) == missed
    assert len(stage.tasks()) == 3
    assert set(stage.ledger("tries").values()) == {1, 2}
    assert stage.counts() == {"sent": 2, "queued": 2, "unsure": 4}
    assert sorted(stage.ledger()) == members


def test_too_many_failures_pause_it_by_itself_until_somebody_lets_it_go_on(stage: Stage) -> None:
    stage.befriend(100)
    stage.start('pace = "50/h"\nerror_budget = 0.1')
    first, second = stage.tasks()
    stage.tapped(first["id"], failed=stage.receivers(first["id"])[:6])
    assert stage.run.state == PAUSED
    assert stage.run.note == "error budget: 6 of 25 failed, more than 10%"
    stage.later(2 * HOUR)
    assert stage.counts()["pending"] == 50
    stage.db.write(steering.resume, "offer", stage.now, "wu")
    stage.tapped(second["id"])
    assert (stage.run.state, stage.counts()["queued"]) == (RUNNING, 50)


def test_an_account_that_lost_somebody_before_the_tap_hands_him_on_once(stage: Stage) -> None:
    stage.befriend(1)
    stage.db.write(people.befriend, "wm000", "chen.mo", MORNING - 30 * DAY)
    stage.start()
    (task,) = stage.tasks()
    assert task["account"] == "lin.xi"
    stage.db.write(people.unfriend, "wm000", "lin.xi", MORNING, "staff")
    stage.tapped(task["id"], failed=["wm000"])
    assert [row["account"] for row in stage.tasks()] == ["lin.xi", "chen.mo"]
    assert stage.counts() == {"queued": 1}
    stage.db.write(people.befriend, "wm000", "lin.xi", MORNING + HOUR)
    stage.db.write(people.unfriend, "wm000", "chen.mo", MORNING + HOUR, "staff")
    stage.tapped(stage.tasks()[1]["id"], failed=["wm000"])
    assert (len(stage.tasks()), stage.counts(), stage.run.state) == (2, {"failed": 1}, DONE)


def test_who_was_taken_off_for_a_while_is_looked_at_again_and_who_left_for_good_is_not(
    stage: Stage,
) -> None:
    stage.befriend(6)
    stage.start()
    (task, _) = stage.tasks()
    first, second, _ = stage.receivers(task["id"])
    stage.db.write(governor.take_off, task["id"], {first: "open_question", second: "opted_out"})
    stage.tapped(task["id"])
    assert stage.ledger("state")[first] == "later"
    assert stage.ledger("state")[second] == "cancelled"
    stage.later(HOUR)
    assert stage.receivers(stage.tasks()[-1]["id"]) == [first]


def test_a_persona_or_a_text_that_is_gone_pauses_the_run(stage: Stage) -> None:
    stage.befriend(4)
    stage.start('pace = "2/h"')
    stage.db.write(versions.withdraw, "template", "promos/offer", "wu", stage.now)
    stage.look_again()
    stage.later(HOUR)
    assert stage.run.state == PAUSED
    assert "promos/offer" in stage.run.note


def test_a_newer_version_of_the_same_time_reaches_only_who_was_not_reached(stage: Stage) -> None:
    stage.befriend(4)
    stage.write_file('at = "2026-09-22 10:40"\npace = "2/h"')
    stage.approve()
    stage.write_file('at = "2026-09-22 10:40"')
    runs = stage.approve()
    known = stage.db.read(campaigns.of, "offer")
    assert [(run.version, run.state, run.note) for run in known] == [
        (1, STOPPED, "v2 takes its place"), (2, "approved", "")]  # fmt: skip
    stage.later(10 * MINUTE)
    assert stage.counts() == {"queued": 4}
    stage.write_file('at = "2026-09-22 10:40"\ntitle = "again"')
    with pytest.raises(CampaignRefused, match="goes on at that time"):
        stage.approve()
    stage.tapped(stage.tasks()[0]["id"])
    stage.db.write(steering.stop, "offer", stage.now, "wu")
    stage.work()
    assert stage.counts() == {"sent": 2, "queued": 2}, "the platform has not called it off yet"
    stage.called_off(stage.tasks()[1]["id"])
    assert stage.counts() == {"sent": 2, "cancelled": 2}
    stage.approve()
    stage.work()
    assert stage.run.version == 3
    assert stage.counts() == {"out": 2, "queued": 2}
    assert runs[0].step == stage.run.step


def test_posts_to_groups_stand_in_the_ledger_too(stage: Stage) -> None:
    def groups(tx: Tx) -> None:
        for name, owner in (("wr1", "lin.xi"), ("wr2", "lin.xi"), ("wr3", "chen.mo")):
            tx.run("chat_put", id=name, kind="customer", owner=owner, name=name, now=MORNING)

    stage.db.write(groups)
    stage.start('groups = "both"', do="group_post", template="groups/weekly")
    assert stage.ledger("account") == {"store-room": "store-room", "wr1": "lin.xi", "wr2": "lin.xi",
                                       "wr3": "chen.mo"}  # fmt: skip
    assert stage.counts() == {"queued": 4}
    for row in stage.tasks():
        stage.tapped(row["id"])
    assert stage.run.state == DONE


def test_a_moment_is_a_task_for_each_account(stage: Stage) -> None:
    stage.start(do="moment", template="moments/morning")
    assert stage.ledger("channel") == {"lin.xi": "moment", "chen.mo": "moment"}


def test_a_live_session_reminds_before_and_at_the_start_and_tells_who_wrote(stage: Stage) -> None:
    stage.allow(promo_day=2, promo_week=2, ratio=0)
    stage.befriend(3)
    stage.write_file('at = "2026-09-22 20:00"\nremind = "care/day1"\nbefore = "2h"\n'
                     "holdout = 0.4\ngoal = \"reply\"", do="live")  # fmt: skip
    before, begins = stage.approve()
    assert (before.step, begins.step) == ("20260922T2000-before", "20260922T2000-start")
    stage.later(begins.at - stage.now - 2 * HOUR)
    assert {row["content"] for row in stage.tasks()} == {"care/day1"}
    held = [m for m, s in _ledger(stage, before.id).items() if s == "control"]
    stage.later(2 * HOUR)
    assert [m for m, s in _ledger(stage, begins.id).items() if s == "control"] == held
    reached = next(m for m, s in _ledger(stage, begins.id).items() if s == "queued")
    stage.clock.advance(30 * MINUTE)
    hear(stage.db, said(1, peer=reached, at=stage.now, text="怎么买"))
    run = stage.db.read(campaigns.get, begins.id)
    assert run is not None
    (row,) = stage.db.read(measuring.follow_up, run, stage.job().campaign)
    assert (row["member"], row["text"], row["answered_at"]) == (reached, "怎么买", 0)


def _ledger(stage: Stage, run: int) -> dict[str, str]:
    return {row["member"]: row["state"] for row in stage.db.read(recipients.page, run)}


def test_what_comes_round_has_its_next_run_approved_while_the_version_serves(
    stage: Stage,
) -> None:
    stage.befriend(1)
    care = {"do": "care", "template": "care/day1"}
    stage.write_file('at = "daily 11:00"\nuntil = "2h"', **care)
    stage.approve()
    stage.later(HOUR)
    known = stage.db.read(campaigns.of, "offer")
    assert [(run.step, run.state) for run in known] == [
        ("20260922T1100", RUNNING), ("20260923T1100", "approved")]  # fmt: skip
    stage.write_file('at = "daily 11:00"\nuntil = "3h"', **care)
    stage.later(DAY)
    known = stage.db.read(campaigns.of, "offer")
    assert [(run.version, run.state) for run in known[1:]] == [(1, RUNNING), (2, "draft")]


def test_what_is_too_late_does_not_begin(stage: Stage) -> None:
    stage.befriend(1)
    stage.write_file('at = "2026-09-22 11:00"\nlate = "1h"')
    stage.approve()
    stage.later(3 * HOUR)
    assert (stage.run.state, stage.run.note) == (STOPPED, "more than 1h late")
    stage.write_file('at = "2026-09-22 11:00"\nlate = "1h"\ntitle = "x"')
    with pytest.raises(CampaignRefused, match="2026-09-22 11:00 is over"):
        stage.approve()


def test_when_its_time_is_over_nobody_is_reached_any_more(stage: Stage) -> None:
    stage.befriend(6)
    stage.start('pace = "2/h"\nuntil = "90m"')
    stage.later(2 * HOUR)
    assert stage.counts() == {"queued": 4, "expired": 2} or stage.counts() == {
        "queued": 2, "expired": 4}  # fmt: skip
    assert set(stage.ledger("code").values()) == {"", "until"}


def test_a_preview_says_who_would_get_it_what_it_costs_and_why(stage: Stage) -> None:
    stage.befriend(6)
    stage.db.write(consent.opt_out, "wm000", MORNING)
    stage.write_file('audience = "persona:tester AND joined>30d"')
    campaign = steering.serving(stage.cast, "offer")
    found = stage.db.read(previewing.preview, stage.setting, campaign)
    assert (found.count, found.exact, found.states, found.codes) == (
        6, True, {"out": 1, "pending": 5}, {"opted_out": 1})  # fmt: skip
    assert [(cost.account, cost.members, cost.taps) for cost in found.costs] == [
        ("chen.mo", 3, 1), ("lin.xi", 2, 1)]  # fmt: skip
    assert found.sample[0].id == "wm000"
    why = stage.db.read(previewing.why, stage.setting, campaign, "wm000")
    assert (why.belongs, why.state, why.code) == (True, "out", "opted_out")
    assert [one.code for one in why.looked if not one.holds][:1] == ["opted_out"]
    stranger = stage.db.read(previewing.why, stage.setting, campaign, "wm-nobody")
    assert (stranger.belongs, stranger.code) == (False, "unreachable")
    assert [reason.said for reason in stranger.because] == ["persona:tester", "joined>30d"]


def test_a_restored_run_reaches_nobody_twice(stage: Stage) -> None:
    stage.befriend(6)
    stage.start('pace = "2/h"')
    assert stage.counts() == {"pending": 4, "queued": 2}
    stage.db.write(settle, MORNING, stage.now)
    stage.later(2 * HOUR)
    assert (stage.run.state, stage.counts()) == (STOPPED, {"unsure": 6})
    assert len(stage.tasks()) == 2


def test_what_is_planned_stands_in_the_month_with_its_taps(stage: Stage) -> None:
    stage.befriend(6)
    stage.write_file('at = "2026-09-22 11:00"\npace = "2/h"')
    since, until = stage.now, stage.now + DAY
    (slot,) = stage.db.read(ahead.slots, stage.setting, since, until)
    assert (slot.what, slot.id, slot.members, slot.held) == ("campaign", "offer", 6, ahead.DRAFT)
    assert slot.taps == {"lin.xi": 3, "chen.mo": 3}
    (run,) = stage.approve()
    (slot,) = stage.db.read(ahead.slots, stage.setting, since, until)
    assert (slot.step, slot.at, slot.held) == (run.step, run.at, "")
    assert stage.db.read(ahead.slots, stage.setting, until, until + DAY) == []


def test_the_governor_says_why_for_a_campaign_too(stage: Stage) -> None:
    stage.befriend(1)
    stage.db.write(consent.opt_out, "wm000", MORNING)
    stage.write_file()
    (asked,) = stage.db.read(asking.why, stage.setting, "wm000", "offer")
    assert (asked.persona, asked.step, asked.way) == ("tester", "promos/offer", "bulk")
    assert (asked.ruling.answer, asked.ruling.code) == ("no", "opted_out")


def test_taps_that_a_run_waits_for_are_counted_by_account(stage: Stage) -> None:
    stage.befriend(5)
    run = stage.start()
    stage.hand_in()
    assert stage.db.read(campaigns.owed) == [], "the worker of taps has not seen them yet"
    timing = Timing(deadline=DAY, reminders=(), escalate=DAY)
    stage.db.write(taps.open_new, stage.now, timing)
    owed = {one.account: (one.origin, one.tasks, one.targets)
            for one in stage.db.read(campaigns.owed)}  # fmt: skip
    assert owed == {"lin.xi": (run.origin, 1, 3), "chen.mo": (run.origin, 1, 2)}
    stage.tapped(stage.tasks()[0]["id"])
    assert len(stage.db.read(campaigns.owed)) == 1
