"""The set-up checklist: what each step lacks, from nothing at all to the sample brand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.community.seeds import Seeds
from bot.core.config import Config, load_config
from bot.library import starter
from bot.library.cast import Cast, build
from bot.library.checklist import KIT, Ground, Step, steps
from bot.library.disk import read_disk
from bot.members.circle import Position
from bot.persona.faq import Faq
from bot.persona.persona import Chapter
from bot.store.versions import Edition
from bot.studio.render import Shelf

NOW = int(datetime(2026, 12, 1, 4, tzinfo=UTC).timestamp() * 1000)


def cast_of(config: Config) -> Cast:
    disk = read_disk(config)
    return build([Edition(kind=one.kind, name=one.name, version=1, digest="", files=one.files)
                  for one in disk.sources], config.timezone)  # fmt: skip


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    """What `onevoice init` makes."""
    folder = tmp_path_factory.mktemp("shop")
    starter.make(folder, starter.Names("山前", "小山"))
    return cast_of(load_config(folder / "config.toml"))


@pytest.fixture
def ready(begun: Cast) -> Cast:
    """The same, where the brand has done its part."""
    script, circle, rules = begun.scripts["host"], begun.circles["friends"], begun.communities[
        "friends"]  # fmt: skip
    who = replace(script.persona, story=(Chapter(id="a", title="甲", text="下雨天的事。"),),
                  faq=tuple(Faq(id=str(n), question=f"问{n}", answer="答") for n in range(5)))  # fmt: skip
    genres = ("story", "knowledge", "funny", "emotion")
    shelf = Shelf.of(replace(next(iter(begun.shelf.templates.values())), name=f"a/{one}", genre=one)
                     for one in genres)  # fmt: skip
    answers = Position(who="谁", where="哪", need="要", habit="做", value="给")
    badges = (*rules.badges, replace(rules.badges[0], id="third"))
    return replace(
        begun, shelf=shelf, scripts={"host": replace(script, persona=who)},
        brand=replace(begun.brand, kit=dict.fromkeys(KIT, "有")),
        circles={"friends": replace(circle, position=answers)},
        communities={"friends": replace(rules, badges=badges, seeds=Seeds())},
    )  # fmt: skip


def missing(found: tuple[Step, ...]) -> dict[str, list[str]]:
    return {one.name: [gap.code for gap in one.gaps] for one in found if not one.done}


def test_nothing_is_done_before_anything_is_written() -> None:
    left = missing(steps(Ground(cast=Cast.empty("Asia/Shanghai"), now=NOW)))
    assert list(left) == ["position", "ip", "persona", "content", "seeds", "circle", "culture",
                          "platform"]  # fmt: skip
    assert left["ip"] == ["no_brand", "kit_avatar", "kit_signature", "kit_color", "kit_slogan"]


def test_a_brand_that_wrote_everything_lacks_people_and_a_company(ready: Cast) -> None:
    ground = Ground(cast=ready, now=NOW)
    assert missing(steps(ground)) == {"seeds": ["few_seeds"], "circle": ["nobody_inside"],
                                      "platform": ["sandbox"]}  # fmt: skip
    lived = replace(ground, seeds=5, inside={"friends": 1}, live=True, heard=True)
    assert all(one.done for one in steps(lived))
    assert missing(steps(replace(lived, heard=False))) == {"platform": ["silence"]}
    assert missing(steps(replace(lived, seeds=4))) == {"seeds": ["few_seeds"]}
    elsewhere = replace(lived, inside={"gone": 9})
    assert missing(steps(elsewhere)) == {"circle": ["nobody_inside"]}


def test_each_gap_is_found_and_named(ready: Cast) -> None:
    unsure = replace(ready.circles["friends"], position=Position(who="有人"))
    (gap,) = steps(Ground(cast=replace(ready, circles={"friends": unsure}), now=NOW))[0].gaps
    assert (gap.code, gap.of, gap.n) == ("unanswered", "山前的朋友", 4)
    empty = replace(ready, flows=(), calendar=Cast.empty("UTC").calendar, activities={})
    left = missing(steps(Ground(cast=empty, now=NOW)))
    assert left["content"] == ["no_welcome", "nothing_planned"]
    assert left["culture"] == ["no_activity"]


def test_what_init_makes_says_what_only_the_brand_knows(begun: Cast) -> None:
    left = missing(steps(Ground(cast=begun, now=NOW)))
    assert left["position"] == ["unanswered"] and left["persona"] == ["to_write", "few_answers"]
    assert left["ip"] == ["kit_avatar", "kit_signature", "kit_color", "kit_slogan"]
    assert left["content"] == ["few_genres"] and left["culture"] == ["few_badges"]
    assert left["seeds"] == ["no_conditions", "few_seeds"]
