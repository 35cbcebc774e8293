"""Misconfigurations that show without the platform: settings, scripts, content, this machine."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.commands.checkup import make_case
from bot.core.clock import DAY, SystemClock, local
from bot.core.config import load_config
from bot.library.disk import read_disk
from bot.wecom.doctor import machine
from tests.scenario.test_commands import in_here
from tests.scenario.ward import KEY, Change, free_port, play, told, ward

TESTER, SECOND = "personas/tester/persona.toml", "personas/second/persona.toml"
CONFIG = "config.toml"
SOON = local(SystemClock().now() + 7 * DAY, "Asia/Shanghai").date()
TOP, HOOK = "[wecom.apps.assistant]", "[wecom.webhooks.store-room]"


@dataclass(frozen=True, kw_only=True)
class Fault:
    """``files``: what is changed. ``also``: what else must be told, for it follows."""

    rule: str
    fix: str
    at: tuple[str, str]
    files: dict[str, tuple[Change, ...]]
    also: tuple[str, ...] = ()


FAULTS = {
    "unknown key": Fault(
        rule="config", fix="settle", at=(CONFIG, "setle ="), files={CONFIG: (("settle =", "setle ="),)}),
    "no such zone": Fault(
        rule="config", fix="Asia/Shanghai", at=(CONFIG, "timezone"),
        files={CONFIG: (("Asia/Shanghai", "Asia/Nowhere"),)}),
    "secret's file is not there": Fault(
        rule="secret-missing", fix="*_file", at=(CONFIG, "secret_file"),
        files={CONFIG: (("agent_id = 1000002", 'agent_id = 1000002\nsecret_file = "none"'),)}),
    "key of the wrong length": Fault(
        rule="aes-key-length", fix="EncodingAESKey", at=(CONFIG, "aes_key_file"),
        files={CONFIG: (("agent_id = 1000002", 'agent_id = 1000002\naes_key_file = "aes"'),), "aes": (("", KEY[:-1]),)}),
    "one secret for two apps": Fault(
        rule="secret-shared", fix="Secret", at=(CONFIG, 'secret_file = "t"'),
        files={CONFIG: ((TOP, '[wecom.apps.second]\nagent_id = 7\nsecret_file = "s"\n' + TOP),
                        ("agent_id = 1000002", 'agent_id = 1000002\nsecret_file = "t"')),
               "s": (("", "abc"),), "t": (("", "abc"),)}),
    "one number for two apps": Fault(
        rule="agent-shared", fix="AgentId", at=(CONFIG, "agent_id = 1_000_002"),
        files={CONFIG: ((HOOK, "[wecom.apps.second]\nagent_id = 1_000_002\n" + HOOK),)}),
    "password of the database": Fault(
        rule="database-password", fix="PGPASSFILE", at=(CONFIG, "url ="),
        files={CONFIG: (("[web]", '[store]\nurl = "postgresql://me:hush@localhost/db"\n\n[web]'),)}),
    "address without https": Fault(
        rule="public-url", fix="https://", at=(CONFIG, "public_url"),
        files={CONFIG: (("[web]", '[web]\npublic_url = "bot.example.com"'),)}),
    "address with the path": Fault(
        rule="public-url", fix="without /callback", at=(CONFIG, "public_url"),
        files={CONFIG: (("[web]", '[web]\npublic_url = "https://bot.example.com/callback"'),)}),
    "app that config.toml has not": Fault(
        rule="account-not-configured", fix="[wecom.apps", at=(TESTER, "app ="),
        files={TESTER: (('app = ["assistant"]', 'app = ["helper"]'),)}),
    "robot that config.toml has not": Fault(
        rule="account-not-configured", fix="[wecom.robots", at=(TESTER, "robot ="),
        files={TESTER: (('app = ["assistant"]', 'app = ["assistant"]\nrobot = ["aibOTHER"]'),)}),
    "nobody may use kf": Fault(
        rule="module-without-app", fix="kf = true", at=(CONFIG, "kf = false"),
        files={CONFIG: (("agent_id = 1000002", "agent_id = 1000002\nkf = false"),)}),
    "account of two personas": Fault(
        rule="account-bound-twice", fix="one persona", at=(TESTER, 'id = "tester"'),
        files={SECOND: (('contact = ["gu.song"]', 'contact = ["gu.song", "lin.xi"]'),)},
        also=("draft-broken",)),
    "draft with an error": Fault(
        rule="draft-broken", fix="last good version", at=("content/replies/price.j2", "++"),
        files={"content/replies/price.j2": (("+++", "++"),)}, also=("template",)),
    "template wants a link to no kf account": Fault(
        rule="kf-link-missing", fix="[accounts] kf", at=("content/flows/welcome.toml", "welcome/day0"),
        files={TESTER: (('kf = ["wkBANZHAN01", "wkBANZHAN02"]', ""),)}),
    "link to a stranger": Fault(
        rule="link-domain", fix="link_domains", at=("personas/tester/faq.csv", "stranger"),
        files={"personas/tester/faq.csv": (("", "link,网址是什么,,看 https://stranger.example/x"),)},
        also=("guard.link",)),
    "persona that ends soon": Fault(
        rule="persona-ends", fix="wkBANZHAN01", at=(TESTER, "valid_to"),
        files={TESTER: (('kind = "virtual"', f'kind = "virtual"\nvalid_to = {SOON}'),)}),
    "persona that has ended": Fault(
        rule="persona-ended", fix="another persona", at=(TESTER, "valid_to"),
        files={TESTER: (('kind = "virtual"', 'kind = "virtual"\nvalid_to = 2020-01-31'),)}),
    "shares of nobody": Fault(
        rule="mix-persona", fix="'tester'", at=(CONFIG, "[mix.personas.testr]"),
        files={CONFIG: (("", "[mix.personas.testr]\npromo_share = 0.1"),)}),
    "cover that is not there": Fault(
        rule="cover-missing", fix="content/assets", at=(CONFIG, "cover"),
        files={CONFIG: (("", '[media]\ncover = "none.png"'),)}),
    "archive without a key": Fault(
        rule="archive-keys", fix="消息加密公钥", at=(CONFIG, "keys"), also=("archive-sdk",),
        files={CONFIG: (('feed = "off"', 'feed = "native"\nkeys = "nowhere"'),)}),
    "data is a file": Fault(
        rule="data-not-writable", fix="[store] data", at=(CONFIG, "data ="),
        files={CONFIG: (("", '[store]\ndata = "file"'),), "file": (("", "x"),)}),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_files_is_named_and_nothing_else(name: str, tmp_path: Path) -> None:
    fault, patient = FAULTS[name], ward(tmp_path)
    patient.edit(CONFIG, ("queue_limit", "port = 0\nqueue_limit"))
    for file, changes in fault.files.items():
        patient.edit(file, *changes)
        (tmp_path / file).chmod(0o600)
    done = in_here("check", "--config", str(patient.config), "--json")
    report = json.loads(done.stdout)
    rules = [each["rule"] for each in report["findings"] if each["severity"] != "info"]
    assert sorted(rules) == sorted([fault.rule, *fault.also]), report
    (finding,) = (each for each in report["findings"] if each["rule"] == fault.rule)
    assert fault.fix in finding["fix"]
    file, text = fault.at
    assert finding["file"].endswith(file)
    assert finding["line"] == patient.line(file, text)
    failed = any(each["severity"] == "error" for each in report["findings"])
    assert (done.returncode, report["ok"]) == (int(failed), not failed)


def test_a_readable_secret_and_a_taken_port_are_warnings(tmp_path: Path) -> None:
    patient = ward(tmp_path)
    patient.edit(CONFIG, ("agent_id = 1000002", 'agent_id = 1000002\nsecret_file = "s"'))
    patient.edit("s", ("", "abc"))
    (tmp_path / "s").chmod(0o644)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = int(taken.getsockname()[1])
        found = play(lambda: patient.examine("", online=False, port=port))
    assert told(found) == ["secret-readable", "port-taken"]
    assert {each.severity for each in found} == {"warning"}
    assert found[0].fix == "chmod 600 s" and found[0].line == patient.line(CONFIG, "secret_file")


def test_live_mode_needs_its_own_corp_and_all_secrets(tmp_path: Path) -> None:
    patient = ward(tmp_path)
    patient.edit(CONFIG, ('mode = "sandbox"', 'mode = "live"'))
    found = play(lambda: patient.examine("http://127.0.0.1:9"))
    assert told(found) == ["secret-missing"] * 4 + ["corp-sandbox"], found
    assert "assistant" in found[0].message and found[0].line == patient.line(CONFIG, TOP)


def test_facts_of_the_machine_are_judged_and_the_real_ones_are_good(tmp_path: Path) -> None:
    patient = ward(tmp_path)
    config = load_config(patient.config)
    config = replace(config, web=replace(config.web, port=free_port()))
    case = make_case(config, patient.config, read_disk(config), SystemClock())
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk / ext4 rw 0 0\nhost:/x {tmp_path} nfs4 rw 0 0\n", "utf-8")
    real = play(lambda: machine.look(case))
    assert list(machine.judge(case, replace(real, free=machine.GIGABYTE), False)) == []
    remote = play(lambda: machine.look(case, mounts))
    assert remote.filesystem == "nfs4"
    bad = replace(remote, free=machine.GIGABYTE - 1, fault="Read-only file system")
    rules = told(list(machine.judge(case, bad, False)))
    assert rules == ["data-not-writable", "data-on-network", "disk-low"]


def test_what_cannot_be_read_is_exit_2(tmp_path: Path) -> None:
    done = in_here("check", "--config", str(tmp_path / "none.toml"))
    assert done.returncode == 2 and "no such file" in done.stderr
