"""How long rows are kept that nothing needs any more."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.clock import DAY
from bot.core.decode import fail
from bot.core.span import parse_span
from bot.core.tomlfile import TomlDoc

# An event that was forgotten would count as new if it came again. The platform repeats a callback
# for minutes and hands out kf messages for three days (page 94670); a backup that is restored reads
# those three days once more.
LEAST = 14 * DAY
KINDS = ("inbox", "outbox", "due", "audit", "replies", "service", "events", "access")


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    """Lengths of time by kind of row; ``0d`` is for ever. ``hour`` is local, ``page`` in rows."""

    hour: int = 4
    inbox: str = "180d"
    outbox: str = "180d"
    due: str = "90d"
    audit: str = "730d"
    replies: str = "0d"
    service: str = "730d"
    events: str = "0d"
    access: str = "730d"
    page: int = 500

    def spans(self) -> dict[str, int]:
        """ms by kind; what is kept for ever is left out."""
        found = {kind: parse_span(getattr(self, kind)) for kind in KINDS}
        return {kind: span for kind, span in found.items() if span}


def check_retention(retention: Retention, doc: TomlDoc) -> None:
    """Raises BadInput for what is no length of time, or too short to be safe."""
    for kind in KINDS:
        try:
            span = parse_span(getattr(retention, kind))
        except ValueError as exc:
            raise fail(doc, ("retention", kind), str(exc), 'write "180d" or "0d"') from None
        if 0 < span < LEAST:
            raise fail(doc, ("retention", kind), "too short: the platform may still repeat it",
                       f'write "{LEAST // DAY}d" or more, or "0d" to keep it for ever')  # fmt: skip
    if not 0 <= retention.hour <= 23:
        raise fail(doc, ("retention", "hour"), "wants an hour from 0 to 23")
    if not 1 <= retention.page <= 10_000:
        raise fail(doc, ("retention", "page"), "wants 1 to 10000 rows")
