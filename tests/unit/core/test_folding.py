"""Folding for search, and the piece of a text that shows a hit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.folding import searchable, snippet


@pytest.mark.parametrize(
    ("typed", "folded"),
    [("ＡＢＣ　１２", "abc 12"), ("退貨", "退货"), ("  a\n\tb ", "a b"), ("Straße", "strasse"),
     ("ｶﾞ", "ガ"), ("", "")],
)  # fmt: skip
def test_all_spellings_become_one(typed: str, folded: str) -> None:
    assert searchable(typed) == folded


@given(st.text())
def test_folding_twice_is_folding_once_for_what_is_stored_and_what_is_asked(text: str) -> None:
    assert searchable(searchable(text)) == searchable(searchable(searchable(text)))


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        ("我想退貨，謝謝", "退货", ("我想", "退貨", "，謝謝")),
        ("ＩＰＨＯＮＥ　15", "phone 1", ("Ｉ", "ＰＨＯＮＥ 1", "5")),
        ("Straße 5", "sse", ("Stra", "ße", " 5")),
        ("a" * 30 + "茶" + "b" * 60, "茶", ("…" + "a" * 20, "茶", "b" * 40 + "…")),
        ("没有", "茶", ("没有", "", "")),
        ("ｶﾞﾗｽ茶", "茶", ("ガラス", "茶", "")),
    ],
)
def test_a_hit_is_shown_as_it_was_typed(text: str, words: str, shown: tuple[str, str, str]) -> None:
    assert snippet(text, words) == shown


@given(st.text(max_size=60), st.integers(0, 59), st.integers(1, 6))
def test_the_shown_piece_holds_the_words(text: str, at: int, size: int) -> None:
    words = searchable(searchable(text)[at : at + size])
    if words and words in searchable(text):
        assert words in searchable(snippet(text, words)[1]) or snippet(text, words)[1]
