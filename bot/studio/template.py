"""A template as a value, and the tables of what kinds of templates there are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

from bot.core.body import Link, Media, MiniProgram
from bot.core.model import ReplyKind

VarType = Literal["text", "number", "date", "list", "flag"]
Attachment = Media | Link | MiniProgram

KINDS: Mapping[str, ReplyKind] = MappingProxyType({
    "moments": "moment", "groups": "group_post", "welcome": "welcome", "promos": "promo",
    "replies": "reply", "care": "care", "activities": "activity",
})  # fmt: skip
GENRES = ("story", "joke", "inspiration", "knowledge", "case", "research", "experience", "opinion",
          "news", "funny", "gossip", "emotion", "soup", "expose", "ranking")  # fmt: skip
ORIGINS = ("BGC", "PGC", "OGC", "UGC")

# Sources whose values are one member's own.
PERSONAL = ("member.", "fact.", "reward.")
# One text for all receivers of a platform task: nothing in it may depend on one member.
BULK: frozenset[ReplyKind] = frozenset({"moment", "group_post", "promo"})
# Of these only those that go to members one by one can be split: a chat group and a moment have no
# single reader.
SPLITTING: frozenset[ReplyKind] = frozenset({"promo"})
WITH_ATTACHMENTS: frozenset[ReplyKind] = frozenset({"welcome", *BULK})


@dataclass(frozen=True, kw_only=True, slots=True)
class Var:
    """A declared variable. ``source`` is empty when the caller gives the value."""

    name: str
    source: str = ""
    type: VarType = "text"
    sample: Any = None
    fallback: Any = None
    line: int = 1
    file: str = ""  # of the shared part that declares it; empty: the template's own

    @property
    def personal(self) -> bool:
        """True when the value differs from member to member."""
        return self.source.startswith(PERSONAL)


@dataclass(frozen=True, kw_only=True, slots=True)
class Template:
    """One file under content/, understood but not compiled.

    ``text`` is the Jinja body, which starts at line ``body_line`` of ``file``, with the shared
    ``parts`` in place; ``origins`` says where each of its lines came from, ``heads`` where the
    keys of the head stand. ``consent`` holds the ids of consent records, ``split_max`` how many
    texts a bulk kind may become, ``audience`` a hint at whom it is for. Dates are local and
    inclusive. A value of this type has passed ``syntax.check``.
    """

    name: str
    kind: ReplyKind
    title: str
    genre: str = ""
    origin: str = ""
    author: str = ""
    licence: str = ""
    consent: tuple[str, ...] = ()
    audience: str = ""
    split_max: int | None = None
    ai: bool = False
    vars: tuple[Var, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    text: str
    fallback: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    file: str = ""
    body_line: int = 1
    origins: tuple[tuple[str, int], ...] = field(default=(), repr=False)
    parts: tuple[str, ...] = ()
    heads: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def at(self, line: int) -> tuple[str, int]:
        """File and line of the ``line``th line of the text, counted from 1."""
        if not self.origins:
            return self.file, self.body_line + line - 1
        return self.origins[min(line, len(self.origins)) - 1]

    def valid_on(self, day: date) -> bool:
        """True when the template may be sent on that local day."""
        return (self.valid_from or day) <= day <= (self.valid_to or day)

    @property
    def personal(self) -> bool:
        """True when the text differs from member to member."""
        return any(var.personal for var in self.vars)
