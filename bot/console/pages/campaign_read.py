"""What the pages of campaigns read: versions and runs of each, and the texts that a run says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from bot.console.campaign_days import Ran
from bot.console.campaigning import Told, latest
from bot.console.visit import Refused, Visit
from bot.core.campaigns import CampaignRefused
from bot.core.errors import BadInput
from bot.library.cast import Cast
from bot.library.speech import Setting
from bot.store import campaigns, recipients, review, sources, versions
from bot.store.campaigns import DRAFT, PAUSED, RUNNING, Owed, Run
from bot.store.engine import Tx
from bot.store.review import Standing
from bot.store.versions import Edition
from scheduler.campaigns import Campaign, parse_campaign, shown

KIND = "campaign"
SHOWN = 200
GOES_ON = (RUNNING, PAUSED)


def setting_of(visit: Visit, tx: Tx) -> Setting | None:
    """What surrounds a campaign at this moment; None while nothing is published yet."""
    if visit.cast is None:
        return None
    return Setting.of(visit.console.config, visit.cast, visit.now, sources.links(tx))


def text_of(edition: Edition | None) -> str:
    """The file of a version; empty where there is none."""
    return next(iter(edition.files.values()), "") if edition is not None else ""


def parsed(edition: Edition | None, zone: str) -> Campaign | None:
    """A version, or None where it cannot be read."""
    if edition is None:
        return None
    try:
        return parse_campaign(text_of(edition), shown(edition.name), zone, edition.version)
    except BadInput:
        return None


def one(tx: Tx, visit: Visit, name: str) -> Told:
    """All of one campaign. Raises Refused where there is none."""
    newest, runs = versions.newest(tx, KIND, name), campaigns.of(tx, name)
    if newest is None and not runs:
        raise Refused(404, "campaigns.gone")
    held = versions.serving(tx, KIND, name)
    standing = review.get(tx, KIND, name, newest.version) if newest is not None else None
    return _told(tx, visit, name, standing, held.version if held is not None else None, runs,
                 _by_origin(campaigns.owed(tx)))  # fmt: skip


def everything(tx: Tx, visit: Visit) -> list[Told]:
    """Every campaign that has a version or took place."""
    listed = {row.newest.name: row for row in review.newest(tx) if row.newest.kind == KIND}
    runs: dict[str, list[Run]] = {}
    for run in reversed(campaigns.everything(tx)):
        runs.setdefault(run.name, []).append(run)
    owed = _by_origin(campaigns.owed(tx))
    return [_told(tx, visit, name, listed[name].newest if name in listed else None,
                  listed[name].serving if name in listed else None, runs.get(name, ()), owed)
            for name in sorted({*listed, *runs})[:SHOWN]]  # fmt: skip


def around(tx: Tx, visit: Visit, since: int, until: int) -> list[Ran]:
    """Runs that begin in [since, until), and those that go on."""
    zone, found = visit.console.config.timezone, list[Ran]()
    for run in campaigns.everything(tx):
        campaign = None
        if since <= run.at < until or (run.state in GOES_ON and run.at < until):
            campaign = parsed(versions.get(tx, KIND, run.name, run.version), zone)
        if campaign is not None and run.state != DRAFT:
            found.append(Ran(run, campaign, recipients.by_state(tx, run.id)))
    return found


def _by_origin(found: Iterable[Owed]) -> Mapping[str, Sequence[Owed]]:
    made: dict[str, list[Owed]] = {}
    for one_of in found:
        made.setdefault(one_of.origin, []).append(one_of)
    return made


def _told(
    tx: Tx, visit: Visit, name: str, standing: Standing | None, serving: int | None,
    runs: Sequence[Run], owed: Mapping[str, Sequence[Owed]],
) -> Told:  # fmt: skip
    run = latest(runs)
    newest = standing.version if standing is not None else None
    serves = visit.cast.campaigns if visit.cast is not None else ()
    return Told(
        name=name, newest=standing, serving=serving, runs=runs, run=run,
        campaign=_shown(tx, visit, name, serving or newest),
        counts=recipients.by_state(tx, run.id) if run is not None else {},
        owed=owed.get(run.origin, ()) if run is not None else (),
        live=any((each.id, each.version) == (name, serving) for each in serves),
    )  # fmt: skip


def _shown(tx: Tx, visit: Visit, name: str, version: int | None) -> Campaign | None:
    serves = next((c for c in visit.cast.campaigns if c.id == name), None) if visit.cast else None
    if serves is not None and serves.version == version:
        return serves
    edition = versions.get(tx, KIND, name, version) if version else None
    return parsed(edition, visit.console.config.timezone)


def circles_of(cast: Cast | None) -> dict[str, str]:
    """What circles are called, by id."""
    return {one.id: one.title for one in cast.circles.values()} if cast is not None else {}


def names_of(cast: Cast | None) -> Mapping[str, str]:
    """Personas by the names that members read."""
    return {key: each.persona.name for key, each in cast.scripts.items()} if cast else {}


def refusal(visit: Visit, exc: CampaignRefused) -> tuple[str, Mapping[str, object]]:
    """The key and the facts of what cannot be done with a campaign now."""
    facts = {key: str(value)[:200] for key, value in exc.facts.items()}
    for key in ("wanted", "states"):
        if key in facts:
            words = facts[key].replace(" or ", ", ").split(", ")
            facts[key] = "、".join(visit.t(f"campaign_phase.{word}") for word in words)
    return f"campaign_refused.{exc.code}", facts
