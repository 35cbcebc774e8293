"""What differs between two versions. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from bot.store.versions import Edition


def label(edition: Edition | None) -> str:
    """``v3``, ``disk`` for what has no number yet, ``nothing``."""
    if edition is None:
        return "nothing"
    return f"v{edition.version}" if edition.version else "disk"


def changed(name: str, old: Edition | None, new: Edition) -> dict[str, str]:
    """A unified diff for every file that differs, by its name."""
    was: Mapping[str, str] = old.files if old else {}
    found = {file: _diff(name, file, old, new) for file in sorted({*was, *new.files})}
    return {file: text for file, text in found.items() if text}


def _diff(name: str, file: str, old: Edition | None, new: Edition) -> str:
    was: Mapping[str, str] = old.files if old else {}
    return "\n".join(difflib.unified_diff(
        was.get(file, "").splitlines(), new.files.get(file, "").splitlines(),
        f"{name}/{file} ({label(old)})", f"{name}/{file} ({label(new)})", lineterm="",
    ))  # fmt: skip
