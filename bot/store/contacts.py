"""Customers, friendships and corporate tags as the platform tells them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from bot.core.clock import DAY
from bot.core.contacts import Customer, Follow, Item, TagGroup
from bot.core.pace import Rate
from bot.store import absent, chronicle, happened, pace, people, profiles, touched
from bot.store.chronicle import SYNC as SYNC
from bot.store.codec import to_json
from bot.store.engine import Row, Tx

Pair = tuple[str, str]
DOUBTS = 1000
UNMARKED = 1000  # friendships that lose a tag in one statement
HANDED = 202  # how a friendship began that was assigned, not made (page 92114)
NEAR = 1 * DAY  # between its end there and its beginning here


def put_customers(tx: Tx, customers: Sequence[Customer], now: int) -> None:
    """Brings members and their friendships in step with a page of the platform's.

    A friendship that ended here stays ended unless it began anew: the platform goes on listing
    customers who deleted the member (84061 is only for the other direction). Who was erased here
    comes back when he does something, not because he is listed.
    """
    gone = absent.among(tx, [person.id for person in customers])
    customers = [person for person in customers if person.id not in gone]
    ids = [person.id for person in customers]
    people.ensure_members(tx, {person.id: person.name for person in customers}, now)
    profiles.tell(tx, customers, now)
    _put_profiles(tx, customers, now)
    known = {(r["member"], r["account"]): r for r in tx.rows("friends_among", members=ids)}
    told = [(person.id, follow) for person in customers for follow in person.follows]
    for member, follow in told:
        row = known.get((member, follow.account))
        if _begins(row, follow):
            people.befriend(tx, member, follow.account, follow.since, follow.state, now=now)
            if row is not None:
                _after_all(tx, member, follow, row, now)
    tx.many("friend_seen", [
        {"member": member, "account": f.account, "remark": f.remark,
         "description": f.description, "add_way": f.add_way, "now": now} for member, f in told
    ])  # fmt: skip
    _put_handed(tx, ids, [(m, f) for m, f in told if f.add_way == HANDED], now)
    _put_tags(tx, ids, {(member, follow.account): follow.tags for member, follow in told},
              known.keys(), now)  # fmt: skip


def _put_profiles(tx: Tx, customers: Sequence[Customer], now: int) -> None:
    """Only what is not as it was: a whole listing is mostly known. Audiences know the gender, and
    no event tells when it changes."""
    rows = {row["id"]: row for row in tx.rows("members_get", ids=[p.id for p in customers])}
    news = [person for person in customers if _differs(rows.get(person.id), _profile(person))]
    tx.many("member_profile", [_profile(person) for person in news])
    touched.touch(tx, [p.id for p in news if p.gender != rows.get(p.id, {}).get("gender")], now)


def _differs(row: Row | None, told: Row) -> bool:
    """What the platform leaves out of these two is no news."""
    return row is None or any(
        value != row[name] and (value or name not in ("name", "union_id"))
        for name, value in told.items()
    )


def _profile(person: Customer) -> Row:
    return {"id": person.id, "name": person.name, "union_id": person.union_id,
            "kind": person.kind, "gender": person.gender, "company": person.company}  # fmt: skip


def _begins(row: Row | None, follow: Follow) -> bool:
    if row is None:
        return True
    if row["until"] is not None:
        return row["ended_by"] == SYNC or bool(follow.since > row["until"])
    return bool(follow.state and follow.state != row["state"])


def _after_all(tx: Tx, member: str, follow: Follow, row: Row, now: int) -> None:
    """He did come by a code; or the friendship, which we took for over since it was not listed, is
    none that is over: it is told as begun anew."""
    if row["until"] is None:
        chronicle.added(tx, member, follow.account, row["since"], follow.state, now, late=True)
    elif row["until"] >= follow.since:
        chronicle.added(tx, member, follow.account, now, follow.state, now)


def _put_handed(
    tx: Tx, members: Sequence[str], told: Sequence[tuple[str, Follow]], now: int
) -> None:
    """The platform tells that a friendship was assigned, not by whom: by the account whose own
    ended at about that time."""
    rows = tx.rows("friends_among", members=list(members)) if told else []
    over = [row for row in rows if row["until"] is not None]
    for member, follow in told:
        ends = [(row["until"], row["account"]) for row in over
                if row["member"] == member and row["account"] != follow.account
                and abs(row["until"] - follow.since) <= NEAR]  # fmt: skip
        if ends:
            chronicle.handed(tx, member, max(ends)[1], follow.account, follow.since, now)


def _put_tags(
    tx: Tx, members: Sequence[str], wanted: dict[Pair, tuple[str, ...]], known: Collection[Pair],
    now: int,
) -> None:  # fmt: skip
    """What a friendship wears when it is seen first is no news."""
    has: dict[Pair, set[str]] = {pair: set() for pair in wanted}
    for row in tx.rows("friend_tags_among", members=list(members)):
        if (row["member"], row["account"]) in has:
            has[(row["member"], row["account"])].add(row["tag"])
    more = [_mark(p, tag) for p, tags in wanted.items() for tag in tags if tag not in has[p]]
    less = [_mark(p, tag) for p, tags in has.items() for tag in sorted(tags - set(wanted[p]))]
    tx.many("friend_tag_add", more)
    tx.many("friend_tag_drop", less)
    chronicle.tagged(tx, [_worn(each) for each in more], now)
    chronicle.untagged(tx, [_worn(each) for each in less], now)
    happened.tagged(tx, [(m["member"], m["account"], m["tag"]) for m in more
                         if (m["member"], m["account"]) in known], now)  # fmt: skip


def _mark(pair: Pair, tag: str) -> Row:
    return {"member": pair[0], "account": pair[1], "tag": tag}


def _worn(mark: Row) -> chronicle.Mark:
    return mark["member"], mark["account"], mark["tag"]


def set_mutual(tx: Tx, member: str, account: str, mutual: bool) -> None:
    """Whether both sides have added each other; a half-added friend is not listed."""
    tx.run("friend_mutual", member=member, account=account, mutual=int(mutual))


def unseen(tx: Tx, accounts: Sequence[str], began: int) -> list[str]:
    """Members of these accounts whom a whole listing, begun at ``began``, did not show. Ask for
    each of them before believing it: cursors move while people come and go."""
    rows = tx.rows("friends_unseen", accounts=list(accounts), began=began, n=DOUBTS)
    return [str(row["member"]) for row in rows]


def end_unlisted(tx: Tx, member: str, accounts: Sequence[str], before: int, now: int) -> int:
    """Friendships of one member with accounts that the platform does not name."""
    over = tx.rows("friends_unlisted", member=member, accounts=list(accounts) or [""],
                   before=before, now=now)  # fmt: skip
    for row in over:
        chronicle.parted(tx, member, row["account"], now, SYNC, now)
    return len(over)


def set_remark(
    tx: Tx, account: str, member: str, remark: str | None, description: str | None
) -> None:
    """What one account noted about a member; None is unchanged."""
    tx.run("friend_remark", account=account, member=member, remark=remark, description=description)


def mark(
    tx: Tx, account: str, member: str, added: Iterable[str], removed: Iterable[str], now: int
) -> None:
    """Corporate tags of one friendship."""
    worn, off = tags_of(tx, member).get(account, ()), set(removed)
    old = [tag for tag in worn if tag in off]
    tx.many("friend_tag_drop", [_mark((member, account), tag) for tag in old])
    new = [tag for tag in dict.fromkeys(added) if tag in off or tag not in worn]
    tx.many("friend_tag_add", [_mark((member, account), tag) for tag in new])
    chronicle.untagged(tx, [(member, account, tag) for tag in old], now)
    chronicle.tagged(tx, [(member, account, tag) for tag in new], now)
    happened.tagged(tx, [(member, account, tag) for tag in new], now)


def tags_of(tx: Tx, member: str) -> dict[str, list[str]]:
    """Ids of a member's corporate tags, by account."""
    found: dict[str, list[str]] = {}
    for row in tx.rows("friend_tags_of", member=member):
        found.setdefault(row["account"], []).append(row["tag"])
    return found


def put_tags(tx: Tx, groups: Sequence[TagGroup]) -> None:
    """These groups and tags exist; others are not touched."""
    tx.many("tag_group_put", [{"id": g.id, "name": g.name, "sort": g.sort} for g in groups])
    tx.many("tag_put", [{"id": tag.id, "tag_group": g.id, "name": tag.name, "sort": tag.sort}
                        for g in groups for tag in g.tags])  # fmt: skip


def replace_tags(tx: Tx, groups: Sequence[TagGroup], now: int) -> None:
    """These are all that exist; what is missing among them is gone, and nobody wears it."""
    put_tags(tx, groups)
    kept = {tag.id for group in groups for tag in group.tags}
    heads = {group.id for group in groups}
    lost = [row["id"] for row in tx.rows("tag_ids") if row["id"] not in kept]
    tags_gone(tx, lost, [r["id"] for r in tx.rows("tag_group_ids") if r["id"] not in heads], now)


def tags_gone(tx: Tx, tags: Iterable[str], groups: Iterable[str], now: int) -> None:
    """Tags and whole groups were deleted."""
    heads = list(groups)
    inside = [r["id"] for head in heads for r in tx.rows("tag_ids_in", tag_group=head)]
    rows = [{"id": tag, "now": now} for tag in dict.fromkeys([*tags, *inside])]
    tx.many("tag_gone", rows)
    for row in rows:
        while worn := tx.rows("tag_unmark", id=row["id"], n=UNMARKED):
            chronicle.untagged(tx, [_worn(each) for each in worn], now)
    tx.many("tag_group_gone", [{"id": head, "now": now} for head in heads])


def rename_tag(tx: Tx, id: str, name: str, sort: int | None) -> None:
    """A tag or a group has a new name ("" is unchanged) or place (None is unchanged)."""
    if not tx.run("tag_rename", id=id, name=name, sort=sort):
        tx.run("tag_group_rename", id=id, name=name, sort=sort)


def tags(tx: Tx) -> list[Row]:
    """Every living tag with its heading, in the platform's order."""
    return tx.rows("tags_known")


def put_item(tx: Tx, item: Item, now: int) -> None:
    """The platform made this for us, or it was changed."""
    tx.run("item_put", kind=item.kind, id=item.id, code=item.code, url=item.url,
           data=to_json(item.data), now=now)  # fmt: skip


def item_gone(tx: Tx, kind: str, id: str, now: int) -> None:
    """It was deleted; the row stays, for people may still come with its code."""
    tx.run("item_gone", kind=kind, id=id, now=now)


def may_remind(tx: Tx, task: str, most: int, span: int, now: int) -> bool:
    """Counts a reminder; False when ``most`` fell into the last ``span`` ms, over all processes."""
    return pace.take(tx, f"remind:{task}", Rate(most, span), now) == 0
