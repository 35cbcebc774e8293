"""The official account's API, on the same address (official-account.md sections 3 and 4)."""

from __future__ import annotations

from sandbox.api.base import BOTH, GET, POST, Call, Endpoint
from sandbox.errors import ApiError
from sandbox.fields import Json, flag, items, number, obj, text
from sandbox.rules import appmsg, oa, tokens
from sandbox.world.config import OfficialAccount

TYPES = (
    "text",
    "image",
    "voice",
    "video",
    "music",
    "news",
    "mpnews",
    "mpnewsarticle",
    "msgmenu",
    "wxcard",
    "miniprogrampage",
    "link",
)


def _account(call: Call) -> OfficialAccount:
    return oa.open_account(call.world, call.args["access_token"])


def token(call: Call) -> Json:
    found = oa.issue(call.world, call.args["appid"], call.args["secret"], False, call.remote)
    left = (found.expires_at - call.world.now()) // 1000
    return {"access_token": found.value, "expires_in": left}


def stable_token(call: Call) -> Json:
    fresh = call.args.get("force_refresh", False)
    found = oa.issue(call.world, call.args["appid"], call.args["secret"], fresh, call.remote)
    left = (found.expires_at - call.world.now()) // 1000
    return {"access_token": found.value, "expires_in": left}


def send(call: Call) -> Json:
    found = _account(call)
    kind = call.args["msgtype"]
    body = call.body.get(kind)
    if kind not in TYPES:
        raise ApiError(40008, kind)
    if not isinstance(body, dict) or not body:
        raise ApiError(40063, kind)
    oa.send(call.world, found, call.args["touser"], {"msgtype": kind, kind: body})
    return {}


def followers(call: Call) -> Json:
    """Who these are; since 2021 without nickname, and to others than followers hardly anything."""
    _account(call)
    return {"user_info_list": [_follower(call, each) for each in call.args["user_list"]]}


def _follower(call: Call, asked: Json) -> Json:
    openid = str(asked.get("openid") or "")
    row = oa.follower(call.world, openid)
    person = call.world.store.customers.get(oa.customer_of(call.world, openid) or "")
    shown: Json = {"subscribe": int(bool(row["follows"])), "openid": openid}
    if person is not None and person.unionid:
        shown["unionid"] = person.unionid
    return shown | ({"language": "zh_CN", "remark": "", "tagid_list": []} if row["follows"] else {})


def typing(call: Call) -> Json:
    _account(call)
    return {}


def _menu(call: Call) -> str:
    """Whose menu: the app's when an agentid is given (page 90231), else the account's."""
    if "agentid" not in call.args:
        return f"menu {_account(call).appid}"
    app = tokens.open_app(call.world, call.args["access_token"])
    appmsg.check_agent(call.world, app, call.args["agentid"])
    return f"menu {app.name}"


def menu_create(call: Call) -> Json:
    call.world.store.shelf[_menu(call)] = {"button": call.args["button"]}
    call.world.mark()
    return {}


def menu_get(call: Call) -> Json:
    found = call.world.store.shelf.get(_menu(call), {"button": []})
    return dict(found) if "agentid" in call.args else {"menu": found}


def menu_delete(call: Call) -> Json:
    call.world.store.shelf.pop(_menu(call), None)
    call.world.mark()
    return {}


def qrcode(call: Call) -> Json:
    _account(call)
    scene = call.args["action_info"].get("scene", {}).get("scene_str", "")
    ticket = call.world.secret_id("gQ", 40)
    call.world.store.shelf.setdefault("oa_qr", {})[ticket] = {"scene": scene}
    return {
        "ticket": ticket,
        "expire_seconds": call.args.get("expire_seconds", 2_592_000),
        "url": f"{call.world.base}/oa-qr/{ticket}",
    }


ACCESS = {"access_token": text(512, required=True, missing=41001)}
MENU = ACCESS | {"agentid": number(bad=40056)}
MENU_TYPES = (
    "click",
    "view",
    "miniprogram",
    "view_miniprogram",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
    "media_id",
    "article_id",
)
TAP = {"type": text(choices=MENU_TYPES), "key": text(128), "url": text(1024)}
BELOW = items(obj({"name": text(60, required=True)} | TAP), 5)
BUTTON = obj({"name": text(16, required=True)} | TAP | {"sub_button": BELOW})
LOGIN = {
    "grant_type": text(required=True, choices=("client_credential",)),
    "appid": text(required=True, missing=41002),
    "secret": text(required=True, missing=41004),
}

ENDPOINTS = (
    Endpoint("token", token, BOTH, LOGIN, token=False),
    Endpoint("stable_token", stable_token, POST, LOGIN | {"force_refresh": flag()}, token=False),
    Endpoint(
        "message/custom/send",
        send,
        POST,
        ACCESS
        | {
            "touser": text(128, required=True, missing=40003),
            "msgtype": text(required=True, missing=40008),
        },
        token=False,
    ),
    Endpoint(
        "user/info/batchget",
        followers,
        POST,
        ACCESS | {"user_list": items(obj({"openid": text(128, required=True)}), 100)},
        token=False,
    ),
    Endpoint(
        "message/custom/typing",
        typing,
        POST,
        ACCESS
        | {
            "touser": text(128, required=True, missing=40003),
            "command": text(required=True, choices=("Typing", "CancelTyping")),
        },
        token=False,
    ),
    Endpoint(
        "menu/create",
        menu_create,
        POST,
        MENU | {"button": items(BUTTON, 3, required=True)},
        token=False,
    ),
    Endpoint("menu/get", menu_get, GET, MENU, token=False),
    Endpoint("menu/delete", menu_delete, GET, MENU, token=False),
    Endpoint("get_current_selfmenu_info", menu_get, GET, ACCESS, token=False),
    Endpoint(
        "qrcode/create",
        qrcode,
        POST,
        ACCESS
        | {
            "action_name": text(
                required=True,
                choices=("QR_STR_SCENE", "QR_LIMIT_STR_SCENE", "QR_SCENE", "QR_LIMIT_SCENE"),
            ),
            "expire_seconds": number(1, 2_592_000),
            "action_info": obj(required=True),
        },
        token=False,
    ),
)
