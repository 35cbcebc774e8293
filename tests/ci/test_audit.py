"""A false "no known vulnerabilities" is impossible: what pip-audit printed, and what it means."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def _load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("onevoice_audit", ROOT / "tools" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


audit = _load()
LOCK = """aiohttp==3.14.5 \\
    --hash=sha256:aa
Jinja2==3.1.6 \\
    --hash=sha256:bb
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:cc
"""
CLEAN = [{"name": "aiohttp", "version": "3.14.5", "vulns": []},
         {"name": "jinja2", "version": "3.1.6", "vulns": []}]  # fmt: skip
FAULT = {"id": "PYSEC-2026-1", "fix_versions": ["3.1.7"], "aliases": ["CVE-2026-1"],
         "description": "…"}  # fmt: skip
SKIPPED = {"name": "jinja2", "skip_reason": "Dependency not found on PyPI and could not be audited:"
           " jinja2 (3.1.6)"}  # fmt: skip


def report(*rows: object) -> str:
    return json.dumps({"dependencies": rows, "fixes": []})


def test_all_looked_up_and_nothing_found_is_clean() -> None:
    verdict = audit.judge(report(*CLEAN), LOCK)
    assert verdict.code == audit.CLEAN
    assert "2 packages audited" in verdict.lines[0]


def test_a_vulnerable_package_is_named_with_its_fix() -> None:
    verdict = audit.judge(report(CLEAN[0], {**CLEAN[1], "vulns": [FAULT]}), LOCK)
    assert verdict.code == audit.VULNERABLE
    assert verdict.lines == ("jinja2 3.1.6: PYSEC-2026-1; fixed in 3.1.7",)


def test_a_vulnerability_counts_although_others_were_skipped() -> None:
    faulty = {**CLEAN[0], "vulns": [{"id": "GHSA-1", "fix_versions": []}]}
    verdict = audit.judge(report(faulty, SKIPPED), LOCK)
    assert verdict.code == audit.VULNERABLE
    assert "no release yet" in verdict.lines[0]


NOT_AUDITED = {
    "all skipped": report({**SKIPPED, "name": "aiohttp"}, SKIPPED),
    "one skipped": report(CLEAN[0], SKIPPED),
    "no package": report(),
    "one missing": report(CLEAN[0]),
    "another version": report(CLEAN[0], {**CLEAN[1], "version": "3.1.5"}),
    "a row without a result": report(CLEAN[0], {"name": "jinja2", "version": "3.1.6"}),
    "no JSON": "No known vulnerabilities found",
    "empty": "",
    "another shape": "[]",
    "null": '{"dependencies": null}',
    "a row that is no object": report("jinja2"),
}


@pytest.mark.parametrize("name", NOT_AUDITED)
def test_what_was_not_looked_up_is_not_clean(name: str) -> None:
    verdict = audit.judge(NOT_AUDITED[name], LOCK)
    assert verdict.code == audit.NOT_AUDITED
    assert verdict.lines[0].startswith("NOT AUDITED")


def test_our_own_lock_has_pins_to_compare_with() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    pins = [name for name, _, _ in audit._PIN.findall(lock)]
    assert {"aiohttp", "cryptography", "jinja2", "wechatpy"} <= set(pins)
    assert audit.judge(report(*CLEAN), lock).code == audit.NOT_AUDITED


def test_a_tool_that_fails_is_not_clean(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.lock"
    broken.write_text("this is ==== no requirement\n", "utf-8")
    assert audit.main([str(broken)]) == audit.NOT_AUDITED
    assert audit.main([str(tmp_path / "none.lock")]) == audit.NOT_AUDITED
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("NOT AUDITED") == 2


def test_a_python_without_pip_audit_is_not_clean(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pip_audit").mkdir()  # shadows the tool with a package that cannot run
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path)]))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pip_audit" / "__init__.py").write_text("", "utf-8")
    lock = tmp_path / "a.lock"
    lock.write_text(LOCK, "utf-8")
    assert audit.run(lock).code == audit.NOT_AUDITED
