"""Whether a database and the configured keys fit: a database says with which key it is sealed, and
is opened with that one alone. Nobody ever sees, or adds to, half of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.core.errors import BadInput
from bot.store.cipher import PROOF, Cipher, Key, Unreadable
from bot.store.engine import Tx
from bot.store.sealed import SEALED
from bot.store.sql import compose, migrations, word
from bot.store.sqlite import SqliteLine, SqliteTx, connect, translated
from bot.store.writer import Line

GIVE = "give [store] key_env or key_file the key that it was sealed with"
AGAIN = "run 'onevoice store encrypt' (or 'decrypt') again, with the keys it had"
SEAL = "stop every 'onevoice run' and run 'onevoice store encrypt'"


@dataclass(frozen=True, slots=True)
class Standing:
    """With which key a database is sealed ('' with none), and what it is on the way to (None:
    nowhere). The proofs are sealed with these keys."""

    key: str = ""
    proof: str = ""
    goal: str | None = None
    goal_proof: str = ""


@contextmanager
def looking(place: Path | str) -> Iterator[Tx]:
    """Reads past the store, and nothing is opened."""
    if isinstance(place, Path):
        with closing(connect(place, read_only=True)) as connection:
            try:
                yield SqliteTx(connection)
            except sqlite3.Error as exc:
                raise translated(exc) from None
        return
    from bot.store.pgshelf import peeked  # its driver is not installed everywhere

    with peeked(place) as tx:
        yield tx


def line(place: Path | str) -> Line:
    """A writer's line past the store."""
    if isinstance(place, Path):
        return SqliteLine(connect(place))
    from bot.store.pgline import PgLine

    return PgLine(place)


@contextmanager
def writing(place: Path | str) -> Iterator[Tx]:
    """One transaction past the store."""
    with closing(line(place)) as opened:
        tx = opened.begin()
        try:
            yield tx
            opened.commit()
        except BaseException:
            opened.rollback()
            raise


def standing(place: Path | str) -> Standing:
    """How a database stands. One that is not there yet, or has had no migration for it, is not
    sealed."""
    if isinstance(place, Path) and not place.exists():
        return Standing()
    with looking(place) as tx:
        if tx.row("sealing_there", number=_made()) is None:
            return Standing()
        return read(tx)


@cache
def _made() -> int:
    """The number of the migration that made the table."""
    return next(number for number, name, _ in migrations() if name.endswith("_sealing"))


def read(tx: Tx) -> Standing:
    """See ``standing``; for a database that has the table."""
    row = tx.row("sealing_get")
    return Standing(**row) if row else Standing()


def keys_of(secrets: Sequence[str]) -> list[Key]:
    """The keys that follow from secrets."""
    return [Key(secret) for secret in secrets]


def cipher_for(place: Path | str, keys: Sequence[Key], now: int) -> Cipher | None:
    """What a database is opened with; None where it is not sealed. One without any words yet is
    sealed from now on where there is a key. Raises BadInput where the keys do not fit."""
    found = standing(place)
    if not found.key and found.goal is None and keys and _empty(place):
        with writing(place) as tx:
            tx.run("sealing_begin", key=keys[0].id, proof=keys[0].alike(PROOF), now=now)
        found = standing(place)
    return fitting(found, keys)


def fitting(found: Standing, keys: Sequence[Key]) -> Cipher | None:
    """See ``cipher_for``. Raises BadInput with what to do."""
    if found.goal is not None:
        raise BadInput("sealing this database was broken off", fix=AGAIN)
    cipher = opener(found, keys)
    if cipher is not None and not found.key:
        raise BadInput("[store] names a key, and what the database holds is not sealed", fix=SEAL)
    if cipher is not None and found.key != keys[0].id:
        raise BadInput("the database is sealed with the former key", fix=SEAL)
    return cipher


def opener(found: Standing, keys: Sequence[Key]) -> Cipher | None:
    """What opens a database, with whichever of these keys it is sealed; None where no key is known
    and none is wanted. Raises BadInput where none of them is it."""
    wanted = [proof for proof in (found.proof, found.goal_proof) if proof]
    if not keys:
        if wanted:
            raise BadInput("the database is sealed, and no key is configured", fix=GIVE)
        return None
    cipher = Cipher(keys)
    if not all(proves(cipher, proof) for proof in wanted):
        raise BadInput("the database is sealed with another key than those in [store]",
                       fix=GIVE)  # fmt: skip
    return cipher


def proves(cipher: Cipher, proof: str) -> bool:
    """Whether one of its keys sealed a proof."""
    try:
        return cipher.open(proof) == PROOF
    except Unreadable:
        return False


def _empty(place: Path | str) -> bool:
    with looking(place) as tx:
        return not any(tx.row(compose("sealing_any", table=word(table))) for table in SEALED)
