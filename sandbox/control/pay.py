"""Red packets as people meet them: who got which, opening one; money and trouble of the till."""

from __future__ import annotations

from sandbox.control.base import Ask, Paged, Route
from sandbox.errors import ControlError
from sandbox.fields import Json, flag, number, text
from sandbox.rules import pay


def packets(ask: Ask) -> Paged:
    told = pay.books(ask.world)["packets"].values()
    return Paged([{"number": one["number"], "openid": one["re_openid"], "at": one["at"],
                   "cents": int(one["total_amount"]), "status": pay.status(ask.world, one)}
                  for one in told])  # fmt: skip


def money(ask: Ask) -> Json:
    """`balance` sets what the merchant has; `code` is what the next `n` calls (of `on`) answer,
    with `done` after they did what they were asked for."""
    world = ask.world
    if not world.config.merchants:
        raise ControlError("this world has no merchant", 404)
    merchant, told = world.config.merchants[0], pay.books(world)
    if "balance" in ask.args:
        told["added"] = ask.args["balance"] - merchant.balance + told["spent"]
    if ask.args.get("code"):
        told["trouble"].append({"code": ask.args["code"], "n": ask.args.get("n", 1),
                                "on": ask.args.get("on", ""),
                                "done": ask.args.get("done", False)})  # fmt: skip
    world.mark()
    return {"balance": pay.balance(world, merchant), "trouble": len(told["trouble"])}


def opened(ask: Ask) -> Json:
    if not pay.open_one(ask.world, ask.params["number"]):
        raise ControlError("there is no such packet to open", 404)
    return {"number": ask.params["number"]}


ROUTES = (
    Route("GET", "/pay", packets),
    Route("POST", "/pay", money, {"balance": number(0), "code": text(40), "n": number(1),
                                  "on": text(40), "done": flag()}),
    Route("POST", "/pay/{number}/open", opened),
)  # fmt: skip
