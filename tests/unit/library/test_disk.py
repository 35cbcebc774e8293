"""The folders people edit: clean ones are read whole, a fault says where and spares the rest."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.config import Config, load_config
from bot.core.findings import ERROR, Finding, has_errors
from bot.library.disk import read_disk, signature
from tests.unit.library.conftest import edit

ALL = {
    ("brand", "brand"), ("calendar", "calendar"), ("flow", "welcome"), ("persona", "second"),
    ("persona", "tester"), ("template", "care/day1"), ("template", "care/day3"),
    ("template", "groups/weekly"), ("template", "moments/morning"), ("template", "replies/price"),
    ("template", "welcome/day0"),
}  # fmt: skip


def errors(config: Config) -> list[Finding]:
    return [f for f in read_disk(config).findings if f.severity == ERROR]


def served(config: Config) -> set[tuple[str, str]]:
    return {(s.kind, s.name) for s in read_disk(config).sources}


def test_the_sample_brand_is_clean_and_complete(config: Config) -> None:
    disk = read_disk(config)
    assert not has_errors(disk.findings), "\n".join(map(str, disk.findings))
    assert {(s.kind, s.name) for s in disk.sources} == disk.seen == ALL
    assert sorted(disk.personas) == ["second", "tester"]
    assert [step.id for step in disk.flows["welcome"].file.step] == ["day0", "day1", "day3"]
    assert [e.id for e in disk.calendar.entry] == ["weekly", "morning"]
    assert disk.brand.name == "测试牌"


def test_every_source_carries_the_text_of_its_files(config: Config) -> None:
    for source in read_disk(config).sources:
        assert source.files
        assert all(text for text in source.files.values())
    personas = {s.name: s.files for s in read_disk(config).sources if s.kind == "persona"}
    assert set(personas["tester"]) == {"persona.toml", "dialogue.toml", "faq.csv"}
    assert set(personas["second"]) == {"persona.toml", "faq.csv"}


def test_folders_that_are_not_there_are_empty(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[wecom]\ncorp_id="w"\n[wecom.apps.a]\nagent_id=1\n')
    disk = read_disk(load_config(tmp_path / "config.toml"))
    assert (disk.sources, disk.findings) == ([], [])
    assert signature(load_config(tmp_path / "config.toml")) == ()


# (file, change, file of the finding, line, words in it, what is not served)
FAULTS: dict[str, tuple[str, Callable[[str], str], str, int, str, tuple[str, str]]] = {
    "brand, unknown key": (
        "personas/brand.toml", lambda t: t + 'taboos = ["x"]\n',
        "personas/brand.toml", 4, "unknown key", ("brand", "brand")),
    "persona, no TOML": (
        "personas/tester/persona.toml", lambda t: t.replace('type = "spokesperson"', "type ="),
        "personas/tester/persona.toml", 3, "not valid TOML", ("persona", "tester")),
    "persona, unknown type": (
        "personas/tester/persona.toml", lambda t: t.replace("spokesperson", "speaker"),
        "personas/tester/persona.toml", 3, "'speaker' is not possible", ("persona", "tester")),
    "persona, id of another folder": (
        "personas/second/persona.toml", lambda t: t.replace('id = "second"', 'id = "third"'),
        "personas/second/persona.toml", 1, "but the folder is 'second'", ("persona", "second")),
    "dialogue, unknown key": (
        "personas/tester/dialogue.toml", lambda t: t.replace("keywords =", "keyword ="),
        "personas/tester/dialogue.toml", 8, "unknown key", ("persona", "tester")),
    "dialogue, broken pattern": (
        "personas/tester/dialogue.toml", lambda t: t.replace("pattern = '单号", "pattern = '(单号"),
        "personas/tester/dialogue.toml", 13, "", ("persona", "tester")),
    "faq, wrong header": (
        "personas/tester/faq.csv", lambda t: t.replace("similar", "wordings", 1),
        "personas/tester/faq.csv", 1, "the header is", ("persona", "tester")),
    "faq, too many cells": (
        "personas/tester/faq.csv", lambda t: t + "x,a,b,c,d\n",
        "personas/tester/faq.csv", 6, "5 cells where 4 are wanted", ("persona", "tester")),
    "faq, the same id twice": (
        "personas/tester/faq.csv", lambda t: t + "ship,再问一次,,答案\n",
        "personas/tester/faq.csv", 6, "ship", ("persona", "tester")),
    "template, no head": (
        "content/care/day1.j2", lambda t: "只有一句话\n",
        "content/care/day1.j2", 1, "", ("template", "care/day1")),
    "template, unknown genre": (
        "content/care/day1.j2", lambda t: t.replace('"knowledge"', '"poem"'),
        "content/care/day1.j2", 3, "poem", ("template", "care/day1")),
    "template, undeclared variable": (
        "content/care/day1.j2", lambda t: t + "{{ nmae }}\n",
        "content/care/day1.j2", 7, "nmae", ("template", "care/day1")),
    "template, forbidden construct": (
        "content/care/day1.j2", lambda t: t + "{{ ''.__class__ }}\n",
        "content/care/day1.j2", 7, "", ("template", "care/day1")),
    "flow, unknown way": (
        "content/flows/welcome.toml", lambda t: t.replace('["welcome"]', '["sms"]'),
        "content/flows/welcome.toml", 7, "'sms' is not possible", ("flow", "welcome")),
    "calendar, senseless time": (
        "content/calendar.toml", lambda t: t.replace("wed 20:00", "wed 25:00"),
        "content/calendar.toml", 3, "no time of day", ("calendar", "calendar")),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_has_its_place_and_the_others_still_load(config: Config, name: str) -> None:
    file, change, shown, line, words, lost = FAULTS[name]
    edit(config, file, change)
    found = [f for f in errors(config) if f.file == shown]
    assert [f.line for f in found] == [line], "\n".join(map(str, errors(config)))
    assert words in found[0].message
    assert lost not in served(config)
    assert served(config) >= ALL - {lost} - _dependents(lost)
    assert lost in read_disk(config).seen


def _dependents(lost: tuple[str, str]) -> set[tuple[str, str]]:
    """What names a broken thing may have to wait for it."""
    needs = {"persona": {("flow", "welcome"), ("calendar", "calendar")},
             "template": {("flow", "welcome")}}  # fmt: skip
    return needs.get(lost[0], set())


@pytest.mark.parametrize("file", ["personas/tester/faq.csv", "content/care/day1.j2",
                                  "content/flows/welcome.toml", "personas/brand.toml"])  # fmt: skip
def test_a_file_in_another_encoding_is_a_finding(config: Config, file: str) -> None:
    (config.home / file).write_bytes('name = "茶"\n'.encode("gbk"))
    found = [f for f in errors(config) if f.file == file]
    assert [f.message.partition(" (")[0] for f in found] == ["not UTF-8"]
    assert found[0].fix


@pytest.mark.parametrize("file", ["personas/tester/faq.csv", "content/care/day1.j2",
                                  "content/flows/welcome.toml", "personas/brand.toml"])  # fmt: skip
def test_a_byte_order_mark_is_no_fault(config: Config, file: str) -> None:
    path = config.home / file
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert errors(config) == []


# (file, change, file of the finding, words, what must not be served)
REFERENCES: dict[str, tuple[str, Callable[[str], str], str, str, tuple[str, str]]] = {
    "flow without its template": (
        "content/flows/welcome.toml", lambda t: t.replace("care/day3", "care/day9"),
        "content/flows/welcome.toml", "there is no template 'care/day9'", ("flow", "welcome")),
    "flow without its persona": (
        "content/flows/welcome.toml", lambda t: t.replace('"tester"', '"testre"'),
        "content/flows/welcome.toml", "there is no persona 'testre'", ("flow", "welcome")),
    "calendar without its template": (
        "content/calendar.toml", lambda t: t.replace("groups/weekly", "groups/never"),
        "content/calendar.toml", "there is no template 'groups/never'", ("calendar", "calendar")),
    "calendar without its persona": (
        "content/calendar.toml", lambda t: t.replace('"tester"', '"testre"', 1),
        "content/calendar.toml", "there is no persona 'testre'", ("calendar", "calendar")),
    "faq without its template": (
        "personas/tester/faq.csv", lambda t: t.replace("replies/price", "replies/cost"),
        "personas/tester/faq.csv", "there is no template 'replies/cost'", ("persona", "tester")),
    "an account bound twice": (
        "personas/second/persona.toml", lambda t: t.replace("gu.song", "lin.xi"),
        "personas/tester/persona.toml", "lin.xi already speaks as second", ("persona", "tester")),
}  # fmt: skip


@pytest.mark.parametrize("name", REFERENCES)
def test_a_broken_reference_is_an_error(config: Config, name: str) -> None:
    file, change, shown, words, _ = REFERENCES[name]
    edit(config, file, change)
    found = [f for f in errors(config) if words in f.message]
    assert [f.file for f in found] == [shown]


@pytest.mark.parametrize("name", REFERENCES)
def test_what_has_an_error_is_not_clean_enough_to_serve(config: Config, name: str) -> None:
    """Only a lint-clean edit goes live; the last good version keeps serving."""
    file, change, _, _, lost = REFERENCES[name]
    edit(config, file, change)
    assert lost not in served(config)


def test_the_signature_changes_with_every_kind_of_edit(config: Config) -> None:
    seen = {signature(config)}
    edit(config, "content/care/day1.j2", lambda t: t + "再来一杯。\n")
    seen.add(signature(config))
    (config.home / "content/care/new.j2").write_text("+++\n+++\nx\n")
    seen.add(signature(config))
    (config.home / "content/care/new.j2").unlink()
    shutil.rmtree(config.home / "personas/second")
    seen.add(signature(config))
    assert len(seen) == 4
    assert signature(config) == signature(config)


def test_files_that_nobody_reads_do_not_change_the_signature(config: Config) -> None:
    before = signature(config)
    (config.home / "content/notes.txt").write_text("x")
    (config.home / "personas/tester/.persona.toml.swp").write_text("x")
    assert signature(config) == before


def test_a_folder_without_persona_toml_is_no_persona(config: Config) -> None:
    (config.home / "personas/drafts").mkdir()
    assert errors(config) == []
    assert served(config) == ALL


def test_other_folders_may_be_named(config: Config) -> None:
    (config.home / "content").rename(config.home / "texts")
    moved = replace(config, content=replace(config.content, templates="texts"))
    assert served(moved) == ALL


def test_a_template_is_judged_in_the_voice_of_whoever_says_it(config: Config) -> None:
    edit(config, "personas/tester/persona.toml", lambda t: t + '[voice]\ntaboo = ["亲爱"]\n')
    edit(config, "content/groups/weekly.j2", lambda t: t.rstrip() + "亲爱的朋友们。\n")
    [found] = errors(config)
    assert (found.file, found.rule) == ("content/groups/weekly.j2", "guard.taboo")
    edit(
        config,
        "content/calendar.toml",
        lambda t: t.replace('persona = "tester"', 'persona = "second"'),
    )
    assert errors(config) == []


def test_a_taboo_word_is_told_once_at_its_line(config: Config) -> None:
    edit(config, "personas/brand.toml", lambda t: t.replace("最最好", "绝绝子"))
    edit(config, "content/groups/weekly.j2", lambda t: t.rstrip() + "\n绝绝子。\n")
    edit(config, "personas/tester/faq.csv", lambda t: t.rstrip() + "\nzz,怎么样,,绝绝子。\n")
    found = [(f.file, f.line, f.rule) for f in errors(config)]
    last = {file: (config.home / file).read_text().rstrip().count("\n") + 1
            for file in ("content/groups/weekly.j2", "personas/tester/faq.csv")}  # fmt: skip
    assert sorted(found) == [
        ("content/groups/weekly.j2", last["content/groups/weekly.j2"], "template.taboo"),
        ("personas/tester/faq.csv", last["personas/tester/faq.csv"], "persona.taboo"),
    ]


def test_what_the_guard_marks_has_its_own_line(config: Config) -> None:
    edit(config, "content/groups/weekly.j2", lambda t: t.rstrip() + "\n第二行。\n顶级好茶。\n")
    [found] = errors(config)
    lines = (config.home / "content/groups/weekly.j2").read_text().rstrip().split("\n")
    assert (found.rule, lines[found.line - 1]) == ("guard.superlative", "顶级好茶。")


def test_all_faults_of_a_template_and_a_persona_are_told(config: Config) -> None:
    edit(config, "content/groups/weekly.j2",
         lambda t: t.replace("title", 'gerne = "x"\ntitle', 1) + "{{ nobody }}\n")  # fmt: skip
    edit(config, "personas/tester/persona.toml", lambda t: "nope = 1\n" + t + "\n[hours]\nx = 1\n")
    found = [(f.file, f.rule) for f in errors(config)]
    assert found.count(("content/groups/weekly.j2", "template")) == 2
    assert found.count(("personas/tester/persona.toml", "persona")) >= 2
    for one in read_disk(config).findings:
        lines = (config.home / one.file).read_text("utf-8").count("\n") + 1
        assert 1 <= one.line <= lines, one
