"""Each misconfiguration of the platform's side: a world that has it, and the doctor who names it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.scenario.ward import KEY, OTHER_APP, Change, play, told, ward

APP = "agent_id = 1000002\nsecret"
TESTER = "personas/tester/persona.toml"
TO_CLIENT: Change = ('say = ["我请同事来看看。"]', 'to = "client"\nsay = ["我请同事来看看。"]')
CLIENT_SERVED = {TESTER: (TO_CLIENT,)}
NATIVE = {
    "config.toml": (('feed = "off"', 'feed = "native"\nkeys = "keys"'),),
    "keys/1.pem": (("", "x"),),
}
ARCHIVE = f"""
[[app]]
name = "archive"
agent_id = 1000010
secret = "sandbox-secret-archive"
token = "ArchiveToken42"
encoding_aes_key = "{KEY}"
permissions = ["archive"]
"""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """``world`` and ``files``: what is changed. The finding has ``rule``, points into ``at`` and its
    fix holds ``fix``."""

    rule: str
    fix: str
    at: tuple[str, str]
    world: tuple[Change, ...] = ()
    files: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    trouble: dict[str, Any] = field(default_factory=dict)


def config(*changes: Change) -> dict[str, tuple[Change, ...]]:
    return {"config.toml": changes}


IN_APP = ("config.toml", "[wecom.apps.assistant]")
FAULTS = {
    "another corp": Fault(
        rule="corp-id", fix="企业ID", at=("config.toml", "corp_id"),
        world=(('id = "wwSANDBOX00000001"', 'id = "wwSANDBOX00000002"'),)),
    "secret was reset": Fault(
        rule="app-secret", fix="Secret", at=IN_APP,
        world=(('secret = "sandbox-secret-assistant"', 'secret = "new-secret"'),)),
    "address not trusted": Fault(
        rule="ip-not-trusted", fix="企业可信IP: add 127.0.0.1", at=IN_APP,
        world=(("# trusted_ips = [\"127.0.0.1\"]         # when not empty, other callers get 60020",
                'trusted_ips = ["203.0.113.9"]'),)),
    "app switched off": Fault(
        rule="app-disabled", fix="启用", at=IN_APP, world=((APP, "enabled = false\n" + APP),)),
    "agent id of nobody": Fault(
        rule="agent-unknown", fix="AgentId", at=("config.toml", "agent_id"),
        files=config(("agent_id = 1000002", "agent_id = 1000777"))),
    "agent id of another app": Fault(
        rule="agent-of-another", fix="客户联系", at=("config.toml", "agent_id"), world=(("", OTHER_APP),),
        files=config(("agent_id = 1000002", "agent_id = 1000009"))),
    "no customer contact": Fault(
        rule="contact-not-permitted", fix="客户联系 → API → 可调用接口的应用", at=IN_APP,
        world=(('permissions = ["contact", ', "permissions = ["),)),
    "no customer groups": Fault(
        rule="groups-not-permitted", fix="客户群", at=IN_APP,
        world=((APP, 'forbids = ["externalcontact/groupchat/"]\n' + APP),)),
    "no bulk messages": Fault(
        rule="bulk-not-permitted", fix="群发", at=IN_APP,
        world=((APP, 'forbids = ["externalcontact/get_groupmsg"]\n' + APP),)),
    "no moments": Fault(
        rule="moments-not-permitted", fix="朋友圈", at=IN_APP,
        world=((APP, 'forbids = ["externalcontact/get_moment"]\n' + APP),)),
    "member does not exist": Fault(
        rule="staff-unknown", fix="通讯录", at=(TESTER, "contact"),
        files={TESTER: (('"chen.mo"', '"chen.moo"'),)}),
    "member has left": Fault(
        rule="staff-unknown", fix="通讯录", at=("personas/second/persona.toml", "contact"),
        world=(('name = "老顾"\ncan_add = true', 'name = "老顾"\ncan_add = true\nactive = false'),)),
    "member out of scope": Fault(
        rule="staff-out-of-scope", fix="可见范围", at=("personas/second/persona.toml", "contact"),
        world=((APP, 'scope = ["lin.xi", "chen.mo"]\n' + APP),)),
    "member without customer contact": Fault(
        rule="staff-no-contact", fix="权限配置", at=(TESTER, "contact"),
        world=(('name = "小盏·陈陌"\ncan_add = true', 'name = "小盏·陈陌"\ncan_add = false'),)),
    "nobody owns a group": Fault(
        rule="no-group", fix="calendar.toml", at=(TESTER, "contact"),
        world=(('kind = "customer"\nowner = "lin.xi"', 'kind = "customer"\nowner = "su.he"'),
               ('kind = "customer"\nowner = "chen.mo"', 'kind = "customer"\nowner = "su.he"'))),
    "no kf": Fault(
        rule="kf-not-permitted", fix="微信客服 → API → 可调用接口的应用", at=IN_APP,
        world=(('"contact", "kf", ', '"contact", '),)),
    "kf account does not exist": Fault(
        rule="kf-unknown", fix="open_kfid", at=(TESTER, "kf ="),
        files={TESTER: (('"wkBANZHAN02"', '"wkNOWHERE"'),)}),
    "kf account of another app": Fault(
        rule="kf-not-assigned", fix="通过API管理微信客服账号", at=(TESTER, "kf ="),
        world=(("", OTHER_APP),
               ('name = "小盏·售后"', 'name = "小盏·售后"\napp = "other"'))),
    "kf account without servicer": Fault(
        rule="kf-no-servicer", fix="接待人员", at=(TESTER, "kf ="), files=CLIENT_SERVED,
        world=(('servicers = ["su.he", "zhou.yan"]', "servicers = []"),)),
    "all servicers pause": Fault(
        rule="kf-servicers-stopped", fix="开始接待", at=(TESTER, "kf ="), files=CLIENT_SERVED,
        world=(('servicers = ["su.he", "zhou.yan"]', 'stopped = ["su.he"]'),)),
    "quota used up": Fault(
        rule="rate-limited", fix="window", at=IN_APP,
        trouble={"on": "api", "kind": "rate_limit", "path": "get_follow_user_list"}),
    "a code nobody listed": Fault(
        rule="platform-error", fix="devtool/query", at=IN_APP,
        trouble={"on": "api", "kind": "rate_limit", "path": "kf/account/list", "errcode": 48005}),
    "push robot's key is dead": Fault(
        rule="webhook-key", fix="Webhook", at=("config.toml", "[wecom.webhooks.store-room]"),
        world=(('webhook_keys = ["wh-BANZHAN-01"]', 'webhook_keys = ["wh-NEW"]'),)),
    "push robot switched off": Fault(
        rule="webhook-disabled", fix="消息推送", at=("config.toml", "[wecom.webhooks.store-room]"),
        world=(('webhook_keys = ["wh-BANZHAN-01"]', 'webhooks_off = ["wh-BANZHAN-01"]'),)),
    "smart robot's secret": Fault(
        rule="robot-secret", fix="长连接", at=("config.toml", "bot_id"),
        world=(('secret = "sandbox-robot-secret"', 'secret = "another"'),)),
    "smart robot in URL mode": Fault(
        rule="robot-url-mode", fix='mode = "callback"', at=("config.toml", "[wecom.robots.desk]"),
        world=(('secret = "sandbox-robot-secret"', f'secret = "sandbox-robot-secret"\nmode = "callback"\ntoken = "T"\naes_key = "{KEY}"'),)),
    "smart robots cannot be reached": Fault(
        rule="robot-unreachable", fix="WebSocket", at=("config.toml", "bot_id"),
        trouble={"on": "ws", "kind": "drop_before", "path": "aibot_subscribe"}),
    "official account's appid": Fault(
        rule="oa-appid", fix="AppID", at=("config.toml", "appid"),
        files=config(('appid = "wxSANDBOX00000001"', 'appid = "wxOTHER"'))),
    "official account's secret": Fault(
        rule="oa-secret", fix="AppSecret", at=("config.toml", "[wecom.official_accounts.oa]"),
        world=(('secret = "sandbox-secret-oa"', 'secret = "another"'),)),
    "official account's list": Fault(
        rule="oa-ip", fix="IP白名单: add 127.0.0.1", at=("config.toml", "[wecom.official_accounts.oa]"),
        world=(("# trusted_ips = [\"127.0.0.1\"]         # when not empty, other callers get 40164",
                'trusted_ips = ["203.0.113.9"]'),)),
    "archive's secret": Fault(
        rule="archive-secret", fix="会话内容存档", at=("config.toml", "[wecom.archive]"), files=NATIVE),
    "archive not permitted": Fault(
        rule="archive-not-permitted", fix="会话内容存档", at=("config.toml", "[wecom.archive]"),
        files=NATIVE, world=(("", ARCHIVE.replace('["archive"]', '["contact"]')),)),
    "archive's list": Fault(
        rule="archive-ip", fix="可信IP地址: add 127.0.0.1", at=("config.toml", "[wecom.archive]"),
        files=NATIVE, world=(("", ARCHIVE + 'trusted_ips = ["203.0.113.9"]'),)),
    "member without a seat": Fault(
        rule="archive-no-seat", fix="开启范围", at=("personas/second/persona.toml", "contact"),
        files=NATIVE, world=(("", ARCHIVE), ('userid = "gu.song"', 'userid = "gu.song"\narchived = false'))),
}  # fmt: skip

SDK = "pywecomarchive"


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_platform_is_named_and_nothing_else(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lib" / SDK).mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path / "lib"))
    fault, patient = FAULTS[name], ward(tmp_path / "brand")
    for file, changes in fault.files.items():
        (patient.folder / file).parent.mkdir(exist_ok=True)
        patient.edit(file, *changes)

    async def story() -> None:
        async with patient.platform(*fault.world) as box:
            if fault.trouble:
                box.faults.add(fault.trouble)
            found = await patient.examine(box.urls()["sandbox"])
            assert told(found) == [fault.rule], found
            assert fault.fix in found[0].fix
            file, text = fault.at
            assert found[0].file.endswith(file)
            assert found[0].line == patient.line(file, text)

    play(story)


def test_a_member_who_left_and_his_groups_are_two_things(tmp_path: Path) -> None:
    patient = ward(tmp_path)

    async def story() -> None:
        gone = ('name = "小盏·陈陌"\ncan_add = true', 'name = "小盏·陈陌"\nactive = false')
        async with patient.platform(gone) as box:
            found = await patient.examine(box.urls()["sandbox"])
            assert told(found) == ["staff-unknown", "group-owner-left"], found
            assert found[1].message.startswith("1 groups") and "离职继承" in found[1].fix
            assert found[1].severity == "warning"

    play(story)


def test_a_platform_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    patient = ward(tmp_path)
    (found,) = play(lambda: patient.examine("http://127.0.0.1:9"))
    assert (found.rule, found.severity) == ("platform-unreachable", "error")
    assert found.line == patient.line("config.toml", "mode =")


def test_two_faults_of_different_chains_are_both_named(tmp_path: Path) -> None:
    patient = ward(tmp_path)

    async def story() -> None:
        world = (('secret = "sandbox-secret-assistant"', 'secret = "new-secret"'),
                 ('secret = "sandbox-secret-oa"', 'secret = "another"'))  # fmt: skip
        async with patient.platform(*world) as box:
            found = await patient.examine(box.urls()["sandbox"])
            assert told(found) == ["app-secret", "oa-secret"]

    play(story)
