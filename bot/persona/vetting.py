"""Whether what a language model wrote may be said. Pure; the guard looks at it as well.

It is grounded when every figure, amount and link in it stands in the material. That does not prove
a sentence true: it keeps the mistakes out that cost a brand most.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce

from bot.core.folding import fold
from bot.persona import links, prices
from bot.persona.grounding import CLOSE, OPEN, RULES, UNKNOWN, Ground
from bot.persona.normalise import normalise
from bot.persona.numbers import figures
from bot.persona.persona import Persona
from bot.persona.plaintext import undisguise
from bot.persona.voice import slips

BYTES_MAX = 2_048  # of a kf text message
ECHO = 10  # characters in a row that an answer may not share with our instructions
LONG_SENTENCE = 2.0  # times the persona's own limit
_REFUSAL = re.compile(
    "^(?:很|非常)?(?:抱歉|对不起|不好意思)?[,，!！。 ]*(?:但)?(?:我|本人)?(?:现在|目前|暂时)?"
    "(?:不能|无法|没办法|不可以|不便)"
    "(?:回答|提供|处理|帮|协助|满足|讨论|继续|确定|确认)"
    "|(?:作为|身为)(?:一[个名款])?(?:ai|人工智能|语言模型|大模型|智能助手)|语言模型"
)
_UNKNOWN = re.compile(f"^(?:我|这个|这个我|抱歉|我也)?[,，]?(?:还|也)?{UNKNOWN}")
_HUMAN = re.compile(
    "(?<!不)(?<!没)我?(?:就|可)?是(?:一[个名])?(?:真人|活人|人工客服)|我(?:可|真|又)?不是(?:机器人|ai|人工智能|智能)"
)
_MARKUP = re.compile(
    r"\*\*|__|```|`|^\s*(?:#{1,6}\s|[-*+•]\s|\d+[.)、]\s|>\s|\|)|</?[a-z!][^>]*>|&[a-z]+;|\]\(|^\s*[{\[]|[{}]",
    re.MULTILINE | re.IGNORECASE,
)
_ROLE = re.compile(
    r"^\s*(?:assistant|system|user|客人|客服|助手|回复|答)\s*[:：]"
    r"|<\|?(?:im_|end|think|sys)|系统提示|提示词|system prompt|资料里|根据资料|聊天记录",
    re.MULTILINE | re.IGNORECASE,
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What became of an answer: the text to say, or in ``why`` a code. ``unknown``: the model said
    itself that the material holds no answer."""

    text: str = ""
    why: str = ""
    unknown: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Look:
    text: str
    clear: str
    persona: Persona
    ground: Ground
    text_max: int


def vet(text: str, ground: Ground, persona: Persona, text_max: int) -> Verdict:
    """The answer, tidied, or the first reason why it is not said. Never raises."""
    tidy = _tidy(text[: 8 * text_max])
    clear = undisguise(tidy).text
    if not normalise(tidy):
        return Verdict(why="empty")
    if _UNKNOWN.match(clear) and len(clear) <= 20:
        return Verdict(why="unknown", unknown=True)
    look = _Look(text=tidy, clear=clear, persona=persona, ground=ground, text_max=text_max)
    reasons = (code for code, wrong in _CHECKS for found in wrong(look) if found)
    why = next(reasons, "")
    return Verdict(why=why) if why else Verdict(text=tidy)


def _tidy(text: str) -> str:
    """Without invisible characters, blank lines and the quotes that models like to add."""
    kept = "".join(c for c in text if c == "\n" or unicodedata.category(c)[0] != "C")
    joined = "\n".join(line.strip() for line in kept.splitlines() if line.strip())
    pairs = {"“": "”", '"': '"', "「": "」"}
    if len(joined) > 2 and pairs.get(joined[0]) == joined[-1] and joined.count(joined[-1]) <= 2:
        return joined[1:-1].strip()
    return joined


def _length(look: _Look) -> Iterator[bool]:
    yield len(look.text) > look.text_max or len(look.text.encode()) > BYTES_MAX


def _refusal(look: _Look) -> Iterator[bool]:
    yield bool(_REFUSAL.search(look.clear))


def _language(look: _Look) -> Iterator[bool]:
    """Not Chinese: less than half of the letters outside links, or any of a third script."""
    found = [look.clear[start:end] for _, start, end in links.links(look.clear)]
    rest = reduce(lambda text, link: text.replace(link, ""), found, look.clear)
    letters = [char for char in rest if char.isalpha()]
    chinese = [char for char in letters if "一" <= char <= "鿿"]
    yield len(chinese) * 2 < len(letters)
    others = [char for char in letters if not "一" <= char <= "鿿"]
    yield any(not unicodedata.name(char, "").startswith("LATIN") for char in others)


def _markup(look: _Look) -> Iterator[bool]:
    yield bool(_MARKUP.search(look.text))


def _role(look: _Look) -> Iterator[bool]:
    yield bool(_ROLE.search(look.text))
    name = re.escape(look.persona.name)
    yield bool(re.search(rf"^\s*{name}\s*[:：]", look.text, re.MULTILINE))


def _leak(look: _Look) -> Iterator[bool]:
    """A piece of our instructions, however it is punctuated; or a mask of ours."""
    said = normalise(look.text)
    ours = [normalise(rule) for rule in RULES]
    pieces = {rule[i : i + ECHO] for rule in ours for i in range(len(rule) - ECHO + 1)}
    yield any(said[i : i + ECHO] in pieces for i in range(len(said) - ECHO + 1))
    yield any(mark in look.text for mark in (OPEN, CLOSE, "[号码]", "[称呼]", "[地址]", "[邮箱]",
                                             "[链接]"))  # fmt: skip


def _human(look: _Look) -> Iterator[bool]:
    yield bool(_HUMAN.search(look.clear))


def _amounts(look: _Look) -> Iterator[bool]:
    known = {value for value, *_ in prices.amounts(undisguise(look.ground.material).text)}
    yield any(value not in known for value, *_ in prices.amounts(look.clear))


def _figures(look: _Look) -> Iterator[bool]:
    """A figure with a unit must stand there with it; a bare one with any."""
    known = set(figures(fold(look.ground.material)))
    values = {value for value, _ in known}
    for value, unit in figures(look.clear):
        yield value not in values if not unit else not {(value, unit), (value, "")} & known


def _links(look: _Look) -> Iterator[bool]:
    """A link must stand in the material letter by letter."""
    material = undisguise(look.ground.material).text
    for _, start, end in links.links(look.clear):
        yield look.clear[start:end] not in material


def _voice(look: _Look) -> Iterator[bool]:
    """Any slip: a model can do better, where staff are only told. Sentences may be longer."""
    found = slips(look.text, look.persona)
    yield any(slip.code != "sentence" for slip in found)
    most = LONG_SENTENCE * (look.persona.voice.sentence_max or 0)
    yield any(slip.end - slip.start > most for slip in found if slip.code == "sentence")


_CHECKS: tuple[tuple[str, Callable[[_Look], Iterator[bool]]], ...] = (
    ("too long", _length), ("refused", _refusal), ("markup", _markup), ("leak", _leak),
    ("role words", _role), ("language", _language), ("claims to be human", _human),
    ("amount", _amounts), ("figure", _figures), ("link", _links), ("voice", _voice),
)  # fmt: skip
