"""Matches and turns a second of the dialogue, on one core.

The floor of a match is the index that one would write by hand: TF-IDF over character bigrams,
cosine, nothing else. The floor of a turn is the match that it contains.
"""

from __future__ import annotations

import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bot.bench.frame import BenchFailed, Result, alternating, ratio
from bot.bench.sample import NOW, brand
from bot.core.model import Conversation, Inbound, Member, Turn
from bot.library.disk import Disk, read_disk
from bot.persona.decide import decide
from bot.persona.match import Matcher, Wording
from bot.persona.script import Script
from bot.studio.render import Shelf

PERSONA = "xiaozhan"
WORDINGS, QUERIES, ROUNDS = 10_000, 500, 9
SEED = 20_261_121
BEFORE = (
    "",
    "请问",
    "你好，",
    "想问下",
    "问一下",
    "那个",
    "老板，",
    "在吗，",
    "帮我看看",
    "我想知道",
)
AFTER = ("", "呀", "呢", "？", "啊", "谢谢", "，急", "，在线等", "哈", "～")
INSTEAD = (("什么", "啥"), ("怎么", "咋"), ("可以", "能"), ("多少钱", "什么价"), ("吗", "不"),
           ("为什么", "为啥"), ("哪里", "哪儿"), ("你们", "你家"), ("没有", "没"))  # fmt: skip


def measure(
    progress: Callable[[str], None], *, wordings: int = WORDINGS, queries: int = QUERIES,
    rounds: int = ROUNDS,
) -> list[Result]:  # fmt: skip
    """Turns a second of the sample brand's persona, and matches a second over ``wordings``."""
    disk, rng = read_disk(brand()), random.Random(SEED)  # noqa: S311 - equal for equal seeds
    made = list(_various(disk, wordings + queries, rng))
    rng.shuffle(made)
    known, asked = made[:wordings], [one.text for one in made[wordings:]]
    progress(f"dialogue: {len(known):,} wordings, {len(asked)} questions")
    return [_turns(disk, asked, rounds, progress), _matches(known, asked, rounds, progress)]


def _various(disk: Disk, n: int, rng: random.Random) -> Iterator[Wording]:
    """``n`` different wordings: those of all FAQs of the brand, then variations of them."""
    sources = [
        Wording(f"{name}/{faq.rule}", text)
        for name, persona in sorted(disk.personas.items())
        for faq in persona.faq
        for text in faq.wordings
    ]
    seen: set[str] = set()
    for attempt in range(50 * n):
        if len(seen) == n:
            return
        source = sources[attempt] if attempt < len(sources) else rng.choice(sources)
        text = source.text if attempt < len(sources) else _varied(source.text, rng)
        if text not in seen:
            seen.add(text)
            yield Wording(source.rule, text)
    raise BenchFailed(f"dialogue: the sample brand gives only {len(seen)} wordings")


def _varied(text: str, rng: random.Random) -> str:
    for word, other in INSTEAD:
        if word in text and rng.random() < 0.5:
            text = text.replace(word, other, 1)
    if len(text) > 6 and rng.random() < 0.3:
        cut = rng.randrange(len(text))
        text = text[:cut] + text[cut + 1 :]
    return rng.choice(BEFORE) + text.rstrip("？?") + rng.choice(AFTER)


def _matches(
    known: Sequence[Wording], asked: Sequence[str], rounds: int, progress: Callable[[str], None]
) -> Result:
    began = time.process_time()
    matcher = Matcher.of(known)
    built = time.process_time() - began
    plain, rules = Plain.of([one.text for one in known]), [one.rule for one in known]
    progress("dialogue: matches against plain bigrams")
    ours, floor = alternating(
        rounds,
        lambda: _rate(asked, lambda text: matcher.best(text)),
        lambda: _rate(asked, lambda text: plain.best(text)),
    )
    agreed = sum(_first(matcher, text) == rules[plain.best(text)[0]] for text in asked)
    return Result(
        name="dialogue.match", value=ours, unit="matches/s", floor=floor,
        ratio_to_floor=ratio(ours, floor),
        detail={"wordings": len(known), "built_s": round(built, 3),
                "same_answer_as_floor": ratio(agreed, len(asked))},
    )  # fmt: skip


def _first(matcher: Matcher, text: str) -> str:
    return next((one.rule for one in matcher.best(text)), "")


def _turns(
    disk: Disk, asked: Sequence[str], rounds: int, progress: Callable[[str], None]
) -> Result:
    script = Script.of(disk.personas[PERSONA], disk.brand, Shelf.of(disk.templates.values()))
    answered = sum(bool(decide(script, _turn(text)).drafts) for text in asked)
    if answered != len(asked):
        raise BenchFailed(f"dialogue: {len(asked) - answered} questions stayed without an answer")
    progress("dialogue: turns")
    ours, floor = alternating(
        rounds,
        lambda: _rate(asked, lambda text: decide(script, _turn(text))),
        lambda: _rate(asked, lambda text: script.matcher.best(text)),
    )
    return Result(
        name="dialogue", value=ours, unit="turns/s", floor=floor,
        ratio_to_floor=ratio(ours, floor), detail={"persona": PERSONA, "answered": answered},
    )  # fmt: skip


def _turn(text: str) -> Turn:
    talk = Conversation(id="kf:wk:wm", channel="kf", account="wk", peer="wm")
    message = Inbound(channel="kf", account="wk", dedupe="bench", peer="wm", kind="text", text=text,
                      sent_at=NOW, received_at=NOW)  # fmt: skip
    return Turn(conversation=talk, messages=(message,), member=Member(id="wm"), now=NOW)


def _rate(asked: Sequence[str], work: Callable[[str], object]) -> float:
    began = time.process_time()
    for text in asked:
        work(text)
    return len(asked) / max(time.process_time() - began, 1e-9)


@dataclass(frozen=True, slots=True)
class Plain:
    """Wordings by bigram, with their weights: all that a plain search needs."""

    postings: dict[str, list[tuple[int, float]]]
    idf: dict[str, float]

    @classmethod
    def of(cls, texts: Sequence[str]) -> Plain:
        """Indexes ``texts``."""
        counts = [_bigrams(text) for text in texts]
        spread = Counter(gram for bag in counts for gram in bag)
        idf = {gram: math.log(len(texts) / n) + 1 for gram, n in spread.items()}
        postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, bag in enumerate(counts):
            norm = math.sqrt(sum((n * idf[gram]) ** 2 for gram, n in bag.items())) or 1.0
            for gram, n in bag.items():
                postings[gram].append((number, n * idf[gram] / norm))
        return cls(dict(postings), idf)

    def best(self, text: str, limit: int = 5) -> list[int]:
        """The numbers of the wordings with the largest cosine, best first."""
        scores: defaultdict[int, float] = defaultdict(float)
        for gram, n in _bigrams(text).items():
            weight = n * self.idf.get(gram, 0.0)
            for number, other in self.postings.get(gram, ()):
                scores[number] += weight * other
        return sorted(scores, key=scores.__getitem__, reverse=True)[:limit] or [0]


def _bigrams(text: str) -> Counter[str]:
    return Counter(text[i : i + 2] for i in range(max(1, len(text) - 1)))
