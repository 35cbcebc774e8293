"""A fingerprint of a table's rows: equal for equal rows in any order, on both engines."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

_MODULUS = 1 << 128
# Numbers, text and NULL keep apart in JSON; ASCII leaves no second spelling of a character.
_canonical = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Digest:
    """How many rows, and the sum of the rows' SHA-256, cut to 128 bits, modulo 2**128.

    A sum, so that rows may come in any order; not XOR, under which a row twice is no row.
    """

    rows: int = 0
    total: int = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> Digest:
        """This and more rows, each with its values in the order of the columns' names."""
        count, total, sha = self.rows, self.total, hashlib.sha256
        for row in rows:
            total += int.from_bytes(sha(_canonical(row).encode()).digest()[:16], "big")
            count += 1
        return Digest(count, total % _MODULUS)

    @property
    def hash(self) -> str:
        """32 hexadecimal digits."""
        return f"{self.total:032x}"
