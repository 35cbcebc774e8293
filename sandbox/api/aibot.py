"""The smart robot's active reply (page 101138): plain JSON to the response_url of a callback."""

from __future__ import annotations

from sandbox.api.base import POST, Call, Endpoint
from sandbox.fields import Json, text
from sandbox.rules import robots


def response(call: Call) -> Json:
    robots.respond(call.world, call.args["response_code"], call.body)
    return {}


ENDPOINTS = (
    Endpoint(
        "aibot/response",
        response,
        POST,
        {
            "response_code": text(512, required=True, missing=40058, bad=40058),
            "msgtype": text(required=True, missing=40008, bad=40008, choices=tuple(robots.ACTIVE)),
        },
        token=False,
    ),
)
