"""Welcome material of groups (入群欢迎语素材, page 92366): kept here, applied by owners by hand."""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.world.model import Json
from sandbox.world.world import World

SHELF = "group_welcome"
PER_CORP = 100
PARTS = ("image", "link", "miniprogram", "file", "video")


def _body(fields: Json) -> Json:
    """The text and at most one part, the first by the platform's priority."""
    words = fields.get("text", {}).get("content", "")
    first = next((kind for kind in PARTS if fields.get(kind)), None)
    if not words and first is None:
        raise ApiError(40063, "text or one part")
    text = {"text": {"content": words}} if words else {}
    return text | ({first: fields[first]} if first else {})


def add(world: World, app: str, fields: Json) -> str:
    """A new material (41055 beyond a hundred)."""
    shelf = world.store.shelf.setdefault(SHELF, {})
    if len(shelf) >= PER_CORP:
        raise ApiError(41055)
    template_id = world.secret_id("msgT", 24)
    shelf[template_id] = {"app": app, "body": _body(fields)}
    return template_id


def _own(world: World, app: str, template_id: str) -> Json:
    found: Json | None = world.store.shelf.get(SHELF, {}).get(template_id)
    if found is None:
        raise ApiError(40058, "template_id")
    if found["app"] != app:
        raise ApiError(41058)
    return found


def edit(world: World, app: str, template_id: str, fields: Json) -> None:
    _own(world, app, template_id)["body"] = _body(fields)
    world.mark()


def get(world: World, template_id: str) -> Json:
    """The material; 40058 when unknown."""
    found = world.store.shelf.get(SHELF, {}).get(template_id)
    if found is None:
        raise ApiError(40058, "template_id")
    body: Json = found["body"]
    return body


def delete(world: World, app: str, template_id: str) -> None:
    _own(world, app, template_id)
    del world.store.shelf[SHELF][template_id]
    world.mark()
