"""Contacts, read side, and the apps themselves (pages 90196 to 90208, 90213, 96067)."""

from __future__ import annotations

from sandbox.api.base import BOTH, CURSOR, GET, POST, Call, Endpoint, limit
from sandbox.errors import ApiError
from sandbox.fields import Json, number, text
from sandbox.rules import appmsg, directory, people
from sandbox.world.model import Staff


def _brief(each: Staff) -> Json:
    return {
        "userid": each.userid,
        "name": each.name,
        "department": [each.department],
        "open_userid": "woOPEN" + each.userid,
    }


def _full(each: Staff) -> Json:
    """Without mobile and email: new apps have not got them since 2022-06-20."""
    return _brief(each) | {
        "order": [0],
        "position": "",
        "is_leader_in_dept": [0],
        "direct_leader": [],
        "main_department": each.department,
        "alias": "",
        "telephone": "",
        "status": 1 if each.active else 5,
        "extattr": {"attrs": []},
        "external_profile": {},
    }


def user_get(call: Call) -> Json:
    found = people.staff(call.world, call.args["userid"])
    if not call.app.sees(found.userid):
        raise ApiError(60011, found.userid)
    return _full(found)


def user_simplelist(call: Call) -> Json:
    found = directory.members(call.world, call.args["department_id"])
    return {"userlist": [_brief(each) for each in found]}


def user_list(call: Call) -> Json:
    found = directory.members(call.world, call.args["department_id"])
    return {"userlist": [_full(each) for each in found]}


def user_ids(call: Call) -> Json:
    found = directory.active(call.world)
    rows = [{"userid": each.userid, "department": each.department} for each in found]
    part, cursor = call.page(rows, "user-ids", 10_000)
    return {"dept_user": part, "next_cursor": cursor}


def user_by_mobile(call: Call) -> Json:
    return {"userid": directory.by_contact(call.world, "mobile", call.args["mobile"]).userid}


def user_by_email(call: Call) -> Json:
    return {"userid": directory.by_contact(call.world, "email", call.args["email"]).userid}


def department_simplelist(call: Call) -> Json:
    found = [
        directory.view(call.world, each)
        for each in directory.below(call.world, call.args.get("id"))
    ]
    keys = ("id", "parentid", "order")
    return {"department_id": [{key: row[key] for key in keys} for row in found]}


def department_list(call: Call) -> Json:
    found = directory.below(call.world, call.args.get("id"))
    return {"department": [directory.view(call.world, each) for each in found]}


def department_get(call: Call) -> Json:
    found = directory.department(call.world, call.args["id"])
    return {"department": directory.view(call.world, found)}


def tag_list(call: Call) -> Json:
    found = call.world.store.staff_tags.values()
    return {"taglist": [{"tagid": each.id, "tagname": each.name} for each in found]}


def tag_get(call: Call) -> Json:
    found = directory.tag(call.world, call.args["tagid"])
    known = call.world.store.staff
    users = [known[each] for each in found.members if each in known and known[each].active]
    rows = [{"userid": each.userid, "name": each.name} for each in users]
    return {"tagname": found.name, "userlist": rows, "partylist": []}


def agent_get(call: Call) -> Json:
    app = call.app
    appmsg.check_agent(call.world, app, call.args["agentid"])
    found = [each.userid for each in directory.active(call.world) if app.sees(each.userid)]
    shown: Json = {
        "agentid": app.agent_id,
        "name": app.title or app.name,
        "square_logo_url": "",
        "description": "",
        "allow_userinfos": {"user": [{"userid": each} for each in found]},
        "allow_partys": {"partyid": [] if app.scope else [directory.ROOT]},
        "allow_tags": {"tagid": []},
        "close": 0,
        "redirect_domain": app.trusted_domain,
        "report_location_flag": 0,
        "isreportenter": 1,
        "home_url": "",
    }
    return shown | call.world.store.shelf.get(f"agent {app.name}", {})


def agent_list(call: Call) -> Json:
    app = call.app
    row = {"agentid": app.agent_id, "name": app.title or app.name, "square_logo_url": ""}
    return {"agentlist": [row]}


def agent_set(call: Call) -> Json:
    app = call.app
    appmsg.check_agent(call.world, app, call.args["agentid"])
    given = {key: value for key, value in call.args.items() if key != "agentid"}
    if not given:
        raise ApiError(40063, "nothing to change")
    call.world.store.shelf.setdefault(f"agent {app.name}", {}).update(given)
    call.world.mark()
    return {}


USERID = text(64, required=True, missing=41009)
DEPARTMENT = {"department_id": number(1, required=True)}
AGENT = number(required=True, missing=41011, bad=40056)
DIRECTORY, SYNC = "directory", "contacts_sync"
AGENT_FIELDS = {
    "agentid": AGENT,
    "report_location_flag": number(0, 1),
    "isreportenter": number(0, 1),
    "logo_mediaid": text(128),
    "name": text(max_chars=32),
    "description": text(max_chars=120),
    "redirect_domain": text(256),
    "home_url": text(1024),
}

ENDPOINTS = (
    Endpoint("user/get", user_get, BOTH, {"userid": USERID}, DIRECTORY),
    Endpoint("user/simplelist", user_simplelist, GET, DEPARTMENT, DIRECTORY),
    Endpoint("user/list", user_list, GET, DEPARTMENT, DIRECTORY),
    Endpoint("user/list_id", user_ids, POST, {"cursor": CURSOR, "limit": limit(10_000)}, SYNC),
    Endpoint(
        "user/getuserid", user_by_mobile, POST, {"mobile": text(32, required=True)}, DIRECTORY
    ),
    Endpoint(
        "user/get_userid_by_email",
        user_by_email,
        POST,
        {"email": text(64, required=True), "email_type": number(1, 2)},
        DIRECTORY,
    ),
    Endpoint("department/simplelist", department_simplelist, GET, {"id": number(1)}, DIRECTORY),
    Endpoint("department/list", department_list, GET, {"id": number(1)}, DIRECTORY),
    Endpoint("department/get", department_get, GET, {"id": number(1, required=True)}, DIRECTORY),
    Endpoint("tag/list", tag_list, GET, {}, DIRECTORY),
    Endpoint("tag/get", tag_get, GET, {"tagid": number(1, required=True)}, DIRECTORY),
    Endpoint("agent/get", agent_get, GET, {"agentid": AGENT}),
    Endpoint("agent/list", agent_list, GET),
    Endpoint("agent/set", agent_set, POST, AGENT_FIELDS),
)
