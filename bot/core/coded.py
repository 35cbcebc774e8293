"""What people are told by a code and its facts: in the words of a table, or in those of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from bot.core.errors import OneVoiceError

Words = Mapping[str, tuple[str, str]]


class Coded:
    """Has words for each code: what is to be said, and what to do about it. Both may name facts."""

    __slots__ = ()
    WORDS: ClassVar[Words]
    code: str
    facts: Mapping[str, Any]

    @property
    def message(self) -> str:
        """What is to be said."""
        return self.WORDS[self.code][0].format_map(self.facts)

    @property
    def fix(self) -> str:
        """What to do about it; empty where nothing is to be done."""
        return self.WORDS[self.code][1].format_map(self.facts)


class Refused(Coded, OneVoiceError):
    """Something is not done, and nothing was changed."""

    def __init__(self, code: str, **facts: Any) -> None:
        self.code, self.facts = code, facts
        super().__init__(f"{self.message}；{self.fix}")
