"""How much fits: the platform's limits per kind of message, in bytes of UTF-8 and characters.

Sources: the platform's pages on welcome (92137), bulk (92135), moments (95094), kf (94677).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.core.body import Link, MiniProgram
from bot.core.model import ReplyKind
from bot.studio.template import Attachment


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that one text may have; ``chars`` None = bytes alone count."""

    size: int
    chars: int | None = None


TEXT: Mapping[ReplyKind, Limit] = {
    "welcome": Limit(4000), "group_post": Limit(4000), "promo": Limit(4000),
    "moment": Limit(4000, 2000), "reply": Limit(2048), "care": Limit(2048),
    "activity": Limit(2048),
}  # fmt: skip
ATTACHMENTS_MAX = 9
URL_MAX, TITLE_MAX, MOMENT_TITLE_MAX, MINI_TITLE_MAX, DESC_MAX = 2048, 128, 64, 64, 512


def size(text: str) -> int:
    """Bytes on the wire; half a surrogate pair counts as what replaces it."""
    return len(text.encode("utf-8", "replace"))


def text_excess(text: str, kind: ReplyKind) -> Iterator[tuple[int, int, str]]:
    """(has, may have, unit) for every limit that ``text`` breaks."""
    limit = TEXT.get(kind)
    if limit is None:
        return
    if size(text) > limit.size:
        yield size(text), limit.size, "bytes"
    if limit.chars is not None and len(text) > limit.chars:
        yield len(text), limit.chars, "characters"


def attachment_excess(part: Attachment, kind: ReplyKind) -> Iterator[tuple[str, int, int]]:
    """(field, has, may have) in bytes for every field of an attachment that is too long."""
    title_max = MOMENT_TITLE_MAX if kind == "moment" else TITLE_MAX
    rows: tuple[tuple[str, str, int], ...] = ()
    match part:
        case Link(title, url, desc, picture):
            rows = (("title", title, title_max), ("url", url, URL_MAX),
                    ("desc", desc, DESC_MAX), ("picture", picture, URL_MAX))  # fmt: skip
        case MiniProgram(title=title):
            rows = (("title", title, MINI_TITLE_MAX),)
    for name, value, most in rows:
        if size(value) > most:
            yield name, size(value), most
