"""Made-up members at the edges: whoever a text is for, one of these is harder to write to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from bot.studio.template import Template
from bot.studio.values import sample_context

NAME_MOST = 64  # characters; nobody's nickname is longer on the platform


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One made-up member. ``member`` is what a template sees of him, ``label`` tells staff who he
    is; ``opted_out``: he takes no promotion."""

    id: str
    label: str
    member: Mapping[str, str]
    gender: str = ""
    new: bool = False
    silent: bool = False
    opted_out: bool = False


# Everybody's own, as the product would make them (``bot/members/codes.py``).
_CODES = {"plain": "E38HW7", "nameless": "78KX5E", "long-name": "6XJPAT", "emoji": "FNMJ5V",
          "odd": "E7V6Q5", "genderless": "QN6TJM", "new": "N32CY6", "silent": "8VFGF8",
          "opted-out": "7X9GCT"}  # fmt: skip


def _one(id_: str, label: str, name: str, more: Mapping[str, str] = MappingProxyType({}),
         **facts: Any) -> Sample:  # fmt: skip
    member = {"name": name, **more, "invite_code": _CODES[id_]}
    return Sample(id=id_, label=label, member=MappingProxyType(member), **facts)


_LONG = "住在山脚下每天早上都要先烧一壶水再慢慢喝完半盏茶的人".ljust(NAME_MOST, "呀")
_KNOWN = {"city": "杭州", "codename": "建水", "level": "续盏", "title": "续盏茶友"}
SAMPLES: tuple[Sample, ...] = (
    _one("plain", "普通会员", "小周", _KNOWN, gender="女"),
    _one("nameless", "没有昵称", "", {"city": "杭州"}, gender="男"),
    _one("long-name", "昵称特别长", _LONG, _KNOWN | {"codename": "很长的茶名" * 4}, gender="女"),
    _one("emoji", "昵称带表情", "🍵阿禾👩‍👩‍👧‍👦✨", {"codename": "🌿"}, gender="女"),
    _one("odd", "昵称里夹着换行和倒写符", "小\n满\u202e年糕", {"city": "上海"}, gender="男"),
    _one("genderless", "性别未知", "阿青", {"codename": "茶则"}),
    _one("new", "刚加的新朋友", "木子", gender="女", new=True),
    _one("silent", "从不说话", "老陈", {"city": "成都"}, gender="男", silent=True),
    _one("opted-out", "退订了推广", "一鸣", _KNOWN, gender="男", opted_out=True),
)  # fmt: skip


def for_sample(template: Template, sample: Sample) -> dict[str, Any]:
    """The context of the head's samples, with this member's facts in place of its member's; of who
    is new no other facts are known."""
    context = {**sample_context(template), "member": dict(sample.member)}
    return {**context, "fact": {}} if sample.new else context
