"""Template cards of applications: response codes (72 h, one use) and what an update changes
(pages 90236, 94888)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from sandbox.errors import ApiError
from sandbox.rules import cards
from sandbox.world.config import App
from sandbox.world.model import Json
from sandbox.world.world import World

CODE_MS = 72 * 3_600_000
LOOK_BACK = 2_000
CODES = "card_codes"


def check_app(app: App, card: Json) -> None:
    """A card of an application; interactive ones need a place for the clicks (43012)."""
    cards.check_card(cards.APP, card)
    if card["card_type"] in cards.INTERACTIVE and "app" not in app.receives:
        raise ApiError(43012)


def response_code(world: World, app: App, message: Json) -> str | None:
    """A code for updating the card, when the card can be clicked."""
    card = message["template_card"]
    if card["card_type"] not in cards.INTERACTIVE and not card.get("action_menu"):
        return None
    return make_code(world, app, str(card.get("task_id", "")))


def make_code(world: World, app: App, task_id: str) -> str:
    """A fresh response code of one card."""
    code = world.secret_id("RC", 40)
    world.store.shelf.setdefault(CODES, {})[code] = {
        "app": app.name,
        "until": world.now() + CODE_MS,
        "task_id": task_id,
    }
    return code


def update(world: World, app: App, code: str, change: Json, users: Iterable[str]) -> None:
    """Use a response code (42014: unknown, used, expired or another app's)."""
    found = world.store.shelf.get(CODES, {}).get(code)
    if found is None or found["app"] != app.name or world.now() > found["until"]:
        raise ApiError(42014, "response_code")
    del world.store.shelf[CODES][code]
    for userid in users:
        show(world, app, userid, found["task_id"], code, change)
    world.mark()


def show(world: World, app: App, userid: str, task_id: str, code: str, change: Json) -> bool:
    """Change the card in one member's chat; False when he has it not."""
    rows = islice(reversed(world.store.chats.get(userid, [])), LOOK_BACK)
    for entry in rows:
        raw = entry["raw"]
        card = raw.get("template_card")
        if entry["from"] != str(app.agent_id) or not isinstance(card, dict):
            continue
        if raw.get("response_code") == code or (task_id and card.get("task_id") == task_id):
            entry["raw"] = raw | _changed(card, change)
            world.mark()
            world.on_chat(userid, entry)
            return True
    return False


def _changed(card: Json, change: Json) -> Json:
    """The new card keeps its task; a replaced button name greys the card out."""
    if "template_card" in change:
        kept = {"task_id": card["task_id"]} if "task_id" in card else {}
        return {"template_card": change["template_card"] | kept}
    return {"replaced_button": change["button"].get("replace_name", "")}
