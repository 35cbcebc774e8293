"""Files that templates carry: there, of their type, small enough, and what both rooms say of them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest

from bot.core.config import Config
from bot.core.filetypes import MB
from bot.library.assets import facts, review_assets
from bot.library.disk import signature
from bot.studio.assets import MIN_BYTES, MOST, Facts, Need, faults
from bot.studio.parse import parse_template
from bot.wecom.files import MIN_BYTES as WIRE_MIN
from bot.wecom.files import RULES

JPG = (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
       b"\xff\xc0\x00\x11\x08\x00\x40\x00\x80\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01")  # fmt: skip
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"\0" * 20


def png(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))


def test_a_file_is_what_it_begins_with(tmp_path: Path) -> None:
    for name, content in (
        ("a.png", png(400, 300)),
        ("b.png", JPG),
        ("c.mp4", MP4),
        ("d.png", b"x"),
    ):
        (tmp_path / name).write_bytes(content)
    assert facts(tmp_path, "a.png") == Facts(len(png(1, 1)), "image/png", (400, 300))
    assert facts(tmp_path, "b.png") == Facts(len(JPG), "image/jpeg", (128, 64))
    assert facts(tmp_path, "c.mp4") == Facts(len(MP4), "video/mp4")
    assert facts(tmp_path, "d.png") == Facts(1, "application/octet-stream")
    assert facts(tmp_path, "gone.png") is None
    assert facts(tmp_path / "in", "../a.png") is None  # nothing outside of the folder


def image(family: str = "corp", kind: str = "image") -> Need:
    return Need("a.x", kind, family, 0)


@pytest.mark.parametrize(
    ("need", "known", "rules"),
    [
        (image(), None, ["missing"]),
        (image(), Facts(10 * MB, "image/png", (9, 9)), []),
        (image(), Facts(10 * MB + 1, "image/png", (9, 9)), ["size"]),
        (image(), Facts(5, "image/png", (9, 9)), ["size"]),
        (image(), Facts(6, "image/png", (9, 9)), []),
        (image(), Facts(900, "image/gif", (9, 9)), ["type"]),
        (image(), Facts(900, "image/png"), ["broken"]),
        (image("moment"), Facts(900, "image/jpeg", (10_800, 9)), []),
        (image("moment"), Facts(900, "image/jpeg", (9, 10_801)), ["pixels"]),
        (image("url"), Facts(2 * MB, "image/png", (9, 9)), []),
        (image("url"), Facts(2 * MB + 1, "image/png", (9, 9)), ["size"]),
        (image(kind="video"), Facts(10 * MB, "video/mp4"), []),
        (image(kind="video"), Facts(900, "image/png", (9, 9)), ["type"]),
        (image(kind="file"), Facts(20 * MB, "application/octet-stream"), []),
        (image("moment", "file"), Facts(10 * MB + 1, "image/gif"), ["size"]),
    ],
)
def test_what_the_platform_would_not_take(
    need: Need, known: Facts | None, rules: list[str]
) -> None:
    assert [fault.rule for fault in faults(need, known)] == rules


def test_the_upload_says_the_same() -> None:
    assert MIN_BYTES == WIRE_MIN
    for family, kinds in MOST.items():
        assert {kind: RULES[family][kind].most for kind in kinds} == kinds


def test_a_template_names_the_attachment_that_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(4, 4))
    head = ('+++\ntitle = "x"\n[[attachment]]\ntype = "image"\nasset = "a.png"\n'
            '[[attachment]]\ntype = "link"\ntitle = "t"\nurl = "https://a.example"\n'
            'picture = "b.png"\n[[attachment]]\ntype = "miniprogram"\nappid = "wx1"\n'
            'page = "p.html"\ntitle = "t"\nthumb = "c.png"\n+++\n好。')  # fmt: skip
    found = list(review_assets(parse_template("groups/a", head, "x.j2"), tmp_path))
    assert [(f.rule, f.line, "b.png" in f.message) for f in found] == [
        ("template.asset-missing", 6, True), ("template.asset-missing", 11, False),
    ]  # fmt: skip


def test_a_file_that_is_added_is_seen(config: Config) -> None:
    before = signature(config)
    folder = config.content_dir / "assets"
    folder.mkdir(exist_ok=True)
    (folder / "new.png").write_bytes(png(4, 4))
    assert signature(config) != before
