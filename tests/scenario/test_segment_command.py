"""``onevoice segment``: an audience gets a name, is counted, written into a file and explained."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from bot.commands.members import members
from bot.commands.segment import segment
from bot.core.errors import BadInput
from tests.scenario.house import brand

ROWS = """id,name,tags
wm1,小周,新客|常客
wm2,阿明,常客
wm3,老李,
"""


def call(config: Path, *words: str) -> Result:
    return CliRunner().invoke(segment, [*words, "--config", str(config)])


def test_a_segment_from_its_words_to_its_file(tmp_path: Path) -> None:
    config, file, out = brand(tmp_path), tmp_path / "m.csv", tmp_path / "out.csv"
    file.write_text(ROWS, encoding="utf-8")
    CliRunner().invoke(members, ["import", str(file), "--config", str(config)])
    assert call(config, "save", "老友", "标签:常客 且 非 标签:新客").stdout == "老友: saved\n"
    assert "already" in call(config, "save", "老友", "标签:常客 且 非 标签:新客").stdout
    assert call(config, "count", "非 分群:老友").stdout == "2\n"
    counted = json.loads(call(config, "count", "分群:老友", "--json").stdout)
    assert counted == {"words": "分群:老友", "count": 1}
    listed = json.loads(call(config, "list", "--json").stdout)["segments"]
    assert [(one["name"], one["count"]) for one in listed] == [("老友", 1)]
    assert "老友" in call(config, "list").stdout
    assert call(config, "export", "老友", str(out)).stdout == f"1 members in {out}\n"
    assert out.read_text(encoding="utf-8").splitlines()[1].startswith("wm2,阿明,no,常客,")
    assert call(config, "show", "老友").stdout.startswith("老友: 1 members\n标签:常客")
    assert len(json.loads(call(config, "show", "老友", "--json").stdout)["history"]) == 1


def test_why_and_what_is_wrong(tmp_path: Path) -> None:
    config, file = brand(tmp_path), tmp_path / "m.csv"
    file.write_text(ROWS, encoding="utf-8")
    CliRunner().invoke(members, ["import", str(file), "--config", str(config)])
    call(config, "save", "老友", "标签:常客 且 非 标签:新客")
    why = call(config, "why", "老友", "wm1").stdout
    assert why == "wm1 is not in 老友\n  yes  标签:新客   known: 常客, 新客\n"
    told = json.loads(call(config, "why", "老友", "wm2", "--json").stdout)
    assert told["belongs"] and [one["said"] for one in told["because"]] == [
        "标签:常客",
        "标签:新客",
    ]
    for words, says in (
        (("show", "老有"), "there is no segment '老有'"),
        (("save", "圈", "分群:圈"), "asks for itself"),
        (("why", "老友", "wm9"), "there is no member 'wm9'"),
        (("count", "标鉴:常客"), "there is no field"),
        (("export", "老友", str(tmp_path / "no" / "x.csv")), "cannot be written"),
    ):
        found = call(config, *words)
        assert isinstance(found.exception, BadInput), words
        assert says in str(found.exception)
