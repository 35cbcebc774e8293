"""One configured robot with its secrets and addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core import config as conf
from bot.core.errors import BadInput
from bot.wecom.codec import Door

SOCKET_PATH = "/aibot"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """A robot as config.toml describes it. ``name`` is its table, ``called`` how members @ it."""

    name: str
    bot_id: str
    called: str
    socket: bool
    url: str
    secret: str = field(repr=False)


def accounts(config: conf.Config, base: str) -> tuple[Account, ...]:
    """Every configured robot. Raises BadInput, also for one that stands there twice."""
    made = tuple(account(config, name, base) for name in config.wecom.robots)
    twice = [a.name for i, a in enumerate(made) if a.bot_id in {b.bot_id for b in made[:i]}]
    if twice:
        raise BadInput(f"wecom.robots.{twice[0]}: this bot_id stands there twice",
                       file="config.toml", fix="one table for each robot")  # fmt: skip
    return made


def account(config: conf.Config, name: str, base: str = "") -> Account:
    """One robot; with the sandbox its socket lies beside the API. Raises BadInput."""
    robot = config.wecom.robots[name]
    socket = robot.mode == "socket"
    url = "ws" + base.rstrip("/").removeprefix("http") + SOCKET_PATH
    return Account(
        name=name, bot_id=robot.bot_id, called=robot.name, socket=socket,
        url=url if config.sandbox else robot.url,
        secret=conf.robot_secret(config, name, "secret") if socket else "",
    )  # fmt: skip


def robot_doors(config: conf.Config) -> Mapping[str, Door]:
    """Callback credentials of the robots in URL mode; their receive id is empty (page 101033).

    Raises BadInput, also for a robot named like an application: their addresses would be one.
    """
    made = {}
    for name, robot in config.wecom.robots.items():
        if robot.mode != "callback":
            continue
        if name in config.wecom.apps:
            raise BadInput(f"wecom.robots.{name}: an application has this name already",
                           file="config.toml", fix="rename one of the two")  # fmt: skip
        token, aes_key = (conf.robot_secret(config, name, part) for part in ("token", "aes_key"))
        made[name] = Door(token, aes_key, "")
    return made
