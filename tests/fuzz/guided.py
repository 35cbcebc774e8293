"""Coverage-guided fuzzing of one target, in a process of its own: atheris never returns.

    python -m tests.fuzz.guided TARGET CORPUS [-runs=N] [-max_total_time=SECONDS]

CORPUS is filled with the seeds first, and grows. Exit 0: nothing broke. What breaks is written to
``crash-…`` in CORPUS; give it a name in seeds.CRASHES, or put it under tests/fuzz/corpus/TARGET/.
"""

from __future__ import annotations

import hashlib
import sys
import warnings
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bot", "scheduler", "sandbox"]):
    from tests.fuzz.seeds import crashes, good
    from tests.fuzz.targets import TARGETS


def plant(target: str, folder: Path) -> None:
    """Writes what we know already into the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    known = [data for name, _, data in crashes() if name == target]
    for data in [*good(target), *known]:
        if len(data) <= TARGETS[target].most:
            (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


def main(target: str, folder: Path, options: list[str]) -> None:
    """Runs until the options say stop, or until something breaks."""
    warnings.simplefilter("ignore", FutureWarning)
    plant(target, folder)
    fixed = [f"-max_len={TARGETS[target].most}", "-timeout=20", "-rss_limit_mb=1024",
             "-print_final_stats=1", f"-artifact_prefix={folder}/"]  # fmt: skip
    atheris.Setup([sys.argv[0], str(folder), *fixed, *options], TARGETS[target].run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
