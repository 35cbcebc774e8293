"""Immutable versions of what people edit, which one serves, and who decided that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.store import audit, circles, codec, communityterms, review
from bot.store.engine import Row, Tx

Mark = tuple[str, str, int]
Key = tuple[str, str]
DISK, CIRCLE = "disk", "circle"
PUBLISH, ROLLBACK, WITHDRAW = "publish", "rollback", "withdraw"
NOWHERE = "-"


@dataclass(frozen=True, kw_only=True, slots=True)
class Edition:
    """One version; ``files`` maps file names to text."""

    kind: str
    name: str
    version: int
    digest: str
    files: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Folder:
    """What a folder held at the last look. ``waiting``: a draft that nobody decided about."""

    digest: str
    waiting: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Serving:
    """Which version serves, since when (UTC ms), and who put it into service."""

    version: int
    since: int
    actor: str


def digest(files: Mapping[str, str]) -> str:
    """Equal for equal files."""
    return hashlib.sha256(_source(files).encode()).hexdigest()


def draft(
    tx: Tx, kind: str, name: str, files: Mapping[str, str], author: str, now: int,
) -> tuple[int, bool]:  # fmt: skip
    """Keeps these files as a version that does not serve yet, made from the latest one; (its
    number, whether it is new)."""
    mark = digest(files)
    latest = tx.row("version_latest", kind=kind, name=name)
    if latest is not None and latest["digest"] == mark:
        return int(latest["version"]), False
    number = 1 if latest is None else latest["version"] + 1
    tx.run("version_add", kind=kind, name=name, version=number, digest=mark,
           source=_source(files), author=author, now=now)  # fmt: skip
    review.begin(tx, kind, name, number, number - 1, author, now)
    return number, True


def serve(
    tx: Tx, kind: str, name: str, version: int, actor: str, now: int, *,
    event: str = PUBLISH, reason: str = "",
) -> bool:  # fmt: skip
    """Puts a version that exists into service; it is approved by that. False when it serves
    already.

    What the folders hold at this moment waits for nobody any more: somebody has decided.
    """
    before = tx.row("published_hold", kind=kind, name=name)
    tx.run("folder_decided", kind=kind, name=name)
    tx.run("wanted_drop", kind=kind, name=name)
    review.settle(tx, kind, name, version, actor, now, reason)
    if before is not None and before["version"] == version:
        return False
    tx.run("publish", kind=kind, name=name, version=version, actor=actor, now=now)
    was = f"v{before['version']}" if before else NOWHERE
    audit.record(tx, [_trail(kind, name, event, was, f"v{version}", actor, now, reason)])
    _serving(tx, kind, name, version, now)
    return True


def _serving(tx: Tx, kind: str, name: str, version: int, now: int) -> None:
    """What the database itself goes by."""
    if kind not in (CIRCLE, communityterms.COMMUNITY):
        return
    edition = get(tx, kind, name, version)
    source = next(iter(edition.files.values())) if edition else None
    if kind == CIRCLE and source is not None:
        circles.serve(tx, name, source)
    elif source is not None:
        communityterms.serve(tx, name, version, source, now)


def hold(tx: Tx, kind: str, name: str) -> int | None:
    """Which version serves, or None; nobody changes that before this transaction ends."""
    row = tx.row("published_hold", kind=kind, name=name)
    return None if row is None else int(row["version"])


def withdraw(
    tx: Tx, kind: str, name: str, actor: str, now: int, reason: str = ""
) -> bool:  # fmt: skip
    """Nothing of this name is published any more; its versions stay. False when nothing was."""
    before = tx.row("published_hold", kind=kind, name=name)
    tx.run("wanted_drop", kind=kind, name=name)
    if before is None:
        return False
    tx.run("unpublish", kind=kind, name=name)
    if kind == CIRCLE:
        circles.serve(tx, name, None)
    if kind == communityterms.COMMUNITY:
        communityterms.serve(tx, name, int(before["version"]), None, now)
    was = f"v{before['version']}"
    audit.record(tx, [_trail(kind, name, WITHDRAW, was, NOWHERE, actor, now, reason)])
    return True


def published(tx: Tx) -> list[Edition]:
    """Everything that serves now."""
    return [_edition(row) for row in tx.rows("published_all")]


def marks(tx: Tx) -> list[Mark]:
    """Which version of everything serves now: all that is needed to see whether that changed."""
    return [(r["kind"], r["name"], r["version"]) for r in tx.rows("published_marks")]


def serving(tx: Tx, kind: str, name: str) -> Serving | None:
    """What serves under one name, or None."""
    row = tx.row("published_one", kind=kind, name=name)
    if row is None:
        return None
    return Serving(version=row["version"], since=row["at"], actor=row["actor"])


def served(tx: Tx, kind: str, name: str) -> Edition | None:
    """The version that serves under one name, or None."""
    row = tx.row("published_one", kind=kind, name=name)
    return None if row is None else get(tx, kind, name, row["version"])


def get(tx: Tx, kind: str, name: str, version: int) -> Edition | None:
    """One version, or None."""
    row = tx.row("version_get", kind=kind, name=name, version=version)
    return None if row is None else _edition(row)


def newest(tx: Tx, kind: str, name: str) -> Edition | None:
    """The version with the highest number, or None."""
    row = tx.row("version_latest", kind=kind, name=name)
    return None if row is None else _edition(row)


def known(tx: Tx, kind: str, name: str, mark: str) -> bool:
    """True when some version holds exactly these files."""
    return tx.row("version_known", kind=kind, name=name, digest=mark) is not None


def names(tx: Tx, kind: str) -> dict[str, int]:
    """Every name that ever had a version, and the number of its newest."""
    return {row["name"]: row["version"] for row in tx.rows("version_names", kind=kind)}


def numbers(tx: Tx, kind: str, name: str) -> list[Row]:
    """version, digest, author and made_at of all versions of one name, oldest first."""
    return tx.rows("versions_of", kind=kind, name=name)


def history(tx: Tx, kind: str, name: str) -> list[Row]:
    """Who put what into service when, and why, oldest first: rows of the audit table."""
    return audit.history(tx, "published", f"{kind}/{name}")


def served_before(trail: Sequence[Row]) -> int | None:
    """The version to go back to: the one that served before the present one.

    A version that was rolled back does not count, so that going back twice goes back two steps.
    """
    stack: list[str] = []
    for row in trail:
        if not stack and row["before"] != NOWHERE:
            stack.append(row["before"])
        if row["event"] == ROLLBACK and row["after"] in stack:
            while stack[-1] != row["after"]:
                stack.pop()
        elif row["event"] != WITHDRAW and stack[-1:] != [row["after"]]:
            stack.append(row["after"])
    return int(stack[-2].removeprefix("v")) if len(stack) > 1 else None


def folders(tx: Tx) -> dict[Key, Folder]:
    """What the folders held at the last look."""
    return {(r["kind"], r["name"]): Folder(r["digest"], bool(r["waiting"]))
            for r in tx.rows("folder_all")}  # fmt: skip


def saw(tx: Tx, kind: str, name: str, mark: str, now: int, *, waiting: bool) -> None:
    """Notes what a folder holds now."""
    tx.run("folder_put", kind=kind, name=name, digest=mark, waiting=int(waiting), now=now)


def gone(tx: Tx, kind: str, name: str) -> None:
    """Notes that a folder holds nothing of this name any more."""
    tx.run("folder_drop", kind=kind, name=name)


def _trail(
    kind: str, name: str, event: str, before: str, after: str, actor: str, now: int, reason: str
) -> Row:  # fmt: skip
    return audit.note("published", f"{kind}/{name}", event, at=now, actor=actor, reason=reason,
                      before=before, after=after)  # fmt: skip


def _edition(row: Row) -> Edition:
    return Edition(kind=row["kind"], name=row["name"], version=row["version"],
                   digest=row["digest"], files=codec.from_json(row["source"]))  # fmt: skip


def _source(files: Mapping[str, str]) -> str:
    return json.dumps(dict(files), ensure_ascii=False, sort_keys=True)
