"""One week of a small brand: what the calendar plans, what went out, what to add."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from click.testing import CliRunner

from bot.commands.database import write
from bot.commands.mix import mix as command
from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.core.mixing import Mix
from bot.library.cast import build
from bot.library.disk import read_disk
from bot.library.mixing import FeedMix, Week, mixes, reach
from bot.library.publish import publish_disk
from bot.library.speech import Setting
from bot.store.mix import Sent
from bot.store.opening import migrate_store
from bot.store.versions import Edition

ZONE = "Asia/Shanghai"
WEEK = Week.parse("2026-W48", ZONE)
MON, WED = WEEK.start, WEEK.start + 2 * DAY
HEAD = '+++\ntitle = "{title}"\ngenre = "{genre}"\norigin = "BGC"\n{more}+++\n{text}\n'
CALENDAR = """
[[entry]]
id = "monday"
when = "mon 08:30"
do = "moment"
persona = "xiaozhan"
template = "moments/kettle"

[[entry]]
id = "friday"
when = "fri 08:30"
do = "moment"
persona = "xiaozhan"
template = "moments/buy"

[[entry]]
id = "summer"
when = "daily 09:00"
do = "moment"
persona = "xiaozhan"
template = "moments/summer"

[[entry]]
id = "table"
when = "wed 20:00"
do = "group_post"
persona = "laogu"
template = "groups/table"
"""


def head(title: str, genre: str, text: str = "今天的水开得慢。", more: str = "") -> str:
    return HEAD.format(title=title, genre=genre, text=text, more=more)


TEMPLATES = {
    "moments/kettle": head("水壶", "story"),
    "moments/buy": head("买一罐", "news", "晨雾绿茶到店了，68元一罐。"),
    "moments/summer": head("入伏", "knowledge", more="valid_from = 2026-07-01\nvalid_to = 2026-08-31\n"),
    "moments/funny": head("猫", "funny"),
    "moments/deal": head("再买一罐", "case", "晨雾绿茶还有，68元。"),
    "moments/laogu-book": head("书", "knowledge"),
    "moments/late": head("大雪", "knowledge", more="valid_from = 2026-12-07\n"),
    "moments/hole": head("故事", "emotion", "{{ chapter }}",
                         '[vars.chapter]\nsource = "persona.story.none"\ntype = "text"\nsample = "一"\n'),
    "groups/table": head("茶席", "experience"),
}  # fmt: skip


def persona(name: str) -> Edition:
    text = f'id = "{name}"\nname = "{name}"\ntype = "kol"\nkind = "personified"\n'
    return Edition(kind="persona", name=name, version=1, digest="",
                   files={"persona.toml": text})  # fmt: skip


def single(kind: str, name: str, text: str) -> Edition:
    return Edition(kind=kind, name=name, version=1, digest="", files={f"{name}.x": text})


CAST = build(
    [persona("xiaozhan"), persona("laogu"), single("calendar", "calendar", CALENDAR),
     single("catalogue", "catalogue",
            "sku,name,price,valid_from,valid_to\n1,晨雾绿茶 50克,68.00,,\n"),
     *(Edition(kind="template", name=name, version=1, digest="",
               files={f"{name.rpartition('/')[2]}.j2": text}) for name, text in TEMPLATES.items())],
    ZONE,
)  # fmt: skip
SETTING = Setting(cast=CAST, now=WED)


def sent(at: int, content: str = "moments/kettle", text: str = "水壶") -> Sent:
    return Sent(at=at, persona="xiaozhan", kind="moment", content=content, text=text)


def moments(rows: list[Sent], mix: Mix | None = None, now: int = WED) -> FeedMix:
    found = mixes(replace(SETTING, now=now), rows, mix or Mix(), WEEK, "xiaozhan")
    assert [(one.persona, one.feed) for one in found] == [("xiaozhan", "moment")]
    return found[0]


def test_the_plan_holds_what_can_go_out_and_the_log_what_did() -> None:
    found = moments([sent(MON + 8 * HOUR + 31 * MINUTE), sent(MON - DAY)])
    assert [(one.entry, one.at, one.sells) for one in found.planned] == [
        ("monday", MON + 8 * HOUR + 30 * MINUTE, False),
        ("friday", MON + 4 * DAY + 8 * HOUR + 30 * MINUTE, True),
    ]
    assert [(one.template, one.sent) for one in found.sent] == [("moments/kettle", True)]
    assert [(one.name, one.number) for one in found.genres()] == [("news", 1), ("story", 1)]
    assert [(one.name, one.number) for one in found.genres(sent=True)] == [("story", 1)]


def test_every_feed_of_the_calendar_and_the_log_is_there() -> None:
    rows = [Sent(at=MON, persona="laogu", kind="moment", content="moments/gone", text="旧的一条")]
    found = mixes(SETTING, rows, Mix(), WEEK)
    assert [(one.persona, one.feed) for one in found] == [
        ("laogu", "group"), ("laogu", "moment"), ("xiaozhan", "moment")]  # fmt: skip
    assert found[1].sent[0].title == "旧的一条"
    assert [one.code for one in found[1].warned] == ["untagged"]


def test_what_went_out_and_what_is_still_planned_are_judged_together() -> None:
    rows = [sent(MON - DAY, "moments/buy"), sent(MON + HOUR)]
    mix = Mix(wished=(), promo_gap=4, promo_share=1.0)
    assert [one.code for one in moments(rows, mix).warned] == ["promo_gap"]
    after = WEEK.end - 1  # the planned one did not go out, so nothing is wrong
    assert moments(rows, mix, now=after).warned == ()
    assert [one.message for one in moments([], mix, now=after).warned] == [
        "这一周计划的 2 条一条都没有发出"]  # fmt: skip


def test_suggestions_fit_the_persona_the_days_and_what_went_out() -> None:
    found = moments([])
    # neither what is planned, what another persona says, what is out of season, what lacks a
    # chapter, nor a second one that sells
    assert [one.template for one in found.suggested] == ["moments/funny"]
    assert found.suggested[0].why == "补上缺少的趣事类，还没有发过"
    assert moments([sent(MON - 20 * DAY, "moments/funny")]).suggested == ()
    [again] = moments([sent(MON - 30 * DAY, "moments/funny")]).suggested
    assert again.reasons == ("unseen",)
    free = moments([], Mix(promo_share=1.0, promo_gap=0))
    assert [one.template for one in free.suggested] == ["moments/funny", "moments/deal"]
    assert moments([], now=WEEK.end).suggested == ()


def test_what_only_another_can_say_is_not_suggested() -> None:
    own = {"moments/mine": head("书架", "experience", "我是laogu，书架又满了。"),
           "moments/both": head("雨", "opinion"), "moments/his": head("灯", "research")}  # fmt: skip
    faq = "id,question,similar,answer\n1,灯是哪来的,,template:moments/his\n"
    cast = build([
        persona("xiaozhan"), single("calendar", "calendar", CALENDAR),
        replace(persona("laogu"), files={**persona("laogu").files, "faq.csv": faq}),
        *(Edition(kind="template", name=name, version=1, digest="",
                  files={f"{name.rpartition('/')[2]}.j2": text}) for name, text in own.items())],
        ZONE)  # fmt: skip
    rows = [replace(sent(MON - 40 * DAY), persona="laogu"),
            replace(sent(MON - 40 * DAY, "moments/both"), persona="laogu")]  # fmt: skip

    def suggested(rows: list[Sent]) -> list[tuple[str, list[str]]]:
        found = mixes(replace(SETTING, cast=cast), rows, Mix(), WEEK)
        return [(one.persona, [s.template for s in one.suggested])
                for one in found if one.feed == "moment"]  # fmt: skip

    everything = ["moments/both", "moments/his", "moments/mine"]
    [(_, his), (_, hers)] = suggested(rows[:1])
    assert (sorted(his), hers) == (everything, ["moments/both"])
    assert suggested(rows)[1] == ("xiaozhan", [])  # it went out as his


def test_it_can_be_written_as_json() -> None:
    made = moments([sent(MON + HOUR)]).as_dict()
    assert made["planned"]["selling"] == 1
    assert made["sent"]["genres"] == {"story": 1}
    assert made["suggestions"][0]["template"] == "moments/funny"


def test_what_has_to_be_known_reaches_back_far_enough() -> None:
    assert reach(Mix(), WEEK, WED) == (WED - 28 * DAY, WEEK.end)
    assert reach(Mix(rest="1d"), WEEK, WED) == (MON - 14 * DAY, WEEK.end)


@pytest.mark.parametrize("text", ["2026-48", "2026-W54", "W48", "0000-W01", "2025-W53"])
def test_what_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="is no week"):
        Week.parse(text, ZONE)


def test_a_week_runs_from_monday_to_sunday_in_the_zone() -> None:
    assert Week.of(date(2026, 11, 29), ZONE) == WEEK == Week.parse("2026w48", ZONE)
    assert WEEK.end - WEEK.start == 7 * DAY
    assert Week.of(date(2027, 1, 1), ZONE).name == "2026-W53"


def test_the_command_shows_a_week(config: Config) -> None:
    migrate_store(config, WED)
    write(config, lambda tx, now: publish_disk(tx, read_disk(config), now, live=True))
    where = ["--config", str(config.home / "config.toml")]
    shown = CliRunner().invoke(command, ["--week", "2026-W48", *where])
    assert shown.exit_code == 0, shown.output
    assert "tester · 朋友圈\n  计划 2 条" in shown.stdout
    made = json.loads(CliRunner().invoke(command, ["--json", "--persona", "tester", *where]).stdout)
    assert [(one["persona"], one["feed"]) for one in made["mixes"]] == [
        ("tester", "group"), ("tester", "moment")]  # fmt: skip
    assert CliRunner().invoke(command, ["--persona", "nobody", *where]).exit_code == 2
