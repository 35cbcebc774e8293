"""Links in a text and whether they may stand there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_TLD = (
    "com|cn|net|org|top|xyz|info|vip|shop|store|site|cc|co|io|me|app|link|club|ltd|biz|tv|ru|"
    "online|pro|wang|ren|work|fun|icu|live|win|example"
)
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]{1,15}://)(?P<full>[^\s<>\"'，。！？；、（）【】《》一-鿿]+)"
    rf"|(?<![a-z0-9@.-])(?P<bare>(?:[a-z0-9-]+[.。．]){{1,4}}(?:{_TLD}))(?![a-z0-9-])(?:[/?#][^\s一-鿿]*)?"
    r"|(?<![0-9.])(?P<ip>(?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:[:/][^\s一-鿿]*)?(?![0-9.])"
)


def links(text: str) -> Iterator[tuple[str, int, int]]:
    """(host, start, end) of every link in an undisguised text, with or without a scheme."""
    for found in _LINK.finditer(text):
        yield _host(found["full"] or found["bare"] or found["ip"]), found.start(), found.end()


def allowed(host: str, domains: Iterable[str]) -> bool:
    """True for a listed domain or one below it."""
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _host(rest: str) -> str:
    """The host that a browser would open: what stands before a @ is only decoration."""
    authority = re.split(r"[/?#\\]", rest, maxsplit=1)[0]
    return (
        authority.rsplit("@", 1)[-1]
        .split(":", 1)[0]
        .replace("。", ".")
        .replace("．", ".")
        .strip(".")
    )
