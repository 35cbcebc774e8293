// What a callback, a call or a decision means, in a sentence for a newcomer.
import { isStaff, nameOf } from "./world.js";

const EVENTS = {
  "change_external_contact.add_external_contact": ["{c} 添加了 {s}", "回调里带着欢迎码，20 秒内有效，只能用一次。"],
  "change_external_contact.del_follow_user": ["{c} 删除了 {s}", "从此这个账号够不到这位客户。"],
  "change_external_contact.del_external_contact": ["{s} 删除了 {c}", ""],
  "change_external_contact.edit_external_contact": ["{s} 改了 {c} 的备注或标签", ""],
  "change_external_chat.create": ["建了一个客户群", ""],
  "change_external_chat.update": ["客户群有变化", "平台只说变了，具体要自己去查。"],
  "change_external_chat.dismiss": ["客户群解散了", ""],
};
const KF = { enter_session: "{c} 进入了「{k}」", user_recall_msg: "{c} 撤回了一条消息", msg_send_fail: "发给 {c} 的消息没有送达",
  session_status_change: "「{k}」的会话状态变了", servicer_status_change: "接待人员的状态变了" };
const KINDS = { text: "文字", image: "图片", voice: "语音", video: "视频", file: "文件", location: "位置", link: "链接" };
const CALLS = {
  gettoken: "换取访问令牌", "kf/sync_msg": "拉取「{k}」的新消息", "kf/send_msg": "在「{k}」回复 {c}", "kf/send_msg_on_event": "在「{k}」发事件回复",
  "kf/add_contact_way": "生成「{k}」的客服链接", "kf/service_state/get": "查会话由谁接", "kf/service_state/trans": "转接会话",
  "externalcontact/send_welcome_msg": "用欢迎码给 {c} 发欢迎语", "externalcontact/get": "查 {c} 的资料", "externalcontact/remark": "改备注", "externalcontact/mark_tag": "打标签",
  "externalcontact/add_msg_template": "建群发任务，等 {s} 点发", "externalcontact/add_moment_task": "建朋友圈任务，等同事点发",
  "externalcontact/get_groupmsg_task": "查群发点了没有", "externalcontact/get_groupmsg_send_result": "查群发结果", "externalcontact/get_moment_task_result": "查朋友圈任务",
  "externalcontact/get_moment_task": "查朋友圈点了没有", "externalcontact/groupchat/list": "列出客户群", "externalcontact/groupchat/get": "查群成员",
  "externalcontact/cancel_groupmsg_send": "撤回还没点的群发", "externalcontact/cancel_moment_task": "撤回还没点的朋友圈", "externalcontact/remind_groupmsg_send": "提醒同事点发",
  "externalcontact/add_contact_way": "做一个加好友的码", "externalcontact/get_contact_way": "查加好友的码", "externalcontact/update_contact_way": "改加好友的码", "externalcontact/del_contact_way": "停用加好友的码",
  "externalcontact/get_moment_comments": "查朋友圈的评论和赞", "externalcontact/get_corp_tag_list": "列出企业标签", "externalcontact/add_corp_tag": "建企业标签", "externalcontact/edit_corp_tag": "改企业标签",
  "externalcontact/get_user_behavior_data": "查联系客户的统计", "externalcontact/groupchat/statistic": "查客户群的统计", "externalcontact/groupchat/opengid_to_chatid": "认出小程序里的群",
  "kf/customer/batchget": "查 {c} 的昵称和头像", "kf/servicer/list": "查谁在接待", "message/recall": "撤回应用消息", "message/update_template_card": "更新卡片", "media/upload_attachment": "上传附件", "media/uploadimg": "上传图片",
  "msgaudit/get_permit_user_list": "查谁开了会话存档", "agent/get": "查应用的设置",
  "webhook/send": "群推送机器人发言", "message/send": "发应用消息", "media/upload": "上传素材", "media/get": "取回文件",
  "auth/getuserinfo": "用登录码查是哪位同事", "user/get": "查同事的资料", get_jsapi_ticket: "取网页签名用的票据", "ticket/get": "取应用签名用的票据",
};
const ROUTINE = /^(gettoken|get_jsapi_ticket|ticket\/get|externalcontact\/(get_groupmsg|get_moment|groupchat|batch|list|get_follow)|kf\/(add_contact_way|account))/;
const ERRORS = { 40058: "参数不对，或这条发过了", 41050: "欢迎码过期", 41051: "欢迎码用过了", 45009: "太频繁", 45033: "并发太多", 95001: "每次来信最多回五条", 95002: "超过 48 小时",
  95013: "会话已结束", 95016: "状态不能这样转", 95018: "会话不归机器人", 84061: "不是好友", 41063: "任务还在派发", 42001: "令牌过期", 48002: "没有权限" };

function one(row, test, or) {
  const found = row.people.find(test);
  return found ? nameOf(found) : or;
}

function put(template, row) {
  return template.replace("{c}", one(row, (id) => id.startsWith("w") && !/^w[kr]/.test(id), "客户"))
    .replace("{s}", one(row, isStaff, "同事")).replace("{k}", one(row, (id) => id.startsWith("wk"), "客服"));
}

const quote = (text) => (text ? `：${text.replace(/\s+/g, " ").slice(0, 60)}${text.length > 60 ? "…" : ""}` : "");

function callback(row) {
  const { cause } = row;
  const tries = row.attempts.length;
  const bad = row.state !== "acked";
  const verdict = row.state === "acked" ? `收下了${tries > 1 ? ` · 第 ${tries} 次` : ""}` : row.state === "failed" ? `${tries} 次都没送到` : "投递中";
  const known = EVENTS[row.event] || [`回调 ${row.event}`, ""];
  let [what, note] = known;
  if (cause.msgtype) {
    what = cause.event ? KF[cause.event] || `客服事件 ${cause.event}` : `${cause.origin === 5 ? "同事" : "{c}"} 在「{k}」发来${KINDS[cause.msgtype] || "消息"}${quote(cause.text)}`;
    note = "客服回调不带内容，只说「有新消息」；机器人要带着 Token 自己去拉。";
  }
  return { what: put(what, row), note, verdict, tone: row.state === "failed" ? "bad" : bad ? "wait" : "good" };
}

function call(row) {
  const text = row.body.text?.content || row.body.msgmenu?.head_content || "";
  const verdict = row.http === 0 ? "连接断了" : row.errcode ? `拒绝 ${row.errcode}${ERRORS[row.errcode] ? ` ${ERRORS[row.errcode]}` : ""}` : row.http === 200 ? "成功" : `HTTP ${row.http}`;
  const note = row.fault?.length ? `这次有人为故障：${row.fault.join("、")}` : "";
  return { what: put(CALLS[row.path] || `调用 ${row.path}`, row) + quote(text), note: `${row.method} /cgi-bin/${row.path}${note ? `　${note}` : ""}`, verdict, tone: row.http !== 200 || row.errcode ? "bad" : "good" };
}

const BUILT_IN = { robot: "问是不是机器人", human: "找真人", opt_out: "退订", opt_in: "恢复推送" };

function reason(row) {
  const plain = (text) => text.replace(/builtin:(\w+)/g, (whole, name) => `「${BUILT_IN[name] || name}」`).replace(/faq:([\w-]+)/g, "问答「$1」");
  if (!row.rule) return row.callback.includes("contact.added") && row.outbox.length ? "新朋友，走欢迎流程。" : plain(row.why);
  return row.rule.startsWith("builtin:taking") ? row.why : plain(row.why);
}

function decision(row) {
  const n = row.outbox.length;
  return { what: reason(row), note: `会话 ${row.conversation.split(":").slice(1).map(nameOf).join(" ↔ ")}${row.rule ? `　规则 ${row.rule}` : ""}`, verdict: n ? `要发 ${n} 条` : "不用发", tone: n ? "good" : "none" };
}

export const KIND = { callback: "回调", call: "调用", decision: "决定" };
export const routine = (row) => row.kind === "call" && ROUTINE.test(row.path) && !row.errcode;
export const tell = (row) => ({ callback, call, decision })[row.kind](row);

/** The body that unfolds. */
export function original(row) {
  if (row.kind === "callback") {
    const tries = row.attempts.map((each) => `第 ${each.n} 次：${each.status ?? each.error ?? "等待"}${each.ms ? `，${each.ms} ms` : ""}`).join("\n");
    return `${tries}\n\n${row.xml.replace(/(<\/\w+>|<xml>)(?=<)/g, "$1\n")}`;
  }
  const { kind, key, people, names, cause, ...rest } = row;
  return JSON.stringify(kind === "call" ? { query: row.query, body: row.body, http: row.http, errcode: row.errcode } : rest, null, 2);
}
