"""The tables of buyers, as words for a page and as cells for a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from bot.console.charts.bars import Chart, Point, bars
from bot.console.charts.curve import Curve, curve
from bot.console.pages.value_asked import Asked, Sheet, exact, money, shade
from bot.console.visit import Visit
from bot.core.rfm import GROUPS
from bot.core.stages import Stage
from bot.members.formula import half_up
from bot.members.lives import CURVE, DAYS, Cohort, Together

Funnel = Mapping[str, Mapping[Stage, int]]
Backs = Mapping[tuple[str, Stage, Stage], int]
STAGES = tuple(Stage)[1:]
DRAWN = 6  # categories with a picture


@dataclass(frozen=True, slots=True)
class Buyers:
    """What the people of a scope come to as of ``at``, and the journeys of everybody."""

    people: Together
    funnel: Funnel
    at: int
    backs: Backs = field(default_factory=dict)


def each(cents: int, n: int) -> int:
    """Cents a head, to the nearest."""
    return half_up(Fraction(cents, n or 1))


def share(part: int, whole: int) -> str:
    """``12.5%``; of nothing there is none."""
    return f"{100 * part / whole:.1f}%" if whole else "–"


def passed(stages: Mapping[Stage, int], stage: Stage) -> int:
    """How many came this far or further."""
    return sum(n for one, n in stages.items() if one.rank >= stage.rank)


def bought_again(visit: Visit, form: Asked, found: Together) -> list[tuple[str, str, str, str]]:
    """Key, number, explanation and rows of each tile."""
    t, days = visit.t, found.interval
    rows = "/value/buyers/rows"
    return [
        ("everyone", f"{found.members:,}", t("value.sum_told", sum=money(found.ltv_cents)),
         form.link(rows)),
        ("buyers", f"{found.buyers:,}", t("value.orders_told", n=f"{found.orders:,}"),
         form.link(rows, buyers="1")),
        ("repurchase", share(found.again, found.buyers),
         t("value.again_told", n=f"{found.again:,}", of=f"{found.buyers:,}"),
         form.link(rows, buyers="2")),
        ("interval", "–" if days is None else t("value.days", n=days), t("value.interval_told"),
         form.link(rows, buyers="2")),
    ]  # fmt: skip


def _months(found: Buyers) -> list[Cohort]:
    return [one for _, one in sorted(found.people.cohorts.items(), reverse=True)]


def _cohorts(visit: Visit, form: Asked, found: Buyers) -> Sheet:
    t, months = visit.t, _months(found)

    def by(one: Cohort, days: int) -> str:
        words = money(each(one.ltv_cents[days], one.members))
        return t("value.so_far", n=words) if days in one.young else words

    rows = [[one.month, f"{one.members:,}", f"{one.buyers:,}", share(one.buyers, one.members),
             money(each(one.cost_cents, one.members)), *(by(one, days) for days in DAYS)]
            for one in months]  # fmt: skip
    head = [t(f"value.c_{name}") for name in ("month", "members", "buyers", "bought", "cost_each")]
    return Sheet(head=[*head, *(t("value.c_by", n=days) for days in DAYS)], rows=rows,
                 shades=_cohort_shades(months),
                 links={(n, 0): form.link("/value/buyers/rows", month=one.month)
                        for n, one in enumerate(months)})  # fmt: skip


def _cohort_shades(months: Sequence[Cohort]) -> dict[tuple[int, int], str]:
    """The darkest of all cells is the highest sum a head; the days stand behind five columns."""
    heads = {(n, 5 + m): (each(one.ltv_cents[days], one.members), days in one.young)
             for n, one in enumerate(months) for m, days in enumerate(DAYS)}  # fmt: skip
    most = max((cents for cents, _ in heads.values()), default=0)
    return {place: shade(cents, most) + (" young" if young else "")
            for place, (cents, young) in heads.items()}  # fmt: skip


def _cohorts_file(visit: Visit, found: Buyers) -> list[list[object]]:
    t = visit.t
    head: list[object] = [t(f"value.c_{name}") for name in ("month", "members", "buyers", "cost")]
    for days in DAYS:
        head += [t("value.c_sum_by", n=days), t("value.c_by", n=days), t("value.c_whole", n=days)]
    made: list[list[object]] = [head]
    for one in _months(found):
        cells: list[object] = [one.month, one.members, one.buyers, exact(one.cost_cents)]
        for days in DAYS:
            sum_ = one.ltv_cents[days]
            cells += [exact(sum_), exact(each(sum_, one.members)),
                      t("value.no" if days in one.young else "value.yes")]  # fmt: skip
        made.append(cells)
    return made


def _groups(visit: Visit, form: Asked, found: Buyers) -> Sheet:
    t, groups = visit.t, found.people.groups
    if not found.people.buyers:
        return Sheet(head=(), rows=())
    rows = [[t(f"rfm.{name}"), *_marks(visit, name), f"{groups[name]:,}",
             share(groups[name], found.people.buyers)] for name in GROUPS]  # fmt: skip
    links = {(n, 0): form.link("/value/buyers/rows", group=name)
             for n, name in enumerate(GROUPS) if groups[name]}  # fmt: skip
    return Sheet(head=_group_head(visit), rows=rows, words=4, links=links)


def _group_head(visit: Visit) -> list[str]:
    names = ("group", "recent", "often", "much", "members", "share")
    return [visit.t(f"value.c_{name}") for name in names]


def _marks(visit: Visit, name: str) -> list[str]:
    return [visit.t("value.yes" if one else "value.no") for one in GROUPS[name]]


def _groups_file(visit: Visit, found: Buyers) -> list[list[object]]:
    groups, buyers = found.people.groups, found.people.buyers
    rows: list[list[object]] = [[visit.t(f"rfm.{name}"), *_marks(visit, name), groups[name],
                                 share(groups[name], buyers)] for name in GROUPS]  # fmt: skip
    return [[*_group_head(visit)], *rows]


def _back(visit: Visit, form: Asked, found: Buyers) -> Sheet:
    t, people, rows = visit.t, found.people, "/value/buyers/rows"
    if not people.buyers:
        return Sheet(head=(), rows=())
    cells = [[t("value.days", n=days), f"{people.ripe[days]:,}", f"{people.back[days]:,}",
              share(people.back[days], people.ripe[days])] for days in CURVE]  # fmt: skip
    links = {(n, column): form.link(rows, **{key: str(days)}) for n, days in enumerate(CURVE)
             for column, key, some in ((1, "ripe", people.ripe), (2, "within", people.back))
             if some[days]}  # fmt: skip
    return Sheet(head=_back_head(visit), rows=cells, links=links)


def _back_head(visit: Visit) -> list[str]:
    return [visit.t(f"value.c_{name}") for name in ("within", "ripe", "back", "rate")]


def _back_file(visit: Visit, found: Buyers) -> list[list[object]]:
    people = found.people
    return [[*_back_head(visit)], *([days, people.ripe[days], people.back[days],
            share(people.back[days], people.ripe[days])] for days in CURVE)]  # fmt: skip


def back_curve(visit: Visit, found: Together) -> Curve:
    """Of those whose first order was so long ago, the part that came back within these days."""
    return curve([
        (visit.t("value.days", n=days), found.back[days] / found.ripe[days]
         if found.ripe[days] else None, share(found.back[days], found.ripe[days]))
        for days in CURVE
    ])  # fmt: skip


def _journey(visit: Visit, form: Asked, found: Buyers) -> Sheet:
    t, categories = visit.t, sorted(found.funnel)
    rows = [[name, *(t("value.passed_now", passed=f"{passed(found.funnel[name], stage):,}",
                       now=f"{found.funnel[name].get(stage, 0):,}") for stage in STAGES)]
            for name in categories]  # fmt: skip
    links = {(n, m): form.link("/value/stage", category=name, stage=stage.value)
             for n, name in enumerate(categories) for m, stage in enumerate(STAGES, 1)
             if found.funnel[name].get(stage)}  # fmt: skip
    head = [t("value.c_category"), *(t(f"stage.{stage.value}") for stage in STAGES)]
    return Sheet(head=head, rows=rows, links=links)


def _journey_file(visit: Visit, found: Buyers) -> list[list[object]]:
    t = visit.t
    names = ("category", "stage", "passed", "now")
    return [[t(f"value.c_{name}") for name in names],
            *([name, t(f"stage.{stage.value}"), passed(stages, stage), stages.get(stage, 0)]
              for name, stages in sorted(found.funnel.items()) for stage in STAGES)]  # fmt: skip


def stage_name(visit: Visit, stage: Stage) -> str:
    """A stage in words."""
    return visit.t(f"stage.{stage.value or 'none'}")


def _backs(visit: Visit, form: Asked, found: Buyers) -> Sheet:
    moves = sorted(
        found.backs.items(), key=lambda one: (one[0][0], -one[0][1].rank, one[0][2].rank)
    )
    rows = [[category, stage_name(visit, was), stage_name(visit, stage), f"{n:,}"]
            for (category, was, stage), n in moves]  # fmt: skip
    links = {(n, 0): form.link("/value/stage", category=category, stage=stage.value or "none",
                               was=was.value)
             for n, ((category, was, stage), _) in enumerate(moves)}  # fmt: skip
    return Sheet(head=_backs_head(visit), rows=rows, words=3, links=links)


def _backs_head(visit: Visit) -> list[str]:
    return [visit.t(f"value.c_{name}") for name in ("category", "was", "back_at", "members")]


def _backs_file(visit: Visit, found: Buyers) -> list[list[object]]:
    return [[*_backs_head(visit)], *(
        [category, stage_name(visit, was), stage_name(visit, stage), n]
        for (category, was, stage), n in found.backs.items())]  # fmt: skip


def charts(visit: Visit, funnel: Funnel) -> list[tuple[str, Chart]]:
    """A picture of the largest categories: how many came to each stage or further."""
    first = STAGES[0]
    largest = sorted(funnel.items(), key=lambda one: (-passed(one[1], first), one[0]))[:DRAWN]
    return [(name, bars([Point(visit.t(f"stage.{stage.value}"), n := passed(stages, stage),
                               f"{n:,}") for stage in STAGES]))
            for name, stages in largest if passed(stages, first)]  # fmt: skip


Make = Callable[[Visit, Asked, Buyers], Sheet]
Save = Callable[[Visit, Buyers], list[list[object]]]
TABLES: Mapping[str, tuple[Make, Save]] = {
    "cohorts": (_cohorts, _cohorts_file), "back": (_back, _back_file),
    "groups": (_groups, _groups_file),
    "journey": (_journey, _journey_file), "backs": (_backs, _backs_file),
}  # fmt: skip
