"""The security page's samples hold what they promise, and its figures are those of the code."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.core.config import Web
from bot.web import callback, listen

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def sample(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", PAGE, re.S)
    assert found is not None
    return re.sub(r"^   ", "", found[1], flags=re.M)


@pytest.mark.parametrize("language", ["nginx", "caddy"])
def test_a_proxy_passes_what_is_used_from_outside_and_nothing_of_the_operators(
    language: str,
) -> None:
    text = sample(language)
    assert re.findall(r"(?:location|path) (/console\S*)", text)
    assert re.search({"nginx": r"location = /console/live \{[^}]*proxy_buffering off;[^}]*\}",
                      "caddy": r"handle @console \{.*flush_interval -1"}[language], text, re.S)  # fmt: skip
    assert text.count("{") == text.count("}")
    assert re.findall(r"(?:location|path) (/\S*callback\S*)", text)
    assert re.search(r"/\(m\$\|m/\|l/\|r/\)|path /m /m/\* /l/\* /r/\*", text)
    assert "404" in text
    assert not re.search(r"metrics|readyz|healthz|trace", text)


def test_the_readme_points_to_the_page() -> None:
    assert "docs/security.md" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_figures_are_those_of_the_code() -> None:
    for words in (f"{listen.FIRST:.0f} s from connecting", f"{listen.BETWEEN:.0f} s from one answer",
                  f"{listen.LINE_MAX:,} bytes", f"{listen.HEADERS_MAX} headers",
                  f"parameters {callback.MAX_PARAM:,} characters"):  # fmt: skip
        assert words in PAGE
    assert Web().body_limit == 64 * 1024


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_reads_its_sample(tmp_path: Path) -> None:
    config = re.sub(r"^ *(listen|ssl_cert\w*) .*$", "", sample("nginx"), flags=re.M)
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    folders = " ".join(f"{kind}_temp_path {tmp_path}/{kind};" for kind in kinds)
    path = tmp_path / "nginx.conf"
    path.write_text(
        f"pid {tmp_path}/pid; error_log stderr;\nevents {{}}\nhttp {{ {folders} access_log off;\n"
        f"{config}\n}}\n", "utf-8")  # fmt: skip
    done = subprocess.run(["nginx", "-t", "-p", str(tmp_path), "-c", str(path)],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(shutil.which("caddy") is None, reason="caddy is not installed")
def test_caddy_reads_its_sample(tmp_path: Path) -> None:
    path = tmp_path / "Caddyfile"
    path.write_text(sample("caddy"), "utf-8")
    done = subprocess.run(["caddy", "adapt", "--config", str(path)], capture_output=True,
                          text=True, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
