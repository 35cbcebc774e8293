"""Members in the order of their ids, by number: how a page of a set is found without sorting it."""

from __future__ import annotations

from array import array
from bisect import bisect_right, insort

from pyroaring import BitMap

APART = 256  # places between two marks


class Ranks:
    """Numbers in the order of ids. Who comes later is kept aside, in order too."""

    def __init__(self) -> None:
        self.placed = BitMap()
        self._numbers = array("I")
        self._marks: list[str] = []  # the id at every APARTth place
        self._late: list[tuple[str, int]] = []

    def put(self, id: str, number: int) -> None:
        """The next one; ids come in order."""
        if len(self._numbers) % APART == 0:
            self._marks.append(id)
        self._numbers.append(number)
        self.placed.add(number)

    def put_late(self, id: str, number: int) -> None:
        """One more, anywhere."""
        insort(self._late, (id, number))
        self.placed.add(number)

    def after(self, id: str, wanted: BitMap, n: int) -> list[int]:
        """Numbers of ``wanted`` that hold its first ``n`` behind an id, and a few others."""
        late = [number for _, number in self._late[bisect_right(self._late, (id, 1 << 32)) :]
                if number in wanted]  # fmt: skip
        return self._listed(id, wanted, n) + late[:n]

    def _listed(self, id: str, wanted: BitMap, n: int) -> list[int]:
        """From the last mark that is not behind ``id``: of the places up to ``id`` some may come
        too, none of which counts."""
        start = max(bisect_right(self._marks, id) - 1, 0) * APART
        numbers = self._numbers
        found = [one for one in numbers[start : start + APART] if one in wanted]
        at, enough = start + APART, n + len(found)
        while len(found) < enough and at < len(numbers):
            found += [one for one in numbers[at : at + APART] if one in wanted]
            at += APART
        return found

    def late(self) -> int:
        """How many are kept aside."""
        return len(self._late)

    def bytes(self) -> int:
        """Memory that it takes, about."""
        return 4 * len(self._numbers) + 100 * (len(self._marks) + len(self._late))
