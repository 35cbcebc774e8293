"""The page that a person gets: his words, escaped, and nothing empty."""

from __future__ import annotations

from typing import Any

from bot.core.event import Happened
from bot.library.personpage import KINDS, SECTIONS, page

AT = 1_790_000_000_000


def found(**tables: Any) -> dict[str, Any]:
    return {"made_at": AT, "ids": ["wm1"], "tags": ["老客", "<b>"], "tables": tables}


def test_what_he_said_is_shown_in_order_and_escaped() -> None:
    made = page(found(
        member=[{"id": "wm1", "name": "<小满>", "company": ""}],
        inbox=[{"sent_at": AT, "text": "几度水？ <script>"}],
        replies=[{"at": AT + 1, "status": "sent", "text": "八十五度。"},
                 {"at": AT + 2, "status": "failed", "text": "没有送到"}],
        purchase=[{"id": "A1", "at": AT, "paid_cents": 22_050, "refunded_cents": 0}],
    ), "Asia/Shanghai")  # fmt: skip
    assert "&lt;小满&gt;的个人资料副本" in made and "老客、&lt;b&gt;" in made
    assert "<script>" not in made and made.index("几度水") < made.index("八十五度")
    assert "没有送到" not in made and "<td>220.50</td>" in made
    assert "企业" not in made  # a column that is empty in every row


def test_every_event_has_its_words() -> None:
    assert {one.value for one in Happened} <= KINDS.keys()
    made = page(found(event=[{"at": AT, "kind": "joined", "place": "wr1"}]), "Asia/Shanghai")
    assert "进群" in made and "joined" not in made


def test_of_whom_nothing_is_known_the_page_is_whole() -> None:
    made = page(found(), "UTC")
    assert made.startswith("<!doctype html>") and made.endswith("</html>\n")
    assert not [title for _, title, _ in SECTIONS if title in made]
