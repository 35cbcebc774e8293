"""Members x LTV x fission coefficient equal sums over the raw log, and the rows add up to them."""

from __future__ import annotations

from fractions import Fraction

from bot.core.clock import DAY
from bot.core.event import Event, Happened
from bot.members.formula import Scope, Value
from bot.store import codes, events, formula, people
from bot.store.codes import Purpose
from bot.store.engine import Tx
from bot.store.sql import Composed
from tests.contract.conftest import NOW, Bench

SINCE, UNTIL = NOW + 30 * DAY, NOW + 60 * DAY
MEMBERS = 60
# Straight over the log: nobody in this world comes back or is merged.
THERE = """SELECT {what} FROM event a WHERE a.kind = 'added' AND a.at < {until} {more}
    AND NOT EXISTS (SELECT 1 FROM event p WHERE p.kind = 'parted' AND p.member = a.member
                    AND p.account = a.account AND p.at < {since})"""
INSIDE = """SELECT {what} FROM event a WHERE a.kind = 'entered' AND a.at < {until} {more}
    AND NOT EXISTS (SELECT 1 FROM event p WHERE p.kind = 'withdrew' AND p.member = a.member
                    AND p.place = a.place AND p.at < {since})"""
# Came in the period, and was won in it by the code of a member, whichever way he came here.
CAME = """AND a.at >= {since} AND EXISTS (SELECT 1 FROM event b
    WHERE b.kind = 'added' AND b.member = a.member AND b.at >= {since} AND b.at < {until}
      AND b.which IN (SELECT code FROM invite_code WHERE owner <> ''))"""
MONEY = """SELECT
    COALESCE((SELECT SUM(o.amount) FROM event o WHERE o.kind = 'ordered' AND o.at < {until}
      AND o.member IN ({there})
      AND o.place NOT IN (SELECT place FROM event WHERE kind = 'called_off')), 0)
  - COALESCE((SELECT SUM(r.amount) FROM event r WHERE r.kind = 'refunded' AND r.place IN
      (SELECT place FROM event WHERE kind = 'ordered' AND at < {until} AND member IN ({there}))), 0)
  - COALESCE((SELECT SUM(acquisition_cost) FROM member WHERE id IN ({there})), 0) AS n"""


def build(tx: Tx) -> None:
    """Sixty members over sixty days; each third was invited, each fifth leaves, most buy."""
    ids = [f"wm{n:02d}" for n in range(MEMBERS)]
    for n, member in enumerate(ids):
        people.ensure_member(tx, member, NOW)
        tx.run(Composed("UPDATE member SET acquisition_cost = :c WHERE id = :id"),
               c=100 * n if n % 4 else None, id=member)  # fmt: skip
    code = codes.make(tx, Purpose(owner="wm00"), NOW).code
    found = []
    for n, member in enumerate(ids):
        at, account = NOW + n * DAY, ("lin.xi", "chen.mo")[n % 2]
        told = {"member": member, "account": account}
        found.append(Event(kind=Happened.ADDED, at=at, dedupe=f"a{n}",
                           which=code if n % 3 == 1 else "poster", **told))  # fmt: skip
        if n % 5 == 4:
            found.append(Event(kind=Happened.PARTED, at=at + 9 * DAY, dedupe=f"p{n}", **told))
        found += orders(n, member, at)
        if n % 4 < 2:
            found += circling(n, member, at)
    events.record(tx, found, NOW)


def circling(n: int, member: str, at: int) -> list[Event]:
    """He enters a circle two days later; each third of them leaves it again."""
    told = {"member": member, "place": ("tea", "gift")[n % 2]}
    made = [Event(kind=Happened.ENTERED, at=at + 2 * DAY, dedupe=f"e{n}", which="open", **told)]
    if n % 3 == 0:
        made.append(Event(kind=Happened.WITHDREW, at=at + 11 * DAY, dedupe=f"w{n}", **told))
    return made


def orders(n: int, member: str, at: int) -> list[Event]:
    named = {"member": member, "place": f"o{n}"}
    made = [Event(kind=Happened.ORDERED, at=at + DAY, dedupe=f"o{n}", amount=1_000 + 37 * n,
                  which="茶叶", **named)] if n % 7 else []  # fmt: skip
    if made and n % 6 == 2:
        made.append(Event(kind=Happened.REFUNDED, at=at + 3 * DAY, dedupe=f"r{n}", amount=500 + n,
                          **named))  # fmt: skip
    elif made and n % 11 == 3:
        made.append(Event(kind=Happened.CALLED_OFF, at=at + 2 * DAY, dedupe=f"c{n}", **named))
    return made


SCOPES = (
    (Scope(), THERE, ""),
    (Scope("account", ("lin.xi",)), THERE, "AND a.account = 'lin.xi'"),
    (Scope("account", ("chen.mo",)), THERE, "AND a.account = 'chen.mo'"),
    (Scope("persona", ("lin.xi", "chen.mo")), THERE, ""),
    (Scope("persona", ("chen.mo",)), THERE, "AND a.account = 'chen.mo'"),
    (Scope("circle", ("tea",)), INSIDE, "AND a.place = 'tea'"),
    (Scope("circle", ("gift",)), INSIDE, "AND a.place = 'gift'"),
    (Scope("circle", ("none",)), INSIDE, "AND a.place = 'none'"),
)


def test_the_formula_equals_sums_over_the_log(db: Bench) -> None:
    db.write(build)
    for scope, there, more in SCOPES:
        equals_the_log(db, scope, there, more)


def equals_the_log(db: Bench, scope: Scope, there: str, more: str) -> None:
    value = db.read(formula.of, scope, SINCE, UNTIL)

    def told(text: str, what: str = "COUNT(*) AS n", extra: str = "") -> int:
        sentence = text.replace("{there}", there).replace("{what}", what)
        sentence = sentence.replace("{more}", more + extra)
        return int(db.look(sentence.format(since=SINCE, until=UNTIL))[0]["n"])

    invited = told(there, extra=" " + CAME)
    members, money = told(there), told(MONEY, "a.member")
    assert (value.members, value.invited, value.contribution) == (members, invited, money)
    hosts = members - invited
    assert value.coefficient == (1 + Fraction(invited, hosts) if hosts else 1)
    assert abs(value.product - money * value.coefficient) <= Fraction(1, 2)
    assert (invited > 0) == (members > 0) == (scope.places != ("none",))
    adds_up(db, scope, value)


def adds_up(db: Bench, scope: Scope, value: Value) -> None:
    lines = db.read(lambda tx: list(formula.every(tx, scope, SINCE, UNTIL)))
    assert len(lines) == value.members and sum(one.ltv for one in lines) == value.contribution
    for part, n in (("stock", value.stock), ("own", value.own), ("invited", value.invited)):
        mine = db.read(lambda tx, p=part: list(formula.every(tx, scope, SINCE, UNTIL, p)))
        assert mine == [one for one in lines if one.part == part] and len(mine) == n
    page = db.read(formula.rows, scope, SINCE, UNTIL, "", "wm30", 3)
    assert page == [one for one in lines if one.member > "wm30"][:3]
