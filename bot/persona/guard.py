"""The last look at a text before it leaves, for script, template, model and staff texts alike."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.core.goods import Good, changes
from bot.core.guarding import FORCED, Guarding
from bot.core.words import occurrences
from bot.persona import leaks, links, third
from bot.persona.brand import Brand
from bot.persona.case import Case as Case
from bot.persona.case import Problem as Problem
from bot.persona.claims import claims
from bot.persona.denial import taken_back
from bot.persona.frame import MESSAGES
from bot.persona.looking import Look, objections
from bot.persona.mentions import Mentions
from bot.persona.neutral import Neutral, codes, coupons
from bot.persona.opinion import DOUBTFUL, doubted
from bot.persona.persona import Persona
from bot.persona.plaintext import undisguise
from bot.persona.pricing import Pricing
from bot.persona.spelt import Spelt
from bot.persona.voice import slips

# What a customer may put as a question, and a menu of questions therefore may repeat.
ASKED = frozenset({
    "taboo", "price", "fee", "discount", "superlative", "medical", "health", "finance", "promise",
    "pressure", "rival", "human", "emoji", "address", "opening", "closing", "sentence", "marks",
    "latin",
})  # fmt: skip
# A person may say of himself that he is one.
OF_MACHINES = frozenset({"human"})
_REMEMBERED, _SHORT = 2_048, 2_000
_NOTHING: frozenset[str] = frozenset()
_NEAR = 60  # characters from an invitation to the account or link that it means


Check = Callable[[Look], Iterator[Problem]]


class Guard:
    """What one persona of one brand may say. Immutable; one for each published version.

    ``judged``: learned weights judge beside the rules; without them one sees the rules alone.
    ``titles``: what published activities, badges and the like are called. Somebody has approved
    them, so only what nobody may let pass is found in one.
    """

    def __init__(
        self, brand: Brand, persona: Persona | None = None, goods: Iterable[Good] = (), *,
        judged: bool = True, titles: Iterable[str] = (),
    ) -> None:  # fmt: skip
        self.brand, self.persona, self.goods, self.judged = brand, persona, tuple(goods), judged
        voice = persona.voice.taboo if persona else ()
        self.taboo = _folded((*brand.taboo, *voice))
        self.spelt = Spelt(self.taboo)
        self.words, self.rivals, self.allow = map(_folded, (brand.words, brand.rivals, brand.allow))
        self.published = frozenset(map(third.digits_of, brand.contact.phones))
        self.accounts = _folded(brand.contact.accounts)
        self.addresses = _folded(brand.contact.addresses)
        self.titles = _folded(title for title in titles if len(title.strip()) > 1)
        self.mentions = Mentions(self.goods, brand.name)
        self.neutral = Neutral((brand.name, *self.mentions.names, *self.allow, *self.accounts),
                               self.titles)  # fmt: skip
        self._changes = changes(self.goods)
        # The same text is looked at when it is written and when it leaves, and goes to many.
        self._seen: dict[tuple[object, ...], tuple[Guarding, tuple[Problem, ...]]] = {}

    def beside(self, brand: Brand, goods: tuple[Good, ...], titles: Iterable[str]) -> Guard:
        """The same guard where these hold."""
        made = Guard(brand, self.persona, goods, judged=self.judged, titles=titles)
        same = (made.brand, made.goods, made.titles) == (self.brand, self.goods, self.titles)
        return self if same else made

    def inspect(self, text: str, case: Case) -> tuple[Problem, ...]:
        """Everything that is wrong with ``text``, in the order of the text. Never raises."""
        if len(text) > _SHORT:
            return self._find(text, case)
        # a day matters for prices only, and what a member told us only where something is personal:
        # the same text on another day, to somebody else, is not looked at again
        day = self._since(case.day)
        found = self._remembered(text, case, day, _NOTHING)
        if case.own and any(problem.code == "personal" for problem in found):
            return self._remembered(text, case, day, case.own)
        return found

    def _remembered(
        self, text: str, case: Case, day: date, own: frozenset[str]
    ) -> tuple[Problem, ...]:
        # thirty severities are not hashed for every text: there is one policy in a process
        key = (text, day, own, case.allowed, case.hosts, case.staff, case.asked, case.markdown)
        known = self._seen.get(key)
        if known is not None and known[0] is case.policy:
            return known[1]
        found = self._find(text, replace(case, day=day, own=own))
        if len(self._seen) >= _REMEMBERED:
            self._seen.pop(next(iter(self._seen)), None)
        self._seen[key] = case.policy, found
        return found

    def _since(self, day: date) -> date:
        """The first day on which the prices were those of ``day``."""
        n = bisect_right(self._changes, day)
        return self._changes[n - 1] if n else date.min

    def known_prices(self, case: Case) -> frozenset[Decimal]:
        """Yuan that may be named that day."""
        of_day = {good.price for good in self.goods if good.on_sale(case.day)}
        return frozenset(of_day) | self.brand.terms | case.allowed

    def tabooed(self, text: str) -> tuple[Problem, ...]:
        """Only the words that brand and persona do not say, as ``inspect`` finds them."""
        look = self._look(text, Case(day=date.min, policy=Guarding()))
        kept = [p for p in self._kept(look, (_words,)) if p.code == "taboo"]
        return _once(sorted(kept, key=lambda p: (p.start, p.end)))

    def _look(self, text: str, case: Case) -> Look:
        plain = undisguise(text)
        named = tuple((start, end) for _, start, end in occurrences(plain.text, self.titles))
        return Look(original=text, plain=plain, case=case, guard=self, named=named)

    def _kept(self, look: Look, checks: Iterable[Check]) -> list[Problem]:
        """What these checks find and nothing excuses."""
        text = look.plain.text
        excused = [(start, end) for _, start, end in occurrences(text, self.allow)]
        excused += codes(text)  # six letters of ours are no price and no number
        ours = (*look.named, *coupons(text))
        found = (problem for check in checks for problem in check(look))
        return [p for p in found if self._counts(p, look.case) and not look.inside(p, excused)
                and (p.code in FORCED or not look.inside(p, ours))]  # fmt: skip

    def _find(self, text: str, case: Case) -> tuple[Problem, ...]:
        look = self._look(text, case)
        kept = self._kept(look, _CHECKS)
        if self.judged and not case.asked:
            kept += [p for p in objections(look, blocking(kept)) if self._counts(p, case)]
        return _once(sorted(kept, key=lambda p: (p.start, p.end, p.code)))

    @staticmethod
    def _counts(problem: Problem, case: Case) -> bool:
        quiet = (case.asked and problem.code in ASKED) or (
            case.staff and problem.code in OF_MACHINES
        )
        return problem.severity != "off" and not quiet


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """Those that must keep the text from leaving."""
    return [problem for problem in problems if problem.severity == "stop"]


def _once(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Without those that say of the same words what another has said."""
    kept: list[Problem] = []
    ends: dict[str, int] = {}
    for problem in problems:
        if problem.start >= ends.get(problem.code, 0):
            kept.append(problem)
        ends[problem.code] = max(problem.end, ends.get(problem.code, 0))
    return tuple(kept)


def _folded(words: Iterable[str]) -> tuple[str, ...]:
    """Words as an undisguised text holds them."""
    return tuple(sorted({plain for word in words if (plain := undisguise(word.strip()).text)}))


def _words(look: Look) -> Iterator[Problem]:
    text, guard = look.plain.text, look.guard
    found = [*occurrences(text, guard.taboo), *guard.spelt.find(text)]
    for word, start, end in found:
        if not taken_back(text, start, end):
            yield look.problem("taboo", f"禁用词“{word}”", start, end, "改用平常的话说")
    for words, code, message, fix in (
        (guard.words, "sensitive", "品牌不让说的词", "这件事不谈，整句拿掉"),
        (guard.rivals, "rival", "别家的名字", "不提别家，只说自家的"),
    ):
        for word, start, end in occurrences(text, words):
            yield look.problem(code, f"{message}“{word}”", start, end, fix)


def _links(look: Look) -> Iterator[Problem]:
    domains = (*look.guard.brand.link_domains, *look.case.hosts)
    for host, start, end in links.links(look.plain.text):
        if not links.allowed(host, domains):
            fix = (
                f"只用 {'、'.join(look.guard.brand.link_domains) or '品牌自己的域名（brand.toml）'}"
            )
            yield look.problem("link", f"链接 {host[:80]} 不在允许的域名里", start, end, fix)
    for start, end in links.drains(look.plain.text):
        words = look.plain.text[start:end]
        if not (_leads_home(look, start, end) or links.declined(look.plain.text, start, end)):
            yield look.problem("drain", f"把人引到别处去：“{words[:40]}”", start, end,
                               "留在这里说，或转给同事")  # fmt: skip


def _leads_home(look: Look, start: int, end: int) -> bool:
    """True when the brand's own account or link stands behind an invitation."""
    near = look.plain.text[start : end + _NEAR]
    host = next((host for host, _, _ in links.links(near)), "")
    domains = (*look.guard.brand.link_domains, *look.case.hosts)
    named = any(account in near for account in look.guard.accounts)
    return named or bool(host and links.allowed(host, domains))


def _prices(look: Look) -> Iterator[Problem]:
    guard, case = look.guard, look.case
    terms = guard.brand.terms | case.allowed
    pricing = Pricing(look.unnamed, guard.mentions, terms, case.day)
    for slip in pricing.slips(lambda: guard.known_prices(case)):
        yield look.problem(*slip)


def _claims(look: Look) -> Iterator[Problem]:
    for code, start, end in _claimed(look):
        if (code == "drain" and _leads_home(look, start, end)) or _doubted(look, code, start, end):
            continue
        message, fix = MESSAGES[code]
        yield look.problem(code, f"{message}：“{look.plain.text[start:end][:40]}”", start, end, fix)


def _claimed(look: Look) -> Iterator[tuple[str, int, int]]:
    yield from claims(look.unnamed)
    if look.named:  # a title that the law forbids stays forbidden
        yield from (found for found in claims(look.plain.text) if found[0] in FORCED)


def _doubted(look: Look, code: str, start: int, end: int) -> bool:
    text = look.plain.text
    asked = code in DOUBTFUL and look.guard.judged and len(text) <= _SHORT
    return asked and doubted(text, start, end, look.guard.neutral)


def _personal(look: Look) -> Iterator[Problem]:
    text, own = look.plain.text, look.case.own
    numbers = look.guard.published | {third.digits_of(value) for value in own}
    for kind, start, end in third.personal(text):
        words = text[start:end]
        if third.digits_of(words) in numbers if kind in ("mobile", "landline") else words in own:
            continue
        if kind == "place" and any(address in words for address in look.guard.addresses):
            continue
        name = third.MESSAGES[kind]
        yield look.problem("personal", f"像是{name}", start, end, "遮住中间几位，或不说")


def _leaks(look: Look) -> Iterator[Problem]:
    for start, end in leaks.secrets(look.plain.text):
        yield look.problem("leak", "密码、验证码或密钥", start, end, "不要说，也不要问")
    for start, end in leaks.inner(look.plain.text, look.case.markdown):
        words = look.plain.text[start:end].strip()
        yield look.problem("inner", f"不是说给客人听的：“{words[:30]}”", start, end, "重写这一句")


def _voice(look: Look) -> Iterator[Problem]:
    if look.guard.persona is None:
        return
    for slip in slips(look.original, look.guard.persona):
        yield Problem(code=slip.code, message=slip.message, start=slip.start, end=slip.end,
                      fix=slip.fix, severity=look.case.policy.severity(slip.code))  # fmt: skip


_CHECKS: tuple[Check, ...] = (
    _words, _links, _prices, _claims, _personal, _leaks, _voice,
)  # fmt: skip
