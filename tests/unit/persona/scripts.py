"""A small persona and the turns that tests put before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.body import plain
from bot.core.model import Conversation, Decision, Inbound, Member, Mode, Turn
from bot.persona.brand import parse_brand
from bot.persona.load import parse_persona
from bot.persona.script import Script
from bot.studio.parse import parse_template
from bot.studio.render import Shelf

NOON = 1_795_060_800_000  # 2026-11-19 12:00 in Shanghai
NIGHT = NOON + 11 * 3_600_000  # 23:00
LATE = NOON + 14 * 3_600_000  # 02:00 the day after, the same night

PERSONA = """
id = "xiaozhan"
name = "小盏"
type = "spokesperson"
kind = "personified"
[[story]]
id = "cup"
text = "外婆留了半盏。"
"""
HOURS = '[hours]\nopen = "09:00"\nclose = "21:30"\naway = ["打烊了，明早回你。"]\n'
DIALOGUE = r"""
[[rule]]
id = "greeting"
priority = 10
keywords = ["你好", "在吗", "hi"]
say = ["在呢。", "来啦，水刚开。", ["又见面了。", "坐。"]]

[[rule]]
id = "order"
priority = 5
pattern = '(?:单号|订单)\D{0,4}(?P<order_no>\d{8,20})'
say = ["记下了，单号 {order_no}，我去查。"]
handoff = "查订单"
tags = ["售后"]
why = "客人给了单号"

[[rule]]
id = "where"
keywords = ["查单", "到哪了"]
say = ["单号 {order_no} 的我帮你盯着。", "你先把单号发我。"]

[[rule]]
id = "angry"
priority = 20
keywords = ["太气人"]
not_keywords = ["不是太气人"]
handoff = "客人生气"
mood = "complaint"

[[rule]]
id = "exact"
keywords = ["菜单"]
exact = true
say = ["今天有三款。"]

[[rule]]
id = "kf-welcome"
event = "kf.enter_session"
say = ["你来啦，我是小盏。"]

[[rule]]
id = "refund"
examples = ["我要退款", "钱能退吗"]
say = ["template:replies/refund"]
"""
FAQ = """id,question,similar,answer
ship,几天能到,多久到货|快递要多久|什么时候送到,一般三天。
hours,几点关门,营业到几点|晚上开到几点,晚上九点半。
brew,乌龙茶怎么泡,乌龙用多少度的水|乌龙冲泡方法,九十五度的水，头一泡十秒。
green,绿茶怎么泡,绿茶用多少度的水|绿茶冲泡方法,八十度的水，别盖盖子。
gone,缺货的怎么办,卖完了还有吗,template:replies/none
story,给我讲讲你的故事,你有什么故事,template:replies/story
"""
TEMPLATES = {
    "replies/refund": "+++\ntitle='退'\n+++\n退款三天到。",
    "replies/story": "+++\ntitle='故事'\n[vars.tale]\nsource='persona.story.cup'\n"
    "[vars.name]\nsource='member.name'\nfallback='你'\n+++\n{{ name }}听我说：{{ tale }}",
}


def script(persona: str = "", dialogue: str = DIALOGUE, faq: str = FAQ, **changes: Any) -> Script:
    """The small persona, with ``persona`` appended to its persona.toml."""
    files = {"persona.toml": PERSONA + persona, "dialogue.toml": dialogue, "faq.csv": faq}
    templates = [parse_template(name, text, name) for name, text in TEMPLATES.items()]
    return Script.of(
        parse_persona(files, "personas/xiaozhan"),
        parse_brand('name = "半盏"\nlink_domains = ["banzhan.example"]\n', "brand.toml"),
        Shelf.of(templates, {name: 7 for name in TEMPLATES}),
        **changes,
    )


def message(text: str = "", kind: str = "text", **data: Any) -> Inbound:
    """One thing a customer sent."""
    return Inbound(channel="kf", account="wk1", dedupe=text, peer="wm1", kind=kind, text=text,
                   data=data, sent_at=NOON, received_at=NOON)  # fmt: skip


def event(name: str) -> Inbound:
    """One thing that happened."""
    return Inbound(channel="kf", account="wk1", dedupe=name, peer="wm1", kind="event", event=name,
                   sent_at=NOON, received_at=NOON)  # fmt: skip


def turn(
    *said: str | Inbound,
    memory: Mapping[str, Any] | None = None,
    mode: Mode = "auto",
    misses: int = 0,
    waiting: int | None = None,
    now: int = NOON,
    member: Member | None = None,
    account: str = "wk1",
) -> Turn:
    """A burst in one conversation."""
    conversation = Conversation(
        id=f"kf:{account}:wm1", channel="kf", account=account, peer="wm1", mode=mode,
        memory=memory or {}, misses=misses, waiting_since=waiting,
    )  # fmt: skip
    messages = tuple(message(part) if isinstance(part, str) else part for part in said)
    return Turn(
        conversation=conversation, messages=messages, member=member or Member(id="m1"), now=now
    )


def words(decision: Decision) -> list[str]:
    """What the member would read."""
    return [plain(draft.body) for draft in decision.drafts]
