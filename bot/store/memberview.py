"""What the page of one member reads, each by an index: nothing here walks all members."""

from __future__ import annotations

from collections.abc import Sequence

from bot.store.engine import Row, Tx


def runs(tx: Tx, circle: str, since: int, now: int, n: int) -> list[Row]:
    """Runs of a circle that are on, or ended after a moment, the latest first."""
    return tx.rows("circle_runs", circle=circle, since=since, now=now, n=n)


def entries(tx: Tx, runs: Sequence[str], person: str) -> list[Row]:
    """What he handed in, signed up to and checked in to, what does not count, too."""
    return tx.rows("entries_of", runs=list(runs), members=[person]) if runs else []


def ballots(tx: Tx, runs: Sequence[str], person: str) -> list[Row]:
    """His votes."""
    return tx.rows("ballots_of", runs=list(runs), members=[person]) if runs else []


def helped(tx: Tx, run: str, person: str) -> list[Row]:
    """The help that he got."""
    return tx.rows("helpings_of", runs=[run], members=[person])


def streaks(tx: Tx, person: str) -> dict[str, Row]:
    """His check-ins, by activity."""
    return {row["activity"]: row for row in tx.rows("streaks_mine", member=person)}


def shown(tx: Tx, run: str, circle: str, purpose: str, n: int) -> list[Row]:
    """What was handed in to a run and counts, the latest first, with what it says (``data``); of
    those alone who agree to it still."""
    return tx.rows("entries_shown", run=run, circle=circle, purpose=purpose, n=n)


def votes(tx: Tx, run: str) -> dict[str, int]:
    """Votes of a run by what they are for."""
    return {row["which"]: int(row["n"]) for row in tx.rows("ballots_summed", run=run)}


def winners(tx: Tx, runs: Sequence[str], circle: str, n: int) -> list[Row]:
    """Who won in these runs, under his code-name."""
    return tx.rows("winners_shown", runs=list(runs), circle=circle, n=n) if runs else []


def points(tx: Tx, person: str, circle: str, n: int) -> list[Row]:
    """What gave him points, or took some, the latest first."""
    return tx.rows("points_latest", member=person, circle=circle, n=n)


def standing(tx: Tx, person: str, circle: str) -> Row | None:
    """His points and level."""
    return tx.row("standing_get", member=person, circle=circle)


def ranked(tx: Tx, person: str) -> list[str]:
    """Circles in which he has points, most first."""
    return [row["circle"] for row in tx.rows("standings_of", members=[person])]


def badges(tx: Tx, person: str, circle: str) -> dict[str, Row]:
    """Badges that he has."""
    return {row["badge"]: row for row in tx.rows("badges_held", members=[person])
            if row["circle"] == circle and row["until"] is None}  # fmt: skip


def wall(tx: Tx, circle: str, honours: Sequence[str], n: int) -> list[Row]:
    """Who was honoured with one of these badges, the latest first. It reads who has them, not who
    is in the circle: those are few."""
    marks = [f"{circle}/{one}" for one in honours]
    return tx.rows("wall_shown", marks=marks, n=n) if marks else []


def codename(tx: Tx, person: str, circle: str) -> tuple[str, int]:
    """What he is called there, and since when; empty: nothing."""
    row = tx.row("codename_in", member=person, circle=circle)
    return (row["name"], row["at"]) if row else ("", 0)


def free_names(tx: Tx, circle: str, pool: Sequence[str]) -> list[str]:
    """Names of a pool that nobody has."""
    taken = {row["name"] for row in tx.rows("codenames_taken", circle=circle, names=list(pool))}
    return [one for one in pool if one not in taken]
