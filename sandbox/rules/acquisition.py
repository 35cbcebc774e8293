"""Customer-acquisition links (获客助手, page 97297): a URL that adds one of its members."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from sandbox.errors import ApiError, ControlError
from sandbox.rules import people
from sandbox.world.model import Json
from sandbox.world.world import World
from sandbox.xmlform import Element

SHELF = "acquisition"
ADD_WAY = 16
CHANNEL_BYTES = 64
QUOTA = 1000


def _links(world: World) -> dict[str, Json]:
    links: dict[str, Json] = world.store.shelf.setdefault(SHELF, {})
    return links


def create(world: World, fields: Json) -> Json:
    """A new link over some members (60111, 84074)."""
    for userid in fields.get("range", {}).get("user_list", []):
        people.contact_staff(world, userid)
    link_id = world.secret_id("cawc", 20)
    made = {
        "link_id": link_id,
        "link_name": fields["link_name"],
        "range": fields["range"],
        "skip_verify": fields.get("skip_verify", True),
        "create_time": world.now_s(),
        "customers": [],
        "clicks": 0,
    }
    _links(world)[link_id] = made
    return made


def find(world: World, link_id: str) -> Json:
    """A link; 40058 when unknown."""
    found = _links(world).get(link_id)
    if found is None:
        raise ApiError(40058, "link_id")
    return found


def listing(world: World) -> list[Json]:
    return [{"link_id": each} for each in _links(world)]


def view(world: World, link: Json) -> Json:
    """The link as the API shows it."""
    url = f"{world.base}/ca/{link['link_id']}"
    return {key: link[key] for key in ("link_id", "link_name", "create_time", "skip_verify")} | {
        "url": url
    }


def delete(world: World, link_id: str) -> None:
    find(world, link_id)
    del _links(world)[link_id]
    world.mark()


def quota(world: World) -> Json:
    """What is left of the paid quota."""
    used = sum(len(each["customers"]) for each in _links(world).values())
    balance = max(0, QUOTA - used)
    expires = world.now_s() + 365 * 86_400
    return {
        "total": QUOTA,
        "balance": balance,
        "quota_list": [{"expire_date": expires, "balance": balance}],
    }


def chat_info(world: World, chat_key: str) -> Json:
    """Whom a chat_key stands for: `<link id>.<place in the link's list>` (40058)."""
    link_id, _, place = chat_key.rpartition(".")
    link = _links(world).get(link_id)
    if link is None or not place.isdecimal() or int(place) >= len(link["customers"]):
        raise ApiError(40058, "chat_key")
    row = link["customers"][int(place)]
    counts = {"recv_msg_cnt": row["chat_status"], "link_id": link_id, "state": row["state"]}
    pair = {key: row[key] for key in ("userid", "external_userid")}
    return pair | {"chat_info": counts}


def open_link(world: World, customer: str, address: str) -> Json:
    """A customer opens the link; `customer_channel` comes back as state."""
    parts = urlsplit(address)
    link = _links(world).get(parts.path.rpartition("/")[2])
    if link is None:
        raise ControlError("no such acquisition link", 404)
    state = parse_qs(parts.query).get("customer_channel", [""])[0]
    if len(state.encode()) > CHANNEL_BYTES:
        raise ControlError("customer_channel is longer than 64 bytes")
    users = link["range"].get("user_list") or people.contact_staff_ids(world)
    free = [each for each in users if not people.reachable(world, each, customer)]
    if not free:
        raise ControlError(f"{customer} already has every member of this link", 409)
    userid = free[link["clicks"] % len(free)]
    link["clicks"] += 1
    link["customers"].append(
        {"external_userid": customer, "userid": userid, "chat_status": 0, "state": state}
    )
    request: list[Element] = [
        ("MsgType", "event"),
        ("Event", "customer_acquisition"),
        ("ChangeType", "friend_request"),
        ("LinkId", link["link_id"]),
    ]
    if state:
        world.emit("contact", "customer_acquisition.friend_request", [*request, ("State", state)])
    return people.add(world, userid, customer, state=state, add_way=ADD_WAY)
