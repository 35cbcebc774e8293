"""Cities a customer may name in passing. Any other is understood when it was asked for."""

from __future__ import annotations

import re

from bot.core.cities import NAMES

# These are words of tea or of everyday speech as well, and count only when they were asked for.
_AMBIGUOUS = frozenset(("普洱", "黄山", "武夷山", "安溪", "中山", "黑河", "保山", "白山", "大理"))
KNOWN = re.compile("|".join(name for name in NAMES if name not in _AMBIGUOUS))
ALL = re.compile("|".join(NAMES))
