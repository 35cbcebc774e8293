"""What guard and voice say about words of staff, as pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from bot.console.naming import SEPARATOR, codes
from bot.core.guarding import BARRED, BARS
from bot.library.speech import Setting
from bot.library.suggest import mended
from bot.persona.guard import Problem, blocking

WORDS = 40
# These are about a whole sentence: what else is wrong in it is told beside them.
WIDE = frozenset({"sentence", "length"})
# Of several that speak about the same words the law comes first, and what a lead may decide last.
_RANK = {bar: rank for rank, bar in enumerate((*BARS, ""))}


def findings(
    problems: Sequence[Problem], text: str, setting: Setting, persona: str, lang: str = "zh"
) -> list[dict[str, Any]]:
    """One for each passage: of several about words that overlap, that which stops them. ``put`` is
    what may stand there instead, if that is plain; ``places`` are all passages of the same fix, and
    the same words are as serious in each of them. ``bar``: whose word it is that nobody may let it
    pass (``core.guarding.BARS``), empty when a lead may. ``name``: the code in words.

    Places are counted in UTF-16, as browsers count.
    """
    script = setting.cast.scripts.get(persona)
    address = script.persona.voice.address if script is not None else ""
    stopping = blocking(problems)
    made = [{"code": p.code, "name": codes(lang, p.code), "message": p.message, "fix": p.fix,
             "stop": p in stopping, "bar": BARRED.get(p.code, ""), "start": p.start, "end": p.end,
             "put": mended(p, text, address)} for p in problems]  # fmt: skip
    return [_shown(each, text) for each in _alike(_even(_apart(made), text))]


def _apart(made: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that are about the same words as one, in the order of the text; what is about no words
    in particular, or about a whole sentence, is told each."""
    kept: dict[tuple[Any, ...], dict[str, Any]] = {}
    last: dict[bool, dict[str, Any]] = {}
    for one in sorted(made, key=lambda one: (one["start"], one["end"], one["put"] is None)):
        place = (one["start"], one["end"])
        if one["end"] <= one["start"] or one["code"] in WIDE:
            kept.setdefault((*place, one["code"], one["message"]), one)
        elif other := _met(one, last):
            other.update(_merged(other, one))
        else:
            last[_slight(one)] = kept[place] = dict(one)
    return list(kept.values())


def _met(one: dict[str, Any], last: Mapping[bool, dict[str, Any]]) -> dict[str, Any] | None:
    """The passage that these words belong to. What one button mends stays beside what is
    wrong with the passage as a whole, unless it is about all of it."""
    for slight, other in last.items():
        same = (one["start"], one["end"]) == (other["start"], other["end"])
        if same or (slight == _slight(one) and one["start"] < other["end"]):
            return other
    return None


def _slight(one: dict[str, Any]) -> bool:
    return one["put"] is not None


def _merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """That which stops the words, or is about more of them; over all the words that either marks. A
    change is offered where it is one for the same words."""
    first, second = sorted((one, other), key=_weight)
    span = {"start": min(one["start"], other["start"]), "end": max(one["end"], other["end"])}
    puts = [each["put"] for each in (first, second) if each["put"] is not None
            and (each["start"], each["end"]) == (span["start"], span["end"])]  # fmt: skip
    return first | span | {"put": puts[0] if puts else None}


def _weight(one: dict[str, Any]) -> tuple[bool, int, int]:
    """The least counts: what stops, whose word it is, what marks more words."""
    return not one["stop"], _RANK[one["bar"]], one["start"] - one["end"]


def _even(kept: Sequence[dict[str, Any]], text: str) -> list[dict[str, Any]]:
    """The same words with the same change are told alike: by what is most serious about them
    anywhere."""
    worst: dict[tuple[str, str], dict[str, Any]] = {}
    keys = [(text[one["start"] : one["end"]], one["put"]) for one in kept]
    for key, one in zip(keys, kept, strict=True):
        if key[1] is not None and (key not in worst or _weight(one) < _weight(worst[key])):
            worst[key] = one
    return [worst.get(key, one) | {"start": one["start"], "end": one["end"]}
            for key, one in zip(keys, kept, strict=True)]  # fmt: skip


def _alike(kept: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those with one change for all of them become one, with all their places."""
    first: dict[tuple[Any, ...], dict[str, Any]] = {}
    for number, one in enumerate(kept):
        key = (one["code"], one["put"], one["stop"]) if one["put"] is not None else (number,)
        first.setdefault(key, one | {"places": []})["places"].append((one["start"], one["end"]))
    return iter(first.values())


def _shown(one: dict[str, Any], text: str) -> dict[str, Any]:
    said = dict.fromkeys(text[start:end][:WORDS] for start, end in one["places"])
    places = [(units(text[:start]), units(text[:end])) for start, end in one["places"]]
    start, end = places[0]
    return one | {
        "words": SEPARATOR.join(said)[:WORDS],
        "places": places,
        "start": start,
        "end": end,
    }


def units(text: str) -> int:
    """How long a text is to a browser."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
