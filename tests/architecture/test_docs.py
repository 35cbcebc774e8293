"""The documentation covers every setting and command; the locks stay clean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import pytest

from bot.cli import COMMANDS
from bot.core.config import Config, load_config
from bot.persona import brand, dialogue
from bot.persona.persona import Persona
from bot.persona.trials import read
from bot.studio.head import AttachmentHead, Head, VarHead
from scheduler.calendar import Blackout, Entry
from scheduler.flows import FlowFile
from tests.architecture.source import ROOT

LOCKS = ("requirements.lock", "requirements-assets.lock", "requirements-test.lock")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def _keys(kind: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """(table, key) of every scalar setting; a table per name stands as ``NAME``."""
    hints = get_type_hints(kind)
    for spec in fields(kind):
        key = spec.metadata.get("key", spec.name)
        if not key:
            continue
        inner = hints[spec.name]
        if is_dataclass(inner):
            yield from _keys(inner, f"{at}.{key}".strip("."))
        elif get_origin(inner) is dict:
            yield from _keys(get_args(inner)[1], f"{at}.{key}.NAME".strip("."))
        else:
            yield at, key


def _named(table: str) -> str:
    """The table with the name that the brand chose replaced by ``NAME``."""
    known = {at for at, _ in _keys(Config)}
    parent = table.rpartition(".")[0]
    return f"{parent}.NAME" if f"{parent}.NAME" in known else table


def _commented(text: str) -> set[tuple[str, str]]:
    """(table, key) of every line with a comment after its value."""
    found, table = set(), ""
    for line in text.splitlines():
        if header := re.match(r"\[([\w.-]+)\]", line):
            table = _named(header[1])
        elif setting := re.match(r"(\w+) = (?:\"[^\"]*\"|\[[^\]]*\]|[^#\"]*?)\s+#\s*\S", line):
            found.add((table, setting[1]))
    return found


def _page(name: str) -> str:
    path: Path = ROOT / name
    assert path.exists(), f"{name} is missing"
    return path.read_text(encoding="utf-8")


def test_every_key_of_the_shipped_config_is_known() -> None:
    assert load_config(ROOT / "config.toml").sandbox


def test_every_setting_stands_in_the_shipped_config_with_a_comment() -> None:
    missing = set(_keys(Config)) - _commented(_page("config.toml"))
    assert not missing, "\n".join(sorted(f"[{table}] {key}" for table, key in missing))


def test_the_walk_over_the_settings_sees_nested_and_named_tables() -> None:
    found = set(_keys(Config))
    assert {("", "timezone"), ("wecom", "mode"), ("wecom.limits", "kf_hours"),
            ("wecom.apps.NAME", "agent_id"), ("wecom.webhooks.NAME", "chat")} <= found  # fmt: skip
    assert not [key for _, key in found if key == "home"]


def test_the_readme_names_every_command() -> None:
    page = _page("README.md")
    missing = [name for name in COMMANDS
               if not re.search(rf"onevoice {name}\b|`{name}\b", page)]  # fmt: skip
    assert not missing, f"README.md says nothing about: {', '.join(missing)}"


@pytest.mark.parametrize("kind", [Persona, brand.Brand, dialogue._File, read._File, Head,
                                  VarHead, AttachmentHead, FlowFile, Entry, Blackout])  # fmt: skip
def test_every_key_of_the_files_that_people_edit_is_explained(kind: Any) -> None:
    page = _page("docs/formats.md")
    missing = {f"{at}.{key}" for at, key in _file_keys(kind)
               if not re.search(rf"\b{key}\b", page)}  # fmt: skip
    assert not missing, ", ".join(sorted(missing))


def _file_keys(kind: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """(table, key) of everything that a file may hold."""
    hints = get_type_hints(kind)
    for spec in fields(kind):
        if key := spec.metadata.get("key", spec.name):
            yield at, key
            for inner in _records(hints[spec.name]):
                yield from _file_keys(inner, f"{at}.{key}".strip("."))


def _records(hint: Any) -> Iterator[Any]:
    """The dataclasses within a type."""
    if is_dataclass(hint):
        yield hint
    for part in get_args(hint):
        yield from _records(part)


def test_the_lines_of_the_log_that_are_explained_are_logged_there() -> None:
    """The longest stretch of fixed words of each stands in the module that is named."""
    lines = re.findall(r"^\| `(bot\.[\w.]+): ([^`]+)`", _page("docs/operations.md"), re.M)
    assert len(lines) > 5
    for logger, line in lines:
        words = max(re.split(r"…|[A-Z]+:?| N ", line), key=len).strip(" :;")
        source = _page(f"{logger.replace('.', '/')}.py")
        assert words in source or logger == "bot.library.library", f"{logger}: {words}"


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_download_host(name: str) -> None:
    assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links|@ ", _page(name))


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_requirement_is_pinned_and_hashed(name: str) -> None:
    joined = re.sub(r"\\\n\s*", " ", _page(name))
    lines = [line for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    assert len(lines) > 20 or (name == LOCKS[1] and len(lines) == 1)
    bad = [line[:60] for line in lines
           if not re.match(r"[\w.\[\]-]+==\S+", line) or not _HASH.search(line)]  # fmt: skip
    assert not bad


def test_the_test_lock_agrees_with_the_lock() -> None:
    def pins(name: str) -> dict[str, str]:
        return dict(re.findall(r"^([\w.-]+)==(\S+)", _page(name), re.M))

    product, tests = pins(LOCKS[0]), pins(LOCKS[2])
    assert {k: tests.get(k) for k in product} == product
