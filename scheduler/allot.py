"""How much of a campaign may be handed over now, and to whom. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.pace import Rate


def room(rate: Rate | None, released: int, released_at: int, now: int) -> tuple[int | None, int]:
    """(how many more may go now, when the next may where none can). None: as many as there are.

    What went is forgotten when nothing did for a whole period, so that no period holds more than
    the rate, wherever it begins.
    """
    if rate is None:
        return None, now
    if now - released_at >= rate.period:
        return rate.most, now
    return max(rate.most - released, 0), released_at + rate.period


def spent(rate: Rate | None, released: int, released_at: int, n: int, now: int) -> tuple[int, int]:
    """What is used up of the pace, and since when, after ``n`` more."""
    if rate is None or not n:
        return released, released_at
    return (n if now - released_at >= rate.period else released + n), now


def allot(total: int | None, sizes: Sequence[int]) -> list[int]:
    """``total`` divided among groups of these sizes, each by its share, no part lost. None: all."""
    everybody = sum(sizes)
    if total is None or total >= everybody:
        return list(sizes)
    parts = [total * size // everybody for size in sizes]
    order = sorted(range(len(sizes)), key=lambda i: (-(total * sizes[i] % everybody), i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return parts
