"""Where templates are used."""

from __future__ import annotations

import asyncio

from bot.core.config import Config
from bot.library.cast import Cast, build
from bot.library.disk import read_disk
from bot.library.publish import publish_disk
from bot.library.usage import Use, Work, parts_used, usage, work_of
from bot.store import versions
from bot.store.sqlite import SqliteStore
from tests.unit.library.conftest import NOW, edit


def cast_of(store: SqliteStore, config: Config) -> Cast:
    asyncio.run(store.write(publish_disk, read_disk(config), NOW, live=True))
    return build(asyncio.run(store.read(versions.published)), config.timezone)


def test_a_part_is_found_in_everything_that_holds_it_and_so_is_the_work_of_a_persona(
    store: SqliteStore, config: Config
) -> None:
    (config.content_dir / "parts").mkdir()
    (config.content_dir / "parts/bye.j2").write_text("回头见。\n", "utf-8")
    for name in ("groups/weekly", "care/day1"):
        edit(config, f"content/{name}.j2", lambda t: t + '{% include "bye" %}\n')
    cast = cast_of(store, config)
    assert parts_used(cast) == {"bye": ("care/day1", "groups/weekly")}
    work = work_of(cast, "tester")
    assert "lin.xi" in work.accounts and work.entries == ("weekly", "morning")
    assert work_of(cast, "nobody") == Work()


def test_every_place_that_names_a_template_is_found(store: SqliteStore, config: Config) -> None:
    edit(config, "personas/tester/dialogue.toml",
         lambda t: t + '\n[[rule]]\nid = "much"\nexamples = ["多少钱"]\nsay = ["template:replies/price"]\n')  # fmt: skip
    cast = cast_of(store, config)
    found = usage(cast)
    assert found["groups/weekly"] == (Use("calendar", "weekly", "tester"),)
    assert found["care/day1"] == (Use("flow", "welcome/day1", "tester"),)
    assert {(use.where, use.persona) for use in found["replies/price"]} == {
        ("faq", "tester"), ("rule", "tester")}  # fmt: skip
    assert all(":" in use.what for use in found["replies/price"])
    assert cast.shelf.templates.keys() == usage(cast).keys()
