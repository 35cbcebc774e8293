"""The media library: what is there, where it is used and fits, and what is let in and out."""

from __future__ import annotations

import asyncio
import struct
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.commands.media import media as command
from bot.core.config import Config, Media
from bot.library.disk import read_disk
from bot.library.media import (
    Known,
    MediaItem,
    MediaRefused,
    MediaUse,
    add,
    folder_of,
    know,
    library,
    remove,
    scan,
)
from bot.library.publish import publish_disk
from bot.store import media as uploads
from bot.store import versions
from bot.store.engine import Tx
from bot.store.sqlite import SqliteStore
from bot.store.versions import Edition
from tests.unit.library.conftest import NOW

MOMENT = (
    '+++\ntitle = "窗"\ngenre = "story"\norigin = "BGC"\n\n[[attachment]]\ntype = "image"\n'
    'asset = "{}"\n+++\n今天的窗。\n'
)


def png(width: int = 640, height: int = 480, extra: bytes = b"") -> bytes:
    """A picture as far as anybody looks at it."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + head
    return (b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(head)) + chunk
            + struct.pack(">I", zlib.crc32(chunk)) + extra)  # fmt: skip


def template(name: str, file: str, version: int = 1) -> Edition:
    return Edition(kind="template", name=name, version=version, digest="",
                   files={f"{name.rpartition('/')[2]}.j2": MOMENT.format(file)})  # fmt: skip


def only(items: list[MediaItem], name: str) -> MediaItem:
    [found] = [item for item in items if item.name == name]
    return found


def code(config: Config, name: str, content: bytes) -> str:
    with pytest.raises(MediaRefused) as caught:
        add(config, name, content)
    assert "；" in str(caught.value)
    return caught.value.code


def test_a_file_is_kept_whole_and_known_by_its_content(config: Config) -> None:
    made = add(config, "moments/窗-1.png", png())
    assert (made.facts.type, made.facts.pixels) == ("image/png", (640, 480))
    assert add(config, "moments/窗-1.png", png()) == made
    assert [path.name for path in (folder_of(config) / "moments").iterdir()] == ["窗-1.png"]
    assert [item.name for item in scan(config)] == ["moments/窗-1.png"]


@pytest.mark.parametrize(
    "name",
    ["../a.png", "/a.png", "a", "a.PNG", ".a.png", "a/b/c/d/e.png", "a b.png", "a..png", "a\x00.png",
     "CON/.png", "-a.png", f"{'a' * 61}.png", "a\\b.png"],
)  # fmt: skip
def test_a_name_that_could_lead_elsewhere_is_refused(config: Config, name: str) -> None:
    assert code(config, name, png()) == "name"
    assert not folder_of(config).exists() or not any(folder_of(config).iterdir())


def test_a_folder_that_is_a_link_leads_nowhere(config: Config, tmp_path: Path) -> None:
    folder_of(config).mkdir()
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder_of(config) / "out").symlink_to(outside)
    assert code(config, "out/a.png", png()) == "name"
    assert not any(outside.iterdir())


def test_what_is_refused_says_why(config: Config) -> None:
    add(config, "a.png", png())
    assert code(config, "a.png", png(10)) == "taken"
    assert code(config, "b.png", png()) == "double"
    assert code(config, "c.jpg", png(11)) == "type"
    assert code(config, "page.html", b"<html></html>") == "type"
    assert code(config, "e.png", b"\x89PNG") == "small"
    assert code(config, "f.pdf", b"%PDF-" + bytes(20 * 1024 * 1024)) == "large"
    assert [item.name for item in scan(config)] == ["a.png"]


def test_where_a_file_fits_and_why_not_elsewhere(config: Config) -> None:
    big = add(config, "big.png", png(11_000, 10, bytes(3 * 1024 * 1024)))
    fits = {(fit.family, fit.kind): fit for fit in big.fits}
    assert fits["corp", "image"].ok
    assert fits["moment", "image"].ok
    assert fits["moment", "image"].faults[0].rule == "pixels"
    assert not fits["url", "image"].ok
    assert "最多 2 MB" in fits["url", "image"].faults[0].message
    assert ("corp", "video") not in fits
    assert [fit.kind for fit in add(config, "a.pdf", b"%PDF-1.7").fits] == ["file"]
    gif = add(config, "a.gif", b"GIF89a" + bytes(20))
    assert [fit.place for fit in gif.fits if fit.ok] == ["文件"]


def test_uses_are_named_and_what_is_used_stays(config: Config) -> None:
    config = replace(config, media=Media(cover="cover.png"))
    for number, name in enumerate(
        ("cover.png", "window.png", "old.png", "logo.png", "free.png"), 1
    ):
        add(config, name, png(number))
    brand = Edition(kind="brand", name="brand", version=1, digest="",
                    files={"brand.toml": 'name = "半盏"\n[kit]\navatar = "assets/logo.png"\n'})  # fmt: skip
    broken = Edition(kind="template", name="moments/x", version=1, digest="", files={"x.j2": "+++"})
    known = Known((brand, broken, template("moments/window", "window.png")),
                  (template("moments/gone", "old.png", 3),))  # fmt: skip
    items = library(config, scan(config), known)
    assert only(items, "cover.png").uses == (MediaUse("setting", "[media] cover"),)
    assert only(items, "window.png").uses == (MediaUse("template", "moments/window"),)
    assert only(items, "old.png").uses == (MediaUse("queued", "moments/gone"),)
    assert only(items, "logo.png").uses == (MediaUse("brand", "brand"),)
    for name in ("cover.png", "window.png", "old.png", "logo.png"):
        with pytest.raises(MediaRefused, match=f"{name} 还在用"):
            remove(config, name, known)
    remove(config, "free.png", known)
    for name in ("free.png", "../config.toml"):
        with pytest.raises(MediaRefused) as caught:
            remove(config, name, known)
        assert caught.value.code == "gone"
    assert len(scan(config)) == 4


def test_the_database_knows_drafts_too_and_what_the_platform_has(
    store: SqliteStore, config: Config
) -> None:
    made = add(config, "window.png", png())

    def fill(tx: Tx) -> None:
        publish_disk(tx, read_disk(config), NOW, live=True)
        versions.draft(tx, "template", "moments/morning",
                       template("moments/morning", "window.png").files, "wu", NOW)  # fmt: skip
        uploads.keep(tx, made.digest, "moment", "image", ref="M", name="", now=NOW, until=NOW + 9)

    async def body() -> Known:
        await store.write(fill)
        return await store.read(know, [made.digest])

    [item] = library(config, scan(config), asyncio.run(body()))
    assert item.uses == (MediaUse("template", "moments/morning"),)
    assert [(up.scope, up.until) for up in item.uploads] == [("moment", NOW + 9)]
    assert item.as_dict()["uploads"][0]["kind"] == "image"


def test_the_command_lists_adds_and_removes(config: Config, tmp_path: Path) -> None:
    where = ["--config", str(config.home / "config.toml")]
    file = tmp_path / "窗.png"
    file.write_bytes(png())
    run = CliRunner().invoke
    assert run(command, ["add", str(file), "--name", "moments/窗.png", *where]).exit_code == 0
    shown = run(command, ["list", *where]).stdout
    assert shown.startswith("moments/窗.png  0.0 KB  640x480  用于：还没有用到  可作：客服")
    assert run(command, ["remove", "moments/窗.png", *where]).stdout == "moments/窗.png is gone\n"
    assert scan(config) == []
