"""Reading a world file (TOML). Unknown keys are errors that name the key."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from sandbox.world import population
from sandbox.world.config import App, Config, Merchant, OfficialAccount, Settings
from sandbox.world.model import (
    Customer,
    Group,
    GroupMember,
    Json,
    KfAccount,
    Relation,
    Robot,
    Staff,
    StaffTag,
    Store,
    Tag,
    TagGroup,
)
from sandbox.world.population import Population

DEFAULT = Path(__file__).resolve().parent.parent / "world.toml"


class BadWorld(ValueError):
    """The world file cannot be read; the message names the file and the key."""


def take(row: Mapping[str, Any], where: str, required: str, optional: str = "") -> Json:
    """The row's keys, checked: all required ones there, none unknown."""
    wanted, also = required.split(), optional.split()
    for key in wanted:
        if key not in row:
            raise BadWorld(f"{where}: key '{key}' is missing")
    for key in row:
        if key not in wanted and key not in also:
            raise BadWorld(f"{where}: unknown key '{key}' (known: {', '.join(wanted + also)})")
    return dict(row)


def read(path: Path) -> tuple[Config, Callable[[int], Store]]:
    """The fixed part, and a maker of a fresh store at a given time."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadWorld(f"{path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadWorld(f"{path}: {error}") from error
    try:
        return _config(data), lambda now: _store(data, now)
    except BadWorld as error:
        raise BadWorld(f"{path}: {error}") from None


STAFF = "can_add console_welcome active department mobile email archived"
SECTIONS = "population app staff staff_tag customer kf robot group tag_group rules seed oa merchant"


def _config(data: Json) -> Config:
    take(data, "top level", "corp", SECTIONS)
    corp = take(data["corp"], "corp", "id name")
    keys = {each.name for each in fields(App)}
    apps = []
    for row in data.get("app", []):
        take(row, "app", "name agent_id secret token encoding_aes_key", " ".join(keys))
        lists = {key: tuple(value) for key, value in row.items() if isinstance(value, list)}
        apps.append(App(**(row | lists)))
    return Config(
        corp_id=corp["id"],
        corp_name=corp["name"],
        seed=int(data.get("seed", 1)),
        apps=tuple(apps),
        oa=tuple(_official_account(row) for row in data.get("oa", [])),
        merchants=tuple(_merchant(row) for row in data.get("merchant", [])),
        settings=_settings(data.get("rules", {})),
        webhooks_off=tuple(
            key for row in data.get("group", []) for key in row.get("webhooks_off", [])
        ),
    )


def _official_account(row: Json) -> OfficialAccount:
    keys = " ".join(each.name for each in fields(OfficialAccount))
    take(row, "oa", "name id appid secret token encoding_aes_key", keys)
    if row.get("mode", "safe") not in ("plain", "compatible", "safe"):
        raise BadWorld("oa: mode must be plain, compatible or safe")
    return OfficialAccount(**(row | {"trusted_ips": tuple(row.get("trusted_ips", ()))}))


def _merchant(row: Json) -> Merchant:
    return Merchant(**take(row, "merchant", "mch_id key", "balance least most"))


def _settings(rules: Json) -> Settings:
    flat: Json = {}
    for section, value in rules.items():
        flat |= (
            {f"{section}_{key}": v for key, v in value.items()}
            if isinstance(value, dict)
            else ({section: value})
        )
    known = {each.name for each in fields(Settings)}
    for key, value in flat.items():
        if key not in known:
            raise BadWorld(f"rules: unknown key '{key.replace('_', '.', 1)}'")
        if isinstance(value, list):
            flat[key] = tuple(value)
    return Settings(**flat)


def _store(data: Json, now: int) -> Store:
    store = Store(corp_id=data["corp"]["id"])
    for row in data.get("staff", []):
        take(row, "staff", "userid name", STAFF)
        store.staff[row["userid"]] = Staff(**row)
    for row in data.get("staff_tag", []):
        take(row, "staff_tag", "id name", "members")
        store.staff_tags[str(row["id"])] = StaffTag(**row)
    for place, row in enumerate(data.get("tag_group", []), 1):
        _add_tags(store, row, place, now)
    if "population" in data:
        _populate(store, data["population"], int(data.get("seed", 1)), now)
    _add_customers(store, data.get("customer", []), now)
    _add_kf(store, data)
    for row in data.get("robot", []):
        store.robots[row["bot_id"]] = _robot(row)
    for row in data.get("group", []):
        _add_group(store, row, now)
    return store


def _populate(store: Store, row: Json, seed: int, now: int) -> None:
    take(row, "population", "customers", "seed groups group_size")
    spec = Population(**({"seed": seed} | row))
    if not 0 <= spec.customers <= population.MOST:
        raise BadWorld(f"population: customers must be at most {population.MOST}")
    staff = [each.userid for each in store.staff.values() if each.can_add and each.active]
    tags = list(store.tags)
    made = population.make(spec, staff, tags, now, store.drift)
    store.population = population.label(spec, staff, tags, now)
    store.customers, store.relations, store.groups = made.customers, made.relations, made.groups


def _add_customers(store: Store, rows: list[Json], now: int) -> None:
    for row in rows:
        take(row, "customer", "id name", "friends gender unionid")
        person = {key: value for key, value in row.items() if key != "friends"}
        person.setdefault("unionid", "oU" + row["id"])
        store.customers[row["id"]] = Customer(made_at=now, **person)
        for userid in row.get("friends", []):
            if userid not in store.staff:
                raise BadWorld(f"customer {row['id']}: friend '{userid}' is not staff")
            relation = Relation(userid=userid, customer=row["id"], created_at=now)
            relation.oper_userid = row["id"]
            store.relations.setdefault(userid, {})[row["id"]] = relation


MODES = {"socket": "bot_id name secret", "callback": "bot_id name token aes_key"}


def _robot(row: Json) -> Robot:
    mode = row.get("mode", "socket")
    if mode not in MODES:
        raise BadWorld("robot: mode must be socket or callback")
    take(row, f"robot ({mode})", MODES[mode], "mode groups secret url token aes_key")
    return Robot(**row)


# as kf/servicer/list says it
SERVING, STOPPED = 0, 1


def _add_kf(store: Store, data: Json) -> None:
    apps = [app["name"] for app in data.get("app", [])]
    for row in data.get("kf", []):
        take(row, "kf", "open_kfid name", "app avatar servicers stopped")
        servicers = dict.fromkeys(row.get("servicers", []), SERVING)
        servicers |= dict.fromkeys(row.get("stopped", []), STOPPED)
        fixed = {key: value for key, value in row.items() if key != "stopped"}
        fixed |= {"servicers": servicers}
        fixed.setdefault("app", apps[0] if apps else "")
        store.kf_accounts[row["open_kfid"]] = KfAccount(**fixed)


MORE_OF_GROUP = "notice admins webhook_keys webhooks_off app"


def _add_group(store: Store, row: Json, now: int) -> None:
    take(row, "group", "chat_id name kind owner members", MORE_OF_GROUP)
    if row["kind"] not in ("customer", "internal"):
        raise BadWorld(f"group {row['chat_id']}: kind must be customer or internal")
    if row["kind"] == "customer" and row.get("webhook_keys"):
        raise BadWorld(f"group {row['chat_id']}: a customer group cannot hold a webhook robot")
    keys = ("webhook_keys", "webhooks_off")
    plain = {k: v for k, v in row.items() if k not in ("members", *keys)}
    group = Group(created_at=now, **plain)
    for member in dict.fromkeys([row["owner"], *row["members"]]):
        kind = 1 if member in store.staff else 2
        if kind == 2 and member not in store.customers:
            raise BadWorld(f"group {row['chat_id']}: member '{member}' is unknown")
        group.members[member] = GroupMember(id=member, type=kind, joined_at=now)
    store.groups[group.chat_id] = group
    for name in keys:
        store.webhooks |= dict.fromkeys(row.get(name, []), group.chat_id)


def _add_tags(store: Store, row: Json, place: int, now: int) -> None:
    take(row, "tag_group", "name tags", "id")
    group = TagGroup(id=row.get("id", f"etSBXG{place:04d}"), name=row["name"], created_at=now)
    for name in row["tags"]:
        tag = Tag(
            id=f"{group.id}T{len(group.tags) + 1:02d}",
            name=name,
            group=group.id,
            created_at=now,
            order=len(group.tags),
        )
        group.tags.append(tag.id)
        store.tags[tag.id] = tag
    store.tag_groups[group.id] = group


def born(kept: Store | None, now: int) -> int:
    """When a world began: a kept population is made again as of its first day."""
    return int(kept.population.get("born", now)) if kept is not None else now


def _graft(kept: Store, fresh: Store) -> None:
    """Put a generated population back under what happened since."""
    if kept.population != fresh.population:
        raise BadWorld("population: not the one of the kept world; delete that to start anew")
    drift, gone = fresh.drift, set(kept.gone)
    kept.customers = population.restored(fresh.customers, kept.customers, drift.customers, gone)
    kept.groups = population.restored(fresh.groups, kept.groups, drift.groups, gone)
    fresh.groups = {name: each for name, each in fresh.groups.items() if each.log is None}
    for userid in {*fresh.relations, *kept.relations}:
        mine, ours = fresh.relations.get(userid, {}), kept.relations.get(userid, {})
        kept.relations[userid] = population.restored(mine, ours, drift.relations, gone)
    kept.drift = drift


MERGED = ("staff", "staff_tags", "kf_accounts", "webhooks", "tag_groups", "tags", "groups")


def merge(kept: Store, fresh: Store) -> Store:
    """Continue `kept`; what the world file names and the snapshot lacks is added."""
    for code in kept.welcome_codes.values():
        code.sending = False  # the call that was being answered ended with the process
    if fresh.population or kept.population:
        _graft(kept, fresh)
    kept.robots |= fresh.robots  # secrets, modes and addresses are the file's
    for name in MERGED:
        ours: dict[str, Any] = getattr(kept, name)
        for key, value in getattr(fresh, name).items():
            ours.setdefault(key, value)
    return kept
