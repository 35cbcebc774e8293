"""What the platform has of our files, and which templates are on their way, on both engines."""

from __future__ import annotations

from bot.store import media, outbox
from bot.store.media import Upload
from tests.contract.conftest import NOW, Bench
from tests.contract.making import answer


def test_uploads_are_known_by_content(db: Bench) -> None:
    for scope, until in (("corp", NOW + 5), ("url", None)):
        db.write(media.keep, "d1", scope, "image", ref=scope, name="a.png", now=NOW, until=until)
    assert db.read(media.uploads, ["d1", "d2"]) == {
        "d1": [Upload("corp", "image", NOW, NOW + 5), Upload("url", "image", NOW, None)]
    }
    assert db.read(media.uploads, []) == {}


def test_versions_that_have_not_left_are_pinned(db: Bench) -> None:
    for number, version in ((1, 2), (2, 2), (3, None)):
        row = answer(number, content="moments/window", content_version=version)
        db.write(outbox.enqueue, row, NOW)
    assert db.read(media.pinned) == [("moments/window", 2)]
