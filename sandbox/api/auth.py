"""Tokens and IP lists (pages 91039, 92521)."""

from __future__ import annotations

from sandbox.api.base import BOTH, Call, Endpoint
from sandbox.fields import Json, text
from sandbox.rules import tokens

IPS = {"ip_list": ["127.0.0.1"]}


def get_token(call: Call) -> Json:
    token = tokens.issue(call.world, call.args["corpid"], call.args["corpsecret"])
    left = (token.expires_at - call.world.now()) // 1000
    return {"access_token": token.value, "expires_in": left}


def ips(call: Call) -> Json:
    return IPS


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
)
