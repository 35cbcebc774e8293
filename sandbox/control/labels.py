"""What an administrator does with corporate tags in the console: unlike the API, it tells."""

from __future__ import annotations

from sandbox.control.base import Ask, Route
from sandbox.errors import ControlError
from sandbox.fields import Json, number, strings, text
from sandbox.rules import tags
from sandbox.world.world import World
from sandbox.xmlform import Element


def tell(world: World, change: str, ids: list[str]) -> list[str]:
    """change_external_tag (page 92130), one callback for each tag or group."""
    told: list[str] = []
    for each in ids:
        kind = "tag_group" if each in world.store.tag_groups else "tag"
        elements: list[Element] = [
            ("MsgType", "event"),
            ("Event", "change_external_tag"),
            ("Id", each),
            ("TagType", kind),
            ("ChangeType", change),
        ]
        told += world.emit("contact", f"change_external_tag.{change}", elements)
    return told


def create(ask: Ask) -> Json:
    rows = [{"name": name} for name in ask.args["tags"]]
    made = tags.add(ask.world, "", ask.args["group"], 0, rows)
    ids = [str(tag["id"]) for tag in made["tag"]]
    return {"group_id": made["group_id"], "ids": ids, "callbacks": tell(ask.world, "create", ids)}


def edit(ask: Ask) -> Json:
    one = ask.params["tag"]
    tags.edit(ask.world, one, ask.args.get("name", ""), ask.args.get("order"))
    return {"id": one, "callbacks": tell(ask.world, "update", [one])}


def delete(ask: Ask) -> Json:
    one = ask.params["tag"]
    store = ask.world.store
    if one not in store.tags and one not in store.tag_groups:
        raise ControlError(f"no tag or tag group {one}", 404)
    told = tell(ask.world, "delete", [one])
    tags.delete(ask.world, [one], [one])
    return {"id": one, "callbacks": told}


ROUTES = (
    Route(
        "POST",
        "/tags",
        create,
        {"group": text(30, required=True), "tags": strings(required=True)},
    ),
    Route("POST", "/tags/{tag}/edit", edit, {"name": text(30), "order": number()}),
    Route("POST", "/tags/{tag}/delete", delete),
)
