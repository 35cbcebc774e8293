"""The official account (公众号): followers, their windows, customer-service messages.

A message opens 48 h for 5 messages; a menu tap, a follow or a scan opens 1 minute for 3.
"""

from __future__ import annotations

from sandbox.errors import ApiError, ControlError
from sandbox.world.config import OfficialAccount
from sandbox.world.model import Json, Token
from sandbox.world.world import World
from sandbox.xmlform import Element

MINUTE_MS, TWO_DAYS_MS = 60_000, 48 * 3_600_000
FOLLOWERS, PREFIX = "oa_followers", "oa:"
OPENID = "oSBX"

# what a follower does -> (messages allowed, for how long)
WINDOWS: dict[str, tuple[int, int]] = {
    "message": (5, TWO_DAYS_MS),
    "subscribe": (3, MINUTE_MS),
    "CLICK": (3, MINUTE_MS),
    "SCAN": (3, MINUTE_MS),
    "scancode_push": (3, MINUTE_MS),
    "scancode_waitmsg": (3, MINUTE_MS),
}
EVENTS = ("subscribe", "unsubscribe", "SCAN", "CLICK", "VIEW", "LOCATION")


def account(world: World, appid: str = "") -> OfficialAccount:
    """The official account of the world; 404 for the control plane when there is none."""
    for each in world.config.oa:
        if appid in ("", each.appid):
            return each
    raise ControlError("this world has no official account", 404)


def issue(world: World, appid: str, secret: str, fresh: bool, remote: str) -> Token:
    """The account's token (40013 appid, 40001 secret, 40164 ip); `fresh` makes a new one."""
    found = next((each for each in world.config.oa if each.appid == appid), None)
    if found is None:
        raise ApiError(40013)
    if found.secret != secret:
        raise ApiError(40001)
    if found.trusted_ips and remote not in found.trusted_ips:
        raise ApiError(40164, f"invalid ip {remote}, not in whitelist")
    now = world.now()
    for token in world.store.tokens.values():
        if token.app == PREFIX + appid and token.expires_at > now and not fresh:
            return token
    made = Token(
        value=world.secret_id("OATOKEN_", 64),
        app=PREFIX + appid,
        expires_at=now + world.settings.token_seconds * 1000,
    )
    world.store.tokens[made.value] = made
    return made


def open_account(world: World, value: str) -> OfficialAccount:
    """The account behind a token: 41001, 40014, 42001."""
    if not value:
        raise ApiError(41001)
    token = world.store.tokens.get(value)
    if token is None or not token.app.startswith(PREFIX):
        raise ApiError(40014)
    if token.expires_at <= world.now():
        raise ApiError(42001)
    return account(world, token.app.removeprefix(PREFIX))


def _followers(world: World) -> dict[str, Json]:
    return world.store.shelf.setdefault(FOLLOWERS, {})


def follower(world: World, openid: str) -> Json:
    """What is known of one who has to do with the account; 40003 for anybody else."""
    row = _followers(world).get(openid)
    if row is None:
        raise ApiError(40003, openid)
    return row


def customer_of(world: World, openid: str) -> str | None:
    """The customer behind an openid `oSBX<customer id>`, when there is one."""
    person = openid.removeprefix(OPENID)
    return person if person in world.store.customers else None


def touch(world: World, openid: str, what: str) -> None:
    """A follower did something: a window opens, or he is gone."""
    row = _followers(world).setdefault(openid, {"follows": True, "windows": {}})
    row["follows"] = what != "unsubscribe"
    if what in WINDOWS:
        count, span = WINDOWS[what]
        row["windows"][what] = {"left": count, "until": world.now() + span}
    world.mark()


def say(world: World, openid: str, name: str, elements: list[Element]) -> list[str]:
    """Tell the account's callback about a message or event of a follower."""
    found = account(world)
    return world.emit_oa(found, name, openid, elements)


def send(world: World, found: OfficialAccount, openid: str, raw: Json) -> None:
    """A customer-service message: 40003 unknown, 45015 no window, 45047 window used up."""
    row = follower(world, openid)
    windows = [each for each in row["windows"].values() if world.now() <= each["until"]]
    if not row["follows"] or not windows:
        raise ApiError(45015)
    usable = sorted((each for each in windows if each["left"] > 0), key=lambda each: each["until"])
    if not usable:
        raise ApiError(45047)
    usable[0]["left"] -= 1
    kind = raw["msgtype"]
    body = raw.get(kind)
    text = str(body.get("content", "")) if isinstance(body, dict) else ""
    deliver(world, found, openid, kind, text, raw)


def deliver(
    world: World, found: OfficialAccount, openid: str, kind: str, text: str, raw: Json
) -> None:
    """A message reaches the follower, and the customer he also is."""
    world.say(openid, "oa", found.id, kind, text, raw)
    customer = customer_of(world, openid)
    if customer is not None:
        world.receive(customer, "oa", found.id, kind, text, raw)
