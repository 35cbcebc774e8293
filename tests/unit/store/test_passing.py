"""Passes: whoever has one is who it says, for a while; nothing can be read in it."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from hypothesis import given
from hypothesis import strategies as st

from bot.core.config import load_config
from bot.core.errors import BadInput
from bot.core.passes import Pass, Passes, door
from bot.store.passing import Siv, passes_of
from tests.architecture.source import ROOT

ONE = Pass(member="wmZHANGSAN", circle="tea-friends", until=1_800_000_000_000)


def passes(key: bytes) -> Passes:
    return Passes(sealer=Siv(key), key=key, base="https://bot.example.com", link=900_000, stay=1)


MINE, OTHER = passes(b"k" * 32), passes(b"o" * 32)
words = st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=80)


@given(words, words, st.integers(0, 1 << 50), st.sampled_from(("link", "page")), words)
def test_what_was_made_is_read_as_it_was(member, circle, until, use, mark) -> None:
    one = Pass(member=member, circle=circle, until=until, use=use, mark=mark)
    assert MINE.read(MINE.make(one)) == one
    assert MINE.make(one) == MINE.make(one)


def test_nobody_else_makes_one_and_nothing_is_read_in_it() -> None:
    word = MINE.make(ONE)
    assert OTHER.read(word) is None
    assert "wmZHANG" not in word
    raw = base64.urlsafe_b64decode(word + "=" * (-len(word) % 4))
    assert b"wm" not in raw and b"tea" not in raw
    near = MINE.make(replace(ONE, until=ONE.until + 1))
    assert sum(a == b for a, b in zip(word, near, strict=True)) < 12  # chance


def test_any_letter_changed_and_it_is_none() -> None:
    word = MINE.make(ONE)
    for place, letter in enumerate(word):
        changed = word[:place] + ("A" if letter != "A" else "B") + word[place + 1 :]
        assert MINE.read(changed) is None
    assert [MINE.read(bad) for bad in ("", "x", word[:-1], word + "A", word + "=", "字" * 60)] \
        == [None] * 6  # fmt: skip


def test_it_is_over_at_its_time() -> None:
    assert not ONE.over(ONE.until - 1)
    assert ONE.over(ONE.until)


def test_a_form_is_of_one_browser_and_does_not_tell_its_word() -> None:
    word = MINE.make(ONE)
    assert MINE.form_token(word) != MINE.form_token(word + "x")
    assert MINE.form_token(word) != OTHER.form_token(word)
    assert word[:20] not in MINE.form_token(word)


def test_links_lead_to_the_page_as_members_reach_it() -> None:
    link = MINE.address("wm1", "tea-friends", 1_000)
    assert link.startswith("https://bot.example.com/m/i/")
    assert MINE.read(link.rpartition("/")[2]) == Pass(
        member="wm1", circle="tea-friends", until=901_000)  # fmt: skip
    assert door(MINE.base, "tea-friends") == "https://bot.example.com/m/c/tea-friends"
    assert replace(MINE, base="").address("wm1", "", 0) == door("") == ""


def test_the_seal_is_that_of_rfc_5297() -> None:
    """Its appendix A.1; ours has a key twice as long, and no associated data."""
    key = bytes.fromhex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff")
    beside = bytes.fromhex("101112131415161718191a1b1c1d1e1f2021222324252627")
    words = bytes.fromhex("112233445566778899aabbccddee")
    sealed = bytes.fromhex("85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c")
    assert AESSIV(key).encrypt(words, [beside]) == sealed
    mine = Siv(b"k" * 32).seal(words)
    assert len(mine) == 16 + len(words) and Siv(b"k" * 32).open(mine) == words


def test_the_key_follows_from_the_secret_of_an_application() -> None:
    config = load_config(ROOT / "config.toml")
    here = passes_of(config, "http://127.0.0.1:8080")
    assert here.base == "http://127.0.0.1:8080"  # good enough in the sandbox
    assert (here.link, here.stay) == (900_000, 43_200_000)
    assert passes_of(config).key == here.key != b""


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('link = "soon"', "no length of time"),
        ('stay = "0s"', "no length of time"),
        ('sign_in = "nobody"', "nothing has the name"),
        ("per_minute = 0", "wants 1 or more"),
        ("photo_bytes = 99999999", "wants 1 to"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path, line: str, said: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[wecom]\nmode = "sandbox"\ncorp_id = "ww1"\n[wecom.apps.a]\nagent_id = 1\n'
                    f"[member_page]\n{line}\n", "utf-8")  # fmt: skip
    with pytest.raises(BadInput, match=said):
        load_config(file)
