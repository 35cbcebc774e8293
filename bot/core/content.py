"""What the content studio refuses, in words; the console has its own for each code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.core.errors import OneVoiceError
from bot.core.findings import Finding

REFUSALS: Mapping[str, str] = MappingProxyType({
    "unknown": "{name} has no version {version}",
    "state": "{name} v{version} is {state} now ({who}); look at its history",
    "stale": "{who} made v{newest} of {name} meanwhile; compare the two and save again",
    "overtaken": "v{serving} of {name} came into service after v{version} was written;"
                 " compare the two and save again",
    "own": "{who} wrote {name} v{version}; somebody else must approve it ([content] four_eyes)",
    "not_yours": "{who} handed in {name} v{version}; only who handed it in may take it back",
    "faulty": "{name} v{version} has errors; the first: {first}",
    "consent": "{name} v{version}: {why}",
    "nothing": "{name}: no version was approved before this one; name a version",
    "not_served": "{name} v{version} was never approved; submit it for review",
    "place": "{name!r} cannot be a {kind}; {fix}",
    "size": "{name}: the text is over {most} bytes; shorten it",
    "taken": "there is a consent {name} already; choose another id",
    "id": "{name!r} is no id of a consent; small letters, digits and -, at most 64",
    "empty": "a consent names {what}; write it down",
    "no_consent": "there is no consent {name}",
    "revoked": "consent {name} was revoked already ({who})",
})  # fmt: skip


class ContentRefused(OneVoiceError):
    """A change of content that is not made; ``code`` says why and ``facts`` names what it is about.

    Nothing was changed. ``findings`` are given where errors are the reason.
    """

    def __init__(self, code: str, *, findings: Sequence[Finding] = (), **facts: Any) -> None:
        self.code, self.facts, self.findings = code, facts, tuple(findings)
        super().__init__(REFUSALS[code].format(**facts))
