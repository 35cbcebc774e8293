"""The examples under deploy/: their syntax, and that they say what the product understands."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.commands.run import run
from bot.workers import ROLES
from tests.architecture.source import ROOT

DEPLOY = ROOT / "deploy"
UNITS = ("onevoice.service", "onevoice@.service")
PROGRAM = "/opt/onevoice/.venv/bin/onevoice"


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


def options_of(words: list[str]) -> dict[str, str]:
    """The options of a ``run``, each with its value. Raises click's errors for what is no run."""
    assert words[0] == "run"
    context = run.make_context("run", words[1:])
    return {key: str(value) for key, value in context.params.items()}


def test_the_services_of_the_compose_file_are_the_roles() -> None:
    services = {n: s for n, s in compose()["services"].items() if n != "postgres"}
    assert {name: options_of(s["command"])["roles"] for name, s in services.items()} == {
        role: role for role in ROLES
    }
    assert all(s["stop_grace_period"] == "15s" for s in services.values())
    assert all(s["depends_on"]["postgres"] for s in services.values())


def test_only_callbacks_and_the_console_are_reachable_and_only_from_the_machine_itself() -> None:
    ports = {name: s.get("ports", []) for name, s in compose()["services"].items()}
    assert ports.pop("web") == ["127.0.0.1:8080:8080"]
    assert ports.pop("console") == ["127.0.0.1:8081:8080"]
    assert not any(ports.values())


def test_the_image_installs_from_the_lock_and_runs_as_nobody_special() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    assert "--require-hashes --only-binary :all: -r requirements.lock" in text
    assert re.search(r"^USER onevoice$", text, re.M)
    copied = re.findall(r"^COPY ((?:\S+ )+)\./", text, re.M)
    assert all((ROOT / name).exists() for line in copied for name in line.split())


@pytest.mark.parametrize("name", ["compose.yaml", "Dockerfile", *(f"systemd/{u}" for u in UNITS)])
def test_an_example_names_no_package_host_and_no_secret(name: str) -> None:
    text = (DEPLOY / name).read_text("utf-8")
    assert not re.search(r"https?://(?!127\.0\.0\.1)|index-url|(?i:password|secret)=\w", text)


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_what_the_product_understands(name: str) -> None:
    text = (DEPLOY / "systemd" / name).read_text("utf-8")
    words = re.findall(r"^ExecStart=(.*)$", text, re.M)[0].split()
    assert words[0] == PROGRAM
    values = {"${ROLES}": "tick", "${PORT}": "0"}
    assert options_of([values.get(word, word) for word in words[1:]])["config_path"]


def verified(name: str, text: str, folder: Path) -> list[str]:
    """What systemd says about a unit whose program is there."""
    place = folder / name
    place.write_text(text.replace(PROGRAM, sys.executable), "utf-8")
    tool = shutil.which("systemd-analyze")
    assert tool is not None
    found = subprocess.run([tool, "verify", "--man=no", place], capture_output=True, text=True,
                           timeout=60, check=False)  # fmt: skip
    return [line for line in found.stderr.splitlines() if name.partition(".")[0] in line]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("name", UNITS)
def test_systemd_finds_no_fault_in_a_unit(name: str, tmp_path: Path) -> None:
    text = (DEPLOY / "systemd" / name).read_text("utf-8")
    assert verified(name, text, tmp_path) == []
    assert len(verified(name, text + "Nonsense=1\n", tmp_path)) == 1


def docker_compose() -> list[str]:
    """The command, or nothing where there is none."""
    for words in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(words[0]):
            found = subprocess.run([*words, "version"], capture_output=True, check=False)
            if found.returncode == 0:
                return words
    return []


def test_docker_reads_the_compose_file(tmp_path: Path) -> None:
    words = docker_compose()
    if not words:
        pytest.skip("docker compose is not installed")
    env = {"ONEVOICE_BRAND": str(tmp_path), "ONEVOICE_DB_PASSWORD": "x", "PATH": "/usr/bin:/bin"}
    found = subprocess.run([*words, "-f", DEPLOY / "compose.yaml", "config", "--quiet"],
                           env=env, capture_output=True, text=True, check=False)  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
