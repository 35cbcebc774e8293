"""A sentence as rows and back; and a form in which either is changed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.console import segmenting
from bot.console.segment_typed import fault_at, of_text, typed_of
from bot.console.words import known
from bot.core.errors import BadInput
from scheduler.audience import parse_audience
from scheduler.conditions import FIELDS
from scheduler.sketch import ALL, Group, Row, read, row_at, written

DAY = date(2026, 9, 21)
VALUES = st.text(st.sampled_from('甲a (（"“」且 =:<'), max_size=5)
ROWS = st.builds(Row, st.sampled_from([*FIELDS, "tagg"]), st.sampled_from(["=", "<", ">="]),
                 VALUES.map(lambda text: " ".join(text.split())), st.booleans())  # fmt: skip
TREES = st.recursive(ROWS, lambda parts: st.builds(
    Group, st.lists(parts, min_size=2, max_size=3).map(tuple), st.booleans(), st.booleans()),
    max_leaves=6)  # fmt: skip


@settings(max_examples=40)
@given(TREES, st.sampled_from(["zh", "en"]))
def test_rows_survive_being_written_and_read(tree: Row | Group, lang: str) -> None:
    group = tree if isinstance(tree, Group) else Group((tree,))
    text = written(group, lang)
    if '"' in text and "“" in text and "」" in text:
        return  # no quotation marks are left for such a value
    assert read(text) == group


@pytest.mark.parametrize("text", [
    "标签:常客 且 活跃<30天 且 非 (来源:poster 或 推广:否)", "非 非 标签:x", "所有人 或 不是 沉默:流失",
    "rfm:new AND joined:2026-01-01", "非 (标签:a 且 标签:b) 或 标签:“a\"b c”",
])  # fmt: skip
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_written_anew_means_the_same(text: str, lang: str) -> None:
    def meant(words: str) -> str:
        return str(parse_audience(words, {}, "UTC")).replace("said=", "")

    anew = written(read(text), lang)
    kept = read(anew)
    assert kept == read(written(kept, lang)) == read(text)
    if lang == "zh" and "rfm" not in text and "不是" not in text and "非 非" not in text:
        assert meant(anew) == meant(text)


def test_every_field_has_a_place_words_and_signs() -> None:
    offered = [one for keys in segmenting.SHELVES.values() for one in keys]
    assert sorted(offered) == sorted([*FIELDS, ALL])
    for key, field in FIELDS.items():
        assert known(f"audience_label.{key}")
        for lang in ("zh", "en"):
            row = segmenting.fresh(key, lang)
            for sign in segmenting.signs_of(row):
                changed = segmenting.turned(row, key, sign, row.value or "3", lang, DAY)
                assert known(f"audience_sign.{segmenting.sign_name(changed, sign)}")
                assert segmenting.sign_of(changed) == sign
                if field.kind != "word":
                    parse_audience(written(Group((changed,)), lang), {}, "UTC", segments={})
                assert segmenting.row_told(lang, changed)
            for value, words in segmenting.choices(key, lang):
                parse_audience(f"{key}:{value}", {}, "UTC")
                assert words and segmenting.chosen(Row(key, "=", value), lang) == value


FORM = {"was": "标签:a 且 推广:可", "text": "标签:a 且 推广:可"}


@pytest.mark.parametrize(("form", "text"), [
    ({"f-0": "tag", "v-0": "b c"}, '标签:"b c" 且 推广:可'),
    ({"f-0": "active", "v-0": "x"}, "活跃<30天 且 推广:可"),
    ({"f-0": "active", "act": "add:"}, "活跃<30天 且 推广:可 且 标签:"),
    ({"n-1": "not"} | {"f-1": "promo", "v-1": "否"}, "标签:a 且 非 推广:否"),
    ({"g-": "any"}, "标签:a 或 推广:可"),
    ({"act": "group:"}, "标签:a 且 推广:可 且 (标签: 或 标签:)"),
    ({"act": "drop:0"}, "推广:可"),
    ({"act": "drop:7"}, "标签:a 且 推广:可"),
    ({"act": "drop:x"}, "标签:a 且 推广:可"),
    ({"text": "标签:z", "f-0": "promo"}, "标签:z"),
    ({"f-0": "x) 且 (y"}, "标签:a 且 推广:可"),
])  # fmt: skip
def test_the_form_is_what_was_changed_last(form: dict[str, str], text: str) -> None:
    found = typed_of(FORM | form, "zh", DAY)
    assert found.text == found.was == text and found.group == read(text)


def test_a_wrong_sentence_stays_and_the_last_good_one_is_kept() -> None:
    found = typed_of(FORM | {"text": "标签:a 且"}, "zh", DAY)
    assert found.group is None and (found.text, found.was) == ("标签:a 且", FORM["was"])
    assert typed_of(FORM | {"text": "标签:a 且", "act": "undo:"}, "zh", DAY).text == FORM["was"]
    assert found.wrong is not None and fault_at(found.text, found.wrong) == (7, None)
    with pytest.raises(BadInput) as wrong:
        parse_audience("标签:a 且 (tagg:x 或 标签:b)", {}, "UTC")
    assert fault_at("标签:a 且 (tagg:x 或 标签:b)", wrong.value) == (9, (1, 0))
    assert row_at("标签:a 且", 3) is None


def test_a_day_and_a_span_are_told_apart_and_change_into_each_other() -> None:
    row = of_text("活跃<30天").group.parts[0]  # type: ignore[union-attr]
    assert isinstance(row, Row) and segmenting.sign_of(row) == "s<"
    day = segmenting.turned(row, "active", "d>=", row.value, "zh", DAY)
    assert (day.sign, day.value) == (">=", "2026-09-21") and segmenting.sign_of(day) == "d>="
    back = segmenting.turned(day, "active", "s>", day.value, "zh", DAY)
    assert (back.sign, back.value) == (">", "30天")
    assert segmenting.turned(back, "active", "s<", "9天", "zh", DAY).value == "9天"


@pytest.mark.parametrize(("words", "said"), [
    ("标签:常客 且 活跃<30天 且 非 推广:否", "有标签「常客」，并且最近一次说话在最近 30 天内，并且不是（不收推广）"),
    ("单数>=2 或 非 (圈层:茶友 且 rfm:new)", "有效订单至少 2 单，或者不是（在圈层「茶友」里，并且属于「一般发展」买家）"),
    ("订单:绿茶 且 阶段:绿茶/买过 且 画像:city", "买过「绿茶」，并且「绿茶」走到「买过」，并且知道他的城市"),
    ("joined>=2026-01-02 且 ltv<3", "首次加好友在 2026-01-02 或之后，并且累计贡献少于 3 元"),
    ("tagg:x", "tagg:x"), ("标签:a 且", "标签:a 且"),
])  # fmt: skip
def test_a_sentence_in_plain_words(words: str, said: str) -> None:
    assert segmenting.plain("zh", words) == said
