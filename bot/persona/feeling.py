"""The mood of one message, with the words it shows in. Pure: rules over a lexicon, no chance.

A mood is a hint for people, and a reason to hold an offer back. It answers nobody by itself. What
it hears, what it does not (irony without a sign, moods of others) and why: docs/inbox.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.core.folding import fold
from bot.persona.mood import GRAVE

Mood = Literal["angry", "unhappy", "worried", "pressed", "glad"]

TEXT_MAX = 2_000  # characters that are read
WORDS_MAX = 4  # places that are told
_TEARS = frozenset({"哭了", "想哭"})  # of joy, where there is joy
# Of several moods in one message the first of these is its mood.
ORDER: tuple[Mood, ...] = ("angry", "unhappy", "worried", "pressed", "glad")
# After these nobody wants to hear an offer.
LOW: frozenset[str] = frozenset({"angry", "unhappy"})
# To these one answers what he feels before what he asks.
TENDER: frozenset[str] = frozenset({"angry", "unhappy", "worried"})

_LEXICON: Mapping[Mood, str] = {
    "angry": GRAVE.pattern + "|气死|气炸|气人|火大|恼火|发火|生气|愤怒|怒了|来气|有病吧|不要脸|无耻|缺德|滚蛋|"
    "他妈的(?!茶|礼|生日)|^妈的|真妈的|尼玛|傻[逼比叉]|差评|欺人太甚|店大欺客|太?过分|敷衍|推卸|踢皮球|忽悠|坑爹|受够了?|"
    "忍(?:不了|无可忍|很久)|什么玩意|什么破|什么态度|没人(?:管|理|回)|不理人|耍我|玩我呢|垃圾(?!分类|桶|袋)",
    "unhappy": "失望|郁闷|无语|糟糕|差劲|太差|(?<!满)不满意|不高兴|不开心|不爽|不满(?!意)|不舒服|后悔(?!没)|难喝|不好喝|不好用|不好看|不值|恶心|"
    "太慢|好慢|真慢|这么慢|慢死|崩溃|心累|烦死|好烦|真烦|烦人|伤心|难过|难受|委屈|受不了|呵呵|服了|无奈|没法(?:喝|用)|"
    "踩雷|上当|白(?:等|买|花|跑)|浪费(?:钱|时间|感情)|破(?:了|损)|碎(?:了|成)|裂了|发霉|变质|有虫|长虫|虫子|漏发|少发|发错|寄错|"
    "又(?:没货|没了|坏了?|碎了?|漏|错了?|不行|是这样|来了)|(?:一直|到现在都?|都)没(?:收到|发货|回|动静)|"
    "还没(?:收到|发货|到货|到$)|等了(?:这么|那么|好)(?:久|多天|长)|等了[0-9一二两三四五六七八九十半]+(?:天|个?小时|周|个?星期)|"
    "说好的.{0,8}(?:没|呢)|答应.{0,8}没|第[二三四五六3-6]次(?:了|找|问|来)|说了[多好几]次|问了[多好几]次|哭了|想哭|"
    "冰冷|冷冰冰|机械|复读机|答非所问|听不懂人话|不会用心|根本不[理管看]|好歹",
    "worried": "担心|担忧|害怕|好怕|有点怕|焦虑|不放心|心慌|慌了|好慌|拿不准|发愁|愁死|心里没底|忐忑|怕(?:是?不是|会|过敏|失眠|不好|买错|"
    "碎|坏|赶不上)",
    "pressed": "急急|很急|好急|太急|着急|急用|急死|加急|赶紧|赶快|马上(?:要|就要|给)|立刻|立即|尽快|快点|十万火急|今天(?:就|必须)要|"
    "来不及|等不及|赶时间|到底什么时候|在线等|催(?:一下|催|单)",
    "glad": "太好了|真好|好喜欢|很喜欢|超喜欢|喜欢(?:这|你们)|好喝|满意|开心|高兴|惊喜|真棒|太棒|好棒|很赞|点赞|爱了|绝了|暖心|贴心|"
    "太(?:谢谢|感谢)|非常感谢|谢谢你们|感谢你|辛苦(?:了|你)|期待|感动|嘻嘻|哈哈|又回购|很舒服",
}  # fmt: skip
_SIGNS: Mapping[Mood, str] = {
    "angry": r"\[(?:发怒|抓狂|咒骂|敲打|炸弹|便便|菜刀|翻白眼)\]|[😡🤬😠💢🖕]",
    "unhappy": r"\[(?:流泪|大哭|难过|委屈|叹气|失望|撇嘴|弱|心碎|快哭了|裂开|苦涩|衰)\]|[😢😞😔💔😣😖👎]",
    "worried": r"\[(?:惊恐|恐惧|冷汗)\]|[😰😨]",
    "glad": r"\[(?:愉快|呲牙|憨笑|爱心|玫瑰|强|鼓掌|抱拳|偷笑|可爱|庆祝|嘿哈|太阳|拥抱|亲亲)\]|[😄😊🥰😍👍🎉😁🥳]",
}  # fmt: skip
# What stands before a word and takes it back, and what keeps it as it is all the same.
_NOT = re.compile(
    r"(?:没有?|不是|不会|不用|不必|并不|别|莫|甭|勿|不|不太|不怎么|不算|不至于|毫不|绝不|从来?不|谈不上|说不上|一点[儿都也]*(?:不|没有?)|省得|免得|以免)"
    r"(?:再|那么|这么|太|很|怎么|让我|要|有|什么|啥|觉得|感到|是)?$"
)
_STILL = re.compile(
    r"(?:怎么|怎|能|岂|难道|哪)(?:能|会|可能)?(?:不|没有?)$|(?:不得不|忍不住|差点没)$"
)
# Before a word: it is only thought of. Behind it: it is asked. Behind a taste: he asks beforehand.
_THOUGHT = re.compile(
    "如果|要是|假如|假设|万一|若是?|会不会|是不是会|是否|有没有(?!人)|避免|防止|(?:怎么样?|怎样|如何)才能?不"
)
_ASKED = re.compile(
    r"(?:(?![能可给包赔退换])[^吗嘛]){0,3}(?:吗|嘛)|.{0,2}(?:怎么办|怎么处理|咋办)|不[^了]{0,4}[?？]?$"
)
_TASTE = re.compile(r"不(?:满意|好喝|好用|好看|值)|难喝|后悔")
_BACK = re.compile(".{0,8}(?:退|换)")
# Praise that was hoped for, said or refused is none.
_HOPED = re.compile("(?:以为|希望|本来|说是|号称|不|才|没|多)(?:会|能|很|是)?$")
_CLAUSE = re.compile(r"[，。！!；;、,.\s~…]+")
_WORDS = {mood: re.compile(words) for mood, words in _LEXICON.items()}
_MARKS = {mood: re.compile(signs) for mood, signs in _SIGNS.items()}
_ANY = re.compile("|".join((*_LEXICON.values(), *_SIGNS.values())))
_LOUD = re.compile(r"[!！]{3,}|[?？]{3,}|[?？!！]{4,}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Feeling:
    """A mood, empty for none, and the ``words`` it shows in, as typed in folded spelling."""

    mood: Mood | Literal[""] = ""
    words: tuple[str, ...] = ()

    @property
    def low(self) -> bool:
        """True when nobody should offer him anything now."""
        return self.mood in LOW

    @property
    def tender(self) -> bool:
        """True when an answer should begin with how he feels."""
        return self.mood in TENDER


CALM = Feeling()


@lru_cache(maxsize=1_024)
def feel(text: str) -> Feeling:
    """The mood of one message."""
    told = fold(text[:TEXT_MAX]).casefold()
    if not _ANY.search(told):
        return CALM
    found: dict[Mood, list[str]] = {}
    for sounds, word in _heard(told):
        found.setdefault(sounds, []).append(word)
    if "glad" in found and _TEARS.issuperset(found.get("unhappy", ())):
        found.pop("unhappy", None)
    mood = next((one for one in ORDER if one in found), None)
    if mood is None:
        return CALM
    words = tuple(dict.fromkeys(found[mood]))
    if mood == "unhappy" and _LOUD.search(told):
        return Feeling(mood="angry", words=words[:WORDS_MAX])
    return Feeling(mood=mood, words=words[:WORDS_MAX])


def strongest(texts: Iterable[str]) -> Feeling:
    """The mood of several messages, with the words of those that show it."""
    felt = [one for one in map(feel, texts) if one.mood]
    mood = next((mood for mood in ORDER if any(one.mood == mood for one in felt)), None)
    if mood is None:
        return CALM
    words = dict.fromkeys(word for one in felt if one.mood == mood for word in one.words)
    return Feeling(mood=mood, words=tuple(words)[:WORDS_MAX])


def _heard(told: str) -> Iterator[tuple[Mood, str]]:
    """Each mood that stands somewhere in the text, clause by clause, with its words."""
    for clause in _CLAUSE.split(told):
        if _ANY.search(clause):
            yield from _in_clause(clause)
    for mood, signs in _MARKS.items():
        yield from ((mood, found[0]) for found in signs.finditer(told))


def _in_clause(clause: str) -> Iterator[tuple[Mood, str]]:
    for mood in ORDER:
        for found in _WORDS[mood].finditer(clause):
            before, behind = clause[: found.start()], clause[found.end() :]
            if not _turned(before) and not _unreal(mood, found[0], before, behind):
                yield mood, found[0]


def _turned(before: str) -> bool:
    """True when what stands before takes the word back: 没生气, 不是不满意; not 怎么能不生气."""
    return bool(_NOT.search(before)) and not _STILL.search(before)


def _unreal(mood: Mood, word: str, before: str, behind: str) -> bool:
    """True for what is only thought of, asked of goods, or hoped for."""
    if mood in ("worried", "pressed"):
        return False
    if _THOUGHT.search(before) or (mood == "glad" and _HOPED.search(before)):
        return True
    if mood != "angry" and _ASKED.match(behind):
        return True
    return bool(_TASTE.fullmatch(word) and _BACK.match(behind))
