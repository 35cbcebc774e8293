// A colleague's phone: what waits for a tap, kf sessions to take over, chats with the robot.
import { id, post } from "./api.js";
import { button, draw, el, empty, stamp, toast } from "./dom.js";
import { me } from "./me.js";
import { line } from "./lists.js";
import { openChat } from "./thread.js";
import { nameOf, now, world } from "./world.js";

const KINDS = { bulk_single: "群发给客户", bulk_group: "群发到客户群", moment: "发表到朋友圈" };
const STATUS = { sent: "已发送", refused: "已拒绝", cancelled: "已撤掉", waiting: "待点发" };
const RESULTS = { 1: "送达", 2: "不是好友", 3: "超过上限" };
const SESSION = { 0: "机器人在答", 1: "机器人在答", 2: "在等人接", 3: "人工在接", 4: "已结束" };
const DONE = 12;

export const waiting = (tasks = me.tasks) => tasks.filter((task) => task.status === "waiting");

function targets(task) {
  const names = task.targets.slice(0, 3).map(nameOf).join("、");
  const what = task.kind === "bulk_group" ? "个群" : "位客户";
  return task.targets.length > 3 ? `${names} 等 ${task.targets.length} ${what}` : names || "还没有能看到的人";
}

function outcome(task) {
  const counted = {};
  for (const status of Object.values(task.results)) counted[status] = (counted[status] || 0) + 1;
  return Object.entries(counted).map(([status, n]) => `${n} ${RESULTS[status] || "未发"}`).join("，");
}

function parts(task) {
  return task.attachments.map((part) => {
    const body = part[part.msgtype] || {};
    return el("span", { class: "card" }, el("b", {}, body.title || "图片"), el("span", { class: "mark" }, body.url ? "链接" : "附件"));
  });
}

export async function tap(task, action) {
  const done = await post(`/staff/${id(task.userid)}/tasks/${id(task.id)}/${action}`);
  if (!done) return;
  toast(action === "confirm" ? `已发送：${outcome(done) || "没有收件人"}。换成客户看看收到了什么。` : "已拒绝，不会发出；平台那边仍记为未发送。");
}

function taskCard(task) {
  const open = task.status === "waiting";
  const many = task.targets.length;
  const deadline = task.deadline ? stamp(task.deadline, now()) : "平台不设截止";
  return el("article", { class: `task ${task.status}` },
    el("p", { class: "task-head" }, el("b", {}, KINDS[task.kind] || "任务"), el("span", { class: `state ${task.status}` }, STATUS[task.status]), stamp(task.created_at, now())),
    el("p", { class: "task-text" }, task.text || "（没有文字）"), ...parts(task),
    el("dl", {}, el("dt", {}, "对象"), el("dd", {}, targets(task)), open && el("dt", {}, "截止"), open && el("dd", {}, deadline),
      !open && outcome(task) && el("dt", {}, "结果"), !open && outcome(task) && el("dd", {}, outcome(task))),
    open && el("div", { class: "task-acts" }, button("拒绝", () => tap(task, "refuse"), { "data-key": `no${task.id}` }),
      button(task.kind === "moment" ? `发表（${many} 人可见）` : `发送（${many}）`, () => tap(task, "confirm"), { class: "main", "data-key": `yes${task.id}` })));
}

export function drawTasks(body) {
  const open = waiting();
  const done = me.tasks.filter((task) => task.status !== "waiting").slice(-DONE).reverse();
  draw(body, ["tasks", me.id, me.tasks, world.names.size, Math.floor(now() / 60_000)], () => [
    ...(open.length ? open.map(taskCard) : [empty("没有待点发的任务", "群发和朋友圈都要账号主人点一下才发出去。快进到排期时间就会有；按「点发一个待办」，会替你找到下一个。")]),
    ...(done.length ? [el("h3", {}, "处理过的"), ...done.map(taskCard)] : [])]);
}

// -- sessions -------------------------------------------------------------------------------------

const serves = (open_kfid) => world.kf.find((each) => each.open_kfid === open_kfid)?.servicers.includes(me.id);
export const mySessions = () => me.sessions.filter((each) => serves(each.open_kfid) && each.last_message).sort((a, b) => b.last_message - a.last_message);

function sessionLine(each) {
  const text = each.state === 3 ? `${nameOf(each.servicer)} 在接` : SESSION[each.state];
  return line({ key: `kf${each.open_kfid}${each.customer}`, who: each.customer, name: nameOf(each.customer), tag: nameOf(each.open_kfid), text, at: each.last_message, unread: 0,
    open: () => openChat({ type: "kf", account: each.open_kfid, customer: each.customer }) });
}

function friendLine(each) {
  return line({ key: `friend${each.id}`, who: each.id, name: each.name, text: "好友", unread: 0, open: () => openChat({ type: "friend", account: me.id, customer: each.id }) });
}

export function drawSessions(body) {
  const sessions = mySessions().slice(0, 60);
  const friends = world.customers.filter((each) => each.friends.includes(me.id)).slice(-60).reverse();
  draw(body, ["sessions", me.id, sessions, friends, world.names.size, Math.floor(now() / 60_000)], () => [
    el("h3", {}, "客服会话"), sessions.length ? el("ul", { class: "lines" }, ...sessions.map(sessionLine))
      : empty("还没有客户来问", world.kf.some((each) => each.servicers.includes(me.id)) ? "换成客户，在客服会话里说一句话，再回来接管。" : "这位同事不接待客服账号；换一位试试。"),
    ...(friends.length ? [el("h3", {}, "好友"), el("ul", { class: "lines" }, ...friends.map(friendLine))] : [])]);
}

/** 接管 and 结束, above the open kf chat. */
export function sessionActs(chat) {
  const found = me.sessions.find((each) => each.open_kfid === chat.account && each.customer === chat.customer);
  const act = (action) => () => post(`/staff/${id(me.id)}/kf`, { open_kfid: chat.account, customer: chat.customer, action });
  const mine = found?.state === 3 && found.servicer === me.id;
  return [mine ? button("结束会话", act("end")) : button("接管", act("take"), { class: "main", disabled: found?.state === 4 })];
}

// -- groups, robots, apps -----------------------------------------------------------------------------

export function drawGroups(body) {
  const groups = world.groups.filter((each) => each.members.includes(me.id));
  draw(body, ["groups", me.id, groups, world.robots, world.apps.length], () => [
    el("h3", {}, "群聊"), el("ul", { class: "lines" }, ...groups.map((each) => line({ key: each.chat_id, who: each.chat_id, name: nameOf(each.chat_id),
      tag: each.kind === "internal" ? "内部" : "客户群", text: `${each.members.length} 人 · ${each.owner === me.id ? "我是群主" : `群主 ${nameOf(each.owner)}`}`, unread: 0,
      open: () => openChat({ type: "group", chat: each.chat_id }) }))),
    el("h3", {}, "机器人和应用"), el("ul", { class: "lines" },
      ...world.robots.map((each) => line({ key: each.bot_id, who: each.bot_id, name: each.name, tag: "机器人", text: "单聊", unread: 0, open: () => openChat({ type: "robot", account: each.bot_id }) })),
      ...world.apps.filter((each) => each.agent_id).map((each) => line({ key: `app${each.agent_id}`, who: each.name, name: "工作台应用", tag: "应用", text: "写给应用", unread: 0,
        open: () => openChat({ type: "app", account: String(each.agent_id) }) })))]);
}

