"""Passive replies (page 90241): what a receiver puts into its answer to an app callback."""

from __future__ import annotations

from sandbox.crypto import BadCipher, Envelope
from sandbox.rules import appcards
from sandbox.rules.payload import cut
from sandbox.world.config import App
from sandbox.world.world import World
from sandbox.xmlform import read_flat, read_inside

TEXT_BYTES = 2048


def accept_reply(world: World, app: App, envelope: Envelope, asked: str, answer: bytes) -> str:
    """Show an encrypted reply in the member's chat and return its MsgType.

    BadCipher or ValueError when it is not an encrypted reply of this app; "ignored" when the
    callback allows none (customer contact, kf).
    """
    outer = read_flat(answer)
    stamp, nonce = outer.get("TimeStamp", ""), outer.get("Nonce", "")
    encrypted = outer.get("Encrypt", "")
    if not envelope.verify(outer.get("MsgSignature", ""), stamp, nonce, encrypted):
        raise BadCipher("wrong signature")
    inner = read_flat(envelope.decrypt(encrypted))
    question = read_flat(asked.encode())
    userid = question.get("FromUserName", "")
    if userid not in world.store.staff:
        return "ignored"
    kind = inner.get("MsgType", "")
    if kind == "update_button":
        name = read_inside(envelope.decrypt(encrypted), "Button/ReplaceName")
        task, code = question.get("TaskId", ""), question.get("ResponseCode", "")
        appcards.show(world, app, userid, task, code, {"button": {"replace_name": name}})
        return kind
    text = cut(inner.get("Content", ""), TEXT_BYTES)
    world.say(userid, "app", str(app.agent_id), kind, text, {"msgtype": kind, "passive": inner})
    return kind
