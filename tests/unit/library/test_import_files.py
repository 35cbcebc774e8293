"""Imports into the folders, as the command does them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.commands.imports import imports
from bot.core.config import Config
from bot.core.errors import BadInput
from bot.library.imports.files import catalogue_into, faq_into
from bot.persona.faq import parse_faq
from tests.unit.library.workbooks import workbook

QUESTIONS = "编号,问题,答案\ncup,能刻字吗,可以。\nship,,三天内发出。\nbad,,\n"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "问答.csv"
    path.write_bytes(QUESTIONS.encode("gbk"))
    return path


def faq_of(config: Config) -> Path:
    return config.personas_dir / "tester" / "faq.csv"


def test_a_dry_run_writes_nothing_and_says_the_same(config: Config, table: Path) -> None:
    before = faq_of(config).read_bytes()
    dry = faq_into(config, "tester", table, dry=True)
    assert faq_of(config).read_bytes() == before
    assert dry == faq_into(config, "tester", table)
    rows, found = parse_faq(faq_of(config).read_text("utf-8"), "faq.csv")
    assert not found
    assert {row.id: row.answer for row in rows}["ship"] == "三天内发出。"
    assert rows[-1].id == "cup"


def test_a_catalogue_that_is_not_there_yet_is_made(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "价目.xlsx"
    path.write_bytes(workbook({"a": [["货号", "品名", "价格"], ["T1", "茶", 68.0]]}))
    assert catalogue_into(config, path).counts["added"] == 1
    made = config.content_dir / "catalogue.csv"
    assert made.read_text("utf-8") == "sku,name,price,valid_from,valid_to\nT1,茶,68.00,,\n"


def test_an_unknown_persona_is_named(config: Config, table: Path) -> None:
    with pytest.raises(BadInput, match=r"no persona 'nobody'.*known: second, tester"):
        faq_into(config, "nobody", table)


def test_an_answer_may_name_a_template_that_is_there(config: Config, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("问题,答案\n现在啥价,template:replies/price\n退款呢,template:none\n", "utf-8")
    codes = [line.code for line in faq_into(config, "tester", path).lines]
    assert codes == ["added", "template"]


def test_the_command_says_what_became_of_each_row(config: Config, table: Path) -> None:
    where = ["--config", str(config.home / "config.toml")]
    dry = CliRunner().invoke(imports, ["faq", "tester", str(table), "--dry-run", *where])
    assert dry.exit_code == 1
    assert dry.stdout.splitlines() == [
        "问答.csv 第 2 行: cup 新增",
        "问答.csv 第 3 行: ship 更新了答案",
        "问答.csv B4: bad “问题”没有填；补上内容，或者删掉这一行",
    ]
    assert dry.stderr == "试运行，未写入：新增 1 行，更新 1 行，未变 0 行，未导入 1 行\n"
    done = CliRunner().invoke(imports, ["faq", "tester", str(table), "--json", *where])
    report = json.loads(done.stdout)
    assert (report["ok"], report["dry_run"], report["form"]) == (False, False, "gb18030")
    assert report["lines"][2] == {
        "sheet": "", "line": 4, "column": "B", "outcome": "refused", "key": "bad", "code": "empty",
        "message": "“问题”没有填", "fix": "补上内容，或者删掉这一行",
    }  # fmt: skip


def test_an_answer_that_the_guard_would_stop_is_refused_before_anything_is_written(
    config: Config, tmp_path: Path
) -> None:
    path, before = tmp_path / "a.csv", faq_of(config).read_text("utf-8")
    path.write_text(
        "问题,答案\n茶好吗,全网第一的好茶。\n几号到,{day}号到。\n真的吗,最最好。\n", "utf-8"
    )
    report = faq_into(config, "tester", path, dry=True)
    assert [(line.line, line.column, line.code) for line in report.lines] == [
        (2, "B", "guard"), (3, "", "added"), (4, "B", "guard")]  # fmt: skip
    assert "最最" in report.lines[2].message and report.lines[2].fix
    assert faq_of(config).read_text("utf-8") == before
    # what stands in the file already is not the import's doing
    row = "old,旧问题,,全网第一的好茶。\n"
    faq_of(config).write_text(before + row, "utf-8")
    path.write_text("编号,问题,答案\nold,旧的问题,全网第一的好茶。\n", "utf-8")
    assert [line.code for line in faq_into(config, "tester", path).lines] == ["changed"]
