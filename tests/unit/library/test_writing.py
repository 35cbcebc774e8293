"""One change in a file; everything else stays as it was, to the byte."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from bot.core import tomlfile
from bot.core.errors import BadInput
from bot.library.writing import blocks, value_of, with_block, with_row, with_values
from bot.persona.dialogue import parse_dialogue
from bot.persona.faq import parse_faq

SAMPLE = Path(__file__).parents[3] / "personas"
BRAND = (SAMPLE / "brand.toml").read_text("utf-8")
PERSONA = (SAMPLE / "xiaozhan" / "persona.toml").read_text("utf-8")
DIALOGUE = (SAMPLE / "xiaozhan" / "dialogue.toml").read_text("utf-8")
FAQ = (SAMPLE / "xiaozhan" / "faq.csv").read_text("utf-8")


def touched(old: str, new: str) -> tuple[list[str], list[str]]:
    """Lines that went and lines that came."""
    found = list(difflib.ndiff(old.splitlines(), new.splitlines()))
    return tuple([line[2:] for line in found if line[:2] == mark] for mark in ("- ", "+ "))  # type: ignore[return-value]


def test_a_key_changes_alone_and_comments_stay() -> None:
    made = with_values(
        PERSONA, "f", {"name": "盏盏", "story.0.title": "半盏", "hours.open": "08:30"}
    )
    assert touched(PERSONA, made) == (
        ['name = "小盏"', 'title = "外婆留下的半盏"', 'open = "09:00"'],
        ['name = "盏盏"', 'title = "半盏"', 'open = "08:30"'],
    )
    doc = tomlfile.parse(made, "f")
    assert value_of(doc, "story.0.title") == "半盏" and value_of(doc, "story.9.title") is None
    assert value_of(doc, "name.x") is None
    assert with_values(PERSONA, "f", {"name": "小盏", "voice.emoji_max": 1}) == PERSONA


def test_words_of_a_list_come_and_go_with_their_comments() -> None:
    taboo = tomlfile.parse(BRAND, "f").data["taboo"]
    wanted = (*(word for word in taboo if word != "顶级"), "史上")
    made = with_values(BRAND, "f", {"taboo": wanted})
    assert tomlfile.parse(made, "f").data["taboo"] == list(wanted)
    for comment in ("# 广告法不许的", "# 茶不是药", "# 我们不这样卖东西", "# 微信客服的会话链接"):
        assert comment in made
    turned = with_values(BRAND, "f", {"taboo": tuple(reversed(taboo))})
    assert tomlfile.parse(turned, "f").data["taboo"] == list(reversed(taboo))


def test_keys_and_tables_are_made_and_taken_away() -> None:
    made = with_values('id = "a"\n', "f", {"voice.taboo": ("亲",), "topics": None})
    assert tomlfile.parse(made, "f").data == {"id": "a", "voice": {"taboo": ["亲"]}}
    assert tomlfile.parse(with_values(made, "f", {"voice.taboo": None}), "f").data["voice"] == {}
    with pytest.raises(BadInput):
        with_values(made, "f", {"id.x": "1"})
    with pytest.raises(BadInput):
        with_values("a = ", "f", {"id": "1"})


def test_every_table_of_the_sample_can_be_put_back_as_it_is() -> None:
    found = blocks(DIALOGUE, "f")
    assert len(found) > 60 and {one.kind for one in found} == {"rule", "step", "form", "consent"}
    for one in found:
        assert with_block(DIALOGUE, one, one.text) == DIALOGUE
    assert all(one.data["id"] == one.id for one in found)


def test_a_table_is_changed_taken_away_and_added() -> None:
    found = {one.id: one for one in blocks(DIALOGUE, "f")}
    without = with_block(DIALOGUE, found["robot-welcome"], "")
    gone, came = touched(DIALOGUE, without)
    assert "[[rule]]" in gone and not came
    assert {rule.id for rule in parse_dialogue(without, "f").rules} == {
        rule.id for rule in parse_dialogue(DIALOGUE, "f").rules
    } - {"robot-welcome"}
    more = with_block(DIALOGUE, None, '[[rule]]\nid = "z"\nkeywords = ["在"]\nsay = ["在。"]\n')
    assert parse_dialogue(more, "f").rules[-1].id == "z" or "z" in more
    assert more.startswith(DIALOGUE.rstrip("\n"))
    with pytest.raises(BadInput) as bad:
        with_block(DIALOGUE, found["robot-welcome"], "[[rule]]\nid = ", "f")
    assert bad.value.line == found["robot-welcome"].first + 1


def test_a_row_changes_alone() -> None:
    rows, _ = parse_faq(FAQ, "f")
    one = rows[3]
    cells = {"id": one.id, "question": one.question, "similar": "甲|乙", "answer": '一,"二"\n三'}
    made = with_row(FAQ, one.id, cells)
    after, found = parse_faq(made, "f")
    assert not [f for f in found if f.severity == "error"]
    assert (after[3].similar, after[3].answer) == (("甲", "乙"), '一,"二"\n三')
    same = [(row.id, row.answer) for row in rows if row.id != one.id]
    assert [(row.id, row.answer) for row in after if row.id != one.id] == same
    gone = parse_faq(with_row(made, one.id, None), "f")[0]
    assert [row.id for row in gone] == [row.id for row in rows if row.id != one.id]
    assert with_row(made, one.id, None) == "\n".join(
        line for line in FAQ.split("\n") if not line.startswith(f"{one.id},")
    )


def test_a_new_row_may_bring_a_new_column_and_a_file_of_its_own() -> None:
    cells = {"id": "n", "question": "问", "answer": "答", "topic": "茶", "similar": ""}
    for text in (FAQ, "", "\ufeff" + FAQ, FAQ.rstrip("\n")):
        rows, found = parse_faq(with_row(text, None, cells), "f")
        assert (rows[-1].id, rows[-1].topic) == ("n", "茶")
        assert not [one for one in found if one.severity == "error"]
        assert len(rows) == (len(parse_faq(FAQ, "f")[0]) if text else 0) + 1
    with pytest.raises(BadInput):
        with_row(FAQ, "nobody", None)
