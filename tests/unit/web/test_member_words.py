"""The words of the member page: both languages, nothing missing, nothing left over."""

from __future__ import annotations

import gzip
import re

import pytest

from bot.community.activity import KINDS
from bot.community.entries import AGAIN, COUNTED, LATE, OVER, OWN, REJECTED, STRUCK, WAITING
from bot.members.portrait import PURPOSES, RANKS
from bot.store import claiming, optouts
from bot.web.member import statics
from bot.web.member.words import catalogue, language, say
from tests.architecture.source import ROOT

FOLDER = ROOT / "bot" / "web" / "member"
TEXTS = [path.read_text("utf-8") for ending in ("templates/*.html", "*.py")
         for path in FOLDER.glob(ending)]  # fmt: skip
NOT_THESE = {"taken", "open"}  # of rights: said by what else the page shows


def asked() -> set[str]:
    """Keys that stand somewhere in full."""
    plain = re.compile(r"""["']([a-z_]+\.[a-z_0-9]+)["']""")
    return {key for text in TEXTS for key in plain.findall(text) if key in catalogue()
            or re.search(rf"\bt\(['\"]{key}", text)}  # fmt: skip


def made() -> set[str]:
    """Keys that are put together from what the product has names for."""
    entries = (AGAIN, COUNTED, LATE, OVER, OWN, REJECTED, STRUCK, WAITING)
    found = {f"kind.{one}" for one in KINDS} | {f"entry.{one}" for one in entries}
    found |= {f"right.{one}" for one in claiming.SAID.keys() - NOT_THESE}
    found |= {f"source.{one}" for one in RANKS} | {f"purpose.{one}" for one in PURPOSES}
    found |= {f"state.{one}" for one in ("open", "early", "closed", "judged", "cancelled")}
    found |= {f"day.{n}" for n in range(7)} | {"holds.yes", "holds.no", "holds.not_asked"}
    for scope in optouts.CHOICES.keys() - set(optouts.PURPOSES):
        for choice in optouts.CHOICES[scope]:
            found |= {f"holds.{scope}_{choice}", f"do.{scope}_{choice}"}
        found.add(f"scope.{scope}")
    return found


def test_every_word_is_there_in_both_languages_with_the_same_blanks() -> None:
    assert (asked() | made()) <= catalogue().keys(), (asked() | made()) - catalogue().keys()
    for key, said in catalogue().items():
        assert said.keys() == {"zh", "en"} and all(said.values()), key
        blanks = [set(re.findall(r"\{(\w+)\}", said[lang])) for lang in ("zh", "en")]
        assert blanks[1] <= blanks[0], key


def test_nothing_is_written_that_no_page_says() -> None:
    groups = {key.partition(".")[0] for text in TEXTS
              for key in re.findall(r"""["']([a-z]+\.)["']?\s*~|f["']([a-z]+\.)\{""", text)
              for key in key if key}  # fmt: skip
    left = {key for key in catalogue().keys() - asked() - made()
            if key.partition(".")[0] not in groups}  # fmt: skip
    assert left == set()


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [("zh-CN,zh;q=0.9,en", "zh"), ("en-US,en;q=0.9", "en"), ("", "zh"), ("fr,en", "zh"),
     ("EN", "en"), ("*", "zh")],
)  # fmt: skip
def test_english_is_for_whoever_puts_it_first(accepted: str, lang: str) -> None:
    assert language(accepted) == lang
    assert say(lang, "checkin.row", n=3)[0] == {"zh": "连", "en": "3"}[lang]


def test_what_every_page_needs_is_small_and_nothing_is_inline() -> None:
    assert sum(len(one.packed) for one in statics.assets().values()) < 10_000
    for name, one in statics.assets().items():
        assert gzip.decompress(one.packed) == one.body and name.count(".") == 2
    for text in TEXTS:
        assert not re.search(r"<script(?! src)|\sstyle=\"|\son[a-z]+=\"|javascript:", text)
