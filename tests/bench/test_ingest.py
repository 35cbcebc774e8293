"""A short run of ``ingest``: what was accepted was kept, by the product and by its peers."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.bench import child, ingest, services
from bot.bench.child import Child
from bot.bench.frame import BenchFailed, Result, cpus
from bot.bench.ingest import Plan, Rounds
from bot.bench.letters import DOOR, letters, plain
from bot.bench.load import Load, complete
from bot.wecom.codec import open_letter, parse_xml
from tests.bench.born import popen

TINY = Plan(rounds=1, seconds=20, letters=96, slow_ms=1)


@pytest.fixture(scope="module", autouse=True)
def born() -> Iterator[None]:
    """Where the product runs as it is; one whose commits are slow starts as ever."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child, "subprocess", SimpleNamespace(**vars(subprocess) | {"Popen": popen}))
        yield


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    said: list[str] = []
    found = {result.name: result for result in ingest.measure(said.append, TINY)}
    assert len(said) == 3
    return found


def test_all_figures_are_there(results: dict[str, Result]) -> None:
    assert list(results) == ["ingest", "ingest.p99", "ingest.repeats", "ingest.slow_disk"]
    assert all(result.value > 0 and result.floor > 0 for result in results.values())


@pytest.mark.parametrize("name", ["ingest", "ingest.p99", "ingest.slow_disk"])
def test_every_callback_was_kept(results: dict[str, Result], name: str) -> None:
    assert results[name].detail["kept"] == TINY.letters


def test_the_usual_shape_is_measured_or_the_way_to_it_is_named(results: dict[str, Result]) -> None:
    main = results["ingest"]
    if services.installed("flask", "gunicorn"):
        assert main.ratio_to_usual is not None and main.ratio_to_usual > 0
    else:
        assert main.ratio_to_usual is None
        assert "pip install" in str(main.detail["usual"])


@contextlib.contextmanager
def playing(tmp_path: Path) -> Iterator[Rounds]:
    with Child(["-m", "bot.bench.load"], tmp_path / "load.log", cpu=cpus()[1]) as load:
        load.ready()
        yield Rounds(load, TINY)


def test_repeats_are_accepted_and_kept_once_durably(tmp_path: Path) -> None:
    """Rows with a turn planned, as in any other run of the product."""
    with playing(tmp_path) as rounds, services.product(tmp_path / "p", cpus()[0]) as ours:
        rounds.on(ours, repeats=0.5)()
        assert ours.kept is not None
        kept = ours.kept()
        numbers = {parse(request)["MsgId"] for request in letters("/", 0, TINY.letters, 0.5)}
        assert kept == len(numbers) < TINY.letters
        with pytest.raises(BenchFailed, match=f"{TINY.letters} callbacks were accepted, but"):
            rounds.check(ours)
    with contextlib.closing(sqlite3.connect(tmp_path / "p" / "data" / "onevoice.db")) as found:
        rows = found.execute("SELECT COUNT(*), COUNT(DISTINCT dedupe) FROM inbox").fetchone()
        turns = found.execute("SELECT COUNT(*) FROM conversation WHERE turn_at > 0").fetchone()
        assert found.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert rows == (kept, kept)
    assert turns == (kept,)


def test_a_service_that_refuses_is_no_contestant(tmp_path: Path) -> None:
    with (
        playing(tmp_path) as rounds,
        services.floor(tmp_path, cpus()[0]) as floor,
        pytest.raises(BenchFailed, match="refused or lost"),
    ):
        rounds.on(floor, path="/callback/nobody")()


def parse(request: bytes) -> dict[str, str]:
    """The inner letter of a request."""
    head, _, body = request.partition(b"\r\n\r\n")
    query = dict(
        part.split("=", 1) for part in head.split()[1].decode().partition("?")[2].split("&")
    )
    sealed = parse_xml(body)["Encrypt"]
    return parse_xml(
        open_letter(DOOR, query["msg_signature"], query["timestamp"], query["nonce"], sealed)
    )


def test_letters_are_genuine_and_differ() -> None:
    found = [parse(request) for request in letters("/callback/x", 7, 50)]
    assert [one["MsgId"] for one in found] == [str(n) for n in range(7, 57)]
    assert len({one["FromUserName"] for one in found}) == 50
    assert len(set(plain("/x", 0, 50))) == 50


@pytest.mark.parametrize(
    ("answer", "whole"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Le", False),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", False),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX: y\r\n\r\nok", True),
        (b"HTTP/1.1 204 No Content\r\nDate: x\r\n\r\n", True),
    ],
)
def test_an_answer_ends_where_it_says(answer: bytes, whole: bool) -> None:
    assert complete(answer) is whole


def test_a_round_ends_when_its_letters_are_used_up() -> None:
    async def run() -> dict[str, object]:
        load = Load([b"a", b"b"], seconds=60)
        assert load.next() == b"a" and load.next() == b"b" and load.next() is None
        assert not load.done.is_set()
        load.answered(200, load.start)
        load.answered(503, load.start)
        assert load.next() is None and load.done.is_set()
        return load.report()

    report = asyncio.run(run())
    assert (report["ok"], report["other"], report["cut"]) == (1, 1, 0)
