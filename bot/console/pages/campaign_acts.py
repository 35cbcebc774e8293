"""What people decide about a campaign: its versions are reviewed, its runs approved and steered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from aiohttp import web

from bot.console.page import Page, Route
from bot.console.pages.campaign_one import at, name_of
from bot.console.pages.campaign_read import KIND, refusal, setting_of
from bot.console.pages.content_words import refused
from bot.console.rights import Right
from bot.console.visit import Refused, Visit
from bot.console.when import stamp
from bot.core.campaigns import CampaignRefused
from bot.core.content import ContentRefused
from bot.core.errors import IllegalTransition
from bot.library.desk import ContentDesk
from bot.library.speech import Setting
from bot.store import campaigns, recipients
from bot.store.campaigns import NOTE_MAX, Run
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
Decide = Callable[[ContentDesk, str, int, str, str], Awaitable[object]]
DECIDE: Mapping[str, tuple[Decide, Right]] = {
    "submit": (lambda desk, *rest: desk.submit(KIND, *rest), Right.CONTENT_EDIT),
    "reject": (lambda desk, *rest: desk.send_back(KIND, *rest), Right.CONTENT_APPROVE),
    "publish": (lambda desk, *rest: desk.approve(KIND, *rest), Right.CONTENT_APPROVE),
    "retire": (lambda desk, *rest: desk.retire(KIND, *rest), Right.CONTENT_APPROVE),
}  # fmt: skip


def _note(visit: Visit) -> str:
    return visit.typed.get("note", "").strip()[:NOTE_MAX]


def steering_of(verb: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """The handler of one decision about runs."""

    async def handle(visit: Visit) -> web.StreamResponse:
        name, note = name_of(visit), _note(visit)

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


def deciding_on(verb: str) -> Callable[[Visit], Awaitable[web.StreamResponse]]:
    """The handler of one decision about a version."""

    async def handle(visit: Visit) -> web.StreamResponse:
        name, version, note = name_of(visit), visit.typed_number("n"), _note(visit)
        if version is None:
            raise Refused(404, "campaigns.gone")
        if verb == "reject" and not note:
            return visit.go(at(name), "bad", "content.reject_needs")
        try:
            await DECIDE[verb][0](visit.console.studio.desk, name, version, visit.who.login, note)
        except ContentRefused as exc:
            key, facts = refused(visit, exc)
            return visit.go(at(name), "bad", key, **facts)
        visit.console.bells.ring("library")
        return visit.go(at(name), "good", f"campaign_done.{verb}", n=version)

    return handle


PAGE = Page(routes=(
    *(Route(method="POST", path=f"/campaigns/{{id}}/{verb}", handler=steering_of(verb),
            needs=Right.PLAN_RUN) for verb in STEER),
    *(Route(method="POST", path=f"/campaigns/{{id}}/{verb}", handler=deciding_on(verb),
            needs=needs) for verb, (_, needs) in DECIDE.items()),
))  # fmt: skip
