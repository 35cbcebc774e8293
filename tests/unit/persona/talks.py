"""A persona with a form and a guided talk, and ways to talk to it."""

from __future__ import annotations

from typing import Any

from bot.core.model import Decision
from bot.persona.script import Script
from bot.persona.talk import Talker
from tests.unit.persona.scripts import NOON, script, words

TALKS = r"""
[[consent]]
id = "birthday"
ask = ["生日只用来当天给你发一句祝福，可以记吗？"]

[[rule]]
id = "join"
keywords = ["登记生日"]
form = "card"

[[form]]
id = "card"
confirm = ["{birthday}，{city}，叫你{nick}，对吗？"]
say = ["记好了，{birthday}那天见。", "又记了一次，{birthday}。"]
known = ["早就记着呢，{birthday}。"]
cancel = ["那不弄了。"]
refused = ["好，不记。"]
tags = ["登记过"]
start_flow = "birthday"

[[form.field]]
id = "birthday"
kind = "date"
label = "生日"
ask = ["是哪一天？", "哪天过生日？"]
retry = ["写成 3月5日 我才认得。"]
consent = "birthday"

[[form.field]]
id = "city"
kind = "city"
label = "城市"
ask = ["在哪个城市？"]
retry = ["城市名就好。"]
optional = true

[[form.field]]
id = "nick"
label = "称呼"
ask = ["怎么称呼？"]

[[rule]]
id = "find"
keywords = ["挑茶"]
next = "time"

[[step]]
id = "time"
ask = ["什么时候喝？", "几时喝？"]
retry = ["早上还是晚上？"]
[[step.choice]]
id = "morning"
label = "早上"
words = ["上午"]
next = "taste"
facts = { drink_time = "早上" }
[[step.choice]]
id = "evening"
label = "晚上"
say = ["那喝晒背。"]

[[step]]
id = "taste"
ask = ["暖的还是清的？"]
[[step.choice]]
id = "warm"
label = "暖的"
words = ["暖"]
next = "who"
[[step.choice]]
id = "clear"
label = "清的"
words = ["清"]
next = "who"

[[step]]
id = "who"
ask = ["自己喝还是送人？"]
[[step.choice]]
label = "自己喝"
words = ["自己"]
say = ["那就巷口红茶。"]
[[step.choice]]
label = "送人"
form = "card"

[[rule]]
id = "only-there"
in = "taste"
keywords = ["随便"]
say = ["那我替你选。"]
"""
FAQ = """id,question,similar,answer
hours,几点关门,营业到几点|晚上几点关门,九点半。
ship,几天能到,多久到货|快递要多久,三天。
"""
MINUTE = 60_000


def talker(dialogue: str = "", persona: str = "", **changes: Any) -> Talker:
    """Somebody who keeps the conversations with that persona."""
    return Talker(talking(dialogue, persona, **changes))


def talking(dialogue: str = "", persona: str = "", **changes: Any) -> Script:
    return script(persona, TALKS + dialogue, FAQ, **changes)


def chat(talk: Talker, *said: str, at: int = 0, member: str = "m", account: str = "a") -> Decision:
    """Says one thing after the other; the last decision."""
    from bot.persona.talk import Said

    made = Decision()
    for text in said:
        made = talk.hear((Said(text=text),), member, NOON + at, account)
    return made


def last(talk: Talker, *said: str, at: int = 0, member: str = "m", account: str = "a") -> list[str]:
    """What the member reads after the last of it."""
    return words(chat(talk, *said, at=at, member=member, account=account))
