"""What a burst of messages says: hits, candidates, flags. Nothing is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.core.model import Candidate, Inbound, Turn
from bot.persona import control, mood
from bot.persona.feeling import CALM, Feeling, strongest
from bot.persona.hit import BUILTIN as BUILTIN
from bot.persona.hit import Hit as Hit
from bot.persona.hit import HitKind
from bot.persona.intents import Intent, intents
from bot.persona.match import CANDIDATES
from bot.persona.normalise import only_emotes
from bot.persona.rule import Rule
from bot.persona.script import Script
from bot.persona.wanting import handed_in, signed, taking
from bot.persona.when import Situation

FRAGMENTS_MAX = 8  # newest messages of a burst that are read one by one
TWIN = 1.5
FORGET = BUILTIN + "forget"
WORDLESS = ("event", "text")
ASKED_IN = ("kf", "oa")  # chats in which circles can be asked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """All that is known about a burst before anything is decided."""

    events: tuple[Hit, ...] = ()
    hits: tuple[Hit, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    wishes: tuple[Intent, ...] = ()
    flags: tuple[str, ...] = ()
    grave: bool = False
    feeling: Feeling = CALM
    media: tuple[str, ...] = ()
    spoke: bool = False
    clicked: bool = False
    has_words: bool = False

    @property
    def only_clicks(self) -> bool:
        """True when nothing was said but by tapping on a menu."""
        return self.clicked and not self.has_words and not self.media


def read(script: Script, turn: Turn, now: Situation | None = None) -> Reading:
    """Reads a burst: every message by itself and all of them as one text.

    Rules hold or not as they did before the burst: ``now``.
    """
    now = now or Situation()
    spoken = [m for m in turn.messages if m.kind != "event"]
    clicked, texts = _clicks(script, turn.messages)
    pieces = [_Piece.of(script, text, now) for text in _texts(texts)]
    whole, parts = (pieces[0], pieces[1:]) if pieces else (None, [])
    wishes = tuple(dict.fromkeys(w for piece in pieces for w in piece.wishes))
    joined = turn.text
    return Reading(
        events=(*_events(script, turn.events, now), *clicked),
        hits=signed(_choose(whole, parts), spoken) if whole else (),
        candidates=_candidates(pieces),
        wishes=wishes,
        flags=_flags(wishes, joined, pieces),
        grave=mood.grave(joined),
        feeling=strongest(texts),
        media=tuple(dict.fromkeys(_media_kinds(spoken))),
        spoke=bool(spoken),
        clicked=bool(clicked),
        has_words=bool(pieces),
    )


def hit_of(script: Script, text: str, now: Situation) -> Hit | None:
    """The one best hit of a text by itself."""
    return _Piece.of(script, text, now).hit


@dataclass(frozen=True, slots=True)
class _Piece:
    """One text: a fragment, or the whole burst."""

    hit: Hit | None
    candidates: tuple[Candidate, ...]
    wishes: tuple[Intent, ...]

    @classmethod
    def of(cls, script: Script, text: str, now: Situation) -> _Piece:
        candidates = tuple(c for c in script.matcher.best(text) if script.applies(c.rule, now))
        wishes, wants = intents(text), _circle(script, text, candidates, now)
        found = script.triggered(text, opener=False, now=now)
        if found and found[0].choice and _is_question(script, text, candidates):
            found = None
        if found:
            candidates = _lead(Candidate(rule=found[0].id, score=1.0), candidates)
        opener = script.triggered(text, opener=True, now=now)
        hit = _wish(script, wishes, candidates, now) or wants
        hit = hit or taking(script, text, candidates, now) or _by_rule(found, "rule")
        hit = hit or _whole_greeting(opener, candidates) or _forget(script, text, now)
        hit = hit or _by_wording(script, candidates) or _by_rule(opener, "opener")
        hit = handed_in(text, hit, now) or hit
        if hit and hit.kind == "opener":
            candidates = _lead(Candidate(rule=hit.key, score=1.0), candidates)
        return cls(hit, candidates, wishes)


def _is_question(script: Script, text: str, candidates: tuple[Candidate, ...]) -> bool:
    """A known question in which the word of a choice stands: 晚上几点关门 does not mean 晚上."""
    answer = script.persona.matching.answer
    return bool(candidates) and candidates[0].score >= answer and control.asks(text)


def _forget(script: Script, text: str, now: Situation) -> Hit | None:
    """The wish to be forgotten, where the script has no word for it."""
    if not control.forget_me(text):
        return None
    rule = script.on_event("intent:forget", now)
    return Hit(key=rule.id if rule else FORGET, kind="intent", rule=rule)


def _whole_greeting(
    opener: tuple[Rule, Mapping[str, str]] | None, candidates: tuple[Candidate, ...]
) -> Hit | None:
    """A greeting that is the whole message; only the very same stored wording goes before it."""
    if opener is None or not opener[0].exact or (candidates and candidates[0].score == 1.0):
        return None
    return _by_rule(opener, "opener")


def _lead(first: Candidate, others: Iterable[Candidate]) -> tuple[Candidate, ...]:
    return (first, *(c for c in others if c.rule != first.rule))[:CANDIDATES]


def _wish(
    script: Script, wishes: tuple[Intent, ...], candidates: tuple[Candidate, ...], now: Situation
) -> Hit | None:
    if not wishes:
        return None
    # A stored wording that is met exactly is the brand's own answer to the question; only the
    # wish to be left alone is never open to interpretation.
    if "opt_out" not in wishes and candidates and candidates[0].score == 1.0:
        return None
    rule = script.on_event(f"intent:{wishes[0]}", now)
    return Hit(
        key=rule.id if rule else BUILTIN + wishes[0], kind="intent", rule=rule, wish=wishes[0]
    )


def _circle(
    script: Script, text: str, candidates: tuple[Candidate, ...], now: Situation
) -> Hit | None:
    """A wish to get into a circle or out of it; a stored wording that is met exactly goes first."""
    if now.channel not in ASKED_IN or (candidates and candidates[0].score == 1.0):
        return None
    wants = script.porter.hear(text)
    if wants is None:
        return None
    name = "leave" if wants.leaves else "enter"
    return Hit(key=f"{BUILTIN}circle-{name}:{wants.circle}", kind="circle", wants=wants)


def _by_rule(found: tuple[Rule, Mapping[str, str]] | None, kind: HitKind) -> Hit | None:
    if found is None:
        return None
    rule, facts = found
    return Hit(key=rule.id, kind=kind, rule=rule, facts=facts)


def _by_wording(script: Script, candidates: tuple[Candidate, ...]) -> Hit | None:
    if not candidates or candidates[0].score < script.persona.matching.answer:
        return None
    best = candidates[0]
    if _twins(candidates, script.labels):
        return None
    return Hit(key=best.rule, kind="wording", score=best.score, rule=script.rules.get(best.rule))


def _twins(candidates: tuple[Candidate, ...], labels: Mapping[str, str]) -> bool:
    """True when a runner-up is about as likely: asking which one was meant beats a guess.

    On the sample scripts this turns two wrong answers into a menu for each right one it delays.
    """
    if len(candidates) < 2 or candidates[0].score == 1.0:
        return False
    first, second = candidates[:2]
    asked = first.rule in labels and second.rule in labels
    return asked and _odds(first.score) < TWIN * _odds(second.score)


def _odds(score: float) -> float:
    return score / max(1 - score, 0.001)


def _choose(whole: _Piece, parts: list[_Piece]) -> tuple[Hit, ...]:
    """The hits to answer: those of the fragments, unless the whole says more than its parts."""
    hits = _distinct(part.hit for part in parts if part.hit)
    if whole.hit is None or not hits:
        return hits or ((whole.hit,) if whole.hit else ())
    known = {hit.key for hit in hits}
    if whole.hit.strong and (whole.hit.key not in known or _with_more(whole, parts)):
        return (whole.hit,)
    best = max((hit.score for hit in hits if hit.kind == "wording"), default=0.0)
    if whole.hit.kind == "wording" and whole.hit.score >= best and not any(h.strong for h in hits):
        return _distinct([*(hit for hit in hits if hit.kind == "opener"), whole.hit])
    return tuple(sorted(hits, key=lambda hit: hit.key != f"{BUILTIN}opt_out"))


def _with_more(whole: _Piece, parts: list[_Piece]) -> bool:
    """Who takes part, and says in his next message with what; who answers a quiz line by line."""
    wish = whole.hit.take if whole.hit else None
    if wish is not None and wish.do == "answer":
        return True
    return (
        wish is not None
        and bool(wish.words)
        and sum(bool(part.hit and part.hit.strong) for part in parts) == 1
    )


def _distinct(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    return tuple({hit.key: hit for hit in hits}.values())


def _texts(texts: list[str]) -> list[str]:
    """The joined text first, then the fragments; a single message is read once."""
    if len(texts) < 2:
        return texts
    return ["\n".join(texts), *texts[-FRAGMENTS_MAX:]]


def _clicks(script: Script, messages: Iterable[Inbound]) -> tuple[tuple[Hit, ...], list[str]]:
    """Menu clicks that an answer exists for, and the texts of everything else."""
    hits: list[Hit] = []
    texts: list[str] = []
    for message in messages:
        hit = _menu(script, str(message.data.get("menu_id") or ""))
        if hit:
            hits.append(hit)
        elif message.kind != "event" and message.text.strip():
            texts.append(message.text)
    return tuple(hits), texts


def _events(script: Script, names: Iterable[str], now: Situation) -> Iterator[Hit]:
    for name in names:
        if rule := script.on_event(name, now):
            yield Hit(key=rule.id, kind="event", rule=rule)
        elif name.startswith("menu:") and (hit := _menu(script, name[len("menu:") :])):
            yield hit


def _menu(script: Script, item: str) -> Hit | None:
    rule = next(iter(script.events.get(f"menu:{item}", ())), None) or script.rules.get(item)
    if rule or item in script.answers:
        return Hit(key=rule.id if rule else item, kind="menu", rule=rule)
    return None


def _candidates(pieces: Iterable[_Piece]) -> tuple[Candidate, ...]:
    best: dict[str, Candidate] = {}
    for candidate in (c for piece in pieces for c in piece.candidates):
        if candidate.rule not in best or best[candidate.rule].score < candidate.score:
            best[candidate.rule] = candidate
    return tuple(sorted(best.values(), key=lambda c: -c.score)[:CANDIDATES])


def _media_kinds(messages: Iterable[Inbound]) -> Iterator[str]:
    for message in messages:
        if message.kind not in WORDLESS and not message.text.strip():
            yield message.kind
        elif only_emotes(message.text):
            yield "emoji"


_WISH_FLAGS: Mapping[Intent, str] = {"robot": "robot_question"}


def _flags(wishes: Iterable[Intent], text: str, pieces: Iterable[_Piece]) -> tuple[str, ...]:
    told = [p.hit.rule.mood for p in pieces if p.hit and p.hit.rule and p.hit.rule.mood]
    flags = [*(_WISH_FLAGS.get(wish, wish) for wish in wishes), *mood.moods(text), *told]
    return tuple(dict.fromkeys(str(flag) for flag in flags))
