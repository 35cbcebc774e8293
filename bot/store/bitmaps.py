"""Times of members as bitmaps: which members did something since a moment, in a few dozen steps."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from pyroaring import BitMap

BYTES = 6  # of a time in ms: enough for 8,000 years
BITS = 8 * BYTES


class Moments:
    """A time for each number, as one bitmap for each binary digit of the times.

    A range costs the same however the times lie, and one member's time is changed in place. Times
    are UTC ms and not negative.
    """

    def __init__(self) -> None:
        self.known = BitMap()
        self._digits = [BitMap() for _ in range(BITS)]

    def put(self, numbers: Sequence[int], times: Sequence[int]) -> None:
        """Members that have no time yet get theirs; the two stand side by side."""
        self.known.update(numbers)
        raw, wide = array("q", times).tobytes(), array("q").itemsize
        for byte in range(BYTES):
            self._put_byte(byte, numbers, raw[byte::wide])

    def _put_byte(self, byte: int, numbers: Sequence[int], column: bytes) -> None:
        """By the value of the byte first: a number is then looked at once, and not for each bit."""
        lists: list[list[int]] = [[] for _ in range(256)]
        for number, value in zip(numbers, column, strict=True):
            lists[value].append(number)
        sets = {value: BitMap(found) for value, found in enumerate(lists) if found and value}
        for bit in range(8):
            having = [one for value, one in sets.items() if value >> bit & 1]
            if having:
                self._digits[8 * byte + bit] |= BitMap.union(*having)

    def drop(self, numbers: BitMap) -> None:
        """These have no time any more."""
        self.known -= numbers
        for digit in self._digits:
            digit -= numbers

    def since(self, moment: int) -> BitMap:
        """Those whose time lies at the moment or later."""
        if moment <= 0:
            return self.known.copy()
        if moment >> BITS:
            return BitMap()
        above, equal = BitMap(), self.known.copy()
        for bit in reversed(range(BITS)):
            if moment >> bit & 1:
                equal &= self._digits[bit]
            else:
                above |= equal & self._digits[bit]
                equal -= self._digits[bit]
        return above | equal

    def bytes(self) -> int:
        """Memory that it takes, about."""
        return weight(self.known) + sum(map(weight, self._digits))


def weight(numbers: BitMap) -> int:
    """Memory that a bitmap takes, about, in bytes."""
    told = numbers.get_statistics()
    return (told["n_bytes_array_containers"] + told["n_bytes_run_containers"]
            + told["n_bytes_bitset_containers"])  # fmt: skip
