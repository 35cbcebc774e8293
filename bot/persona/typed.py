"""Slips and dialect put right before wishes are looked for: sound, pinyin, Cantonese, look.

Only words that a wish is made of are put right, and only here: a wish is short and has to be
heard in any spelling, while a question is matched against wordings that forgive by themselves.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from bot.core.folding import fold
from bot.persona.sounds import sound

# A mark between clauses. It survives in the text that the patterns of wishes run on.
BREAK = "|"

_SYLLABLES = {
    "ni": "你", "wo": "我", "shi": "是", "bu": "不", "ma": "吗", "ba": "吧", "le": "了", "ren": "人",
    "zhen": "真", "ji": "机", "qi": "器", "gong": "工", "zhuan": "转", "zhao": "找", "yao": "要",
    "ke": "客", "fu": "服", "bie": "别", "zai": "再", "fa": "发", "tui": "退", "ding": "订",
    "song": "送", "guang": "广", "gao": "告", "gei": "给", "qu": "取", "xiao": "消", "yue": "阅",
    "xie": "谢", "hai": "还", "de": "的", "jiao": "叫", "huan": "换", "xi": "息", "rao": "扰", "sao": "骚",
    "da": "打", "ting": "停", "zhi": "止", "qing": "请", "xiang": "想", "buyao": "不要",
}  # fmt: skip
_ALONE = {"ren": "人", "zhuan": "转", "gong": "工", "bie": "别", "tui": "退", "ding": "订",
          "gao": "告", "guang": "广", "song": "送", "zhen": "真", "rao": "扰", "dingyue": "订阅"}  # fmt: skip
_SHORT = {
    "jqr": "机器人",
    "zrg": "转人工",
    "rg": "人工",
    "zr": "真人",
    "kf": "客服",
    "tui订": "退订",
}
_SIGNS = re.compile(r"[^\w]+|_+")
_DOTTED = re.compile(r"(?<![a-z])(?:([a-z])\.|(a) )(?=[a-z](?![a-z]))")
_LATIN = re.compile(r"[a-z]+(?: [a-z]+)*")
_SYLLABLE = re.compile("|".join(sorted(_SYLLABLES, key=len, reverse=True)))
_PINYIN = re.compile(f"(?:{_SYLLABLE.pattern})+")

_DIALECT = (
    (r"系唔系|係唔係|系咪|係咪|是唔是|是咪", "是不是"), (r"唔该", "麻烦"), (r"唔使", "不用"), (r"唔好", "不要"), (r"(?:咪|表|憋)再", "不要再"),
    (r"唔", "不"), (r"有冇", "有没有"), (r"冇", "没有"), (r"[揾搵]", "找"), (r"[俾畀]", "给"), (r"嚟", "来"), (r"哋|地(?=老细)", "们"),
    (r"啲", "点"), (r"嘅", "的"), (r"咁", "这么"), (r"喺", "在"), (r"覆(?=我|吗|$)", "复"), (r"老细", "老板"), (r"日日", "天天"),
    (r"(?<=[你妳])[系係]", "是"), (r"(?<=人)定[系係]?(?=机|ai)", "还是"), (r"[泥拟尼妮](?=[是不真到])", "你"), (r"妳|您", "你"),
    (r"憋(?=发|推)|表(?=再?发|再?推)|甭|莫(?=再|发|推)", "别"), (r"别再?法(?=了|广)", "别发"), (r"🤖", "机器人"), (r"从新", "重新"),
    (r"[入亻](?=工)|(?<=机器)入|(?<=真)入", "人"), (r"推播", "推送"), (r"回覆", "回复"), (r"[传专砖赚撰](?=[人仁]工)", "转"), (r"主人公|人公里|人工湖|人工岛", "某物"), (r"辣$|惹$", "了"),
)  # fmt: skip
_DIALECT_PATTERNS = tuple((re.compile(old), new) for old, new in _DIALECT)
# A character without which no pattern can hold: most texts are spared the patterns.
_MAYBE = re.compile(
    "[系係唔咪表憋冇揾搵俾畀嚟哋啲嘅咁喺覆佬老日定泥拟尼妮妳您甭莫法🤖从入亻播传专砖赚撰主公湖岛辣惹地]"
)

# Words whose sound alone betrays them. Two-character words that sound like common others
# (机器: 极其, 客服: 克服, 活人: 货人) are left out or need a neighbour.
_KEYS = ("机器人", "真人", "人工", "退订", "转人工", "订阅", "群发", "骚扰", "打扰", "广告", "人工客服", "推送")  # fmt: skip
_BY_SOUND = {tuple(sound(char) for char in key): key for key in _KEYS}
_sound = lru_cache(maxsize=8192)(sound)
_LENGTHS = sorted({len(key) for key in _BY_SOUND}, reverse=True)
_HEADS = frozenset(key[0] for key in _BY_SOUND)
_SAME = frozenset({"震人", "镇人", "针人", "认公", "光高", "光搞", "订约", "定约", "推松"})


def typed(text: str) -> str:
    """``text`` folded and put right, letters and digits only, clauses parted by ``BREAK``."""
    made = fold(fold(text).casefold())
    if _MAYBE.search(made):
        for pattern, new in _DIALECT_PATTERNS:
            made = pattern.sub(new, made)
    made = _by_sound(_clauses(made))
    return _LATIN.sub(_latin, made)


def _clauses(text: str) -> str:
    """Signs and gaps become breaks, except between Latin words and s p a c e d letters."""
    parts = [part for part in _SIGNS.split(_DOTTED.sub(r"\1\2", text)) if part]
    made = parts[:1]
    for before, part in pairwise(parts):
        if before[-1].isascii() and part[0].isascii():
            made += [" ", part]
        elif len(before) == len(part) == 1 or before[-1].isascii() or part[0].isascii():
            made.append(part)
        else:
            made += [BREAK, part]
    return "".join(made)


def _by_sound(text: str) -> str:
    sounds = list(map(_sound, text))
    if _HEADS.isdisjoint(sounds):
        return text
    at, made = 0, []
    while at < len(text):
        word = text[at]
        if sounds[at] in _HEADS:
            word = _sounds_like(text, sounds, at) or word
        made.append(word)
        at += len(word)
    return "".join(made)


def _sounds_like(text: str, sounds: list[int], at: int) -> str:
    for length in _LENGTHS:
        key = _BY_SOUND.get(tuple(sounds[at : at + length]))
        if key and text[at : at + length] not in _SAME:
            return key
    return ""


def _latin(found: re.Match[str]) -> str:
    words = found[0].split()
    if len(words) > 1 and all(map(_PINYIN.fullmatch, words)):
        words = ["".join(words)]
    return " ".join(map(_spelt, words))


def _spelt(word: str) -> str:
    if known := _SHORT.get(word) or _ALONE.get(word):
        return known
    if len(word) < 4 or not _PINYIN.fullmatch(word):
        return word
    syllables = _SYLLABLE.findall(word)
    return "".join(_SYLLABLES[s] for s in syllables) if len(syllables) > 1 else word
