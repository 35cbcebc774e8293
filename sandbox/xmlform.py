"""Callback XML: strings in CDATA, numbers bare, nested lists as nested elements."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Value: TypeAlias = "str | int | float | Sequence[Element]"
Element: TypeAlias = tuple[str, "Value"]


def cdata(text: str) -> str:
    """`]]>` inside a text is split over two sections, or it would end the first one."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _inner(value: Value) -> str:
    if isinstance(value, str):
        return cdata(value)
    if isinstance(value, (int, float)):
        return str(value)
    return "".join(f"<{tag}>{_inner(child)}</{tag}>" for tag, child in value)


def document(elements: Iterable[Element]) -> str:
    """`<xml>…</xml>` without declaration, as the platform posts it."""
    return "<xml>" + _inner(list(elements)) + "</xml>"


def read_flat(text: bytes) -> dict[str, str]:
    """Direct children of the root as text, for answers of a receiver. ValueError if not XML."""
    return {child.tag: child.text or "" for child in _root(text)}


def read_inside(text: bytes, path: str) -> str:
    """The text of one nested element, "" when it is not there. ValueError if not XML."""
    return _root(text).findtext(path) or ""


def _root(text: bytes) -> ET.Element:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ValueError("document types are refused")
    try:
        return ET.fromstring(text)
    except ET.ParseError as error:
        raise ValueError("not XML") from error
