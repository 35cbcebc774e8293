"""Installs are verified: a file that is not the locked one is refused, and CI asks for all of it."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WHEEL = "tiny_thing-1.0-py3-none-any.whl"
FILES = {
    "tiny_thing.py": "X = 1\n",
    "tiny_thing-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: tiny-thing\nVersion: 1.0\n",
    "tiny_thing-1.0.dist-info/WHEEL": "Wheel-Version: 1.0\nGenerator: x\nRoot-Is-Purelib: true\n"
    "Tag: py3-none-any\n",
    "tiny_thing-1.0.dist-info/RECORD": "",
}


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder with one wheel: the only index that these tests know."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    with zipfile.ZipFile(folder / WHEEL, "w") as made:
        for name, text in FILES.items():
            made.writestr(zipfile.ZipInfo(name), text)
    return folder


def fetch(shelf: Path, requirement: str) -> subprocess.CompletedProcess[str]:
    """pip, with the options of our Makefile, without a network."""
    lock = shelf.parent / "some.lock"
    lock.write_text(requirement + "\n", "utf-8")
    command = [sys.executable, "-m", "pip", "download", "--isolated", "--quiet", "--no-deps",
               "--disable-pip-version-check", "--no-index", "--find-links", str(shelf),
               "--require-hashes", "--only-binary", ":all:", "--dest", str(shelf.parent / "got"),
               "--requirement", str(lock)]  # fmt: skip
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def digest(shelf: Path) -> str:
    return hashlib.sha256((shelf / WHEEL).read_bytes()).hexdigest()


def test_the_locked_file_is_taken(shelf: Path) -> None:
    done = fetch(shelf, f"tiny-thing==1.0 --hash=sha256:{digest(shelf)}")
    assert done.returncode == 0, done.stderr
    assert (shelf.parent / "got" / WHEEL).exists()


def test_another_file_under_the_same_name_is_refused(shelf: Path) -> None:
    right = digest(shelf)
    false = right[:-1] + ("0" if right[-1] != "0" else "1")
    done = fetch(shelf, f"tiny-thing==1.0 --hash=sha256:{false}")
    assert done.returncode != 0
    assert "DO NOT MATCH THE HASHES" in done.stderr
    assert not (shelf.parent / "got" / WHEEL).exists()


def test_a_package_without_a_hash_is_refused(shelf: Path) -> None:
    done = fetch(shelf, "tiny-thing==1.0")
    assert done.returncode != 0
    assert "require-hashes" in done.stderr


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_every_install_of_the_makefile_asks_for_hashes_or_fetches_nothing() -> None:
    installs = re.findall(r"\$\(PIP\) install (.*)", _read("Makefile"))
    assert len(installs) >= 3
    for options in installs:
        verified = "--require-hashes --only-binary :all:" in options
        assert verified or options == "--no-deps --no-build-isolation -e ."


@pytest.mark.parametrize(
    "step", ["make lint", "make types", "version-check check", "tools/audit.py", "make test"]
)
def test_ci_does_every_step(step: str) -> None:
    steps = [
        line for line in _read(".ci/run").splitlines() if not line.lstrip().startswith(("#", "say"))
    ]
    assert any(step in line for line in steps)


def test_ci_is_a_script_that_bash_can_read() -> None:
    done = subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


AUDITED = {
    "clean": (0, {}, 0, ""),
    "vulnerable": (1, {}, 1, ""),
    "not audited": (3, {}, 0, "NO AUDIT WAS POSSIBLE"),
    "not audited but required": (3, {"ONEVOICE_AUDIT": "require"}, 3, ""),
    "crashed": (2, {}, 2, ""),
}


@pytest.mark.parametrize("name", AUDITED)
def test_ci_goes_on_without_an_audit_only_when_none_was_possible(name: str, tmp_path: Path) -> None:
    """The function of .ci/run itself, with a stand-in for the Python that runs the audit."""
    exit_code, extra, expected, said = AUDITED[name]
    found = re.search(r"^audit\(\) \{.*?^\}", _read(".ci/run"), re.M | re.S)
    assert found is not None
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nexit {exit_code}\n", "utf-8")
    python.chmod(0o755)
    script = f'set -euo pipefail\nsay() {{ echo "$*"; }}\n{found[0]}\naudit\necho went on'
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True,
                          check=False, env={"PATH": "/usr/bin:/bin", **extra})  # fmt: skip
    assert done.returncode == expected
    assert ("went on" in done.stdout) is (expected == 0)
    assert said in done.stdout
