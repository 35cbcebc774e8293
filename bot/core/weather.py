"""Weather that a brand tells of: a day on which something is worth a kind word in a city. Nobody
outside is asked for it; staff, a file or a system of the brand's own says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.decode import nearest

KINDS = ("寒潮", "降温", "大雪", "冰雹", "高温", "暴雨", "台风", "大雾", "雾霾", "沙尘", "梅雨",
         "回南天", "大风", "升温", "放晴")  # fmt: skip
CITY_MAX = 20


@dataclass(frozen=True, slots=True)
class Weather:
    """``city`` as portraits have it: 杭州; ``day`` is local."""

    city: str
    kind: str
    day: date

    @property
    def key(self) -> str:
        """Names it; the same told twice is one."""
        return f"{self.day.isoformat()}/{self.kind}/{self.city}"


def kind_of(text: str) -> str:
    """A kind of weather. Raises ValueError."""
    if text not in KINDS:
        raise ValueError(f"there is no weather {text!r}; {nearest(text, KINDS)}")
    return text


def weather(cells: Mapping[str, str], today: date) -> Weather:
    """One row of a file or a request: ``city``, ``kind`` and ``day`` (default: today). Raises
    ValueError."""
    city = cells.get("city", "").strip().removesuffix("市")
    if not 0 < len(city) <= CITY_MAX or any(one.isspace() or one in "/=" for one in city):
        raise ValueError(f"city: write it like 杭州, up to {CITY_MAX} characters")
    kind = kind_of(cells.get("kind", "").strip())
    said = cells.get("day", "").strip()
    try:
        day = date.fromisoformat(said) if said else today
    except ValueError:
        raise ValueError(f"day: {said!r} is no day; write 2026-12-18") from None
    if not 0 <= (day - today).days <= 30:
        raise ValueError(f"day: {day} is over, or more than 30 days ahead")
    return Weather(city, kind, day)
