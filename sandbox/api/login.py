"""OAuth exchange and JS-SDK tickets (pages 91023, 95833, 90506)."""

from __future__ import annotations

from sandbox.api.base import BOTH, GET, POST, Call, Endpoint
from sandbox.errors import ApiError
from sandbox.fields import Json, text
from sandbox.rules import login

CORP_TICKETS, APP_TICKETS, HOUR_MS = 400, 100, 3_600_000


def user_info(call: Call) -> Json:
    return login.user_info(call.world, call.args["code"])


def old_user_info(call: Call) -> Json:
    """user/getuserinfo: capitalised keys, which older clients still ask for."""
    found = login.user_info(call.world, call.args["code"])
    names = {"userid": "UserId", "openid": "OpenId"}
    return {names.get(key, key): value for key, value in found.items()} | {"DeviceId": ""}


def user_detail(call: Call) -> Json:
    return login.user_detail(call.world, call.args["user_ticket"])


def _limited(call: Call) -> None:
    now, app = call.world.now(), call.app.name
    if not (
        call.world.windows.hit("ticket", now, CORP_TICKETS, HOUR_MS)
        and call.world.windows.hit(f"ticket:{app}", now, APP_TICKETS, HOUR_MS)
    ):
        raise ApiError(45009, "tickets per hour")


def corp_ticket(call: Call) -> Json:
    _limited(call)
    return login.ticket(call.world, None)


def app_ticket(call: Call) -> Json:
    _limited(call)
    return login.ticket(call.world, call.app)


CODE = text(512, required=True, missing=40029, bad=40029, over=40029)

ENDPOINTS = (
    Endpoint("auth/getuserinfo", user_info, BOTH, {"code": CODE}, limited=False),
    Endpoint("user/getuserinfo", old_user_info, BOTH, {"code": CODE}, limited=False),
    Endpoint(
        "auth/getuserdetail",
        user_detail,
        POST,
        {"user_ticket": text(512, required=True, missing=84015)},
    ),
    Endpoint("get_jsapi_ticket", corp_ticket, GET),
    Endpoint(
        "ticket/get", app_ticket, GET, {"type": text(required=True, choices=("agent_config",))}
    ),
)
