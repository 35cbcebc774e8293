"""Counters of the product, in one place. No personal data in names or labels."""

from __future__ import annotations

from prometheus_client import Counter

CALLBACKS = Counter("onevoice_callbacks", "Callbacks by outcome", ["outcome"])
# looked up once: that costs more than counting
TAKEN = CALLBACKS.labels(outcome="ok")
