"""Frames: what makes a draft bad, as patterns over classes of words; read from frames/*.toml.

A class is a list of words that play the same part ("ill": 失眠, 便秘 …). A frame joins classes in
the order in which people say them, and is tried only on texts that hold a word of each class it
names, so that hundreds of frames cost little more than one look through the text.

In a pattern ``<ill>`` is any word of the class, ``<ill|organ>`` of either, ``<ill>?`` needs none of
them; ``~`` is a gap inside a clause and ``~~`` one inside a sentence, both without a denial;
``…`` a gap inside a sentence whatever it holds; ``#`` a number in digits or characters.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.persona.gates import gates
from bot.persona.judge import CLASS

_FOLDER = Path(__file__).parent / "frames"
_CLASS = re.compile(r"<([a-z_]+(?:\|[a-z_]+)*)>(\??)")
_GAPS = {
    "~~": "[^。！!？?\n不没别勿]{0,22}?",
    "~": "[^,，。！!？?；;\n不没别勿]{0,10}?",
    "…": "[^。！!？?\n]{0,22}?",
    "#": "[0-9零一二两三四五六七八九十百千万几半壹贰叁肆伍陆柒捌玖拾佰仟.]{1,8}",
}
_GAP = re.compile("~~|~|…|#")
_SENTENCE = re.compile("[。！!？?\n]")
_SIGHT = 30  # characters of the sentence on either side in which an excuse is looked for

MESSAGES: Mapping[str, tuple[str, str]] = {
    "medical": ("普通商品不能说疗效或保健功能", "只说味道和感受"),
    "health": ("不能替人做健康上的判断", "请他问医生，或转给同事"),
    "discount": ("没有公布过的优惠", "只说已经发布的活动，或请同事确认"),
    "promise": ("兑现不了的承诺", "说能做到的那一步"),
    "finance": ("不能承诺收益，也不能做投资或借贷的诱导", "只说产品本身"),
    "drain": ("把人引到别处去", "留在这里说，或转给同事"),
    "inner": ("不是说给客人听的", "重写这一句"),
    "link": ("藏起来的链接", "只用品牌自己的域名"),
    "leak": ("密码、验证码或密钥", "不要说，也不要问"),
    "personal": ("别人的私事", "遮住，或不说"),
    "human": ("智能助手不能说自己是真人", "如实说，并告诉对方怎么找真人"),
    "insult": ("伤人或带歧视的话", "把事情说清楚就好"),
    "sensitive": ("不该谈、不能卖的东西", "这件事不谈，整句拿掉"),
    "superlative": ("广告法不允许的绝对化用语", "说具体的：产地、做法、用起来怎样"),
    "rival": ("贬低别家", "不提别家，只说自家的"),
    "pressure": ("催促或制造稀缺、焦虑", "把时间和数量照实说一遍就好"),
}


@dataclass(frozen=True, slots=True)
class Frame:
    """One pattern of a reason code. ``needs``: for each class it names, the bits that will do.

    ``denial`` says what excuses it: ``near`` (a denial before it in the clause), ``unable`` (who
    says that he cannot promise), ``none``. ``unless`` excuses it anywhere in the sentence.
    Patterns are compiled when a text first has a word of each class: most never are.
    """

    code: str
    source: str
    needs: tuple[int, ...]
    denial: str
    unless: str

    def finds(self, text: str) -> Iterator[re.Match[str]]:
        """Every match that nothing in its sentence excuses."""
        for found in _compiled(self.source).finditer(text):
            if not (self.unless and _compiled(self.unless).search(_around(text, *found.span()))):
                yield found


# not re's own cache, which is small and forgets
_compiled = cache(re.compile)


class Frames:
    """All frames and the index of the words of their classes. Immutable."""

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self._words = {
            name: tuple(sorted(set(words.split()), key=lambda word: (-len(word), word)))
            for document in documents.values() for name, words in document["classes"].items()
        }  # fmt: skip
        self._bits = {name: 1 << place for place, name in enumerate(self._words)}
        named = frozenset(self._words)
        self._seen = lru_cache(maxsize=4)(self._look)  # frames and judge ask for the same text
        self._filed: dict[int, list[tuple[int, Frame]]] = {0: []}
        sources = [(row, source) for document in documents.values()
                   for row in document["frame"] for source in row["patterns"]]  # fmt: skip
        for number, (row, source) in enumerate(sources):
            self._file(number, self._frame(row, source))
        self._leads = sum(self._filed)
        self._index = self._indexed()
        self._names = {bit: CLASS + name for name, bit in self._bits.items() if name in named}
        self._named = sum(self._names)

    def find(self, text: str) -> Iterator[tuple[Frame, int, int]]:
        """(frame, start, end) of every match in an undisguised text, excused or not."""
        seen = self._seen(text)
        met: set[int] = set()
        for bit in (0, *_single(seen & self._leads)):
            for number, frame in self._filed[bit]:
                if number not in met and _all_seen(frame.needs, seen):
                    met.add(number)
                    for found in frame.finds(text):
                        yield frame, *found.span()

    def classes(self, text: str) -> list[str]:
        """The classes that have a word in the text, each with ``CLASS`` before its name."""
        return list(map(self._names.__getitem__, _single(self._seen(text) & self._named)))

    def _look(self, text: str) -> int:
        """The bits of all classes that have a word in the text."""
        bits = 0
        for pair in {*text, *map("".join, pairwise(text))}:
            for word, mine in self._index.get(pair, ()):
                if len(word) <= 2 or word in text:
                    bits |= mine
        return bits

    def _indexed(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """The words by their first two characters."""
        bits: dict[str, int] = {}
        for name, words in self._words.items():
            for word in words:
                bits[word] = bits.get(word, 0) | self._bits[name]
        index: dict[str, list[tuple[str, int]]] = {}
        for word, mine in bits.items():
            index.setdefault(word[:2], []).append((word, mine))
        return {head: tuple(rows) for head, rows in index.items()}

    def _file(self, number: int, frame: Frame) -> None:
        """Under each class that its rarest place may hold, so that it is met when one is there."""
        for bit in _single(frame.needs[0]) if frame.needs else (0,):
            self._filed.setdefault(bit, []).append((number, frame))

    def _frame(self, row: Mapping[str, Any], source: str) -> Frame:
        needs = [
            sum(self._bits[name] for name in found[1].split("|"))
            for found in (() if row.get("plain") else _CLASS.finditer(source)) if not found[2]
        ]  # fmt: skip
        needs += [self._unnamed(words) for words in gates(source)]
        expanded = source if row.get("plain") else self._expand(source)
        return Frame(code=row["code"], source=expanded,
                     needs=tuple(sorted(set(needs), key=int.bit_count)),
                     denial=row.get("denial", "near"),
                     unless=self._expand(row.get("unless", "")))  # fmt: skip

    def _unnamed(self, words: tuple[str, ...]) -> int:
        """The bit of words that a pattern lists itself: they gate it as a class does."""
        name = "|".join(words)
        if name not in self._words:
            self._words[name] = words
            self._bits[name] = 1 << len(self._bits)
        return self._bits[name]

    def _expand(self, source: str) -> str:
        gaps = _GAP.sub(lambda found: _GAPS[found[0]], source)
        return _CLASS.sub(self._alternatives, gaps)

    def _alternatives(self, found: re.Match[str]) -> str:
        words = {word for name in found[1].split("|") for word in self._words[name]}
        longest = sorted(words, key=lambda word: (-len(word), word))
        return f"(?:{'|'.join(map(re.escape, longest))}){found[2]}"


def shipped() -> Mapping[str, Mapping[str, Any]]:
    """The documents that ship with the product, by the names of their files."""
    return {path.stem: tomllib.loads(path.read_text("utf-8"))
            for path in sorted(_FOLDER.glob("*.toml"))}  # fmt: skip


def _around(text: str, start: int, end: int) -> str:
    """The sentence of a match, as far as one looks for an excuse."""
    before = _SENTENCE.split(text[max(0, start - _SIGHT) : start])[-1]
    return before + text[start:end] + _SENTENCE.split(text[end : end + _SIGHT])[0]


def _all_seen(needs: tuple[int, ...], seen: int) -> bool:
    # A loop: this runs for hundreds of frames on each text, and all() costs twice as much.
    for need in needs:  # noqa: SIM110
        if not seen & need:
            return False
    return True


def _single(bits: int) -> Iterator[int]:
    while bits:
        yield bits & -bits
        bits &= bits - 1
