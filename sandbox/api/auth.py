"""Tokens, IP lists, contacts (pages 91039, 92521, 90196, 90208)."""

from __future__ import annotations

from sandbox.api.base import BOTH, GET, Call, Endpoint
from sandbox.errors import ApiError
from sandbox.fields import Json, number, text
from sandbox.rules import people, tokens
from sandbox.world.model import Staff
from sandbox.world.world import World

IPS = {"ip_list": ["127.0.0.1"]}


def get_token(call: Call) -> Json:
    token = tokens.issue(call.world, call.args["corpid"], call.args["corpsecret"])
    left = (token.expires_at - call.world.now()) // 1000
    return {"access_token": token.value, "expires_in": left}


def ips(call: Call) -> Json:
    return IPS


def _brief(world: World, each: Staff) -> Json:
    return {
        "userid": each.userid,
        "name": each.name,
        "department": [each.department],
        "open_userid": "woOPEN" + each.userid,
    }


def _full(world: World, each: Staff) -> Json:
    status = 1 if each.active else 5
    return _brief(world, each) | {
        "order": [0],
        "position": "",
        "is_leader_in_dept": [0],
        "direct_leader": [],
        "main_department": each.department,
        "alias": "",
        "telephone": "",
        "status": status,
        "extattr": {"attrs": []},
        "external_profile": {},
    }


def user_get(call: Call) -> Json:
    return _full(call.world, people.staff(call.world, call.args["userid"]))


def _members(call: Call) -> list[Staff]:
    department = call.args["department_id"]
    found = [each for each in call.world.store.staff.values() if each.active]
    chosen = [each for each in found if department in (1, each.department)]
    if not chosen:
        raise ApiError(60003, str(department))
    return chosen


def user_simplelist(call: Call) -> Json:
    return {"userlist": [_brief(call.world, each) for each in _members(call)]}


def user_list(call: Call) -> Json:
    return {"userlist": [_full(call.world, each) for each in _members(call)]}


def _departments(world: World) -> list[int]:
    return sorted({1} | {each.department for each in world.store.staff.values()})


def department_simplelist(call: Call) -> Json:
    rows: list[Json] = [
        {"id": each, "parentid": 0 if each == 1 else 1, "order": each}
        for each in _departments(call.world)
    ]
    return {"department_id": rows}


def department_list(call: Call) -> Json:
    names = {1: call.world.config.corp_name}
    rows: list[Json] = [
        {
            "id": each,
            "name": names.get(each, f"部门{each}"),
            "name_en": "",
            "department_leader": [],
            "parentid": 0 if each == 1 else 1,
            "order": each,
        }
        for each in _departments(call.world)
    ]
    return {"department": rows}


def agent_get(call: Call) -> Json:
    app = call.app
    if call.args["agentid"] != app.agent_id:
        raise ApiError(301002)
    users = [{"userid": each.userid} for each in call.world.store.staff.values() if each.active]
    return {
        "agentid": app.agent_id,
        "name": app.title or app.name,
        "square_logo_url": "",
        "description": "",
        "allow_userinfos": {"user": users},
        "allow_partys": {"partyid": [1]},
        "allow_tags": {"tagid": []},
        "close": 0,
        "redirect_domain": "127.0.0.1",
        "report_location_flag": 0,
        "isreportenter": 1,
        "home_url": "",
    }


def agent_list(call: Call) -> Json:
    app = call.app
    row = {"agentid": app.agent_id, "name": app.title or app.name, "square_logo_url": ""}
    return {"agentlist": [row]}


USERID = text(64, required=True, missing=41009)
DEPARTMENT = number(required=True, missing=40063)
DIRECTORY = "directory"

ENDPOINTS = (
    Endpoint(
        "gettoken",
        get_token,
        BOTH,
        {
            "corpid": text(required=True, missing=41002),
            "corpsecret": text(required=True, missing=41004),
        },
        token=False,
    ),
    Endpoint("getcallbackip", ips, BOTH),
    Endpoint("get_api_domain_ip", ips, BOTH),
    Endpoint("user/get", user_get, BOTH, {"userid": USERID}, DIRECTORY),
    Endpoint("user/simplelist", user_simplelist, GET, {"department_id": DEPARTMENT}, DIRECTORY),
    Endpoint("user/list", user_list, GET, {"department_id": DEPARTMENT}, DIRECTORY),
    Endpoint("department/simplelist", department_simplelist, GET, {"id": number()}, DIRECTORY),
    Endpoint("department/list", department_list, GET, {"id": number()}, DIRECTORY),
    Endpoint("agent/get", agent_get, GET, {"agentid": number(required=True, missing=41011)}),
    Endpoint("agent/list", agent_list, GET),
)
