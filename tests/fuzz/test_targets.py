"""Nothing that a stranger or an author writes makes the code fall over: bounded, in every run."""

from __future__ import annotations

import resource
import warnings
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.errors import BadInput
from bot.core.tomlfile import parse
from bot.persona.dialogue import parse_dialogue
from tests.fuzz.seeds import CRASHES, GOOD, crashes, good
from tests.fuzz.targets import TARGETS, read_file_of

REGRESSIONS = {f"{target}-{name}": (target, data) for target, name, data in crashes()}
QUIET = settings(max_examples=60, suppress_health_check=list(HealthCheck))
LONG = settings(QUIET, max_examples=4_000)
# What cuts a grammar at its joints.
PIECES = [b"", b"\x00", b'"', b"'", b"[", b"]", b"{{", b"}}", b"{%", b"<", b"</", b"&", b"\n", b"=",
          b"9" * 20, b"-1", b"1e999", b"\xff", b"\\u0000", b"\\", "İ最ﷺ٣".encode(), b"null", b",",
          b"..", b"*+", b"]]>"]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, target: str) -> bytes:
    """A good example with a few cuts and insertions."""
    data = bytearray(draw(st.sampled_from(good(target))))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.integers(0, 8))
        data[at : at + gone] = draw(st.sampled_from(PIECES) | st.binary(max_size=4))
    return bytes(data)


def inputs(target: str) -> st.SearchStrategy[bytes]:
    """Near misses first of all, then any text, then any bytes."""
    text = st.text(max_size=120).map(lambda t: t.encode("utf-8", "replace"))
    return st.one_of(mutated(target), text, st.binary(max_size=120))


def run(target: str, data: bytes) -> None:
    with warnings.catch_warnings():
        # an author's odd character class; it still means one thing only
        warnings.simplefilter("ignore", FutureWarning)
        TARGETS[target].run(data)


@pytest.mark.parametrize("name", REGRESSIONS)
def test_what_once_broke_it_does_so_no_more(name: str) -> None:
    begun = resource.getrusage(resource.RUSAGE_SELF)
    run(*REGRESSIONS[name])
    ended = resource.getrusage(resource.RUSAGE_SELF)
    assert ended.ru_utime - begun.ru_utime < 3


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_has_examples_of_both_kinds(target: str) -> None:
    assert good(target)
    assert target in CRASHES
    for data in good(target):
        run(target, data)


@pytest.mark.parametrize("target", TARGETS)
def test_near_misses_and_noise_are_refused_or_understood(target: str) -> None:
    QUIET(given(inputs(target))(lambda data: run(target, data)))()


@pytest.mark.soak
@pytest.mark.parametrize("target", TARGETS)
def test_the_same_for_longer(target: str) -> None:
    LONG(given(inputs(target))(lambda data: run(target, data)))()


@pytest.mark.parametrize("data", [b"\xff\xfe\x00", b"\xef\xbb\xbf# ok", "茶".encode("gbk"), b"\0"])
def test_a_file_of_any_encoding_is_text_or_a_fault(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(data)
    found = read_file_of(path)
    assert found is None or isinstance(found, str)


def test_the_sum_of_good_examples_is_understood() -> None:
    """The targets do reach the code behind the first check: good input is not refused."""
    assert {"xml", "kf", "robot", "template", "table", "words"} <= set(GOOD)
    with pytest.raises(AssertionError):
        TARGETS["signed"].run(_a_good_state())


def _a_good_state() -> bytes:
    from bot.core.signed import make_state
    from tests.fuzz.targets import NOW

    return make_state(b"key", "s", "0123456789abcdef", NOW).encode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a=" + "[" * 5000, "nested too deep"),
        ("a = 1\nb=" + "9" * 5000, "a number is too long"),
        ("x = 1\n" + "a." * 40 + "a = 1", "over 32 dots"),
    ],
)
def test_what_would_take_for_ever_to_read_is_named(text: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        parse(text, "a.toml")


@pytest.mark.parametrize(
    "pattern",
    ["(a|a)+b", "(?:茶|水)*", "(a|b){2,}", ".*a.*b.*c", "a*a*a*b", "^a|.*.*.*b", ".{0,999}x+y+",
     "a" * 2001],
)  # fmt: skip
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(BadInput, match="pattern"):
        parse_dialogue(f"[[rule]]\nid = 'a'\nsay = ['x']\npattern = '{pattern}'", "dialogue.toml")


@pytest.mark.parametrize(
    "pattern", ["(?:茶|水)?x", "(a|b){0,3}", ".*a.*b", r"\+\*a+", r"^\s*(?:早|晚)[,\s]*(?:啊)?x*$"]
)
def test_a_pattern_of_the_usual_kind_is_fine(pattern: str) -> None:
    assert parse_dialogue(
        f"[[rule]]\nid = 'a'\nsay = ['x']\npattern = '{pattern}'", "dialogue.toml"
    )
