"""What happens in one run, drawn from a seed: people act, and things break, at given moments."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

About = dict[str, Any]
API_PATHS = ("", "kf/send_msg", "kf/sync_msg", "send_welcome_msg", "gettoken", "message/send",
             "externalcontact/", "add_msg_template")  # fmt: skip
API_KINDS = ("slow", "http500", "drop_before", "drop_after", "rate_limit", "token_expired",
             "bad_json")  # fmt: skip
CALLBACK_KINDS = ("slow", "http500", "drop_before", "drop_after", "bad_json", "duplicate",
                  "reorder", "bad_signature")  # fmt: skip
WS_KINDS = ("slow", "drop_before", "drop_after", "rate_limit", "bad_json", "duplicate", "reorder")
QUESTIONS = ("几天发货", "泡几分钟", "能开发票吗", "多久发货", "水温多少", "多少钱")
ACCOUNTS = ("wkBANZHAN01", "wkBANZHAN02")
OPEN_STAFF = ("lin.xi", "chen.mo")
STAFF = ("lin.xi", "chen.mo", "gu.song", "he.qing")
HOURS = (0.1, 0.5, 3, 9, 20, 30)
MOST_HOURS = 60.0


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that happens ``at`` seconds after the start."""

    at: float
    name: str
    about: About

    def told(self) -> str:
        """The move in one line."""
        return f"{self.at:6.2f} s  {self.name:10} {self.about or ''}".rstrip()


@dataclass(frozen=True, slots=True)
class Plan:
    """Moves in order of time; equal for equal arguments."""

    seed: int
    seconds: float
    moves: tuple[Move, ...]

    def names(self) -> frozenset[str]:
        """What may be given as the cause of a fate."""
        return frozenset(move.name for move in self.moves)

    def told(self, until: float = float("inf")) -> str:
        """The plan as people read it, up to a moment."""
        return "\n".join(move.told() for move in self.moves if move.at <= until)


@dataclass(frozen=True, slots=True)
class Dice:
    """The source of a plan, and what there is to break."""

    rng: random.Random
    processes: int
    postgres: bool


Draw = Callable[[Dice], About]


def _write(dice: Dice) -> About:
    return {"account": dice.rng.choice(ACCOUNTS), "text": dice.rng.choice(QUESTIONS)}


def _again(dice: Dice) -> About:
    return {"nth": dice.rng.randrange(1000), "text": dice.rng.choice(QUESTIONS)}


def _staff(dice: Dice) -> About:
    return {"userid": dice.rng.choice(STAFF), "text": dice.rng.choice(QUESTIONS)}


def _tap(dice: Dice) -> About:
    return {"refuse": dice.rng.random() < 0.2}


def _nth(dice: Dice) -> About:
    return {"nth": dice.rng.randrange(1000)}


def _span(dice: Dice) -> About:
    return {
        "nth": dice.rng.randrange(dice.processes),
        "seconds": round(dice.rng.uniform(0.2, 2), 2),
    }


def _fault(on: str, kinds: tuple[str, ...], paths: tuple[str, ...]) -> Draw:
    def draw(dice: Dice) -> About:
        kind = dice.rng.choice(kinds)
        about = {
            "on": on,
            "kind": kind,
            "path": dice.rng.choice(paths),
            "n": dice.rng.randint(1, 6),
        }
        if kind == "slow":
            about["delay_ms"] = [50, dice.rng.choice((300, 1500, 3000))]
        return about

    return draw


# name: (weight, how its details are drawn)
PEOPLE: Mapping[str, tuple[int, Draw]] = {
    "write": (10, _write),
    "again": (4, _again),
    "befriend": (6, lambda dice: {"userid": dice.rng.choice(OPEN_STAFF)}),
    "leave": (1, _nth),
    "dismiss": (1, _nth),
    "ask": (3, _staff),
    "call": (2, _staff),
    "tap": (2, _tap),
    "refuse": (1, _write),
}
TROUBLE: Mapping[str, tuple[int, Draw]] = {
    "api": (6, _fault("api", API_KINDS, API_PATHS)),
    "callback": (4, _fault("callback", CALLBACK_KINDS, ("",))),
    "ws": (1, _fault("ws", WS_KINDS, ("",))),
    "kill": (2, _span),
    "pause": (1, _span),
    "disk": (1, _span),
    "clock": (1, lambda dice: {"hours": dice.rng.choice(HOURS)}),
    "database": (2, _span),
}


def draw(seed: int, seconds: float, *, processes: int = 1, postgres: bool = False) -> Plan:
    """The plan of a seed: about six acts of people and one and a half faults a second."""
    dice = Dice(random.Random(seed), processes, postgres)
    # a plan has a mood: not every fault occurs in every run, so that causes can be told apart
    apart = {"disk"} if postgres else {"database"}
    kinds = [name for name in TROUBLE if name not in apart and dice.rng.random() < 0.7]
    moves = [_draw(dice, seconds, PEOPLE, list(PEOPLE)) for _ in range(int(seconds * 6))]
    if kinds:
        moves += [_draw(dice, seconds, TROUBLE, kinds) for _ in range(int(seconds * 1.5))]
    moves.sort(key=lambda move: move.at)
    return Plan(seed, seconds, tuple(_bounded(moves)))


def _draw(
    dice: Dice, seconds: float, table: Mapping[str, tuple[int, Draw]], names: list[str]
) -> Move:
    name = dice.rng.choices(names, [table[each][0] for each in names])[0]
    return Move(round(dice.rng.uniform(0, seconds), 2), name, table[name][1](dice))


def _bounded(moves: list[Move]) -> list[Move]:
    """The clock moves two and a half days at most: what is older than three is gone by right."""
    kept, hours = [], 0.0
    for move in moves:
        hours += move.about.get("hours", 0)
        if move.name != "clock" or hours <= MOST_HOURS:
            kept.append(move)
        else:
            hours -= move.about["hours"]
    return kept
