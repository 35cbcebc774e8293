"""How ``onevoice campaign`` shows what it found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import click
from tabulate import tabulate

from bot.commands.personas import put_json, time
from bot.store.campaigns import DRAFT, Run
from bot.store.engine import Row
from scheduler.campaigns import Campaign
from scheduler.governor import CODES
from scheduler.lift import Lift
from scheduler.measuring import After, Result
from scheduler.previewing import Preview, Why

T = TypeVar("T")
# The governor's codes, and those of a campaign itself.
WORDS = {
    **CODES,
    "until": "时间到了，没轮到",
    "stopped": "活动停了",
    "ceiling": "名额已满",
    "no_words": "他那份文字填不出来",
}
COLUMNS = ("name", "version", "state", "begins", "until", "recipients", "note")


@dataclass(frozen=True, slots=True)
class Listing:
    """What serves, all runs, and the ledgers in numbers by run."""

    serving: Sequence[Campaign]
    runs: Sequence[Run]
    counts: Mapping[int, Mapping[str, int]]

    def drafts(self) -> Iterator[Campaign]:
        """Versions that serve and that nobody has approved to take place."""
        known = {(run.name, run.version) for run in self.runs if run.state != DRAFT}
        return (one for one in self.serving if (one.id, one.version) not in known)


@dataclass(frozen=True, slots=True)
class Shown:
    """One run with all that is known of it."""

    run: Run
    campaign: Campaign
    result: Result
    follow_up: Sequence[Row]


def put_list(found: Listing, now: int, zone: str, json_out: bool) -> None:
    """Drafts first, then runs."""
    drafts = [(one, one.after(now)) for one in found.drafts()]
    runs = [run for run in found.runs if run.state != DRAFT]
    if json_out:
        put_json(
            {
                "drafts": [
                    {
                        "name": one.id,
                        "version": one.version,
                        "title": one.file.title,
                        "do": one.file.do,
                        "at": at,
                    }
                    for one, at in drafts
                ],
                "runs": [{**asdict(run), "counts": found.counts[run.id]} for run in runs],
            }
        )
        return  # fmt: skip
    rows: list[tuple[str, ...]]
    rows = [(one.id, f"v{one.version}", DRAFT, time(at, zone) if at else "by hand", "", "",
             one.file.title) for one, at in drafts]  # fmt: skip
    rows += [_row(run, found.counts[run.id], zone) for run in runs]
    click.echo(tabulate(rows, headers=COLUMNS, disable_numparse=True))


def _row(run: Run, counts: Mapping[str, int], zone: str) -> tuple[str, ...]:
    return (run.name, f"v{run.version}", run.state, time(run.at, zone), time(run.until, zone),
            _counted(counts), run.note)  # fmt: skip


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items()))


def put_done(name: str, runs: Sequence[Run], zone: str, json_out: bool) -> None:
    """What the runs are now."""
    if json_out:
        put_json({"name": name, "runs": [asdict(run) for run in runs]})
        return
    for run in runs:
        click.echo(f"{name} {run.step} (v{run.version}): {run.state}, begins {time(run.at, zone)}, "
                   f"until {time(run.until, zone)}")  # fmt: skip


def put_runs(name: str, found: Sequence[Shown], zone: str, json_out: bool) -> None:
    """All runs of one campaign, the earliest first."""
    if json_out:
        put_json({"name": name, "runs": [_document(one) for one in found]})
        return
    if not found:
        click.echo(f"{name}: a draft; 'onevoice campaign preview {name}' shows whom it would reach")
    for one in found:
        for line in _lines(one, zone):
            click.echo(line)


def _document(one: Shown) -> dict[str, Any]:
    found = one.result.lift
    return {**asdict(one.run), "counts": dict(one.result.states), "codes": dict(one.result.codes),
            "coverage": round(one.result.coverage, 4), "follow_up": list(one.follow_up),
            "after": asdict(one.result.after) if one.result.after else None,
            "after_control": asdict(one.result.control) if one.result.control else None,
            "lift": _lift(found, open_now=one.result.open) if found else None}  # fmt: skip


def _lift(found: Lift, *, open_now: bool) -> dict[str, Any]:
    return {"points": found.points, "low": found.low, "high": found.high, "sure": found.sure,
            "enough": found.enough, "open": open_now, "reached": asdict(found.reached),
            "control": asdict(found.control)}  # fmt: skip


def _lines(one: Shown, zone: str) -> Iterator[str]:
    run, result = one.run, one.result
    note = f" ({run.note})" if run.note else ""
    yield (f"{run.step} v{run.version}: {run.state}{note}, {time(run.at, zone)} to "
           f"{time(run.until, zone)}")  # fmt: skip
    if result.states:
        yield f"  {_counted(result.states)}; coverage {result.coverage:.1%}"
    yield from (f"  {n} {code}: {WORDS[code]}" for code, n in sorted(result.codes.items())
                if code in WORDS)  # fmt: skip
    if result.lift is not None:
        yield f"  {one.campaign.file.goal}: {_lift_words(result.lift)}" + (
            "; its time is not over" if result.open else ""
        )
    for side, after in (("reached", result.after), ("held out", result.control)):
        if after is not None:
            yield f"  within {one.campaign.file.within} of {after.n} {side}: {_after(after)}"
    for row in one.follow_up:
        answered = "answered" if row["answered_at"] >= row["at"] else "not answered"
        who = row["name"] or row["member"]
        yield f"  {time(row['at'], zone)} {who}: {row['text']} ({answered})"


def _after(did: After) -> str:
    return f"{did.replied} wrote, {did.opted_out} opted out, {did.complained} complained"


def _lift_words(found: Lift) -> str:
    sides = (f"{found.reached.rate:.1%} of {found.reached.n}, without it "
             f"{found.control.rate:.1%} of {found.control.n}")  # fmt: skip
    if not found.enough:
        return f"{sides}; too few to compare"
    points = f"{found.points * 100:+.1f} points ({found.low * 100:+.1f} to {found.high * 100:+.1f})"
    return f"{sides}; {points}" + ("" if found.sure else ", which may be chance")


def put_preview(found: Preview, json_out: bool) -> None:
    """Whom a campaign would reach."""
    if json_out:
        put_json({**asdict(found), "exact": found.exact})
        return
    about = "" if found.exact else f" (from a sample of {found.looked_at})"
    click.echo(f"audience {found.count}; {_counted(found.states)}{about}")
    for code, n in sorted(found.codes.items()):
        click.echo(f"  {n} {code}: {WORDS[code]}")
    for cost in found.costs:
        taps = f"{cost.taps} tap{'s' * (cost.taps > 1)}" if cost.taps else "no tap"
        click.echo(f"{cost.channel} {cost.account}: {cost.members} members, {taps}")
    rows = [(one.id, one.name, one.state, one.code, one.channel, one.account)
            for one in found.sample]  # fmt: skip
    click.echo(tabulate(rows, headers=("member", "name", "would be", "why", "channel", "account"),
                        disable_numparse=True))  # fmt: skip


def put_why(found: Why, json_out: bool) -> None:
    """One member and one campaign."""
    if json_out:
        looked = [{"code": one.code, "holds": one.holds, "said": one.said} for one in found.looked]
        because = [{"said": one.said, "holds": one.holds} for one in found.because]
        put_json({"member": found.member, "belongs": found.belongs, "because": because,
                  "state": found.state, "code": found.code, "channel": found.channel,
                  "account": found.account, "looked": looked})  # fmt: skip
        return
    click.echo(f"{found.member}: " + ("belongs" if found.belongs else "does not belong"))
    for reason in found.because:
        click.echo(f"  {'yes' if reason.holds else 'no '} {reason.said}")
    way = f" by {found.channel} {found.account}" if found.account else ""
    click.echo(f"would be {found.state}{f' ({found.code})' if found.code else ''}{way}")
    for one in found.looked:
        click.echo(f"  {'yes' if one.holds else 'no '} {one.code}: {one.said}")
