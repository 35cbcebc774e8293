"""How often a long-lived process looks for garbage that holds itself, and what it looks at."""

from __future__ import annotations

import gc

# New objects between two looks at the youngest ones. The interpreter's 700 are reached by a dozen
# messages; what is thrown away meanwhile takes a few MB.
YOUNG = 20_000
# So many looks at one generation before the next older one is looked at, too.
OLDER = (20, 50)


def settle() -> None:
    """For the end of a start. What is loaded lives as long as the process: it is never walked
    again, and new objects are looked at in larger portions."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, *OLDER)
