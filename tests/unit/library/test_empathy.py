"""What is suggested to a colleague when the member is upset: how he feels first, then the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.core.config import Config
from bot.core.model import Conversation
from bot.library.speech import Setting
from bot.library.suggest import EMPATHY, Suggestion, suggest
from bot.library.why import Asker
from bot.store.sqlite import SqliteStore
from tests.unit.library.conftest import edit
from tests.unit.library.test_roster import FILE, look, setting

OWN = """
[empathy]
angry = ["对不起，让你生气了。"]
unhappy = ["是我们没做好。"]
worried = ["会担心很正常。"]
ask = ["哪一单？我看清楚了再回你。"]
read = ["前面的话我看过了。"]
"""
RULE = """
[[rule]]
id = "broken"
pattern = "碎了"
say = ["手没割到吧？拍张照给我。"]
handoff = "破损"
mood = "complaint"
"""
TALK = Conversation(id="kf:wkBANZHAN01:wm1", channel="kf", account="wkBANZHAN01", peer="wm1")
Ask = Callable[..., Suggestion | None]


@pytest.fixture
def ask(store: SqliteStore, config: Config) -> Ask:
    edit(config, FILE, lambda text: text + OWN)
    edit(config, "personas/tester/dialogue.toml", lambda text: text + RULE)
    look(store, config)
    at: Setting = setting(store)
    return lambda words, **more: suggest(at, "tester", words, Asker(talk=TALK), "kf", **more)


def test_how_he_feels_comes_before_the_answer(ask: Ask) -> None:
    calm, upset = ask("几天发货"), ask("太失望了\n几天发货")
    assert calm is not None and (calm.text, calm.gentle) == ("下单后两天内发出。", False)
    assert upset is not None and upset.gentle
    assert (upset.text, upset.rule) == ("是我们没做好。\n下单后两天内发出。", "faq:ship")
    worried = ask("有点担心\n几天发货")
    assert worried is not None and worried.text.startswith("会担心很正常。\n")


def test_who_is_upset_and_has_no_answer_is_asked_on(ask: Ask) -> None:
    assert ask("你们家的茶席布能不能定做") is None
    found = ask("气死我了，你们到底管不管")
    assert found is not None and found.rule == EMPATHY
    assert found.text == "对不起，让你生气了。\n哪一单？我看清楚了再回你。"


def test_an_answer_that_was_written_for_it_stands_alone_although_it_calls_a_person(
    ask: Ask,
) -> None:
    found = ask("杯子碎了，太失望了")
    assert found is not None and (found.text, found.rule) == ("手没割到吧？拍张照给我。", "broken")


def test_who_was_answered_and_waits_has_a_draft_and_who_is_calm_has_none(ask: Ask) -> None:
    found = ask("", before="等了五天，太失望了")
    assert found is not None and found.text == "是我们没做好。\n前面的话我看过了。"
    assert ask("", before="几天发货") is None and ask("") is None


def test_what_the_guard_stops_is_not_suggested(
    ask: Ask, store: SqliteStore, config: Config
) -> None:
    edit(config, FILE, lambda text: text.replace("是我们没做好。", "保证明天一定到，全网最低价。"))
    look(store, config)
    at = setting(store)
    upset = suggest(at, "tester", "太失望了\n几天发货", Asker(talk=TALK), "kf")
    assert upset is not None and upset.text == "下单后两天内发出。", "the plain answer is left"
    assert suggest(at, "tester", "太失望了", Asker(talk=TALK), "kf") is None
