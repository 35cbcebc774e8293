"""``/metrics``: what the process counts, as Prometheus reads it. No personal data in labels."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from bot.core.meters import COUNTS, SPREADS
from bot.core.tally import Count, Spread

Family = CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily


@dataclass(frozen=True, kw_only=True, slots=True)
class Levels:
    """How things stand at this moment; None where it could not be seen in time."""

    inbox: Mapping[str, int] | None = None
    outbox: Mapping[str, int] | None = None
    grants: Mapping[str, int] | None = None
    queue_age_ms: int | None = None
    robots: Mapping[str, str] = field(default_factory=dict)


class Tallies(Collector):
    """The product's own counts, read when somebody asks."""

    def collect(self) -> Iterator[Family]:
        """Called by the registry."""
        yield from map(_counter, COUNTS)
        yield from map(_histogram, SPREADS)


def page(levels: Levels) -> bytes:
    """The text of ``/metrics``."""
    now = CollectorRegistry()
    now.register(_Now(levels))
    return generate_latest() + generate_latest(now)


class _Now(Collector):
    def __init__(self, levels: Levels) -> None:
        self._levels = levels

    def collect(self) -> Iterator[Family]:
        seen = self._levels
        for name, rows in (("inbox", seen.inbox), ("outbox", seen.outbox)):
            if rows is not None:
                words = f"Rows of the {name} that are not finished"
                yield _gauge(f"onevoice_{name}_rows", words, "state", rows)
        if seen.grants is not None:
            words = "Rewards that wait for a colleague, a payment or an answer"
            yield _gauge("onevoice_reward_grants", words, "state", seen.grants)
        if seen.queue_age_ms is not None:
            words = "For how long the oldest turn or message has been due"
            age = GaugeMetricFamily("onevoice_queue_age_seconds", words)
            age.add_metric([], seen.queue_age_ms / 1000)
            yield age
        up = {name: int(state == "connected") for name, state in seen.robots.items()}
        yield _gauge("onevoice_robot_connected", "1 while a smart robot is connected", "robot", up)


def _gauge(name: str, words: str, label: str, values: Mapping[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _counter(count: Count) -> CounterMetricFamily:
    family = CounterMetricFamily(count.name, count.help, labels=list(count.labels))
    for labels, value in list(count.values.items()):
        family.add_metric(list(labels), value)
    return family


def _histogram(spread: Spread) -> HistogramMetricFamily:
    family = HistogramMetricFamily(spread.name, spread.help, labels=list(spread.labels))
    for labels, (cells, total) in spread.series().items():
        buckets, count = [], 0
        for bound, cell in zip((*map(str, spread.bounds), "+Inf"), cells, strict=True):
            count += cell
            buckets.append((bound, count))
        family.add_metric(list(labels), buckets, total)
    return family


REGISTRY.register(Tallies())
