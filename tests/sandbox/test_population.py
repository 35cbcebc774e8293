"""Generated worlds: the same people every time, and snapshots of what happened to them only."""

from __future__ import annotations

import asyncio
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.generate import main, world_text
from sandbox.keeper import FORKS, Keeper
from sandbox.rules import groups, people, tags
from sandbox.server import Sandbox
from sandbox.world import load, snapshot
from tests.sandbox.conftest import AT

ROOT = Path(__file__).resolve().parents[2]


def made(folder: Path, customers: int = 500, seed: int = 1) -> Path:
    path = folder / f"world-{customers}-{seed}.toml"
    path.write_text(world_text(customers, seed), encoding="utf-8")
    return path


def store(path: Path) -> snapshot.Store:
    return load.read(path)[1](AT)


def whole(found: snapshot.Store) -> str:
    """Everything, generated or not."""
    parts = {name: part for name, part in vars(found).items() if name != "drift"}
    return json.dumps(parts, default=snapshot.plain, ensure_ascii=False)


def test_the_same_seed_gives_the_same_world(tmp_path: Path) -> None:
    first, again = store(made(tmp_path)), store(made(tmp_path))
    assert whole(first) == whole(again)
    assert whole(first) != whole(store(made(tmp_path, seed=2)))
    assert len(first.customers) == 505 and len(first.groups) == 5
    rows = [each for rows in first.relations.values() for each in rows.values()]
    assert {len(each.tags) for each in rows} == {0, 1, 2, 3}
    known = {each.customer for each in rows}
    assert 0 < len(first.customers) - len(known) < 50, "a few know nobody"
    assert len(rows) > len(known), "a few know two members"
    assert all(len(each.members) > 1 for each in first.groups.values())


def test_a_snapshot_holds_what_happened_and_a_restart_lays_it_over(tmp_path: Path) -> None:
    path, state = made(tmp_path), tmp_path / "state"
    box = Sandbox(world=path, state=state, frozen_at=AT)
    world = box.world
    world.on_event = lambda event: None
    person, other, third = (f"wmPOP{each:07d}" for each in (1, 2, 3))
    (friend,), (lost,), (mine,) = (world.followers[each] for each in (person, other, third))
    world.store.customers[person].archive_consent = True
    people.delete_by_staff(world, lost, other)
    people.delete_by_staff(world, mine, third)
    people.add(world, mine, third, state="back")
    tags.mark(world, people.related(world, friend, person), [next(iter(world.store.tags))], [])
    groups.dismiss(world, "wrPOP000001")
    groups.join(world, "wrPOP000002", person)
    new = people.make_customer(world, "新人").id
    people.add(world, friend, new)
    text = snapshot.dump(world.store)
    assert text.count('"id": "wmPOP') < 30, "the others are not written"
    snapshot.write(state, text)
    box = Sandbox(world=path, state=state, frozen_at=AT + 86_400_000)
    assert json.loads(whole(box.world.store)) == json.loads(whole(world.store))
    assert snapshot.dump(box.world.store) == text
    again = box.world
    assert again.relation(lost, other) is None and "wrPOP000001" not in again.store.groups
    assert again.followers[new] == (friend,) and person in again.store.groups["wrPOP000002"].members


def test_another_population_over_a_kept_world_is_refused(tmp_path: Path) -> None:
    state = tmp_path / "state"
    box = Sandbox(world=made(tmp_path), state=state, frozen_at=AT)
    snapshot.write(state, snapshot.dump(box.world.store))
    with pytest.raises(load.BadWorld, match="population"):
        Sandbox(world=made(tmp_path, seed=2), state=state, frozen_at=AT)


@pytest.mark.skipif(not FORKS, reason="only where a fork is safe")
def test_a_snapshot_is_written_beside_the_loop(tmp_path: Path) -> None:
    async def story() -> None:
        box = Sandbox(world=made(tmp_path), frozen_at=AT)
        keeper = Keeper(box.world, tmp_path)
        expected = snapshot.dump(box.world.store)
        saving = asyncio.ensure_future(keeper.save())
        await asyncio.sleep(0)
        people.make_customer(box.world)
        await saving
        found = (tmp_path / snapshot.FILE).read_text(encoding="utf-8")
        assert found == expected, "the world of the moment it began"
        await keeper.stop()
        assert (tmp_path / snapshot.FILE).read_text(encoding="utf-8") != expected

    asyncio.run(story())
    assert not list(tmp_path.glob("*.new"))


def test_the_command(tmp_path: Path) -> None:
    out = tmp_path / "w.toml"
    command = [sys.executable, "-m", "sandbox.generate", "--customers", "40", "--out", str(out)]
    assert subprocess.run(command, cwd=ROOT).returncode == 0
    assert len(store(out).customers) == 45
    assert main(["--customers", "1000001", "--out", str(out)]) == 2
    assert main(["--customers", "1", "--out", str(tmp_path / "no" / "w")]) == 2


@pytest.mark.parametrize("row", ["customers = 1000001", "customers = -1", "people = 3"])
def test_a_wrong_section(tmp_path: Path, row: str) -> None:
    path = tmp_path / "w.toml"
    path.write_text(f'[corp]\nid = "w"\nname = "x"\n[population]\n{row}\n', encoding="utf-8")
    with pytest.raises(load.BadWorld, match="population"):
        store(path)


@pytest.mark.soak
def test_a_million_loads_in_a_minute_and_a_gigabyte(tmp_path: Path) -> None:
    began = time.monotonic()
    box = Sandbox(world=made(tmp_path, 1_000_000), frozen_at=AT)
    assert len(box.world.store.customers) == 1_000_005
    assert time.monotonic() - began < 60
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 1_000_000
    assert len(snapshot.dump(box.world.store)) < 100_000
