"""From a question that nobody could answer to the answer of the next time."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.clock import ManualClock
from bot.core.config import Config
from bot.core.model import Conversation, Inbound, Member, Turn
from bot.library.desk import ContentDesk
from bot.library.faqdesk import Answer, Asked, FaqDesk
from bot.library.imports.report import Refusal
from bot.library.library import Library
from bot.library.questions import Group
from bot.persona.decide import decide
from bot.persona.script import Script
from bot.pipeline.missed import missed
from bot.store import unmatched
from bot.store.sqlite import SqliteStore
from tests.unit.library.conftest import NOW

WHO = "tester"


class Shop:
    """A brand that serves, with its desk."""

    def __init__(self, store: SqliteStore, config: Config) -> None:
        self.clock = ManualClock(NOW)
        self.store = store
        self.library = Library(store, config, self.clock)
        self.content = ContentDesk(store, config, self.clock)
        self.desk = FaqDesk(store, self.content, self.clock)

    @property
    def script(self) -> Script:
        return self.library.cast.scripts[WHO]

    async def ask(self, text: str, who: str = "p1") -> tuple[str | None, bool]:
        """What is answered, as the worker decides and keeps it."""
        message = Inbound(channel="kf", account="a", dedupe=text, peer=who, kind="text", text=text,
                          sent_at=NOW, received_at=NOW)  # fmt: skip
        talk = Conversation(id=f"kf:a:{who}", channel="kf", account="a", peer=who)
        made = decide(self.script, Turn(conversation=talk, messages=(message,),
                                        member=Member(id=""), now=NOW))  # fmt: skip
        found = missed(1, [((message,), made)])
        await self.store.write(unmatched.add, WHO, talk.id, "", found, self.clock.advance(1))
        return made.rule, made.matched

    async def publish(self, version: int) -> None:
        await self.content.submit("persona", WHO, version, "wu")
        await self.content.approve("persona", WHO, version, "li")
        await self.library.follow()


@pytest.fixture
def shop(store: SqliteStore, config: Config) -> Shop:
    made = Shop(store, config)
    asyncio.run(made.library.open())
    return made


def test_a_wording_and_an_answer_that_were_published_are_known_the_next_time(shop: Shop) -> None:
    async def body() -> None:
        assert await shop.ask("报销要的那张纸咋弄") == (None, False)
        assert await shop.ask("报销要的那张纸咋弄呀", "p2") == (None, False)
        assert await shop.ask("盖碗能进洗碗机不") == (None, False)
        paper, bowl = await shop.desk.open(shop.script)
        assert (paper.times, len(paper.norms), bowl.text) == (2, 2, "盖碗能进洗碗机不")

        version = await shop.desk.add_wording(asked(paper), "faq:invoice", paper.text)
        assert await shop.ask("报销要的那张纸咋弄", "p3") == (None, False), "a draft answers nobody"
        await shop.publish(version)
        assert await shop.ask("报销要的那张纸咋弄", "p4") == ("faq:invoice", True)

        new = Answer(question=bowl.text, answer="别放，手洗就好。", similar="洗碗机能洗盖碗吗",
                     name="bowl")  # fmt: skip
        await shop.publish(await shop.desk.add_answer(asked(bowl), new))
        assert await shop.ask("洗碗机能洗盖碗吗") == ("faq:bowl", True)
        done = await shop.desk.decided(WHO)
        assert {(one.fate, one.target, one.times) for one in done} == {
            ("wording", "faq:invoice", 1), ("answer", "faq:bowl", 1)}  # fmt: skip

    asyncio.run(body())


def test_what_is_set_aside_is_gone_from_the_desk_until_it_is_taken_up(shop: Shop) -> None:
    async def body() -> None:
        await shop.ask("你猜猜我今天多大")
        [group] = await shop.desk.open(shop.script)
        assert await shop.desk.set_aside(asked(group)) == 1
        await shop.ask("你猜猜我今天多大", "p2")
        assert await shop.desk.open(shop.script) == ()
        assert await shop.desk.take_up(WHO, group.norms[0], "li")
        assert (await shop.desk.open(shop.script))[0].times == 2

    asyncio.run(body())


def test_a_refused_wording_makes_no_draft_and_the_question_waits(shop: Shop) -> None:
    async def body() -> None:
        await shop.ask("盖碗能进洗碗机不")
        [group] = await shop.desk.open(shop.script)
        with pytest.raises(Refusal):
            await shop.desk.add_wording(asked(group), "faq:none", group.text)
        assert len(await shop.desk.open(shop.script)) == 1

    asyncio.run(body())


def asked(group: Group) -> Asked:
    return Asked(persona=WHO, norms=group.norms, actor="wu")
