"""Whom a callback or an API call is about: customers, members, groups, kf accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sandbox.fields import Json
from sandbox.world.world import Event, World

KEEP_TOKENS = 2_000
MOST = 400
VALUE = re.compile(r"<(\w+)>(?:<!\[CDATA\[(.*?)\]\]>|([^<]*))</\1>")


def field_of(xml: str, name: str) -> str:
    """The text of one element, or an empty string."""
    return next((a or b for tag, a, b in VALUE.findall(xml) if tag == name), "")


def cause_of(world: World, event: Event) -> Json:
    """What a kf callback announces without saying it: the newest entry of the account's log."""
    kf = world.store.kf_accounts.get(field_of(event.xml, "OpenKfId"))
    if event.name != "kf_msg_or_event" or kf is None or not kf.log:
        return {}
    message = kf.log[-1]["m"]
    about = message.get("event", message)
    return {
        "customer": about.get("external_userid", ""),
        "msgtype": message["msgtype"],
        "event": about.get("event_type", ""),
        "origin": message.get("origin"),
        "text": message.get("text", {}).get("content", ""),
    }


class People:
    """Answers from the world's records; remembers which kf token was made for whom."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tokens: dict[str, str] = {}

    def note(self, event: Event, cause: Json) -> None:
        """Remember the customer behind the token of a kf callback."""
        token = field_of(event.xml, "Token") if cause.get("customer") else ""
        if token:
            self._tokens[token] = cause["customer"]
            if len(self._tokens) > KEEP_TOKENS:
                del self._tokens[next(iter(self._tokens))]

    def names(self, people: list[str]) -> dict[str, str]:
        """The names of the customers among them."""
        known = self._world.store.customers
        return {each: known[each].name for each in people if each in known}

    def of_xml(self, xml: str, cause: Json) -> list[str]:
        """The people in a callback."""
        return self.of([a or b for _, a, b in VALUE.findall(xml)] + [cause.get("customer", "")])

    def of(self, value: Any) -> list[str]:
        """The people named anywhere in a JSON value, directly or by a code that stands for them."""
        found: dict[str, None] = {}
        for text in strings(value):
            found |= dict.fromkeys(self._named(text))
            if len(found) >= MOST:
                break
        return list(found)

    def _named(self, text: str) -> Iterator[str]:
        store = self._world.store
        if (
            text in store.customers
            or text in store.staff
            or text in store.groups
            or text in store.kf_accounts
        ):
            yield text
        if text in self._tokens:
            yield self._tokens[text]
        if text in store.kf_codes:
            yield store.kf_codes[text].customer
            yield store.kf_codes[text].open_kfid
        if text in store.welcome_codes:
            yield store.welcome_codes[text].customer
            yield store.welcome_codes[text].userid
        if text in store.webhooks:
            yield store.webhooks[text]


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
