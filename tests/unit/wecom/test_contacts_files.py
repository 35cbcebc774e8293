"""Files before they are uploaded: type, size and length, at the limit and one over."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.wecom.files import AMR, MB, Asset, Assets, check, is_asset, voice_ms
from bot.wecom.media import CORP, MOMENT, Scope, _form
from bot.wecom.wire import BadBody

PNG, JPG, MP4 = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"\0\0\0\x18ftypmp42"
FRAME = b"\x3c" + bytes(31)  # 12.2 kbit/s, 20 ms


def filled(start: bytes, size: int) -> bytes:
    return start + bytes(size - len(start))


def asset(name: str = "a.bin", size: int = 0) -> Asset:
    return Asset(name, Path(name), "d", size)


LIMITS = [
    ("corp", "image", PNG, 10 * MB), ("corp", "image", JPG, 10 * MB),
    ("corp", "voice", AMR, 2 * MB), ("corp", "video", MP4, 10 * MB), ("corp", "file", b"", 20 * MB),
    ("moment", "image", PNG, 10 * MB), ("moment", "video", MP4, 10 * MB),
    ("album", "image", PNG, 10 * MB), ("url", "image", PNG, 2 * MB),
    ("webhook", "file", b"", 20 * MB), ("webhook", "voice", AMR, 2 * MB),
]  # fmt: skip


@pytest.mark.parametrize(("family", "kind", "start", "most"), LIMITS)
def test_a_file_at_its_limit_goes_and_a_byte_more_does_not(
    family: str, kind: str, start: bytes, most: int
) -> None:
    if kind != "voice":  # a recording of 2 MB is far longer than a minute
        check(asset(), filled(start, most), kind, family)
    with pytest.raises(BadBody, match=f"{most} are allowed"):
        check(asset(), filled(start, most + 1), kind, family)


@pytest.mark.parametrize(("family", "kind", "start", "most"), LIMITS)
def test_five_bytes_are_too_few(family: str, kind: str, start: bytes, most: int) -> None:
    with pytest.raises(BadBody, match="more than 5 are needed"):
        check(asset(), b"12345", kind, family)


def test_six_bytes_are_a_file() -> None:
    check(asset(), b"123456", "file", "corp")


@pytest.mark.parametrize(("kind", "content"), [
    ("image", b"GIF89a..."), ("image", MP4), ("voice", PNG), ("voice", b"#!AMR-WB\n"),
    ("video", PNG), ("video", b"ftypmp42mp42"),
])  # fmt: skip
def test_the_content_decides_what_a_file_is(kind: str, content: bytes) -> None:
    with pytest.raises(BadBody, match="is no"):
        check(asset("a.png"), content, kind, "corp")


@pytest.mark.parametrize(("family", "kind"), [
    ("moment", "voice"), ("url", "video"), ("webhook", "image"), ("album", "voice")])  # fmt: skip
def test_not_every_place_takes_every_kind(family: str, kind: str) -> None:
    with pytest.raises(BadBody, match="can be sent here"):
        check(asset(), PNG, kind, family)


def test_a_recording_may_last_a_minute() -> None:
    minute = AMR + FRAME * 3000
    assert voice_ms(minute) == 60_000
    check(asset(), minute, "voice", "corp")
    with pytest.raises(BadBody, match="longer than 60 s"):
        check(asset(), minute + FRAME, "voice", "corp")


def test_the_length_of_a_recording_ends_for_every_content() -> None:
    for junk in (b"", bytes(range(256)), b"\xff" * 50):
        assert voice_ms(AMR + junk) >= 0


@pytest.mark.parametrize(("name", "found"), [
    ("cup.png", True), ("sub/茶.jpg", True), ("3a8asd892asd8asd-x_9", False),
    ("https://x.example/a.png", False), ("", False),
])  # fmt: skip
def test_a_file_name_has_a_dot_and_is_no_address(name: str, found: bool) -> None:
    assert is_asset(name) is found


def test_files_are_found_in_the_folder_and_nowhere_else(tmp_path: Path) -> None:
    folder = tmp_path / "assets"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub/a.png").write_bytes(PNG + b"1")
    (tmp_path / "secret.txt").write_text("x")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    assets = Assets(folder)
    found = asyncio.run(assets.find("sub/a.png"))
    assert (found.name, found.size) == ("a.png", 9)
    for name in ("../secret.txt", "link.txt", str(tmp_path / "secret.txt"), "sub", "none.png"):
        with pytest.raises(BadBody, match="there is no file"):
            asyncio.run(assets.find(name))


def test_a_file_that_changed_is_another_file(tmp_path: Path) -> None:
    file = tmp_path / "a.png"
    file.write_bytes(PNG + b"1")
    assets = Assets(tmp_path)
    first = asyncio.run(assets.find("a.png"))
    file.write_bytes(PNG + b"22")
    with pytest.raises(BadBody, match="changed while it was read"):
        asyncio.run(assets.read(first))
    second = asyncio.run(assets.find("a.png"))
    assert second.digest != first.digest
    assert asyncio.run(assets.read(second)) == PNG + b"22"


def test_a_file_that_no_place_takes_is_not_even_read(tmp_path: Path) -> None:
    with (tmp_path / "big.pdf").open("wb") as file:
        file.truncate(20 * MB + 1)
    assets = Assets(tmp_path)
    found = asyncio.run(assets.find("big.pdf"))
    with pytest.raises(BadBody, match="bytes, "):
        asyncio.run(assets.read(found))


def test_a_robots_key_does_not_stand_in_the_name_of_its_place() -> None:
    hook = Scope("webhook", "secret-key")
    assert hook.name.startswith("webhook:") and "secret" not in hook.name
    assert "secret" not in repr(hook)
    assert (CORP.name, MOMENT.name) == ("corp", "moment")
    assert Scope("webhook", "other").name != hook.name


def test_a_form_carries_the_name_as_people_see_it_and_cannot_be_broken_by_it() -> None:
    form = _form('茶"\r\nX: 1.png', b"content")
    raw = asyncio.run(form.as_bytes())
    assert 'filename="茶___X: 1.png"'.encode() in raw
    assert raw == asyncio.run(form.as_bytes()), "it can be sent twice"
    mark = form.content_type.partition("boundary=")[2].encode()
    assert raw.count(b"--" + mark) == 2 and raw.endswith(b"--" + mark + b"--\r\n")
