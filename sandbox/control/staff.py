"""What staff do in their own clients: tap tasks, take kf sessions, tag, remark, send by hand."""

from __future__ import annotations

from sandbox.api.contact import REMARK_FIELDS, set_remark
from sandbox.control.base import Ask, Route
from sandbox.errors import ControlError
from sandbox.fields import Json, items, obj, strings, text
from sandbox.rules import bulk, kf_client, moments, payload, people, sidebar, tags, tasks
from sandbox.world.model import Bulk


def delete(ask: Ask) -> Json:
    customer = ask.args["customer"]
    told = people.delete_by_staff(ask.world, ask.staff.userid, customer)
    return {"customer": customer, "userid": ask.staff.userid, "callbacks": told}


def accept(ask: Ask) -> Json:
    return people.accept(ask.world, ask.staff.userid, ask.args["customer"])


def task_list(ask: Ask) -> list[Json]:
    every = ask.query.get("all", "") not in ("", "0", "false")
    return tasks.of_staff(ask.world, ask.staff.userid, every)


def confirm(ask: Ask) -> Json:
    return tasks.confirm(ask.world, ask.staff.userid, ask.params["task"], ask.args.get("targets"))


def refuse(ask: Ask) -> Json:
    return tasks.refuse(ask.world, ask.staff.userid, ask.params["task"])


def kf(ask: Ask) -> Json:
    args = ask.args
    if args["action"] == "say" and not args.get("text"):
        raise ControlError("say needs text")
    return kf_client.act(
        ask.world,
        ask.staff.userid,
        args["open_kfid"],
        args["customer"],
        args["action"],
        args.get("text", ""),
    )


def tag(ask: Ask) -> Json:
    """Tags by id or by name; unknown names are made in the group 客户端."""
    relation = people.related(ask.world, ask.staff.userid, ask.args["customer"])
    added = [_tag_id(ask, each, True) for each in ask.args.get("add", [])]
    removed = [_tag_id(ask, each, False) for each in ask.args.get("remove", [])]
    tags.mark(ask.world, relation, added, removed)
    told = people.change(ask.world, "edit_external_contact", relation)
    return {"tags": relation.tags, "callbacks": told}


def _tag_id(ask: Ask, name: str, make: bool) -> str:
    if name in ask.world.store.tags:
        return name
    found = tags.find_by_name(ask.world, name)
    if found is not None:
        return found.id
    if not make:
        raise ControlError(f"no tag {name}", 404)
    made: str = tags.add(ask.world, "", "客户端", 0, [{"name": name}])["tag"][0]["id"]
    return made


def remark(ask: Ask) -> Json:
    relation = people.related(ask.world, ask.staff.userid, ask.args["customer"])
    set_remark(ask.world, relation, ask.body | ask.args)
    only_mobile = not any(key in ask.body for key in REMARK_FIELDS if key != "remark_mobiles")
    told = [] if only_mobile else people.change(ask.world, "edit_external_contact", relation)
    return {"callbacks": told}


def own_bulk(ask: Ask) -> Json:
    """The member's own bulk message, sent by himself; it eats the same cap."""
    world, args, userid = ask.world, ask.args, ask.staff.userid
    parts = payload.attachments(args.get("attachments", []))
    chats = args.get("chats")
    made = Bulk(
        msgid=world.secret_id("msgP", 28),
        created_at=world.now(),
        creator=userid,
        chat_type="single" if chats is None else "group",
        create_type=1,
        text=args.get("text", ""),
        attachments=parts,
    )
    everybody = list(world.store.relations.get(userid, {}))
    targets = chats if chats is not None else args.get("customers") or everybody
    world.store.bulks[made.msgid] = made
    task_id = bulk.add_task(world, f"bulk_{made.chat_type}", made.msgid, userid, targets)
    made.tasks[userid] = task_id
    bulk.confirm(world, world.store.tasks[task_id], None)
    return {
        "msgid": made.msgid,
        "task": task_id,
        "results": tasks.view(world, world.store.tasks[task_id])["results"],
    }


def own_moment(ask: Ask) -> Json:
    return moments.post_own(
        ask.world, ask.staff.userid, ask.args.get("text", ""), ask.args.get("attachments", [])
    )


def sidebar_send(ask: Ask) -> Json:
    """One click in the chat sidebar: the member sends into the chat that is open."""
    kind = ask.args.get("msgtype", "text")
    body = ask.body.get(kind)
    if kind == "text" and not isinstance(body, dict):
        body = {"content": body} if isinstance(body, str) else None
    if not isinstance(body, dict) or not body:
        raise ControlError(f"{kind} is missing")
    args = ask.args
    where = sidebar.Place(ask.staff.userid, args.get("customer", ""), args.get("chat_id", ""))
    return {"at": sidebar.send(ask.world, where, {"msgtype": kind, kind: body})}


def resign(ask: Ask) -> Json:
    """The member leaves the corp."""
    ask.staff.active = False
    ask.world.mark()
    return {"userid": ask.staff.userid}


ONE = "/staff/{userid}"
CUSTOMER = text(64, required=True)

ROUTES = (
    Route("POST", ONE + "/delete", delete, {"customer": CUSTOMER}),
    Route("POST", ONE + "/accept", accept, {"customer": CUSTOMER}),
    Route("POST", ONE + "/resign", resign),
    Route("GET", ONE + "/tasks", task_list),
    Route("POST", ONE + "/tasks/{task}/confirm", confirm, {"targets": strings()}),
    Route("POST", ONE + "/tasks/{task}/refuse", refuse),
    Route(
        "POST",
        ONE + "/kf",
        kf,
        {
            "open_kfid": text(64, required=True),
            "customer": CUSTOMER,
            "text": text(),
            "action": text(required=True, choices=tuple(kf_client.ACTIONS)),
        },
    ),
    Route("POST", ONE + "/tag", tag, {"customer": CUSTOMER, "add": strings(), "remove": strings()}),
    Route("POST", ONE + "/remark", remark, {"customer": CUSTOMER} | REMARK_FIELDS),
    Route(
        "POST",
        ONE + "/bulk",
        own_bulk,
        {
            "text": text(4000),
            "customers": strings(),
            "chats": strings(),
            "attachments": items(obj(), 9),
        },
    ),
    Route(
        "POST", ONE + "/moment", own_moment, {"text": text(4000), "attachments": items(obj(), 9)}
    ),
    Route(
        "POST",
        ONE + "/sidebar/send",
        sidebar_send,
        {"customer": text(64), "chat_id": text(64), "msgtype": text()},
    ),
)
