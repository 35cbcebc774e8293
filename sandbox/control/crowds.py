"""Storms: a crowd acts by itself, at a rate and in a mix drawn from a seed."""

from __future__ import annotations

from sandbox.control.base import Ask, Paged, Route
from sandbox.crowd import Act, Crowd, script_of
from sandbox.errors import ControlError
from sandbox.fields import Field, Json, number, obj, strings


def start(ask: Ask) -> Json:
    rooms = ask.rooms
    if any(crowd.running for crowd in rooms.crowds.values()):
        raise ControlError("a crowd is acting already; one at a time", 409)
    crowd = Crowd(ask.world, rooms.callbacks, script_of(ask.args))
    name = ask.world.next_id("crowd", 2)
    rooms.crowds[name] = crowd
    ask.world.errands.run(crowd.run())
    return {"id": name, "ids": [name]}


def _crowd(ask: Ask) -> Crowd:
    found = ask.rooms.crowds.get(ask.params["crowd"])
    if found is None:
        raise ControlError(f"no crowd {ask.params['crowd']}", 404)
    return found


def look(ask: Ask) -> Json:
    return _crowd(ask).view()


def acts(ask: Ask) -> Paged:
    return Paged(_crowd(ask).acts, each=_act)


def _act(act: Act) -> Json:
    return vars(act)


def deliveries(ask: Ask) -> Paged:
    """[at, ms, status] of each; status 0 = no answer."""
    return Paged(_crowd(ask).deliveries)


ONE = "/crowds/{crowd}"
ROUTES = (
    Route(
        "POST",
        "/crowds",
        start,
        {
            "per_minute": number(1, 1_000_000, required=True),
            "seconds": Field(kind="num", low=0, high=3600, required=True),
            "seed": number(),
            "mix": obj(),
            "repeats": Field(kind="num", low=0, high=0.9),
            "reorder_ms": number(0, 60_000),
            "texts": strings(100),
            "kf": strings(100),
        },
    ),
    Route("GET", ONE, look),
    Route("GET", ONE + "/acts", acts),
    Route("GET", ONE + "/deliveries", deliveries),
)
