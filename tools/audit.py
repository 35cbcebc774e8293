"""Are known vulnerabilities in the locked packages? Runs pip-audit and judges its JSON.

    python tools/audit.py [LOCK]        default: requirements.lock

Exit 0: every package was looked up and none has a known vulnerability. 1: at least one has. 3: it
could not be audited. pip-audit itself exits 0 and says "No known vulnerabilities found" when the
index it asks holds no such data (a mirror, for example), so its exit code and words are not used.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CLEAN, VULNERABLE, NOT_AUDITED = 0, 1, 3
SECONDS = 300
# A pin without an environment marker: it is installed everywhere, so it must have been looked up.
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)[ \t]*(\\?)$", re.M)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit code, and a line for people for each thing to say."""

    code: int
    lines: tuple[str, ...]


def judge(output: str, lock: str) -> Verdict:
    """What pip-audit's JSON means for the packages of a lock."""
    try:
        rows = json.loads(output)["dependencies"]
        found = {_plain(row["name"]): row for row in rows}
        vulnerable = [line for row in rows for line in _vulnerabilities(row)]
    except (ValueError, KeyError, TypeError, AttributeError):
        return _not_audited("pip-audit gave no report that can be read")
    if vulnerable:
        return Verdict(VULNERABLE, tuple(vulnerable))
    skipped = [row for row in rows if "skip_reason" in row or "vulns" not in row]
    if skipped:
        why = str(skipped[0].get("skip_reason", "no result"))[:120]
        return _not_audited(f"{len(skipped)} of {len(rows)} packages were not looked up: {why}")
    missing = _missing(lock, found)
    if missing or not rows:
        return _not_audited(f"not in the report: {', '.join(missing) or 'everything'}")
    return Verdict(CLEAN, (f"{len(rows)} packages audited, no known vulnerability",))


def _vulnerabilities(row: Mapping[str, Any]) -> list[str]:
    return [
        f"{row['name']} {row['version']}: {each['id']};"
        f" fixed in {', '.join(each.get('fix_versions') or ()) or 'no release yet'}"
        for each in row.get("vulns", ())
    ]


def _missing(lock: str, found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Pins that the report does not name in exactly this version."""
    return [
        f"{name}=={version}"
        for name, version, _ in _PIN.findall(lock)
        if found.get(_plain(name), {}).get("version") != version
    ]


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _not_audited(why: str) -> Verdict:
    return Verdict(NOT_AUDITED, (
        f"NOT AUDITED, nothing is known about vulnerabilities: {why}."
        " Run it where pip reaches the package index itself and not a mirror",
    ))  # fmt: skip


def run(lock: Path) -> Verdict:
    """Asks pip-audit about a lock. Whatever goes wrong is a verdict, too."""
    command = [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes",
               "--disable-pip", "--format", "json", "--progress-spinner", "off"]  # fmt: skip
    try:
        text = lock.read_text(encoding="utf-8")
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return _not_audited(f"no answer in {SECONDS} seconds")
    except OSError as exc:
        return _not_audited(f"{exc.strerror}: {lock}")
    if not done.stdout.strip():
        words = done.stderr.strip().splitlines()
        return _not_audited(f"pip-audit failed: {words[-1] if words else 'it said nothing'}")
    return judge(done.stdout, text)


def main(arguments: list[str]) -> int:
    """Prints the verdict; its exit code."""
    verdict = run(Path(arguments[0] if arguments else "requirements.lock"))
    stream = sys.stdout if verdict.code == CLEAN else sys.stderr
    stream.write("".join(f"audit: {line}\n" for line in verdict.lines))
    return verdict.code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
