"""What the phone page's browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from tests.sandbox.conftest import House


def test_a_browser_gets_the_page_its_files_and_a_sign_for_its_tab(
    play: Callable[..., None],
) -> None:
    async def story(house: House) -> None:
        base = house.box.urls()["sandbox"]
        for path, status, kind in (
            ("/phone", 200, "text/html"), ("/phone/base.css", 200, "text/css"),
            ("/favicon.ico", 200, "image/svg+xml"), ("/phone/no.css", 404, "application/json"),
        ):  # fmt: skip
            async with house.http.get(base + path) as answer:
                assert (answer.status, answer.content_type) == (status, kind), path
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert await answer.text()

    play(story)
