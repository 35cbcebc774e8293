"""Templates a second of the studio, against Jinja2 alone with the same text and the same values.

The floor does nothing else: no fallbacks, no cleaning of names, no bounds, no tidy line ends, no
body of a message. It gets its values flat and ready.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import Any

import jinja2

from bot.bench.frame import BenchFailed, Result, alternating, ratio
from bot.studio.filters import day
from bot.studio.parse import parse_template
from bot.studio.render import Rendered, Shelf

NAME = "care/bench"
MEMBERS, ROUND, ROUNDS = 1_000_000, 10_000, 9
HEAD = """+++
title = "入店一周的问候"
[vars.name]
source = "member.name"
fallback = "茶友"
[vars.city]
source = "member.city"
fallback = "你那边"
[vars.codename]
source = "member.codename"
fallback = ""
[vars.who]
source = "persona.name"
[vars.brand]
source = "brand.name"
[vars.today]
source = "day.date"
type = "date"
[vars.weekday]
source = "day.weekday"
+++
"""
TEXT = """{{ name }}，早上好，我是{{ brand }}的{{ who }}。
今天{{ today | date }}，{{ weekday }}，算起来你来店里一周了。
{{ city }}这两天降温，水可以烧得热一点。
{% if codename %}
群里都叫你“{{ codename }}”，这个名字真好听。
{% endif %}
白茶第一泡别急着倒，停十秒香气更稳。
要是觉得淡了，下一泡多坐五秒就好，别加茶叶。
茶叶用夹子封紧，放在避光的柜子里。
喝到哪一盏拿不准，随时在这里问我，我慢慢说给你听。
不急，你慢慢来，先喝半盏就好。"""
COMMON: Mapping[str, Any] = {
    "persona": {"name": "小盏"}, "brand": {"name": "半盏"},
    "day": {"date": date(2026, 11, 21), "weekday": "周六"},
}  # fmt: skip


def measure(progress: Callable[[str], None], *, members: int = MEMBERS) -> list[Result]:
    """Templates a second one by one, and for ``members`` members in one call, compiled once."""
    shelf, plain = _shelf(), _plain()
    known = list(islice(_members(), min(ROUND, members)))
    contexts = [{**COMMON, "member": member} for member in known]
    flat = [_flat(member) for member in known]
    _check(shelf, plain, contexts, flat)
    progress("render: one by one, and in one call, against Jinja2 alone")
    single, many, floor = alternating(
        ROUNDS,
        lambda: _rate(len(known), lambda: _each(shelf, contexts)),
        lambda: _rate(len(known), lambda: _many(shelf, iter(known))),
        lambda: _rate(len(known), lambda: _bare(plain, flat)),
    )
    progress(f"render: {members:,} members in one call")
    began = time.process_time()
    done = _many(shelf, islice(_members(), members))
    took = time.process_time() - began
    size = len(shelf.render(NAME, contexts[0]).text)
    return [
        Result(name="render", value=single, unit="templates/s", floor=floor,
               ratio_to_floor=ratio(single, floor), detail={"characters": size}),
        Result(name="render.many", value=many, unit="templates/s", floor=floor,
               ratio_to_floor=ratio(many, floor),
               detail={"members": done, "members_cpu_s": round(took, 3)}),
    ]  # fmt: skip


def _shelf() -> Shelf:
    return Shelf.of([parse_template(NAME, HEAD + TEXT, "bench.j2")])


def _plain() -> jinja2.Template:
    environment = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)  # noqa: S701 - no HTML
    environment.filters["date"] = day
    return environment.from_string(TEXT)


def _members() -> Iterator[dict[str, str]]:
    """Members without end; every third has a codename, every seventh no city."""
    number = 0
    while True:
        number += 1
        member = {"name": f"小雨{number}", "codename": "" if number % 3 else "闻香"}
        yield member | ({"city": "杭州"} if number % 7 else {})


def _flat(member: Mapping[str, str]) -> dict[str, Any]:
    return {"name": member["name"], "codename": member["codename"],
            "city": member.get("city", "你那边"), "who": "小盏", "brand": "半盏",
            **COMMON["day"], "today": COMMON["day"]["date"]}  # fmt: skip


def _check(
    shelf: Shelf, plain: jinja2.Template, contexts: list[dict[str, Any]],
    flat: list[dict[str, Any]],
) -> None:  # fmt: skip
    for context, values in zip(contexts[:50], flat[:50], strict=True):
        if shelf.render(NAME, context).text != plain.render(values):
            raise BenchFailed("render: the two texts differ")


def _each(shelf: Shelf, contexts: list[dict[str, Any]]) -> None:
    for context in contexts:
        shelf.render(NAME, context)


def _many(shelf: Shelf, members: Iterator[dict[str, str]]) -> int:
    return sum(isinstance(one, Rendered) for one in shelf.render_many(NAME, members, COMMON))


def _bare(plain: jinja2.Template, flat: list[dict[str, Any]]) -> None:
    for values in flat:
        plain.render(values)


def _rate(n: int, work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return n / max(time.process_time() - began, 1e-9)
