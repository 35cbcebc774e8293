"""What a start has loaded is never walked for garbage again."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from bot.core import heap


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    kept = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*kept)


def test_what_is_loaded_is_left_alone_and_what_comes_is_still_collected() -> None:
    before = gc.get_freeze_count()
    heap.settle()
    assert gc.get_freeze_count() > before
    assert gc.get_threshold()[0] == heap.YOUNG
    ring: list[object] = []
    ring.append(ring)
    del ring
    assert gc.collect() >= 1
