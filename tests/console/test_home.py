"""The first page: what needs each role, where that stands, and the tiles beside it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from bot.console.pages import home_needs as needing
from bot.console.pages import home_tiles as tiles
from bot.console.rights import RIGHTS, Access
from bot.core.clock import DAY, MINUTE, local
from bot.core.findings import Finding
from bot.store import mentions, needs, review, saved, versions
from bot.store.engine import Tx
from bot.store.sql import queries
from tests.console.test_figures import settle, world
from tests.console.test_inbox_list import complains
from tests.contract.test_ledger_plans import plan
from tests.scenario.house import run
from tests.scenario.reception import NOW, Browser, reception
from tests.template import migrated

# What grows with members; whoever walks one of them walks an index of the few that stand open.
BIG = re.compile(
    r"^SCAN (conversation|outbox|replies|inbox|event|entry|member|stay|tap|reward_grant"
    r"|mention|application|moderation|mission_take|unmatched|audit)\b(.*)$",
    re.M,
)
FEW = ("conversation_complaint", "conversation_lead", "tap_standing", "outbox_unsure",
       "outbox_ready", "outbox_dead", "application_waiting", "moderation_open", "entry_waiting",
       "mission_take_proved", "unmatched_open", "outbox_given_up", "inbox_dead")  # fmt: skip


def test_nothing_on_the_first_page_walks_what_grows_with_members() -> None:
    names = [f"need_{name}{first}" for name in needs.Kind.__args__ for first in ("", "_first")]
    found = {name: plan(migrated(), name) for name in (*names, "delivery_now", "persona_changes")
             if name in queries()}  # fmt: skip
    assert len(found) > 25
    walked = [(name, *hit) for name, steps in found.items() for hit in BIG.findall(steps)]
    assert [one for one in walked if not one[2].endswith(FEW)] == []


def test_every_role_is_told_only_of_what_it_may_see_and_by_a_page_that_is_there() -> None:
    assert set(needing.ROLES) == set(RIGHTS)
    for role, names in needing.ROLES.items():
        for name in names:
            wanted = needing.READS[name][0]
            assert isinstance(wanted, Access) or wanted in RIGHTS[role], (role, name)


async def listed(browser: Browser) -> dict[str, tuple[int, str]]:
    """What the list says: how many, and the address, by the words."""
    text = (await browser.get()).text.partition('id="needs"')[2].partition("</section>")[0]
    found = re.findall(r'<li><a href="([^"]+)"><b class="num">([^<]+)</b><span>([^<]+)<', text)
    return {words: (int(n), path.replace("&amp;", "&")) for path, n, words in found}


async def reachable(browser: Browser, found: dict[str, tuple[int, str]]) -> None:
    for words, (_, path) in found.items():
        answer = await browser.get(path.removeprefix("/console").partition("#")[0])
        assert answer.status == 200, (words, path)


def submit(tx: Tx) -> None:
    number, _ = versions.draft(tx, "template", "care/new", {"care/new.j2": "x"}, "amy", NOW)
    review.move(tx, "template", "care/new", number, "submit", "amy", NOW)


def test_each_role_is_told_what_needs_it_with_age_and_place(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            library = await desk.publish()
            await complains(desk)
            desk.clock.advance(20 * MINUTE)
            await desk.store.write(submit)
            for role in ("service", "lead", "content", "owner", "analyst"):
                async with desk.signed_in(role) as browser:
                    found = await listed(browser)
                    if role in ("lead", "content"):
                        await reachable(browser, found)
                    if role in ("service", "lead"):
                        n, path = found["customers wait for a person"]
                        assert n == 1 and path.endswith("c=kf%3AwkBANZHAN01%3AwmA")
                        assert found["complaints are not resolved"][0] == 1
                        assert "the oldest <time" in (await browser.get()).text
                    assert ("templates wait for your review" in found) == (role in (
                        "lead", "content"))  # fmt: skip
                    if role == "analyst":
                        assert found == {} and (await browser.get()).said("Nothing waits for you")
            await desk.store.write(mentions.note, "kf:wkBANZHAN01:wmA", "lead", "@service 看下",
                                   NOW)  # fmt: skip
            async with desk.browser() as again:
                await again.sign_in("service")
                part = await again.get("/home/needs")
                assert part.said("conversations name you in a note") and not part.said("<html")
                fault = Finding(
                    file="content/x.j2", line=1, rule="x", severity="error", message="x"
                )
                library.findings = [fault]
                assert "files have errors" not in part.text, "no service agent's business"
            async with desk.browser() as writer:
                await writer.sign_in("content")
                assert (await listed(writer))["files have errors and do not serve"][0] == 1

    run(scenario)


def test_tiles_begin_with_figures_that_are_no_sale_and_lead_to_their_screens(
    tmp_path: Path,
) -> None:
    """A55: what somebody who runs the place sees first."""

    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            await desk.publish()
            await desk.store.write(world)
            await settle(desk)
            async with desk.signed_in("owner") as browser:
                home = (await browser.get()).text
                names = re.findall(r'id="tile-(\w+)"', home)
                assert names[0] == "service" and set(names) == set(tiles.TILES)
                assert len(home.encode()) < 40_000
                for name in names:
                    part = await browser.get(f"/home/tile?n={name}")
                    assert part.status == 200, part.text[:2_000]
                    (path,) = re.findall(r'<h2><a href="/console([^"]+)"', part.text)
                    assert (await browser.get(path.replace("&amp;", "&"))).status == 200
                service = (await browser.get("/home/tile?n=service")).text
                told = dict(re.findall(r"<b class=\"num\">([^<]+)</b><span>([^<]+)<", service))
                assert len([number for number in told if number != "–"]) >= 4
                assert not re.search("convers(ion)|order|revenue|sale", service, re.I)
                assert (await browser.get("/home/tile?n=none")).status == 404
            async with desk.signed_in("analyst") as browser:
                assert re.findall(r'id="tile-(\w+)"', (await browser.get()).text) == [
                    "service", "personas"]  # fmt: skip
                assert (await browser.get("/home/tile?n=value")).status == 404

    run(scenario)


def test_days_with_nothing_planned_and_backups_that_are_missing_are_told(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk:
            library = await desk.publish()
            bare = replace(library.cast, calendar=replace(library.cast.calendar, entry=()))
            found = needing.gaps(bare, NOW)
            assert len(found) == needing.AHEAD
            assert [b - a for a, b in pairwise(found)] == [DAY] * (needing.AHEAD - 1)
            assert len(needing.gaps(library.cast, NOW)) < needing.AHEAD, "the weekly entry"
            wecom = replace(desk.console.config.wecom, mode="live")
            desk.console.config = replace(desk.console.config, wecom=wecom)
            async with desk.signed_in("owner") as browser:
                assert "backup is yet to be made" in await listed(browser)
                await desk.store.write(saved.note, tmp_path / "one", NOW - 9 * DAY)
                found_lines = await listed(browser)
                assert found_lines["days without a backup"] == (9, "/console/doctor#backup")
                await desk.store.write(saved.note, tmp_path / "two", NOW - DAY)
                assert "days without a backup" not in await listed(browser)

    run(scenario)


def test_templates_that_end_soon_are_told_and_listed(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with reception(tmp_path) as desk, desk.signed_in("content") as browser:
            library = await desk.publish()
            assert "templates end within two weeks" not in await listed(browser)
            zone, shelf = desk.console.config.timezone, library.cast.shelf.templates
            day = local(NOW + 3 * DAY, zone).date()
            for n, path in ((1, "/content/one?t="), (2, "/content?state=ending")):
                soon = {name: replace(one, valid_to=day) for name, one in list(shelf.items())[:n]}
                made = replace(library.cast.shelf, templates={**shelf, **soon})
                library.cast = replace(library.cast, shelf=made)
                told, where = (await listed(browser))["templates end within two weeks"]
                assert told == n and where.startswith(f"/console{path}")
            page = await browser.get("/content?state=ending")
            assert all(name in page.text for name in soon) and page.text.count("<tr data-row") == 2

    run(scenario)
