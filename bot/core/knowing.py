"""Facts that everybody means the same by: what they are called, and how a value is written. Pure.

A fact of any other name is kept as it was said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from hashlib import blake2b

NAME_MAX = 64  # characters of a name
VALUE_MAX = 500  # characters of a value
_DAY = re.compile(
    r"(?:(?P<y>(?:19|20)\d\d)\s*[年./-]?\s*)?(?P<m>1[0-2]|0?[1-9])\s*[月./-]?\s*"
    r"(?P<d>3[01]|[12]\d|0?[1-9])\s*[日号]?"
)
_NUMBER = re.compile(r"\+?\d{5,15}")
_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s.]{1,63}(?:\.[^@\s.]{1,63}){1,4}")
_PROVINCE = re.compile(r"^(?:中国)?[一-龥]{2,3}(?:省|自治区)")
_GENDERS = {word: value for value, words in {
    "男": "男 男性 男士 先生 m male 1", "女": "女 女性 女士 小姐 f female 2",
}.items() for word in words.split()}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """``names``: what people call it, in Chinese; ``read`` brings a value into its one form, empty
    for what is none. ``inner``: for staff alone; no text and no language model is shown it."""

    names: tuple[str, ...]
    read: Callable[[str], str]
    inner: bool = False


def _text(said: str) -> str:
    return said


def _birthday(said: str) -> str:
    """``1990-03-05``, or ``03-05`` without a year."""
    found = _DAY.fullmatch(said)
    if found is None:
        return ""
    year, month, day = found["y"], int(found["m"]), int(found["d"])
    try:
        made = date(int(year or 2000), month, day)
    except ValueError:
        return ""
    return made.isoformat() if year else f"{made:%m-%d}"


def _city(said: str) -> str:
    bare = _PROVINCE.sub("", said)
    return bare.removesuffix("市") if len(bare) > 2 else bare


def _gender(said: str) -> str:
    return _GENDERS.get(said.lower(), "")


def _phone(said: str) -> str:
    bare = re.sub(r"[\s()-]", "", said).removeprefix("+86")
    return bare if _NUMBER.fullmatch(bare) else ""


def _email(said: str) -> str:
    return said if _EMAIL.fullmatch(said) else ""


KNOWN: Mapping[str, Known] = {
    "birthday": Known(("生日",), _birthday),
    "gender": Known(("性别",), _gender),
    "city": Known(("城市", "所在城市"), _city),
    "phone": Known(("电话", "手机", "手机号"), _phone),
    "email": Known(("邮箱",), _email),
    "nick": Known(("称呼", "昵称"), _text),
    "company": Known(("公司", "单位"), _text),
    "job": Known(("职业",), _text),
    "taste": Known(("口味", "喜好"), _text),
    "source": Known(("来源",), _text, inner=True),
    "remark": Known(("备注",), _text, inner=True),
}
_BY_NAME = {name: key for key, row in KNOWN.items() for name in row.names}
INNER = frozenset(key for key, row in KNOWN.items() if row.inner)
# Facts of which a day in the year is looked for.
DAYS = frozenset({"birthday"})


def key_of(name: str) -> str:
    """What a fact is kept under: ``城市`` is ``city``; cut to NAME_MAX characters."""
    bare = name.strip()[:NAME_MAX]
    return _BY_NAME.get(bare, bare)


# An import says the same of thousands.
@lru_cache(maxsize=32_768)
def written(name: str, value: str) -> str:
    """The value of a fact in its one form; empty when it is none (a birthday in a 13th month)."""
    bare = " ".join(value.split())[:VALUE_MAX]
    known = KNOWN.get(name)
    return known.read(bare) if known else bare


def day_of(name: str, value: str) -> int:
    """305 of a birthday on the 5th of March; 0 for facts that are no day of the year."""
    return int(value[-5:-3]) * 100 + int(value[-2:]) if name in DAYS else 0


@lru_cache(maxsize=32_768)
def mark_of(name: str, value: str) -> int:
    """A number of 48 bits by which everybody with this fact is found. Two facts of a million have
    the same with a probability of 2 in 1,000; that one asks for such a one is as good as never."""
    made = blake2b(f"{name}\0{value}".encode(), digest_size=6).digest()
    return int.from_bytes(made, "big")
