"""The answer to "are you a robot?": true, and with the way to a person, whatever a script says.

Source: 互联网信息服务深度合成管理规定, articles 16 and 17, and 人工智能生成合成内容标识办法.
"""

from __future__ import annotations

import re

from bot.core.folding import fold
from bot.persona import phrases
from bot.persona.rule import TEMPLATE, Say

_MACHINE = re.compile(
    "不是(?:一个|个|什么)?(?:真人|人类|活人|真的人)|(?:是|叫|用的是)[^，,。！!\n]{0,12}(?:智能(?:助手|客服)|机器人|ai|人工智能|程序|虚拟)"
)
_WAY = re.compile(
    '(?:转|找|叫|接|请|要|换|和|跟)[^，,。！!\n]{0,8}(?:人工|真人|同事|店长|老师|人(?=[”」』"，,。！!]|$)|客服)|真人[^，,。！!\n]{0,6}(?:接|回|来|帮)'
)


def admits(text: str) -> bool:
    """True when the text says that a machine speaks."""
    return bool(_MACHINE.search(fold(text).casefold()))


def offers_a_person(text: str) -> bool:
    """True when the text says how to reach a person."""
    return bool(_WAY.search(fold(text).casefold()))


def honest(say: Say, persona: str, brand: str) -> Say:
    """The variants with what they forget: an untrue one is replaced, a way to a person added.

    What a template says is only known when it is rendered, so it gets the sentence beside it.
    """
    return tuple(_variant(variant, persona, brand) for variant in say)


def _variant(variant: tuple[str, ...], persona: str, brand: str) -> tuple[str, ...]:
    said = "\n".join(text for text in variant if not text.startswith(TEMPLATE))
    if not admits(said):
        return (phrases.robot(persona, brand),)
    return variant if offers_a_person(said) else (*variant[:2], phrases.WAY_TO_A_PERSON)
