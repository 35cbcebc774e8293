"""What cannot be done with a campaign now, in words; the console has its own for each code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from bot.core.errors import OneVoiceError

REFUSALS: Mapping[str, str] = MappingProxyType({
    "unknown": "there is no campaign {name!r}; {fix}",
    "over": "{name}: {at} is over; give it another time, or remove at to start it by hand",
    "held": "{name} v{version} took place or goes on at that time; give it another time",
    "approved": "{name} v{version} is approved already",
    "state": "{name} has no run that is {wanted}; it is {states}",
    "silent": "{name}: {why}",
})  # fmt: skip


class CampaignRefused(OneVoiceError):
    """Something that is not done with a campaign; ``code`` says why, ``facts`` names what it is
    about. Nothing was changed."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(REFUSALS[code].format(**facts))
