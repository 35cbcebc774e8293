"""The people of a generated world as a members file: what a brand's own books may say of them.

Ids are those of the world with as many customers, so that a file can be imported beside it.
"""

from __future__ import annotations

import csv
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random
from typing import TextIO

COLUMNS = ("id", "name", "acquisition_cost", "tags")
FACTS = ("birthday", "gender", "city", "source")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡"
GIVEN = "子晓雨思佳欣怡梓诗涵悦宁静安然可心语嫣若曦乐彤菲瑶琪琳雪梅兰竹青云帆"
THINGS = ("绿茶", "红茶", "白茶", "乌龙", "普洱", "花茶", "冷泡", "茶具", "礼盒", "茶点")
KINDS = ("常喝", "想试", "已购", "收藏", "送礼", "自饮", "咨询过", "复购", "犹豫", "推荐过",
         "评价好", "办公室", "早晨", "下午", "睡前", "低咖", "拼单", "会员日", "新品",
         "线下")  # fmt: skip
CITIES = ("上海", "北京", "杭州", "广州", "深圳", "成都", "武汉", "南京", "西安", "苏州", "厦门",
          "长沙")  # fmt: skip
SOURCES = ("门店", "海报", "朋友介绍", "小红书", "直播", "公众号")
COSTS = ("", "12.50", "18", "30", "45.90", "60")
WORN = 5  # tags of each
STEEPNESS = 1.05  # of Zipf's law: the first tag is on most, the last on few


def tag_names() -> tuple[str, ...]:
    """All tags, the most frequent first."""
    return tuple(f"{kind}{thing}" for kind in KINDS for thing in THINGS)


def rows(customers: int, seed: int = 1, *, facts: bool = False) -> Iterator[list[str]]:
    """The header, then a row for each; equal for equal arguments."""
    rng = Random(f"roll:{seed}:{customers}:{facts}")
    tags = tag_names()
    weights = list(accumulate(1 / (place + 1) ** STEEPNESS for place in range(len(tags))))
    yield [*COLUMNS, *(FACTS if facts else ())]
    for place in range(1, customers + 1):
        worn = "|".join(_worn(rng, tags, weights))
        row = [f"wmPOP{place:07d}", _name(rng), COSTS[int(rng.random() * len(COSTS))], worn]
        yield row + (_facts(rng) if facts else [])


def write(out: TextIO, customers: int, seed: int = 1, *, facts: bool = False) -> None:
    """The same as CSV."""
    csv.writer(out, lineterminator="\n").writerows(rows(customers, seed, facts=facts))


def _worn(rng: Random, tags: Sequence[str], weights: Sequence[float]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < WORN:
        found[tags[bisect(weights, rng.random() * weights[-1])]] = None
    return list(found)


def _name(rng: Random) -> str:
    bits = rng.getrandbits(24)
    given = GIVEN[bits % len(GIVEN)] + (GIVEN[bits // 97 % len(GIVEN)] if bits & 7 else "")
    return SURNAMES[(bits >> 8) % len(SURNAMES)] + given


def _facts(rng: Random) -> list[str]:
    bits = rng.getrandbits(40)
    birthday = f"{1960 + bits % 48}-{bits // 48 % 12 + 1:02d}-{bits // 576 % 28 + 1:02d}"
    city = CITIES[int(len(CITIES) * rng.random() ** 2)]
    return [birthday if bits & 1 << 30 else "", ("", "男", "女", "女")[bits >> 31 & 3],
            city if bits & 1 << 33 else "", SOURCES[(bits >> 34) % len(SOURCES)]]  # fmt: skip
