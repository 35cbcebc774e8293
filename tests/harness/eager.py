"""A brand whose plans are far too eager: flows that sell from the first hour, day and night, two
campaigns a day to everybody, and posts at all hours, every second of which sells."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from bot.rehearsal.play import Played
from bot.rehearsal.rates import Acts, Arrive, Rates, Say, Staff, Talk, Taps, Words
from tests.harness.feeds import FeedLaw, judge_groups, judge_moments, posts
from tests.harness.judge import Law, Truth, Verdict, judge

BRAND = Path(__file__).parents[1] / "fixtures" / "brand"
OFFER, CARE = "新品上架", "的问候"
GOODS = "sku,name,price,valid_from,valid_to\nWS,雾山茶,68.00,2026-01-01,2027-12-31\n"
OFFERS = ("moments/offer", "groups/offer")
PLAIN = ("moments/morning", "groups/weekly")
HOURS = ("08:00", "10:00", "13:00", "20:00", "21:45", "23:30")
LAST_DAY = 80
# The numbers of the judge's law; days alone make a new friend an old one.
GOVERNOR = """[governor]
day = 2
week = 4
month = 8
promo_day = 1
promo_week = 1
promo_month = 3
quiet_from = "21:30"
quiet_to = "08:30"
trust_contacts = 0
trust_days = "7d"
"""
RATES = Rates(
    arrive=Arrive(second=0.3), talk=Talk(month=12),
    say=Say(ask=85, chat=5, complain=10),
    acts=Acts(opt_out=0.5, opt_in=0.5, delete=0.1, come_back=1, join=0.5),
    words=Words(chat=("你好",), complain=("我要投诉",), opt_out=("退订",), fewer=("少发一点",),
                opt_in=("恢复推送吧",)),
    taps=Taps(after="3h", since="00:00", until="23:59"),
    staff=Staff(every="3h", say=("同事看过了，已经处理好。",)),
)  # fmt: skip
LAW = Law(
    offer=(OFFER,), care=(CARE,), opt_out=RATES.words.opt_out, opt_in=RATES.words.opt_in,
    complaint=RATES.words.complain, settled=RATES.staff.say,
)  # fmt: skip


def brand(folder: Path) -> Path:
    """A copy of the small brand with such plans; its configuration."""
    shutil.copytree(BRAND, folder, dirs_exist_ok=True)
    promos = folder / "content" / "promos"
    promos.mkdir()
    for n in range(4):
        (promos / f"offer{n}.j2").write_text(_template(n), encoding="utf-8")
    for n in range(3):
        flow = folder / "content" / "flows" / f"eager{n}.toml"
        flow.write_text("\n".join(_flow(n)), encoding="utf-8")
    campaigns = folder / "content" / "campaigns"
    campaigns.mkdir()
    for n, hour in enumerate(("11:00", "22:00")):
        (campaigns / f"rush{n}.toml").write_text(_campaign(n, hour), encoding="utf-8")
    config = folder / "config.toml"
    config.write_text(config.read_text(encoding="utf-8") + GOVERNOR, encoding="utf-8")
    (folder / "content" / "catalogue.csv").write_text(GOODS, encoding="utf-8")
    for kind in ("moments", "groups"):
        (folder / "content" / kind / "offer.j2").write_text(_goods(), encoding="utf-8")
    calendar = folder / "content" / "calendar.toml"
    calendar.write_text("\n".join(_calendar()), encoding="utf-8")
    return config


def _template(n: int) -> str:
    head = f'+++\ntitle = "新品 {n}"\ngenre = "news"\norigin = "BGC"\n+++\n'
    return f"{head}{OFFER}，第 {n} 款，来看看。\n"


def _goods() -> str:
    head = '+++\ntitle = "雾山茶"\ngenre = "news"\norigin = "BGC"\n+++\n'
    return f"{head}{OFFER}：雾山茶 68 元。\n"


def _flow(n: int) -> Iterator[str]:
    yield f'id = "eager{n}"'
    yield 'trigger = "contact.added"'
    yield 'persona = ["tester"]'
    for day in range(n, LAST_DAY, 2):
        yield "[[step]]"
        yield f'id = "day{day}"'
        yield f"day = {day}"
        yield f'at = "{HOURS[(day + n) % len(HOURS)]}"'
        yield f'template = "{"care/day1" if day % 3 == 2 else f"promos/offer{day % 4}"}"'
        yield 'via = ["kf", "bulk"]'


def _campaign(n: int, hour: str) -> str:
    return (f'id = "rush{n}"\ndo = "promo"\npersona = "tester"\ntemplate = "promos/offer{n}"\n'
            f'audience = "all"\nat = "daily {hour}"\nuntil = "20h"\n')  # fmt: skip


def _calendar() -> Iterator[str]:
    for n, hour in enumerate(HOURS):
        moment, post = PLAIN if n % 2 else OFFERS
        for do, template in (("moment", moment), ("group_post", post)):
            yield "[[entry]]"
            yield f'id = "{do}{n}"'
            yield f'when = "daily {hour}"'
            yield f'do = "{do}"'
            yield 'persona = "tester"'
            yield f'template = "{template}"'
            if do == "group_post":
                yield 'groups = "customer"'


FEEDS = FeedLaw(offer=OFFER)


async def judged(played: Played) -> Verdict:
    """What the judges say of a play that is over."""
    stage = played.house.stage
    words = [(one.at, one.member, one.text) for one in stage.words()]
    verdict = judge(Truth(received=stage.received(), words=words, added=stage.added), LAW)
    for kind, law in (("bulk_group", judge_groups), ("moment", judge_moments)):
        line = posts((one.created_at, one.text) for one in stage.tasks()
                     if one.kind == kind and one.status != "cancelled")  # fmt: skip
        verdict.posts[kind] = (len(line), sum(OFFER in one.text for one in line))
        verdict.broken += [(kind, found) for found in law(line, FEEDS)]
    return verdict
