"""Shared parts in the content folder: versions hold them, and an edit of one reaches its users."""

from __future__ import annotations

from pathlib import Path

from bot.core.config import Config, Content, Wecom
from bot.library.cast import build
from bot.library.disk import Disk, read_disk
from bot.store.versions import Edition, digest

HEAD = '+++\ntitle = "x"\ngenre = "story"\norigin = "BGC"\n+++\n'


def read(home: Path, **files: str) -> Disk:
    for name, text in files.items():
        path = home / "content" / f"{name.replace('__', '/')}.j2"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    content = Content(personas=str(home / "personas"), templates=str(home / "content"))
    return read_disk(Config(wecom=Wecom(corp_id="-"), content=content, home=home))


def test_an_edit_of_a_part_is_an_edit_of_what_uses_it(tmp_path: Path) -> None:
    disk = read(tmp_path, parts__sign="半盏就好。\n", care__a=HEAD + '早。{% include "sign" %}',
                care__b=HEAD + "今天的雪下得很慢。")  # fmt: skip
    first = {s.name: s.files for s in disk.sources}
    assert disk.findings == []
    assert sorted(first) == ["care/a", "care/b"]  # a part is no template
    assert first["care/a"]["parts/sign.j2"] == "半盏就好。\n"
    again = {s.name: s.files for s in read(tmp_path, parts__sign="慢慢来。\n").sources}
    assert digest(again["care/a"]) != digest(first["care/a"])
    assert digest(again["care/b"]) == digest(first["care/b"])
    edition = Edition(kind="template", name="care/a", version=3, files=first["care/a"],
                      digest="")  # fmt: skip
    made = build([edition], "Asia/Shanghai").shelf.render("care/a", {})
    assert (made.text, made.version) == ("早。半盏就好。", 3)


def test_a_broken_part_is_told_once_and_stops_only_its_users(tmp_path: Path) -> None:
    users = {f"care__{n}": HEAD + f'{n * 9}。{{% include "sign" %}}' for n in "ab"}
    disk = read(tmp_path, parts__sign="好\n{{ gone }}", care__c=HEAD + "好。", **users)
    assert [(f.file, f.line) for f in disk.findings] == [("content/parts/sign.j2", 2)]
    assert [s.name for s in disk.sources] == ["care/c"]
    (tmp_path / "content" / "parts" / "sign.j2").write_bytes("好".encode("gbk"))
    found = {(f.file, f.line) for f in read(tmp_path).findings}
    assert ("content/parts/sign.j2", 1) in found
