"""How ``onevoice persona`` shows what it found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

import click
import orjson
from tabulate import tabulate

from bot.core.clock import local
from bot.core.config import Config
from bot.library.compare import changed, label
from bot.library.roster import Listed
from bot.persona.load import read_persona_folder
from bot.store import versions
from bot.store.engine import Row
from bot.store.versions import Edition

COLUMNS = ("persona", "name", "type", "kind", "serves", "since", "by", "newest", "state")
CANDIDATES = 5


def put_json(document: Any) -> None:
    """One JSON document on stdout."""
    click.echo(orjson.dumps(document).decode())


def show(found: Sequence[Listed], zone: str, json_out: bool) -> None:
    """The list of all personas."""
    if json_out:
        put_json({"personas": [_document(one) for one in found]})
        return
    click.echo(tabulate([_row(one, zone) for one in found], headers=COLUMNS, disable_numparse=True))
    for one in found:
        for line in _remarks(one):
            click.echo(line)


def _row(one: Listed, zone: str) -> tuple[str, ...]:
    who = one.persona
    serving = one.serving
    return (
        one.id, who.name if who else "-", who.type if who else "-", who.kind if who else "-",
        f"v{serving.version}" if serving else "-", time(serving.since, zone) if serving else "-",
        serving.actor if serving else "-", f"v{one.newest}" if one.newest else "-", one.state,
    )  # fmt: skip


def _remarks(one: Listed) -> Iterator[str]:
    if one.note:
        yield f"\n{one.id}: {one.note}"
    if one.rebind:
        yield "  bind to another persona: " + (", ".join(one.accounts) or "no accounts")
    yield from (f"  {finding}" for finding in one.findings)


def _document(one: Listed) -> dict[str, Any]:
    who = one.persona
    return {
        "id": one.id, "name": who.name if who else None, "type": who.type if who else None,
        "kind": who.kind if who else None,
        "serving": asdict(one.serving) if one.serving else None, "newest": one.newest,
        "disk": one.disk, "state": one.state, "note": one.note,
        "valid_from": who.valid_from if who else None, "valid_to": who.valid_to if who else None,
        "accounts": list(one.accounts), "rebind": list(one.accounts) if one.rebind else [],
        "findings": [asdict(finding) for finding in one.findings],
    }  # fmt: skip


def show_history(name: str, trail: Sequence[Row], zone: str, json_out: bool) -> None:
    """Who put what into service, oldest first."""
    fields = ("at", "actor", "event", "before", "after", "reason")
    if json_out:
        put_json({"persona": name, "history": [{key: row[key] for key in fields} for row in trail]})
        return
    rows = [(time(row["at"], zone), *(row[key] for key in fields[1:])) for row in trail]
    click.echo(tabulate(rows, headers=fields, disable_numparse=True))


def time(at: int, zone: str) -> str:
    """A moment as a person in that zone writes it, to the second."""
    return local(at, zone).strftime("%Y-%m-%d %H:%M:%S")


def on_disk(config: Config, name: str) -> Edition | None:
    """The folder as it lies there, broken or not; version 0. None: there is no such folder."""
    folder = config.personas_dir / name
    if not (folder / "persona.toml").exists():
        return None
    files = read_persona_folder(folder)
    return Edition(kind="persona", name=name, version=0, digest=versions.digest(files), files=files)


def show_diff(
    name: str, old: Edition | None, new: Edition, json_out: bool, key: str = "persona"
) -> None:  # fmt: skip
    """A unified diff of every file that differs."""
    before, after = label(old), label(new)
    differ = changed(name, old, new)
    if json_out:
        files = [{"file": file, "diff": text} for file, text in differ.items()]
        put_json({key: name, "from": before, "to": after, "files": files})
        return
    for text in differ.values():
        for line in text.splitlines():
            click.echo(click.style(line, fg=_COLOURS.get(line[:1])))
    click.echo(f"{name}: {before} → {after}, {len(differ)} files differ", err=True)


_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def show_why(found: dict[str, Any], json_out: bool) -> None:
    """An answer and everything that led to it."""
    if json_out:
        put_json(found)
        return
    click.echo(f"{found['persona']} v{found['version']}")
    if found["silent"]:
        click.echo(f"nothing is said: {found['silent']}")
    for bubble in found["bubbles"]:
        version = f" v{bubble['version']}" if bubble["version"] else ""
        source = f"  [{bubble['content']}{version}]" if bubble["content"] else ""
        click.echo(f"> {bubble['text']}{source}")
        if bubble["guard"]:
            click.echo(f"  the guard stops this: {bubble['guard']}")
    click.echo(f"rule {found['rule'] or '-'}, score {found['score']:.2f}: {found['why']}")
    for candidate in found["candidates"][:CANDIDATES]:
        click.echo(f"  {candidate['score']:.2f}  {candidate['rule']}")
    if found["handoff"]:
        click.echo(f"a person is asked: {found['handoff_reason']}")
    if found["flags"]:
        click.echo(f"flags: {', '.join(found['flags'])}")
