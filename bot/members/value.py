"""What a person is worth: what he paid, less what was given back, less what it cost to win him."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Worth:
    """A person's orders added up, in cents. ``orders``, ``first_at`` and ``last_at`` are of those
    that were kept; ``cost`` None: nobody said."""

    member: str
    orders: int = 0
    paid_cents: int = 0
    refunded_cents: int = 0
    cost_cents: int | None = None
    first_at: int | None = None
    last_at: int | None = None

    @property
    def net_cents(self) -> int:
        """What he brought in."""
        return self.paid_cents - self.refunded_cents

    @property
    def ltv_cents(self) -> int:
        """His contribution over his life as a customer so far."""
        return self.net_cents - (self.cost_cents or 0)
