"""The preview matrix over members at the edges, and what a persona's voice brings to it."""

from __future__ import annotations

from datetime import date

from bot.studio.lint import lint_template
from bot.studio.matrix import OPTED_OUT, Cell, matrix
from bot.studio.parse import parse_template
from bot.studio.samples import NAME_MOST, SAMPLES
from scheduler.almanac import Day

HEAD = """+++
title = "x"
genre = "story"
origin = "BGC"
[vars.n]
source = "member.name"
sample = "小周"
[vars.who]
source = "persona.name"
sample = "某某"
[vars.link]
source = "persona.kf_link"
sample = "https://work.weixin.qq.com/kfid/x"
[vars.term]
source = "day.solar_term"
sample = "大雪"
[vars.item]
sample = "白茶"
+++
"""
VOICES = {
    name: {"persona": {"name": called, "kf_link": ""}, "day": Day(date(2026, 12, 22))}
    for name, called in (("xiaozhan", "小盏"), ("laogu", "老顾"))
}


def cells(name: str, body: str) -> dict[tuple[str, str], Cell]:
    made = matrix(parse_template(name, HEAD + body, "x.j2"), VOICES)
    return {(cell.persona, cell.sample.id): cell for cell in made}


def test_every_member_meets_every_persona() -> None:
    found = cells("care/a", "{{ n }}，我是{{ who }}。今天{{ term }}，喝{{ item }}？{{ link }}")
    assert len(found) == 2 * len(SAMPLES)
    plain = found["laogu", "plain"]
    assert plain.text == "小周，我是老顾。今天冬至，喝白茶？https://work.weixin.qq.com/kfid/x"
    assert (plain.size, plain.most) == (len(plain.text.encode()), 2048)
    nameless = found["xiaozhan", "nameless"]
    assert (nameless.text, nameless.made) == ("", None)
    assert "member.name" in nameless.reason


def test_odd_nicknames_become_one_plain_line() -> None:
    found = cells("care/a", "{{ n }}，好。")
    assert found["laogu", "odd"].text == "小 满年糕，好。"
    assert found["laogu", "emoji"].text == "🍵阿禾👩\u200d👩\u200d👧\u200d👦✨，好。"
    assert len(found["laogu", "long-name"].text) == NAME_MOST + 3


def test_who_opted_out_gets_no_promotion_and_is_shown_so() -> None:
    head = HEAD.replace('title = "x"', 'title = "x"\nsplit_max = 9')
    found = {
        cell.sample.id: cell
        for cell in matrix(parse_template("promos/a", head + "{{ n }}", "x"), VOICES)
    }
    assert (found["opted-out"].text, found["opted-out"].reason) == ("", OPTED_OUT)
    assert found["silent"].text == "老陈"
    assert cells("care/a", "{{ n }}")["laogu", "opted-out"].text == "一鸣"


def test_samples_differ_and_cover_the_edges() -> None:
    assert len({sample.id for sample in SAMPLES}) == len(SAMPLES)
    assert len({sample.label for sample in SAMPLES}) == len(SAMPLES)
    assert any(not sample.member["name"] for sample in SAMPLES)
    assert any(not sample.gender for sample in SAMPLES)
    for flag in ("new", "silent", "opted_out"):
        assert [getattr(sample, flag) for sample in SAMPLES].count(True) == 1
    assert not lint_template(
        parse_template(
            "care/a",
            HEAD.replace('sample = "小周"', 'sample = "小周"\nfallback = "你"')
            + "{{ n }}{{ who }}{{ link }}{{ term }}{{ item }}",
            "x",
        )
    )
