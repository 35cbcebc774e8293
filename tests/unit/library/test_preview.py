"""Who says a template, in whose voice it is judged, and what a year nobody knows brings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.core.config import Config
from bot.library.disk import Disk, read_disk
from bot.library.preview import Stage, in_others_name, preview, speakers
from bot.library.review import review_audience, review_holidays
from bot.studio.parse import parse_template
from bot.studio.samples import SAMPLES
from bot.studio.template import Template

HEAD = '+++\ntitle = "x"\ngenre = "story"\norigin = "BGC"\n'
TODAY = date(2026, 11, 22)


def template(head: str, body: str) -> Template:
    return parse_template("care/x", f"{HEAD}{head}+++\n{body}", "content/care/x.j2")


def test_who_says_a_template(config: Config) -> None:
    disk = read_disk(config)

    def who(name: str) -> list[str]:
        found = speakers(name, disk.personas, disk.flows.values(), disk.calendar)
        return [one.id for one in found]

    assert who("groups/weekly") == ["tester"]
    assert who("replies/price") == who("replies/price.b") == ["tester"]
    assert set(who("care/nobody")) == set(disk.personas)


def stage(disk: Disk, config: Config) -> Stage:
    return Stage(brand=disk.brand, goods=disk.goods, policy=config.guard, day=TODAY)


def voices(disk: Disk, made: Template, config: Config) -> set[tuple[str, str, str]]:
    found = preview(stage(disk, config), made, list(disk.personas.values()))
    return {(cell.sample.id, f.rule, f.severity) for cell in found.cells for f in cell.findings}


def test_each_text_is_judged_in_the_voice_it_is_said_in(config: Config) -> None:
    disk = read_disk(config)
    named = '[vars.n]\nsource = "member.name"\nsample = "小周"\nfallback = "你"\n'
    every = voices(disk, template("", "我们的茶能治病，你试试？"), config)
    assert {("plain", "guard.medical", "error"), ("silent", "guard.medical", "error")} <= every
    calm = voices(disk, template(named, "{{ n }}，早。"), config)
    assert calm == set(), "what is in a member's own name is no fault of the template"
    city = '[vars.c]\nsource = "member.city"\nsample = "杭州"\nfallback = ""\n'
    other = "{% if c %}早。{% else %}早，这一天里" + "慢慢喝一杯" * 20 + "。{% endif %}"
    odd = voices(disk, template(city, other), config)
    assert {sample for sample, rule, _ in odd if rule == "guard.sentence"} == {
        "emoji", "genderless", "new"}  # fmt: skip
    assert all(severity == "warning" for _, _, severity in odd)


def test_a_name_that_stops_a_text_is_told(config: Config) -> None:
    disk = read_disk(config)
    named = '[vars.n]\nsource = "member.name"\nsample = "小周"\nfallback = "你"\n'
    barred = replace(SAMPLES[0], id="barred", member={"name": "最最好"})
    made = preview(stage(disk, config), template(named, "{{ n }}，早。"),
                   list(disk.personas.values()), [SAMPLES[0], barred])  # fmt: skip
    found = {(cell.sample.id, f.rule, f.severity) for cell in made.cells for f in cell.findings}
    assert ("barred", "guard.taboo", "warning") in found
    assert {sample for sample, _, _ in found} == {"barred"}


def test_nobody_speaks_in_anothers_name(config: Config) -> None:
    disk = read_disk(config)
    names = {key: one.name for key, one in disk.personas.items()}
    first, second = names
    made = preview(stage(disk, config), template("", f"我是{names[first]}，早。"),
                   list(disk.personas.values()))  # fmt: skip
    (found,) = in_others_name(made, names)
    assert (found.rule, found.severity) == ("template.self", "warning")
    assert names[second] in found.message


def test_a_hint_at_the_audience_is_read(config: Config) -> None:
    people = read_disk(config).personas
    assert not list(review_audience(template('audience = "标签:常客"\n', "好。"), people, "UTC"))
    wrong = template('audience = "标签:常客 且"\n', "好。")
    assert [f.line for f in review_audience(wrong, people, "UTC")] == [5]


def test_a_year_whose_holidays_nobody_knows_is_told_in_time() -> None:
    asks = template('[vars.off]\nsource = "day.holiday"\nsample = "春节"\n', "{{ off }}")
    plain = template('[vars.t]\nsource = "day.festival"\nsample = "春节"\n', "{{ t }}")
    assert list(review_holidays([asks, plain], date(2026, 11, 22))) == []
    (found,) = review_holidays([asks, plain], date(2098, 12, 5))
    assert (found.rule, found.line, found.severity) == ("template.holidays", 5, "warning")
    assert "2099" in found.message


def test_a_bulk_text_is_shown_with_its_tasks(config: Config) -> None:
    disk = read_disk(config)
    tester = disk.personas["tester"]
    accounts = len(tester.accounts.contact)
    head = HEAD + 'split_max = 3\n[vars.n]\nsource = "member.X"\nsample = "x"\n+++\n{{ n }}好。'
    rows = (("city", 3, []), ("name", 7, ["template.split"]))
    for field, texts, rules in rows:
        made = parse_template("promos/x", head.replace("X", field), "content/promos/x.j2")
        found = preview(stage(disk, config), made, [tester])
        assert [(c.texts, c.tasks) for c in found.costs] == [(texts, texts * accounts)]
        assert [f.rule for f in found.findings if f.rule.startswith("template.")] == rules
    assert preview(stage(disk, config), template("", "好。"), [tester]).costs == ()
