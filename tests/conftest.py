"""What holds for every test: nothing is drawn by chance, and no example has to be fast."""

from __future__ import annotations

import os
import sys

from hypothesis import HealthCheck, settings

# Two hundred processes are started: what one has compiled, the others need not compile again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The same examples in every run: what one run finds, every run finds.
# ``--hypothesis-profile=chance`` draws new ones, for whoever looks for more.
settings.register_profile(
    "steady", derandomize=True, deadline=None, database=None,
    suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
settings.register_profile("chance", settings.get_profile("steady"), derandomize=False)
settings.load_profile("steady")
