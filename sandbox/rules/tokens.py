"""Access tokens (page 91039): one per app, the same while it is valid, 7200 s."""

from __future__ import annotations

from sandbox.errors import ApiError
from sandbox.world.config import App
from sandbox.world.model import Token
from sandbox.world.world import World

KEEP_EXPIRED_MS = 86_400_000


def issue(world: World, corp_id: str, secret: str) -> Token:
    """The app's token; 40013 for another corp, 40001 for a wrong secret."""
    if corp_id != world.store.corp_id:
        raise ApiError(40013)
    app = next((each for each in world.config.apps if each.secret == secret), None)
    if app is None:
        raise ApiError(40001)
    now = world.now()
    for token in reversed(list(world.store.tokens.values())):
        if token.app == app.name and token.expires_at > now:
            return token
    _forget_old(world, now)
    expires = now + world.settings.token_seconds * 1000
    made = Token(value=world.secret_id("SBXTOKEN_", 64), app=app.name, expires_at=expires)
    world.store.tokens[made.value] = made
    return made


def _forget_old(world: World, now: int) -> None:
    old = [each for each in world.store.tokens.values() if each.expires_at + KEEP_EXPIRED_MS < now]
    for token in old:
        del world.store.tokens[token.value]


def open_app(world: World, value: str) -> App:
    """The app behind a token: 41001 missing, 40014 unknown, 42001 expired."""
    if not value:
        raise ApiError(41001)
    token = world.store.tokens.get(value)
    app = world.config.app(token.app) if token is not None else None
    if token is None or app is None:
        raise ApiError(40014)
    if token.expires_at <= world.now():
        raise ApiError(42001)
    return app


def expire(world: World, value: str) -> None:
    """Let a token die early, as the platform may at any time."""
    token = world.store.tokens.get(value)
    if token is not None:
        token.expires_at = min(token.expires_at, world.now())
        world.mark()
