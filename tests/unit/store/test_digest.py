"""Fingerprints of rows: any order, any cut into pages, and no two different tables alike."""

from __future__ import annotations

import hashlib
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.store.digest import Digest

values = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1),
                   st.text(st.characters(exclude_categories=["Cs"]), max_size=8))  # fmt: skip
tables = st.lists(st.tuples(values, values), max_size=12)


@given(tables, st.randoms(), st.integers(0, 12))
def test_order_and_pages_do_not_matter(
    rows: list[tuple[object, ...]], dice: object, cut: int
) -> None:
    mixed = list(rows)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert Digest().add(mixed[:cut]).add(mixed[cut:]) == Digest().add(rows)


@given(tables, tables)
def test_only_equal_rows_are_equal(
    left: list[tuple[object, ...]], right: list[tuple[object, ...]]
) -> None:
    same = Digest().add(left) == Digest().add(right)
    assert same == (Counter(map(repr, left)) == Counter(map(repr, right)))


def test_the_fingerprint_is_the_same_in_every_release() -> None:
    """A manifest of today is read by the programs of tomorrow."""
    found = Digest().add([(1, "盏", None), (-5, "", "a")])
    texts = (rb'[1,"\u76cf",null]', b'[-5,"","a"]')
    parts = [int(hashlib.sha256(text).hexdigest()[:32], 16) for text in texts]
    assert (found.rows, int(found.hash, 16)) == (2, sum(parts) % 2**128)


def test_numbers_and_texts_that_look_alike_are_not() -> None:
    found = {Digest().add([(value,)]).total for value in (1, "1", None, "null", "", "None")}
    assert len(found) == 6


def test_a_row_twice_is_not_no_row() -> None:
    assert Digest().hash == "0" * 32
    assert Digest().add([(1,), (1,)]).total not in (0, Digest().add([(1,)]).total)
