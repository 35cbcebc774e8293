"""Flags that staff want to see at once. A small word list: the first version of a feeling."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.persona.normalise import normalise

_WORDS: Mapping[str, str] = {
    "complaint": "投诉|举报|12315|消协|工商局|曝光你|骗子|欺骗|骗人|骗我|欺诈|诈骗|假货|假冒|黑店|差评|维权|起诉|律师|退一赔|"
    "太差了|垃圾|坑人|坑我|坑爹|忽悠|不负责任|态度(?:太|很|真|好|这么)?(?:差|恶劣)|没人(?:管|理)|不理人|推卸|敷衍|"
    "再也不(?:买|来)|破(?:了|的|损)|碎了|摔碎|裂了|发霉|变质|有虫|长虫|虫子|漏发|少发|发错|寄错|一直没(?:收到|发货)|还没(?:收到|发货|到)|说好的.{0,8}(?:没|呢)",
    "urgent": "急急|很急|好急|着急|急用|急死|加急|赶紧|赶快|马上|立刻|立即|尽快|快点|十万火急|今天(?:就|必须)要|来不及|等不及|到底什么时候|催",
    "negative": "失望|生气|气死|火大|恼火|郁闷|难受|伤心|难过|烦死|好烦|真烦|无语|受不了|糟糕|差劲|不满意|不高兴|不开心|呵呵|"
    "什么玩意|什么破|后悔|难喝|不好喝|恶心|太慢|好慢|真慢|过分|心累|焦虑|崩溃|哭了|想哭",
}  # fmt: skip
_NOT = re.compile("(?:没有?|不会|不用|不)(?:失望|生气|着急|催|急用|后悔|投诉|差评)|不着急|不急")
GRAVE = re.compile(
    "投诉(?!电话|渠道)|举报|12315|消协|工商局|曝光你|骗子|欺骗|骗人|骗我|欺诈|诈骗|假货|假冒|黑店|维权|起诉|律师|退一赔|"
    "垃圾店|什么垃圾|太垃圾|坑人|坑我|坑爹|态度(?:太|很|真|好|这么)?(?:差|恶劣)|再也不(?:买|来)"
)
_COMPILED = {flag: re.compile(words) for flag, words in _WORDS.items()}


def moods(text: str) -> tuple[str, ...]:
    """Of ``complaint``, ``urgent``, ``negative`` those that the words show."""
    key = _NOT.sub("", normalise(text[:2000]))
    return tuple(flag for flag, words in _COMPILED.items() if words.search(key))


def grave(text: str) -> bool:
    """True when a person must look whatever the script answers."""
    return bool(GRAVE.search(_NOT.sub("", normalise(text[:2000]))))
