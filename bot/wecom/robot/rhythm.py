"""How often and how patiently: the times of a long connection, and when to try again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.core.clock import MINUTE, SECOND
from bot.core.config import Limits

# How a session ended: the network or platform went away, the platform refused the subscription,
# another client subscribed for the same robot, we hung up.
Ended = Literal["lost", "refused", "taken", "stopped"]

BACKOFF = (1, 2, 4, 8, 16, 30)  # seconds; the last one repeats
# ms. Repeated subscriptions are rate-protected (page 101463), and whoever took the robot over
# would be thrown out in turn by coming back at once.
WAITS: Mapping[Ended, int] = {"refused": 1 * MINUTE, "taken": 5 * MINUTE, "stopped": 0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """Times of one connection, in seconds."""

    heartbeat: float = 30.0
    missed_max: int = 2
    ack: float = 5.0
    connect: float = 10.0
    close: float = 2.0

    @classmethod
    def of(cls, limits: Limits) -> Rhythm:
        """The platform's times."""
        return cls(heartbeat=limits.robot_heartbeat_seconds, ack=limits.robot_ack_seconds)


@dataclass(frozen=True, slots=True)
class Pause:
    """When one robot may connect again (UTC ms), and how many sessions have failed in a row."""

    failures: int = 0
    until: int = 0

    def after(self, ended: Ended, lived: int, now: int, healthy: int = 30 * SECOND) -> Pause:
        """What follows a session that ended after ``lived`` ms.

        One that lived for ``healthy`` ms ends a row of failures.
        """
        failures = 1 if lived >= healthy else self.failures + 1
        wait = WAITS.get(ended)
        if wait is None:
            wait = BACKOFF[min(failures, len(BACKOFF)) - 1] * SECOND
        return Pause(failures, now + wait)
