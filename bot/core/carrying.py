"""[carriers]: by which codes people come from which carrier, and which addresses lead there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, kw_only=True, slots=True)
class OfCarrier:
    """[carriers.NAME]: codes that do not name the carrier themselves (a ``*`` at the end stands for
    anything), and hosts of addresses that lead to it. ``text``: characters of one post there,
    ``pictures`` in it, where the carrier has changed what we know; 0: as we know it."""

    codes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    text: int = 0
    pictures: int = 0


def by_code(carriers: Mapping[str, OfCarrier]) -> dict[str, str]:
    """The carrier of each code."""
    return {code: name for name, one in carriers.items() for code in one.codes}


@dataclass(frozen=True, slots=True)
class Shortening:
    """``base``: the address under which people reach our links, or empty: none is shortened;
    ``hosts``: the carrier of each host."""

    base: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, carriers: Mapping[str, OfCarrier], public_url: str) -> Shortening:
        """As the settings have it."""
        hosts = {host: name for name, one in carriers.items() for host in one.hosts}
        return cls(public_url.rstrip("/"), hosts)

    def carrier(self, url: str) -> str:
        """Where an address leads, or empty: it is left as it is."""
        try:
            host = (urlsplit(url).hostname or "").lower()
        except ValueError:
            return ""
        parts = host.split(".")
        above = (".".join(parts[i:]) for i in range(len(parts)))
        return next((self.hosts[one] for one in above if one in self.hosts), "")
