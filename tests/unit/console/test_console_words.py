"""Every word in both languages, every key that a page asks for, and no word outside the catalogue."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from bot.console.naming import slug
from bot.console.pages import PAGES
from bot.console.pages.content import STATES
from bot.console.pages.content_form import ASKED
from bot.console.pages.content_one import ACTS
from bot.console.pages.inbox_list import ORDERS, SHOWN
from bot.console.pages.member_erase import GROUPS, WHYS
from bot.console.pages.member_timeline import KINDS as LIVED
from bot.console.pages.plan_changes import ACTS as PLAN_ACTS
from bot.console.recurring import HOWS
from bot.console.rights import ROLES, Right
from bot.console.words import LANGS, catalogue, choose, known, say
from bot.core.content import REFUSALS as REFUSED
from bot.core.event import Happened
from bot.core.handoff import CAUSES
from bot.core.lifecycle import MACHINES
from bot.core.model import Channel
from bot.core.needs import NEEDS
from bot.core.stages import Stage
from bot.library.usage import Where
from bot.members.invites import REFUSALS as INVITE_REFUSALS
from bot.members.portrait import RANKS
from bot.members.roles import ROLES as MEMBER_ROLES
from bot.store import thread
from bot.store.doubles import Reason as Alike
from bot.store.merging import MOVES, Evidence
from bot.store.optouts import CHOICES, COMMON, NOT_ASKED
from bot.store.personal import Fate
from bot.store.staff import REFUSALS
from bot.studio.mend import KNOWN
from bot.studio.template import GENRES, KINDS, ORIGINS, VarType
from scheduler.campaigns import Do
from scheduler.governor import CODES
from scheduler.recurrence import ORDINALS

FOLDER = Path(__file__).parents[3] / "bot" / "console"
TEMPLATES = sorted(FOLDER.glob("templates/**/*.html"))
CODE = sorted(FOLDER.glob("**/*.py"))
CHINESE = re.compile(r"[\u3400-\u9fff]")


def test_every_key_has_both_languages_with_the_same_blanks() -> None:
    for key, said in catalogue().items():
        assert set(said) == set(LANGS), key
        assert all(said.values()), key
        zh, en = (set(re.findall(r"\{(\w+)\}", said[lang])) for lang in LANGS)
        assert zh == en, key


def test_english_is_english_and_chinese_is_chinese() -> None:
    other = {"frame.language", "frame.language_to"}  # they name the language they lead to
    menus = ("doctor_what.", "doctor_fix.")  # of the admin console, which has no English
    for key, said in catalogue().items():
        if key not in other and not key.startswith(menus):
            assert not CHINESE.search(said["en"]), key
            plain = re.sub(r"\{\w+\}", "", said["zh"])
            assert CHINESE.search(plain) or not re.search(r"[a-z]{3}", plain), key


def asked() -> set[str]:
    """Keys that stand in full in templates and code."""
    found = set()
    for path in TEMPLATES + CODE:
        found |= set(re.findall(r"""["']([a-z_]+\.[a-z_]+)["']""", path.read_text("utf-8")))
    nouns = {key.partition(".")[0] for key in catalogue()}
    other = (".html", ".csv", ".css", ".js", "_")
    return {key for key in found if key.partition(".")[0] in nouns and not key.endswith(other)}


def test_every_key_that_is_asked_for_exists() -> None:
    rights = {str(right) for right in Right}
    missing = {key for key in asked() if not known(key)} - rights
    assert len(asked()) > 100
    assert not missing


def test_what_is_put_together_exists_too() -> None:
    keys = {f"role.{role}" for role in ROLES} | {f"does.{role}" for role in ROLES}
    keys |= {f"right.{right}" for right in Right} | {f"refused.{code}" for code in REFUSALS}
    keys |= {f"frame.look_{look}" for look in ("system", "light", "dark")}
    keys |= {f"me.way_{way}" for way in ("password", "wecom")}
    keys |= {page.entry.name for page in PAGES if page.entry}
    keys |= {f"inbox_filter.{name}" for name in SHOWN} | {f"cause.{code}" for code in CAUSES}
    keys |= {f"inbox.order_{order}" for order in ORDERS}
    keys |= {f"channel.{channel}" for channel in get_args(Channel)}
    keys |= {f"lived.{kind}" for kind in Happened} | {f"stage.{one or 'none'}" for one in Stage}
    keys |= {f"fact_source.{source}" for source in RANKS} | {f"need.{kind}" for kind in NEEDS}
    keys |= {f"verdict.{one}" for one in INVITE_REFUSALS} | {
        f"holding.{role}" for role in MEMBER_ROLES
    }
    keys |= {f"alike.{one}" for one in get_args(Alike)} | {
        f"evidence.{one}" for one in get_args(Evidence)
    }
    keys |= {f"moved.{table}" for table in (*MOVES, "persons")} | {
        f"erase_why.{why}" for why in WHYS
    }
    keys |= {f"erase_group.{group}" for group in (*GROUPS, "rest")} | {
        f"fate.{fate}" for fate in Fate
    }
    keys |= {f"lived_kind.{kind}" for kind in LIVED} | {f"need_kind.{kind}" for kind in NEEDS}
    for scope, choices in CHOICES.items():
        asked = "asked_" if scope == "rating" else ""
        keys |= {f"{noun}.{asked}{choice}" for noun in ("wished", "wish_do") for choice in choices}
    keys |= {f"scope.{slug(scope)}" for scope in (*CHOICES, *COMMON, "archive")}
    keys |= {f"wished.{slug(one)}" for one in {NOT_ASKED, "everybody"}.union(*CHOICES.values())}
    keys |= {f"by.{by}" for by in get_args(thread.By)}
    keys |= {f"refused_file.{why}" for why in ("small", "large", "refused")}
    keys |= {f"content_kind.{folder}" for folder in KINDS}
    keys |= {f"content_genre.{genre}" for genre in GENRES}
    keys |= {f"content_origin.{origin}" for origin in ORIGINS}
    keys |= {f"content_source.{source.replace('.', '_')}" for source in KNOWN}
    keys |= {
        f"content_attachment.{name}" for kind, asked in ASKED.items() for name in (kind, *asked)
    }
    keys |= {f"content_refused.{code}" for code in REFUSED} | {
        f"content_done.{act}" for act in ACTS
    }
    keys |= {f"content_use.{where}" for where in get_args(Where)}
    keys |= {f"content_type.{kind}" for kind in get_args(VarType)}
    keys |= {f"content_state.{state}" for state in (*STATES, *MACHINES["content"].values())}
    keys |= {f"tasks.to_{channel}" for channel in ("contact", "group", "moment")}
    keys |= {f"tasks.end_{end}" for end in ("sent", "dead", "expired", "cancelled")}
    keys |= {f"plan_how.{how}" for how in (*HOWS, "other")} | {f"plan_when.{how}" for how in HOWS}
    keys |= {f"plan_nth.{one}" for one in ORDINALS} | {f"plan_done.{act}" for act in PLAN_ACTS}
    keys |= {f"plan_do.{do}" for do in (*get_args(Do), "flow")}
    keys |= {f"ruling.{code}" for code in CODES}
    for machine, table in MACHINES.items():
        keys |= {f"subject.{machine}"} | {f"state.{state}" for state in table.values()}
        keys |= {f"event.{event}" for _, event in table}
    assert not {key for key in keys if not known(key)}


@pytest.mark.parametrize("path", TEMPLATES + CODE, ids=lambda path: path.name)
def test_no_visible_word_stands_outside_the_catalogue(path: Path) -> None:
    assert not CHINESE.search(path.read_text("utf-8"))


def test_no_template_carries_script_or_style_inside() -> None:
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|\|\s*safe", text), path.name
        assert not re.search(r"<script(?! src=)", text), path.name


@pytest.mark.parametrize(
    ("own", "cookie", "accepted", "lang"),
    [
        ("", "", "", "zh"),
        ("en", "zh", "zh", "en"),
        ("", "en", "zh", "en"),
        ("", "fr", "fr, en;q=0.5", "en"),
        ("", "", "en;q=0.1, zh-CN;q=0.9", "zh"),
        ("", "", "en;q=0", "zh"),
        ("", "", "en;q=x, ,;;", "zh"),
    ],
)
def test_the_language_is_the_accounts_the_cookies_or_the_browsers(
    own: str, cookie: str, accepted: str, lang: str
) -> None:
    assert choose(own, cookie, accepted) == lang


def test_an_unknown_key_is_an_error() -> None:
    assert say("en", "when.minutes", n=3) == "3 min ago"
    with pytest.raises(KeyError):
        say("zh", "no.such")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_page_asks_a_form_for_its_fields_by_key(path: Path) -> None:
    """``typed.copy`` is no field: it is what a mapping can do."""
    assert re.findall(r"\btyped\.(?!get\()\w+", path.read_text("utf-8")) == []
