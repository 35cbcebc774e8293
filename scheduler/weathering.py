"""Weather that was told of begins the flows that wait for it, of friends who live in its city, a
page of members in each transaction."""

from __future__ import annotations

from datetime import date

from bot.core import asked
from bot.core.audience import And, Is
from bot.core.clock import local
from bot.library.speech import Setting
from bot.store import audience, schedule, weather
from bot.store import flows as store
from bot.store.engine import Row, Tx
from scheduler.begin import start
from scheduler.fate import DONE, Fate
from scheduler.flows import triggered

PAGE = 500


def run_weather(tx: Tx, setting: Setting, due: Row) -> Fate:
    """One piece of news: a row for each flow and persona that wait for it; or one page of these."""
    told = due["data"]
    today = local(setting.now, setting.cast.zone).date()
    if today != date.fromisoformat(told["day"]):
        return Fate("skip", "the day is over")
    return _page(tx, setting, due) if told["flow"] else _spread(tx, setting, due)


def _spread(tx: Tx, setting: Setting, due: Row) -> Fate:
    told, found = due["data"], False
    for persona in sorted(setting.cast.scripts):
        for flow in triggered(setting.cast.flows, "weather", persona, told["kind"]):
            found = True
            schedule.add_due(tx, f"{due['key']}/{flow.id}/{persona}", "weather", due["at"],
                             told | {"flow": flow.id, "persona": persona})  # fmt: skip
    return DONE if found else Fate("skip", "no flow begins with it")


def _page(tx: Tx, setting: Setting, due: Row) -> Fate:
    told, persona = due["data"], due["data"]["persona"]
    waiting = triggered(setting.cast.flows, "weather", persona, told["kind"])
    flow = next((one for one in waiting if one.id == told["flow"]), None)
    if flow is None:
        return Fate("skip", "the flow is not there any more")
    if why := setting.cast.silence(persona, setting.now):
        return Fate("skip", why)
    ours = tuple(setting.cast.accounts_of(persona, "contact"))
    wanted = And((Is("account", ours), Is(*asked.ASKED["fact"](f"city={told['city']}"))))
    page = audience.page(tx, wanted, setting.now, told["after"], PAGE) if ours else []
    friends = store.friends(tx, page, list(ours)) if page else {}
    cause = f"weather/{told['day']}/{told['kind']}/{told['city']}"
    found = sum(start(tx, flow, persona, member, friends[member][0], setting.now,
                      setting.cast.zone, cause) is not None
                for member in page if member in friends)  # fmt: skip
    weather.begun(tx, told["city"], told["kind"], told["day"], found)
    if len(page) == PAGE:
        key = f"{due['key'].partition('//')[0]}//{page[-1]}"
        schedule.add_due(tx, key, "weather", due["at"], told | {"after": page[-1]})
    return DONE
