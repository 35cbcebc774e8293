"""A draw that anybody can check. Pure.

The digest of a secret is published when the draw is announced, the secret when it is over. Who wins
follows from the secret and from all tickets together: nobody could know it before the last ticket
was there, and nobody can change it afterwards. docs/activities.md has the script for strangers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Any

TICKET = 10  # digits: of a million tickets two are alike once in two
# Digits of public numbers, 0 to f. A long row of figures and letters looks like a secret or a
# telephone number, to the guard of texts as to people; nobody has to type such a thing either.
LETTERS = "春夏秋冬风雨山水花竹松月茶杯壶盏"


def digest(text: str) -> str:
    """What is published of a text: SHA-256 in hex."""
    return sha256(text.encode()).hexdigest()


def spelt(number: str) -> str:
    """A number in hex, as it is published."""
    return "".join(LETTERS[int(one, 16)] for one in number)


def commitment(seed: str) -> str:
    """What is published of a secret when the draw is announced."""
    return spelt(digest(seed))


def ticket(salt: str, event: str) -> str:
    """What stands for an entry in public: nothing leads from it to who handed it in, as long as
    the salt of the run is not known."""
    return spelt(digest(f"{salt}/{event}")[:TICKET])


def order(seed: str, tickets: Collection[str]) -> list[str]:
    """All tickets, the first winner first."""
    every = digest("\n".join(sorted(tickets)))
    return sorted(tickets, key=lambda one: digest(f"{seed}/{every}/{one}"))


def proof(run: str, seed: str, tickets: Collection[str], n: int) -> Mapping[str, Any]:
    """What is published when it is over, as plain JSON."""
    return {"run": run, "seed_hash": commitment(seed), "seed": seed, "tickets": sorted(tickets),
            "winners": order(seed, tickets)[:n]}  # fmt: skip
