"""Counters of the product, in one place. No personal data in names or labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector


class Tally(Collector):
    """Counts by one label. Counting is an addition, without the lock of a Prometheus counter: only
    the event loop counts, and the numbers are read when somebody asks for them."""

    def __init__(self, name: str, about: str, label: str) -> None:
        self._name, self._about, self._label = name, about, label
        self._counts: Counter[str] = Counter()
        REGISTRY.register(self)

    def add(self, value: str) -> None:
        """One more with this value of the label."""
        self._counts[value] += 1

    def collect(self) -> Iterator[CounterMetricFamily]:
        """What ``/metrics`` shows."""
        family = CounterMetricFamily(self._name, self._about, labels=[self._label])
        for value, count in list(self._counts.items()):
            family.add_metric([value], count)
        yield family


CALLBACKS = Tally("onevoice_callbacks", "Callbacks by outcome", "outcome")
