"""How far somebody comes with a category of goods: the stages, and what a category is. The decision
journey does not end with buying: who tells others and buys again has come furthest."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Stage(StrEnum):
    """In order; ``NONE``: at none, or back from all of them."""

    NONE = ""
    RECEIVED = "received"  # it was put before him
    INTEGRATED = "integrated"  # he took it up: opened, liked, asked
    PREFERRED = "preferred"  # it is what he would choose
    BOUGHT = "bought"
    SHARED = "shared"  # bought, and passed it on
    REBOUGHT = "rebought"

    @property
    def rank(self) -> int:
        """0 for none; the further, the higher."""
        return _RANKS[self]


_RANKS = {stage: rank for rank, stage in enumerate(Stage)}
# Stages, without none, as people call them.
NAMES: Mapping[Stage, str] = {
    Stage.RECEIVED: "知道", Stage.INTEGRATED: "了解", Stage.PREFERRED: "心仪",
    Stage.BOUGHT: "买过", Stage.SHARED: "分享", Stage.REBOUGHT: "复购",
}  # fmt: skip
