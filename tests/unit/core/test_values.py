"""Small values: pace, spans, bodies, findings, clocks, CSV files."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import body, csvfile
from bot.core.clock import ManualClock, SystemClock, local, to_ms
from bot.core.errors import BadInput
from bot.core.findings import ERROR, INFO, WARNING, Finding, has_errors, of_error, report
from bot.core.pace import Pacer
from bot.core.span import parse_span

NOW = 1_790_000_000_000


@settings(max_examples=150)
@given(
    burst=st.integers(1, 6),
    period=st.integers(10, 1_000),
    steps=st.lists(st.integers(0, 700), min_size=1, max_size=60),
)
def test_never_more_than_the_burst_in_any_period(burst: int, period: int, steps: list[int]) -> None:
    pacer, now, went = Pacer(burst, period), NOW, []
    for step in steps:
        now += step
        if pacer.reserve("k", now) == 0:
            went.append(now)
    for start in went:
        assert sum(start <= at < start + period for at in went) <= burst


@settings(max_examples=60)
@given(burst=st.integers(1, 6), period=st.integers(10, 1_000), asked=st.integers(1, 30))
def test_whoever_waits_as_told_may_go(burst: int, period: int, asked: int) -> None:
    pacer, now = Pacer(burst, period), NOW
    for _ in range(asked):
        wait = pacer.reserve("k", now)
        if wait:
            assert wait <= period + 1
            now += wait
            assert pacer.reserve("k", now) == 0


def test_a_whole_burst_may_go_at_once_and_keys_do_not_share() -> None:
    pacer = Pacer(3, 60_000)
    assert [pacer.reserve("a", NOW) for _ in range(3)] == [0, 0, 0]
    assert pacer.reserve("a", NOW) > 0
    assert pacer.reserve("b", NOW) == 0


@pytest.mark.parametrize(
    ("text", "ms"),
    [("200ms", 200), ("1.2s", 1_200), ("0s", 0), ("5m", 300_000), ("2h", 7_200_000),
     ("3d", 259_200_000), (" 1 s ", 1_000), ("0.5ms", 0), ("1.5h", 5_400_000)],
)  # fmt: skip
def test_a_span_is_milliseconds(text: str, ms: int) -> None:
    assert parse_span(text) == ms


@pytest.mark.parametrize(
    "text", ["", "1", "s", "-1s", "1 week", "1,5s", "1s2m", "1e3s", "nans", "１２x"]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no length of time"):
        parse_span(text)


WORDS = st.text(max_size=30)
MEDIA = st.builds(body.Media, st.sampled_from(["image", "voice", "video", "file"]), WORDS, WORDS)
LINKS = st.builds(body.Link, WORDS, WORDS, WORDS, WORDS)
MINI = st.builds(body.MiniProgram, WORDS, WORDS, WORDS, WORDS)
ITEMS = st.builds(body.MenuItem, st.sampled_from(["click", "view", "text"]), WORDS, WORDS, WORDS)
DEGREES = st.floats(-180, 180, allow_nan=False)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
BODIES = st.one_of(
    st.builds(body.Text, WORDS),
    st.builds(body.Markdown, WORDS, st.sampled_from(["markdown", "markdown_v2"])),
    MEDIA, LINKS, MINI,
    st.builds(body.Location, DEGREES, DEGREES, WORDS, WORDS),
    st.builds(body.Menu, WORDS, st.lists(ITEMS, max_size=3).map(tuple), WORDS),
    st.builds(body.Card, st.dictionaries(WORDS, JSON, max_size=3)),
    st.builds(body.Rich, WORDS, st.lists(st.one_of(MEDIA, LINKS, MINI), max_size=3).map(tuple)),
)  # fmt: skip


@settings(max_examples=200)
@given(BODIES)
def test_a_body_comes_back_from_json_as_it_was(value: body.Body) -> None:
    assert body.load(json.loads(json.dumps(body.dump(value)))) == value


@settings(max_examples=100)
@given(BODIES.filter(lambda b: not isinstance(b, body.Card)))
def test_every_body_has_words_for_the_log(value: body.Body) -> None:
    assert isinstance(body.plain(value), str)


@pytest.mark.parametrize(
    "data",
    [{}, {"type": "nothing"}, {"type": "text"}, {"type": "text", "text": "a", "more": 1},
     {"type": "menu", "head": "a"},
     {"type": "menu", "head": "a", "items": [{"kind": "click", "x": 1}]},
     {"type": "rich", "text": "a", "attachments": [{"type": "nothing"}]}],
)  # fmt: skip
def test_what_is_no_body_is_refused_with_one_kind_of_error(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a message body"):
        body.load(data)


def test_the_words_of_a_menu_and_a_card() -> None:
    items = (body.MenuItem("click", "价格", "1"), body.MenuItem("text", "或直接提问"))
    assert body.plain(body.Menu("请选择", items)) == "请选择\n· 价格\n· 或直接提问"
    assert body.plain(body.Card({"main_title": {"title": "T"}})) == "[card] T"


FAULT = Finding(file="a.toml", line=3, rule="r", severity=ERROR, message="wrong", fix="do this")


def test_a_finding_is_one_line_with_its_fix_and_rule() -> None:
    assert str(FAULT) == "a.toml:3: error: wrong; do this [r]"


def test_only_errors_fail() -> None:
    mild = [Finding(file="a", line=1, rule="r", severity=s, message="m") for s in (WARNING, INFO)]
    assert not has_errors(mild)
    assert has_errors([*mild, FAULT])


def test_an_error_becomes_a_finding_with_all_it_knows() -> None:
    assert of_error(BadInput("wrong", file="a.toml", line=3, fix="do this"), "r") == FAULT
    assert of_error(BadInput("wrong"), "r").line == 1


def test_a_report_is_ok_without_errors_and_takes_extras() -> None:
    assert report([]) == {"ok": True, "findings": []}
    made = report([FAULT], files=2)
    assert (made["ok"], made["files"]) == (False, 2)
    assert made["findings"][0] == {"file": "a.toml", "line": 3, "rule": "r", "severity": "error",
                                   "message": "wrong", "fix": "do this"}  # fmt: skip


def test_the_system_clock_follows_its_offset_and_never_goes_back() -> None:
    clock = SystemClock()
    before = clock.now()
    clock.offset = 3_600_000
    ahead = clock.now()
    assert ahead >= before + 3_600_000
    clock.offset = 0
    assert clock.now() >= ahead


def test_a_manual_clock_moves_only_when_told() -> None:
    clock = ManualClock(5)
    assert (clock.now(), clock.advance(10), clock.now()) == (5, 15, 15)


def test_a_naive_time_has_no_instant() -> None:
    with pytest.raises(ValueError, match="naive"):
        to_ms(datetime(2026, 1, 1))
    assert to_ms(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000
    assert local(0, "Asia/Shanghai").hour == 8


HEAD = ("id", "text")


def test_a_csv_row_knows_the_line_where_it_starts() -> None:
    text = '\ufeffid,text\n1," a "\n\n2,"x\ny"\n3,z\n'
    rows = list(csvfile.parse(text, "a.csv", HEAD))
    assert [(r.line, r.cells["id"], r.cells["text"]) for r in rows] == [
        (2, "1", "a"), (4, "2", "x\ny"), (6, "3", "z")]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "line"),
    [("", 1), ("id\n", 1), ("id,txt\n", 1), ("id,text\n1\n", 2), ("id,text\n1,2,3\n", 2),
     ('id,text\n1,a\n2,"b\n', 3), ('id,text\n1,"a"b\n', 2)],
)  # fmt: skip
def test_a_fault_in_a_csv_has_its_line(text: str, line: int) -> None:
    with pytest.raises(BadInput) as caught:
        list(csvfile.parse(text, "a.csv", HEAD))
    assert (caught.value.file, caught.value.line) == ("a.csv", line)
