"""What a rehearsal changes in the configuration, and the world that it plays in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core.config import Config, app_secrets, webhook_key
from bot.library.cast import Cast

GROUP_SIZE = 150  # members that one customer group should take, of 200
PERMISSIONS = ["contact", "kf", "message", "directory"]
RECEIVES = ["app", "contact", "kf"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody can become a member: an account, its persona, and where that one can be
    written to."""

    account: str
    persona: str
    kf: tuple[str, ...]
    groups: tuple[str, ...]


def rehearsed(config: Config, folder: Path) -> Config:
    """The configuration for a rehearsal in ``folder``: the platform of this process, nobody's
    secrets, no model that answers differently each time, and calls of the platform only when
    somebody rang or the day asks for it, for here no callback is ever lost."""
    wecom = config.wecom
    apps = {name: replace(app, secret_env="", secret_file="", token_env="", token_file="",
                          aes_key_env="", aes_key_file="")
            for name, app in wecom.apps.items()}  # fmt: skip
    hooks = {name: replace(hook, key_env="", key_file="") for name, hook in wecom.webhooks.items()}
    return replace(
        config,
        wecom=replace(wecom, mode="sandbox", apps=apps, webhooks=hooks, robots={},
                      official_accounts={}, archive=replace(wecom.archive, feed="off")),
        store=replace(config.store, data=str(folder), url=""),
        model=replace(config.model, mode="off"),
        embeddings=replace(config.embeddings, kind="off"),
        pull=replace(config.pull, kf_every="12h", tasks_every="30m", changes_every="1m",
                     reactions_every="6h", contacts_every="7d", groups_every="7d"),
    )  # fmt: skip


def places(config: Config, cast: Cast, members: int) -> tuple[Place, ...]:
    """Every account that members can add, in the order of the personas' files. A persona has as
    many customer groups as half of all members might fill."""
    made = []
    for persona in cast.scripts:
        accounts = cast.accounts_of(persona, "contact")
        each = max(members // (2 * GROUP_SIZE * max(len(accounts), 1)), 1)
        for account in accounts:
            groups = tuple(f"wrREHEARSAL-{account}-{n + 1}" for n in range(each))
            made.append(Place(account, persona, cast.accounts_of(persona, "kf"), groups))
    return tuple(made)


def world(config: Config, found: Sequence[Place], seed: int) -> str:
    """The sandbox's world file: the accounts of the personas, their kf accounts and groups."""
    return "\n".join(_lines(config, found, seed)) + "\n"


def _lines(config: Config, found: Sequence[Place], seed: int) -> Iterator[str]:
    yield f"seed = {seed}"
    # whoever judges a rehearsal wants to read all that was said
    yield from _table("[rules.kf]", history_days=400)
    yield from _table("[corp]", id=config.wecom.corp_id, name="rehearsal")
    for name, app in config.wecom.apps.items():
        secrets = app_secrets(config, name, {})
        yield from _table("[[app]]", name=name, agent_id=app.agent_id, secret=secrets.secret,
                          token=secrets.token, encoding_aes_key=secrets.aes_key,
                          permissions=PERMISSIONS, receives=RECEIVES)  # fmt: skip
    people = list(dict.fromkeys(place.account for place in found))
    for userid in people:
        yield from _table("[[staff]]", userid=userid, name=userid, can_add=True)
    for kf in dict.fromkeys(kf for place in found for kf in place.kf):
        servicers = [place.account for place in found if kf in place.kf]
        yield from _table("[[kf]]", open_kfid=kf, name=kf, servicers=servicers)
    for place in found:
        for group in place.groups:
            yield from _table("[[group]]", chat_id=group, name=group, kind="customer",
                              owner=place.account, members=[])  # fmt: skip
    for name, hook in config.wecom.webhooks.items():
        yield from _table("[[group]]", chat_id=hook.chat or name, name=name, kind="internal",
                          owner=people[0], members=people,
                          webhook_keys=[webhook_key(config, name, {})])  # fmt: skip


def _table(head: str, **keys: object) -> Iterator[str]:
    yield head
    # JSON's text, numbers, booleans and lists are TOML's as well
    yield from (f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items())
