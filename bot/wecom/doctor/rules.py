"""What the doctor recognises, as a table: docs/doctor.md shows the same one.

``{…}`` in a fix is filled in by the finding. Menu items are named as the admin console names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.findings import ERROR, WARNING


@dataclass(frozen=True, slots=True)
class Rule:
    """One misconfiguration: how bad it is, what is wrong, and where it is put right."""

    id: str
    severity: str
    what: str
    fix: str


_MACHINE = (
    Rule("data-not-writable", ERROR, "the data folder cannot be written",
         "give the folder to the user that runs the service, or name another in [store] data"),
    Rule("data-on-network", ERROR, "the data folder is on a network file system, where SQLite's "
         "locks do not hold", "name a folder on a local disk in [store] data, or use PostgreSQL "
         "([store] url)"),
    Rule("disk-low", WARNING, "the disk of the data folder is nearly full",
         "free at least 1 GB: when it is full, callbacks are answered with 503"),
    Rule("port-taken", WARNING, "another program listens on the callback port",
         "stop it, or choose another [web] port"),
)  # fmt: skip

_SETTINGS = (
    Rule("config", ERROR, "config.toml cannot be used as it stands", "see the message"),
    Rule("secret-missing", ERROR, "a secret is not there",
         "set the variable that the *_env key names, or write the file that *_file names"),
    Rule("secret-readable", WARNING, "a file with a secret can be read by other users",
         "chmod 600 {file}"),
    Rule("secret-shared", ERROR, "two applications have the same secret",
         "every application has a Secret of its own: 应用管理 → the app → Secret"),
    Rule("agent-shared", ERROR, "two applications have the same agent_id",
         "every application has an AgentId of its own: 应用管理 → the app → AgentId"),
    Rule("sidebar-no-agent", ERROR, "staff sign in through an application that has no agent_id",
         "agent_id: 应用管理 → the app → AgentId; the QR page and the sidebar name it"),
    Rule("aes-key-length", ERROR, "an EncodingAESKey is not 43 letters and digits",
         "copy it again: 应用管理 → the app → 接收消息 → EncodingAESKey"),
    Rule("corp-sandbox", ERROR, "mode is live, but corp_id is the sandbox's",
         "[wecom] corp_id: 我的企业 → 企业信息 → 企业ID"),
    Rule("database-password", WARNING, "the database's password stands in config.toml",
         "take it out of [store] url; put it into PGPASSWORD or a file named by PGPASSFILE"),
    Rule("public-url", ERROR, "public_url is no address that the platform can call",
         'write [web] public_url like "https://bot.example.com", without /callback'),
    Rule("account-not-configured", ERROR, "a persona names an account that config.toml does not "
         "have", "add {table} to config.toml, or take the account out of [accounts]"),
    Rule("module-without-app", ERROR, "a persona has accounts of a module that no application "
         "may use", "set {module} = true at the application that is listed in the module's "
         "可调用接口的应用"),
    Rule("kf-link-missing", ERROR, "a template wants a kf link, but its persona has no kf account",
         "add the account to [accounts] kf, or use another template"),
    Rule("link-domain", WARNING, "a link leads to a domain that the brand does not allow, so the "
         "guard will stop the text", "add the domain to link_domains in personas/brand.toml, or "
         "change the link"),
    Rule("draft-broken", WARNING, "auto_publish is on, but edits with errors do not go live",
         "correct the errors that are listed; until then the last good version serves"),
    Rule("persona-ends", WARNING, "a persona ends soon", "move valid_to in its persona.toml, or "
         "prepare another persona for {accounts}"),
    Rule("persona-ended", WARNING, "a persona has ended: nothing of it is sent, and whoever writes "
         "to its accounts waits for a person", "bind {accounts} to another persona, then remove "
         "the folder"),
    Rule("mix-persona", WARNING, "[mix.personas] has shares for a persona that is not there, so "
         "they hold for nobody", "{meant}"),
    Rule("cover-missing", ERROR, "the picture for links without one is not there",
         "put it under content/assets, or change [media] cover"),
    Rule("archive-sdk", ERROR, "the archive's native SDK is not installed",
         "pip install 'onevoice[archive]', or set [wecom.archive] feed = \"off\""),
    Rule("archive-keys", ERROR, "there is no private key that opens archived messages",
         "put it as <publickey_ver>.pem into the folder of [wecom.archive] keys; its public key "
         "stands in 管理工具 → 会话内容存档 → 消息加密公钥"),
)  # fmt: skip

_CORP = (
    Rule("platform-unreachable", ERROR, "the platform does not answer",
         "check network, proxy and DNS; in sandbox mode start the sandbox or name it with "
         "--platform"),
    Rule("clock-skew", ERROR, "this machine's clock differs from the platform's",
         "switch on NTP (timedatectl set-ntp true): a welcome has 20 seconds by the platform's "
         "clock"),
    Rule("corp-id", ERROR, "the platform does not know corp_id",
         "[wecom] corp_id: 我的企业 → 企业信息 → 企业ID"),
    Rule("rate-limited", WARNING, "a frequency limit or quota is used up",
         "wait until its window ends (a minute, an hour or the day), and look who else uses this "
         "app's secret"),
    Rule("platform-error", ERROR, "the platform refused a reading call",
         "look the error code up: https://open.work.weixin.qq.com/devtool/query"),
)  # fmt: skip

_APP = (
    Rule("app-secret", ERROR, "the application's secret is not accepted",
         "应用管理 → the app → Secret; write it where secret_env or secret_file points"),
    Rule("ip-not-trusted", ERROR, "this server's address is not trusted",
         "应用管理 → the app → 企业可信IP: add {ip}; a change takes about a minute"),
    Rule("app-disabled", ERROR, "the application is switched off",
         "应用管理 → the app: switch it on (启用)"),
    Rule("agent-unknown", ERROR, "the corp has no application with this agent_id",
         "agent_id: 应用管理 → the app → AgentId"),
    Rule("agent-of-another", ERROR, "the secret belongs to another application than agent_id",
         "take Secret and AgentId from the same page of 应用管理; the Secret of 客户联系 or "
         "通讯录同步 is no application's"),
    Rule("trusted-domain", ERROR, "the application's trusted domain is not where the console "
         "stands, so the client lets nobody in",
         "应用管理 → the app → 网页授权及JS-SDK → 设置可信域名: {host}, both for 网页授权 "
         "and for JS-SDK; or change [web] public_url"),
    Rule("login-domain", ERROR, "the QR page does not lead back to the console",
         "应用管理 → the app → 企业微信授权登录 → Web网页 → 授权回调域: {host}; or change [web] "
         "public_url"),
    Rule("contact-not-permitted", ERROR, "the application may not use customer contact",
         "客户联系 → API → 可调用接口的应用: add the app; or set contact = false"),
    Rule("groups-not-permitted", ERROR, "the application may not read customer groups",
         "客户联系 → API → 可调用接口的应用: give the app 客户群"),
    Rule("bulk-not-permitted", ERROR, "the application may not make bulk messages",
         "客户联系 → API → 可调用接口的应用: give the app 群发消息到客户与客户群"),
    Rule("moments-not-permitted", ERROR, "the application may not publish moments",
         "客户联系 → API → 可调用接口的应用: give the app 发表到客户的朋友圈"),
    Rule("staff-unknown", ERROR, "the corp has no member with this userid",
         "[accounts] contact: 通讯录 → the member → 账号"),
    Rule("staff-out-of-scope", ERROR, "a persona's member is outside the application's visible "
         "scope", "应用管理 → the app → 可见范围: add the member"),
    Rule("staff-no-contact", ERROR, "a persona's member has no customer-contact feature",
         "客户联系 → 权限配置 → 使用范围: add the member"),
    Rule("group-owner-left", WARNING, "customer groups wait for a new owner",
         "客户联系 → 客户群 → 离职继承: hand them over; until then nobody can tap for them"),
    Rule("no-group", WARNING, "the calendar posts into customer groups, but the persona's members "
         "own none", "客户联系 → 客户群: let a member under [accounts] contact create or take over "
         "a group, or take the entry out of content/calendar.toml"),
    Rule("kf-not-permitted", ERROR, "the application may not use 微信客服",
         "微信客服 → API → 可调用接口的应用: add the app; or set kf = false"),
    Rule("kf-unknown", ERROR, "there is no such kf account",
         "[accounts] kf: the open_kfid (wk…) of 微信客服 → 客服账号"),
    Rule("kf-not-assigned", ERROR, "the kf account is not managed by this application",
         "微信客服 → 通过API管理微信客服账号: give the account to the app"),
    Rule("kf-no-servicer", ERROR, "a persona hands over to the client, but the kf account has "
         "nobody who could take over", "微信客服 → 客服账号 → 接待人员: add people; or set "
         "[handoff] to = \"console\""),
    Rule("kf-servicers-stopped", WARNING, "everybody who serves the kf account has stopped "
         "taking sessions", "ask one of them to start (工作台 → 微信客服 → 开始接待)"),
)  # fmt: skip

_OTHERS = (
    Rule("robot-secret", ERROR, "the smart robot's subscription was refused",
         "工作台 → 智能机器人 → API 模式 → 长连接: Bot ID and Secret of this robot"),
    Rule("robot-url-mode", ERROR, "the smart robot is in URL mode, so it takes no long connection",
         "工作台 → 智能机器人 → API 模式: choose 长连接; or set mode = \"callback\""),
    Rule("robot-taken", ERROR, "another program took over the smart robot's connection",
         "stop it: the platform keeps one connection for each robot"),
    Rule("robot-unreachable", ERROR, "the address of the long connection does not answer",
         "let this server reach it (outgoing WebSocket); or set mode = \"callback\""),
    Rule("webhook-key", ERROR, "the message-push robot's key is not valid",
         "群聊 → 消息推送 → the robot: copy key=… of its Webhook address"),
    Rule("webhook-disabled", ERROR, "the message-push robot is switched off or no longer in the "
         "group", "群聊 → 消息推送: switch the robot on, or add it again and copy its new key"),
    Rule("oa-appid", ERROR, "the official account's appid is unknown",
         "appid: 设置与开发 → 基本配置 → 开发者ID(AppID)"),
    Rule("oa-secret", ERROR, "the official account's secret is not accepted",
         "设置与开发 → 基本配置 → 开发者密码(AppSecret): reset it and store the new one"),
    Rule("oa-ip", ERROR, "this server's address is not in the official account's list",
         "设置与开发 → 基本配置 → IP白名单: add {ip}"),
    Rule("archive-secret", ERROR, "the archive's secret is not accepted",
         "管理工具 → 会话内容存档 → Secret"),
    Rule("archive-ip", ERROR, "this server's address is not in the archive's list",
         "管理工具 → 会话内容存档 → 可信IP地址: add {ip}"),
    Rule("archive-not-permitted", ERROR, "this secret may not read the archive",
         "use the Secret of 管理工具 → 会话内容存档, not an application's"),
    Rule("archive-no-seat", WARNING, "a persona's member has no seat of the archive",
         "管理工具 → 会话内容存档 → 开启范围: add the member"),
    Rule("callback-unreachable", ERROR, "the callback address does not answer",
         "start `onevoice run`, and let the reverse proxy pass /callback/ to it"),
    Rule("callback-other", ERROR, "something else answers at the callback address",
         "let the reverse proxy pass /callback/ to `onevoice run`; name this entry as it is named "
         "there"),
    Rule("callback-token", ERROR, "the running service refuses our signature: it knows another "
         "token", "应用管理 → the app → 接收消息 → Token: store this one, then start the service "
         "again"),
    Rule("callback-aes-key", ERROR, "the running service cannot open our letter: it knows another "
         "EncodingAESKey or corp_id", "应用管理 → the app → 接收消息 → EncodingAESKey: store this "
         "one, then start the service again"),
    Rule("callback-open", ERROR, "the callback address accepts a wrong signature",
         "nothing between the platform and `onevoice run` may answer for it"),
    Rule("callback-slow", WARNING, "the URL check took longer than the platform's second",
         "look at the reverse proxy, at DNS and at the load of this machine"),
)  # fmt: skip

RULES: Mapping[str, Rule] = {
    rule.id: rule for rule in (*_MACHINE, *_SETTINGS, *_CORP, *_APP, *_OTHERS)
}
