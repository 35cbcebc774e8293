"""What people decide about a campaign: its versions are reviewed, its runs approved and steered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.campaign_one import at, name_of
from bot.console.pages.campaign_read import KIND, refusal, setting_of
from bot.console.pages.deciding import Decided, decisions, note_of
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import stamp
from bot.core.campaigns import CampaignRefused
from bot.core.errors import IllegalTransition
from bot.library.speech import Setting
from bot.store import campaigns, recipients
from bot.store.campaigns import Run
from bot.store.engine import Tx
from scheduler import steering

Steer = Callable[[Tx, Setting, str, str, str], Sequence[Run]]
STEER: Mapping[str, Steer] = {
    "approve": lambda tx, setting, name, who, note: steering.approve(tx, setting, name, who),
    "start": lambda tx, setting, name, who, note: [steering.start(tx, setting, name, who)],
    "pause": lambda tx, setting, name, *rest: steering.pause(tx, name, setting.now, *rest),
    "resume": lambda tx, setting, name, *rest: steering.resume(tx, name, setting.now, *rest),
    "stop": lambda tx, setting, name, *rest: steering.stop(tx, name, setting.now, *rest),
    "resend": lambda tx, setting, name, *rest: [steering.resend(tx, name, setting.now, *rest)],
}  # fmt: skip
DECIDED = Decided(kind=KIND, name_of=name_of, back=at, gone="campaigns.gone", done="campaign_done")


def steering_of(verb: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """The handler of one decision about runs."""

    async def handle(visit: Visit) -> web.StreamResponse:
        name, note = name_of(visit), note_of(visit)

        def write(tx: Tx) -> Sequence[Run]:
            setting = setting_of(visit, tx)
            if setting is None:
                raise Refused(409, "campaigns.nothing_serves")
            done = STEER[verb](tx, setting, name, visit.who.login, note)
            return [run for one in done if (run := campaigns.get(tx, one.id)) is not None]

        try:
            runs = await visit.write(write)
        except CampaignRefused as exc:
            key, facts = refusal(visit, exc)
            return visit.go(at(name), "bad", key, **facts)
        except IllegalTransition:
            return visit.go(at(name), "bad", "campaigns.faster")
        if verb == "resend":
            await _rest(visit, runs)
        visit.console.bells.ring("campaigns")
        begins = min((run.at for run in runs), default=visit.now)
        return visit.go(at(name), "good", f"campaign_done.{verb}",
                        at=stamp(begins, visit.console.config.timezone))  # fmt: skip

    return handle


async def _rest(visit: Visit, runs: Sequence[Run]) -> None:
    """Page after page, each a transaction of its own."""
    for run in runs:
        while await visit.write(recipients.again, run.id) == recipients.PAGE:
            pass


PAGE = Page(routes=(
    *(Route(method="POST", path=f"/campaigns/{{id}}/{verb}", handler=steering_of(verb),
            needs=Right.PLAN_RUN) for verb in STEER),
    *decisions(DECIDED, "/campaigns/{id}"),
))  # fmt: skip
