"""A browser's own description of itself, in two words."""

from __future__ import annotations

# The first that occurs counts: most browsers also name those they descend from.
BROWSERS = (("wxwork", "WeCom"), ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR", "Opera"),
            ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"),
           ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def device(agent: str) -> str:
    """``Chrome · Windows``; empty when it says neither."""
    found = [next((name for mark, name in table if mark in agent), "")
             for table in (BROWSERS, SYSTEMS)]  # fmt: skip
    return " · ".join(filter(None, found)) or agent[:40]
