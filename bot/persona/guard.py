"""The last look at a text before it leaves, for script, model and staff texts alike."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.core.clock import local
from bot.core.goods import Good
from bot.core.words import occurrences
from bot.persona import links, prices
from bot.persona.brand import Brand
from bot.persona.claims import claims
from bot.persona.persona import Persona
from bot.persona.plaintext import Plain, undisguise

# The rest (fee, emoji) is worth telling, not worth stopping.
BLOCKING = frozenset({"taboo", "link", "price", "superlative", "medical", "discount", "promise"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """One thing that should not be said; ``start`` and ``end`` are positions in the text."""

    code: str
    message: str
    start: int
    end: int
    fix: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Look:
    plain: Plain
    brand: Brand
    persona: Persona | None
    goods: tuple[Good, ...]
    day: date
    allowed: frozenset[Decimal]

    def problem(self, code: str, message: str, start: int, end: int, fix: str) -> Problem:
        first, last = self.plain.place(start, end)
        return Problem(code=code, message=message, start=first, end=last, fix=fix)


def inspect(
    text: str,
    brand: Brand,
    persona: Persona | None = None,
    goods: Iterable[Good] = (),
    now: int = 0,
    *,
    zone: str = "Asia/Shanghai",
    allowed: Iterable[Decimal] = (),
) -> list[Problem]:
    """Everything that is wrong with ``text``, in the order of the text.

    ``allowed`` are amounts in yuan that the text may name beside the catalogue's prices of the
    day: what a template's data or the brand's published terms say. Never raises.
    """
    look = _Look(
        plain=undisguise(text),
        brand=brand,
        persona=persona,
        goods=tuple(goods),
        day=local(now, zone).date(),
        allowed=frozenset(allowed),
    )
    found = [problem for check in _CHECKS for problem in check(look)]
    return sorted(found, key=lambda problem: (problem.start, problem.end, problem.code))


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Those that must keep the text from leaving."""
    return [problem for problem in problems if problem.code in BLOCKING]


def _taboo(look: _Look) -> Iterator[Problem]:
    voice = look.persona.voice.taboo if look.persona else ()
    words = {word.casefold() for word in (*look.brand.taboo, *voice)}
    for word, start, end in occurrences(look.plain.text, sorted(words)):
        yield look.problem("taboo", f"禁用词“{word}”", start, end, "换个说法")


def _links(look: _Look) -> Iterator[Problem]:
    for host, start, end in links.links(look.plain.text):
        if not links.allowed(host, look.brand.link_domains):
            fix = f"只用 {'、'.join(look.brand.link_domains) or '（brand.toml 里没有列出域名）'}"
            yield look.problem("link", f"链接 {host} 不在允许的域名里", start, end, fix)


def _prices(look: _Look) -> Iterator[Problem]:
    known = {good.price for good in look.goods if good.on_sale(look.day)} | look.allowed
    for value, start, end in prices.amounts(look.plain.text):
        if value in known:
            continue
        if prices.is_fee(look.plain.text, start, end):
            yield look.problem(
                "fee", f"{value} 元是费用，请确认", start, end, "和公布的运费规则对一下"
            )
        else:
            yield look.problem("price", f"今天的价目里没有 {value} 元", start, end, "照价目表改")


def _claims(look: _Look) -> Iterator[Problem]:
    for claim, start, end in claims(look.plain.text):
        words = look.plain.text[start:end]
        yield look.problem(claim.code, f"{claim.message}：“{words}”", start, end, claim.fix)


def _emoji(look: _Look) -> Iterator[Problem]:
    if look.persona is None:
        return
    places = [i for i, char in enumerate(look.plain.text) if unicodedata.category(char) == "So"]
    most = look.persona.voice.emoji_max
    for place in places[most:]:
        yield look.problem("emoji", f"表情超过 {most} 个", place, place + 1, "删掉多的")


_CHECKS: tuple[Callable[[_Look], Iterator[Problem]], ...] = (
    _taboo, _links, _prices, _claims, _emoji,
)  # fmt: skip
