"""`python -m sandbox.generate --customers N --out FILE`: a world file of any size up to a million.

The file is small: it names the population, and loading it makes the same people every time.
``--members FILE`` also writes a members file about them, with names, costs and tags (sandbox.roll).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from sandbox import roll
from sandbox.world.load import DEFAULT
from sandbox.world.population import MOST

# what the console lets one member have after an expansion (third-party figure, unverified)
PER_MEMBER = 20_000
SHARE = 0.8
GROUPS = 200


def world_text(customers: int, seed: int = 1) -> str:
    """The sample world with this many more customers, and enough members to befriend them."""
    if not 0 <= customers <= MOST:
        raise ValueError(f"customers must be between 0 and {MOST}")
    text = DEFAULT.read_text(encoding="utf-8").replace("\nseed = 1 ", f"\nseed = {seed} ", 1)
    head, mark, rest = text.partition("# ---- customer-service accounts")
    return head + _staff(customers) + mark + rest + _section(customers, seed)


def _staff(customers: int) -> str:
    wanted = int(customers * 1.1 / (PER_MEMBER * SHARE)) + 1
    rows = (
        f'[[staff]]\nuserid = "pop.{each:03d}"\nname = "小盏·{each:03d}"\ncan_add = true\n'
        for each in range(1, wanted + 1)
    )
    return "".join(rows) + "\n"


def _section(customers: int, seed: int) -> str:
    groups = customers // GROUPS
    return f"\n[population]\ncustomers = {customers}\nseed = {seed}\ngroups = {groups}\n"


def main(words: list[str] | None = None) -> int:
    """The command. 0, or 2 for unusable arguments."""
    found = argparse.ArgumentParser(prog="sandbox.generate", description=__doc__)
    found.add_argument("--customers", type=int, required=True, metavar="N", help=f"up to {MOST}")
    found.add_argument("--seed", type=int, default=1, help="another seed, other people")
    found.add_argument("--out", type=Path, required=True, metavar="FILE", help="the world file")
    found.add_argument("--members", type=Path, metavar="FILE", help="a members file about them")
    found.add_argument("--facts", action="store_true", help="with birthdays, cities and the like")
    args = found.parse_args(words)
    try:
        args.out.write_text(world_text(args.customers, args.seed), encoding="utf-8")
        if args.members:
            with args.members.open("w", encoding="utf-8", newline="") as out:
                roll.write(out, args.customers, args.seed, facts=args.facts)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"sandbox.generate: {error}\n")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
