"""Where we are reached from outside, as the platform and this process know it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """``kf``: the link of each kf account. ``contact``: by staff account, the QR code of the
    contact way that adds it (联系我, page 92228). ``here``: where the web server listens, while
    nobody has configured a public address; empty where nobody knows."""

    kf: Mapping[str, str] = field(default_factory=dict)
    contact: Mapping[str, str] = field(default_factory=dict)
    here: str = ""

    @property
    def urls(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.kf.values(), *self.contact.values(), self.here)


NOWHERE = Whereabouts()
