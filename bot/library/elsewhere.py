"""A text as it stands on one carrier: with the links that can be opened there, and what of it does
not fit. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.core.body import Link, Media
from bot.core.carrying import OfCarrier
from bot.core.model import ReplyKind
from bot.library.linking import ADDRESS, addresses
from bot.members.carriers import CARRIERS, goes_to, source_code
from bot.studio import limits
from bot.studio.template import Attachment

_MARKS = " \t。，：；！？.,:;!?·👉➡️-"
_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """``text``: more than ``most`` (in ``unit``: characters or bytes); ``pictures``: too many of
    them; ``links``: ``has`` addresses that cannot be opened there and are left out."""

    what: str
    has: int
    most: int = 0
    unit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """``links``: the addresses in it as the template has them; ``code``: the source code of this
    text on this carrier. What is only left out (``links``) does not keep it from being posted."""

    carrier: str
    text: str
    links: tuple[str, ...]
    pictures: int
    code: str
    faults: tuple[Fault, ...]

    @property
    def fits(self) -> bool:
        """True when it can be posted as it stands."""
        return all(one.what == "links" for one in self.faults)


def posts(
    name: str, kind: ReplyKind, text: str, parts: Sequence[Attachment],
    settings: Mapping[str, OfCarrier], short: Mapping[tuple[str, str], str],
) -> list[Post]:  # fmt: skip
    """One for each carrier to which a text of this kind can go. ``text``: as it was rendered;
    ``short``: the short link by carrier and address, where there is one."""
    return [_post(carrier, name, kind, text, parts, settings.get(carrier, OfCarrier()), short)
            for carrier in goes_to(kind)]  # fmt: skip


def _post(
    carrier: str, name: str, kind: ReplyKind, text: str, parts: Sequence[Attachment],
    own: OfCarrier, short: Mapping[tuple[str, str], str],
) -> Post:  # fmt: skip
    known = CARRIERS[carrier]
    cards = [part for part in parts if isinstance(part, Link)]
    found = [*addresses(text), *(card.url for card in cards)]
    if known.by_hand:
        text = _written(text, cards if known.links else ())
    if not known.links:
        said = _without(text)
    else:
        said = ADDRESS.sub(lambda one: _short(one[0], carrier, short), text)
    pictures = sum(isinstance(part, Media) and part.kind == "image" for part in parts)
    faults = [*_too_long(said, carrier, kind, own), *_too_many(pictures, carrier, own)]
    if found and not known.links:
        faults.append(Fault(what="links", has=len(found)))
    return Post(carrier=carrier, text=said, links=tuple(dict.fromkeys(found)), pictures=pictures,
                code=source_code(carrier, name), faults=tuple(faults))  # fmt: skip


def _short(said: str, carrier: str, short: Mapping[tuple[str, str], str]) -> str:
    url = next(iter(addresses(said)), said)
    return short.get((carrier, url), url) + said[len(url) :]


def _without(text: str) -> str:
    """Without its addresses, and without lines of which nothing else is left."""
    kept = []
    for line in text.split("\n"):
        bare = ADDRESS.sub("", line)
        if bare == line or bare.strip(_MARKS):
            kept.append(bare.rstrip())
    return _BLANKS.sub("\n\n", "\n".join(kept)).strip()


def _written(text: str, cards: Sequence[Link]) -> str:
    """With its cards as lines below it."""
    return "\n\n".join([text.strip(), *(f"{card.title}\n{card.url}" for card in cards)]).strip()


def _too_long(text: str, carrier: str, kind: ReplyKind, own: OfCarrier) -> Iterator[Fault]:
    known = CARRIERS[carrier]
    if known.by_hand:
        most = own.text or known.text
        if most and len(text) > most:
            yield Fault(what="text", has=len(text), most=most, unit="characters")
        return
    channel = known.channel or limits.CHANNEL_OF[kind]
    for has, most, unit in limits.excess(text, limits.CHANNELS[channel].get("text")):
        yield Fault(what="text", has=has, most=most, unit=unit)


def _too_many(pictures: int, carrier: str, own: OfCarrier) -> Iterator[Fault]:
    known = CARRIERS[carrier]
    most = (own.pictures or known.pictures) if known.by_hand else limits.ATTACHMENTS.get(
        known.channel, limits.ATTACHMENTS_MAX)  # fmt: skip
    if pictures > most and (most or not known.by_hand):
        yield Fault(what="pictures", has=pictures, most=most)
