"""Eight accounts of one persona, the same messages through each, while versions come and go."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bot.core.clock import ManualClock
from bot.core.config import load_config
from bot.core.model import Inbound
from bot.library.disk import read_disk
from bot.library.library import Library
from bot.library.publish import publish_disk
from bot.pipeline.converse import Converse
from bot.pipeline.loop import Bells, run_worker
from bot.pipeline.trace import Trace
from bot.store import inbox, versions
from bot.store.engine import Row, Tx
from bot.store.inbox import Settle
from bot.store.migrate import migrate_sqlite
from bot.store.sqlite import SqliteStore
from bot.store.versions import ROLLBACK
from tests.scenario.house import brand, look, until

NOW = 1_790_000_000_000
ACCOUNTS = tuple(f"wkEIGHT{n:02}" for n in range(8))
ASKED = (
    "几天发货",
    "价格",
    "你好",
    "讲个故事",
    "这个茶怎么泡",
    "能开发票吗",
    "单号 1234567",
    "多少钱",
)
RULE = '\n[[rule]]\nid = "story"\nkeywords = ["讲个故事"]\nsay = [["上半段{n}。", "下半段{n}。"]]\n'
Pair = tuple[int, int]


class Nobody:
    """Knows no nicknames; nobody asks for one here."""

    async def name_of(self, external_userid: str) -> str:
        raise AssertionError(external_userid)


class Follower:
    """Leads nothing: the versions come from the database alone."""

    process, alive = "follower", True

    def leads(self, name: str) -> bool:
        return False

    def holds(self, tx: Tx, name: str) -> bool:
        return False

    def mark(self) -> str:
        return f"follower/{random.randbytes(6).hex()}"

    def owns(self, mark: str) -> bool:
        return True


def prepare(folder: Path) -> None:
    """The test brand with eight kf accounts and a number in every answer that a version changes."""
    brand(folder)
    listed = ", ".join(f'"{account}"' for account in ACCOUNTS)
    person = folder / "personas" / "tester" / "persona.toml"
    text = person.read_text("utf-8").replace('"wkBANZHAN01", "wkBANZHAN02"', listed)
    person.write_text(text, "utf-8")
    number(folder, 1)


def number(folder: Path, n: int) -> None:
    """The files of version ``n``: persona, template and brand change together."""
    tester = folder / "personas" / "tester"
    original = Path(__file__).parents[1] / "fixtures" / "brand"
    faq = (original / "personas" / "tester" / "faq.csv").read_text("utf-8")
    (tester / "faq.csv").write_text(faq.replace("两天内", f"{n}天内"), "utf-8")
    rules = (original / "personas" / "tester" / "dialogue.toml").read_text("utf-8")
    (tester / "dialogue.toml").write_text(rules + RULE.format(n=n), "utf-8")
    price = (original / "content" / "replies" / "price.j2").read_text("utf-8")
    target = folder / "content" / "replies" / "price.j2"
    target.write_text(price.replace("都写在", f"（{n}）都写在"), "utf-8")
    words = (original / "personas" / "brand.toml").read_text("utf-8")
    # a taboo would keep the persona's draft from being published; this only stops the one answer
    never = "一分钟" if n % 2 == 0 else "两分钟"
    words = words.replace("link_domains", f'words = ["{never}"]\nlink_domains')
    (folder / "personas" / "brand.toml").write_text(words, "utf-8")


@dataclass
class Stage:
    """The store, the worker that answers, and somebody who publishes and goes back meanwhile."""

    folder: Path
    store: SqliteStore
    library: Library
    chance: random.Random
    together: dict[int, Pair] = field(default_factory=dict)
    brands: dict[int, int] = field(default_factory=dict)

    async def publish(self, n: int) -> None:
        """A new version of everything at once, as an edit in the folders makes it."""
        number(self.folder, n)
        config = load_config(self.folder / "config.toml")
        disk = await asyncio.to_thread(read_disk, config)
        await self.store.write(publish_disk, disk, NOW, live=True)
        marks = {name: v for _, name, v in await self.store.read(versions.marks)}
        self.together[n] = (marks["tester"], marks["replies/price"])
        self.brands[n] = marks["brand"]

    async def go_back(self, n: int) -> None:
        """All three go back together."""

        def back(tx: Tx) -> None:
            persona, price = self.together[n]
            for kind, name, version in (("persona", "tester", persona),
                                        ("template", "replies/price", price),
                                        ("brand", "brand", self.brands[n])):  # fmt: skip
                versions.serve(tx, kind, name, version, "li", NOW, event=ROLLBACK)

        await self.store.write(back)

    async def restless(self, done: asyncio.Event) -> None:
        """Versions come and go until the talk is over."""
        newest = 1
        while not done.is_set():
            if newest > 2 and self.chance.random() < 0.5:
                await self.go_back(self.chance.randrange(1, newest + 1))
            else:
                newest += 1
                await self.publish(newest)
            await self.library.follow()


def said(i: int, account: str) -> Inbound:
    peer = f"wm{account[-2:]}"
    return Inbound(channel="kf", account=account, dedupe=f"{account}/{i}", peer=peer, kind="text",
                   text=ASKED[i % len(ASKED)], event="", data={}, sent_at=NOW + i,
                   received_at=NOW + i)  # fmt: skip


async def talk(stage: Stage, bells: Bells, n: int) -> None:
    """The same messages to every account; each is answered before the next one comes. Half of the
    accounts hear every third message only after another version went into service."""
    for i in range(n):
        messages = [said(i, account) for account in ACCOUNTS]
        stage.chance.shuffle(messages)
        await hear(stage, bells, messages[:4])
        if i % 3 == 0:
            before = stage.library.cast
            await until(lambda old=before: stage.library.cast is not old, "another version")  # type: ignore[misc]
        await hear(stage, bells, messages[4:])
        await until(lambda: stage.store.read(answered), "answers")


async def hear(stage: Stage, bells: Bells, messages: Sequence[Inbound]) -> None:
    await stage.store.write(inbox.accept_all, messages, Settle(wait=0, most=0))
    bells.inbox.set()


def answered(tx: Tx) -> bool:
    return not inbox.counts(tx).keys() & {"new", "working"}


async def play(folder: Path, n: int) -> dict[int, Pair]:
    """The whole run; the versions of persona and template that belong together."""
    prepare(folder)
    config = load_config(folder / "config.toml")
    config = replace(config, content=replace(config.content, auto_publish=True))
    path = folder / "data" / "onevoice.db"
    migrate_sqlite(path, NOW)
    store, clock, bells = SqliteStore(path, readers=2), ManualClock(NOW + n), Bells()
    library = Library(store, config, clock, Follower())
    stage = Stage(folder, store, library, random.Random(n))
    await stage.publish(1)
    await library.open()
    worker = Converse(store, library, Nobody(), config, clock, bells, Trace())
    stop, done = asyncio.Event(), asyncio.Event()
    answering = asyncio.create_task(
        run_worker("converse", worker.step, bells.inbox, clock, stop, bells.street)
    )
    publishing = asyncio.create_task(stage.restless(done))
    try:
        await talk(stage, bells, n)
    finally:
        done.set()
        stop.set()
        bells.inbox.set()
        await asyncio.gather(answering, publishing)
        store.close()
    return stage.together


def expected(i: int, n: int, times: int) -> list[str]:
    """What version ``n`` says to message ``i``, word for word; ``times`` it was said before."""
    refused = ["我请同事来看看。"]
    return {
        "几天发货": [f"下单后{n}天内发出。"], "价格": [f"价格（{n}）都写在商品页里。"],
        "多少钱": [f"价格（{n}）都写在商品页里。"], "你好": [["在呢。"], ["来啦。"]][times % 2],
        "讲个故事": [f"上半段{n}。", f"下半段{n}。"],
        "这个茶怎么泡": refused if n % 2 == 0 else ["八十五度的水，泡一分钟就好。"],
        "能开发票吗": ["可以的，订单页里点开票，电子发票会发到邮箱。"],
        "单号 1234567": ["记下了，单号 1234567。"],
    }[ASKED[i % len(ASKED)]]  # fmt: skip


def turns_of(folder: Path) -> dict[tuple[str, int], list[Row]]:
    """The bubbles of each turn, by account and number of the message."""
    asked = {r["id"]: r for r in look(folder / "data", "SELECT id, dedupe, account FROM inbox")}
    found = defaultdict(list)
    for row in look(folder / "data", "SELECT * FROM replies ORDER BY id"):
        message = asked[int(row["origin"].split(":")[1])]
        found[row["account"], int(message["dedupe"].rpartition("/")[2])].append(row)
    return found


def check(folder: Path, n: int, together: dict[int, Pair]) -> None:
    """Every answer is word for word what its version says, and no answer mixes two."""
    numbers = {pair[0]: n for n, pair in together.items()}
    made = turns_of(folder)
    assert len(made) == n * len(ACCOUNTS)
    split = 0
    for i in range(n):
        by_account = {account: made[account, i] for account in ACCOUNTS}
        for bubbles in by_account.values():
            (version,) = {row["persona_version"] for row in bubbles}
            texts = [row["text"] for row in bubbles]
            assert texts == expected(i, numbers[version], i // len(ASKED))
            for row in bubbles:
                if row["content"].startswith("replies/"):
                    assert (version, row["content_version"]) in together.values()
        split += len({b[0]["persona_version"] for b in by_account.values()}) > 1
    assert split, "no message met two versions: nothing was tried"
    assert len({row["persona_version"] for b in made.values() for row in b}) > 2


@pytest.mark.parametrize("n", [24, pytest.param(200, marks=pytest.mark.soak)])
def test_no_answer_mixes_two_versions_and_each_names_its_own(tmp_path: Path, n: int) -> None:
    together = asyncio.run(asyncio.wait_for(play(tmp_path, n), 300))
    check(tmp_path, n, together)


def test_accounts_of_one_persona_give_the_same_answers_at_one_version(tmp_path: Path) -> None:
    """Which account was asked plays no part; what a version says decides alone."""
    together = asyncio.run(asyncio.wait_for(play(tmp_path, 16), 300))
    same: dict[tuple[int, int], set[Sequence[str]]] = defaultdict(set)
    for (_, i), bubbles in turns_of(tmp_path).items():
        same[i, bubbles[0]["persona_version"]].add(tuple(row["text"] for row in bubbles))
    assert together and all(len(answers) == 1 for answers in same.values())
