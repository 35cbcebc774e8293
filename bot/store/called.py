"""What accounts of the brand are called: by the platform, so that staff read in the console what
customers and colleagues read on their phones."""

from __future__ import annotations

from collections.abc import Mapping

from bot.store.engine import Tx

Names = Mapping[tuple[str, str], str]
# On these the account is a colleague's own.
PEOPLE = frozenset({"contact", "group", "moment"})


def of(names: Names, channel: str, account: str) -> str:
    """What the platform calls an account; its id where it has told nothing."""
    return names.get(("contact" if channel in PEOPLE else channel, account), account)


def names(tx: Tx) -> Names:
    """By channel and account, those that were read."""
    return {(row["channel"], row["account"]): row["name"] for row in tx.rows("account_names")}


def by_id(names: Names) -> Mapping[str, str]:
    """The same where only the id of an account is known: no two of a brand have one."""
    return {account: name for (_, account), name in names.items()}


def put(tx: Tx, found: Names, now: int) -> bool:
    """Keeps what was read; False when nothing is new. What the platform did not tell this time
    keeps its name."""
    known = names(tx)
    new = {key: name for key, name in sorted(found.items()) if name and known.get(key) != name}
    for (channel, account), name in new.items():
        tx.run("account_name_put", channel=channel, account=account, name=name, now=now)
    return bool(new)
