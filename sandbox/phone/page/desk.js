// Beside the phone: who is played, the buttons that try something, the platform's clock.
import { get, post } from "./api.js";
import { $, button, clock, date, draw, el, nextAt, pause, segments, toast } from "./dom.js";
import { add, enterKf } from "./lists.js";
import { change, me, remember } from "./me.js";
import { inbox } from "./rows.js";
import { waiting } from "./staff.js";
import { openChat, say } from "./thread.js";
import { firstKf, firstStaff, groupOf, nameOf, now, person, readWorld, world } from "./world.js";

const ROLES = [["customer", "客户"], ["member", "群成员"], ["staff", "员工账号"]];
const NAMES = ["小周", "阿茉", "林小满", "老秦", "青禾", "南风", "一口井", "苏打"];
const TALK = [["问价格", "晨雾多少钱？"], ["问怎么泡", "晨雾怎么泡？"], ["投诉", "杯子收到就是碎的，太气人了"], ["退订", "退订"], ["你是机器人吗", "你是机器人吗？"], ["找真人", "转人工"]];
const PART = [["进圈", "我想加入半盏茶友"], ["打卡", "打卡"], ["答题", "答题"], ["投票", "选茶"], ["我的积分", "我的积分"], ["我有什么", "我有什么"], ["有什么活动", "有什么活动"], ["我的主页", "我的主页"]];
// moments of a day at which calendars like to do something, a few minutes after each
const STOPS = [[8, 35], [10, 5], [12, 35], [15, 35], [19, 35], [20, 35]];
const HOPS = 14;
const MINUTE = 60;
const HOUR = 3600;

const customerGroups = () => world.groups.filter((group) => group.kind === "customer");

/** Whoever is played next; the first page of his role opens. */
export function play(role, who, group = null) {
  change({ role, id: who, group, chat: null, tab: role === "staff" ? "tasks" : "chats" });
  remember();
  document.dispatchEvent(new Event("played"));
  if (role === "member" && group) openChat({ type: "group", chat: group });
}

function chooseRole(role) {
  if (role === "staff") return play(role, firstStaff()?.userid || world.staff[0]?.userid);
  if (role === "customer") return play(role, person(me.id)?.id || world.customers.at(-1)?.id);
  const group = customerGroups().find((each) => each.members.includes(me.id)) || customerGroups()[0];
  if (!group) return toast("这个世界里还没有客户群。");
  return play(role, members(group).includes(me.id) ? me.id : members(group)[0] || world.customers[0]?.id, group.chat_id);
}

const members = (group) => (group?.members || []).filter((each) => world.customers.some((one) => one.id === each));

function choices() {
  if (me.role === "staff") return world.staff.filter((each) => each.active !== false).map((each) => [each.userid, each.name]);
  if (me.role === "customer") return [...world.customers].reverse().map((each) => [each.id, each.name]);
  const inside = members(groupOf(me.group));
  const others = world.customers.map((each) => each.id).filter((each) => !inside.includes(each)).slice(-20);
  return [...inside.map((each) => [each, nameOf(each)]), ...others.map((each) => [each, `${nameOf(each)}（未进群）`])];
}

const options = (pairs, chosen) => pairs.map(([value, text]) => el("option", { value, selected: value === chosen }, text));

export function drawDesk() {
  segments($("roles"), ROLES, me.role, chooseRole);
  $("group-pick").hidden = me.role !== "member";
  draw($("group"), [customerGroups().map((each) => each.name), me.group], () => options(customerGroups().map((each) => [each.chat_id, each.name]), me.group));
  draw($("person"), [choices(), me.id], () => options(choices(), me.id));
  $("person-label").textContent = { customer: "客户", member: "成员", staff: "同事" }[me.role];
  $("fresh").hidden = me.role === "staff";
}

async function fresh() {
  const taken = new Set(world.customers.map((each) => each.name));
  const made = await post("/customers", { name: NAMES.find((name) => !taken.has(name)) || `茶客 ${world.customers.length + 1}` });
  if (!made) return null;
  await readWorld();
  play(me.role === "member" ? "member" : "customer", made.ids[0], me.role === "member" ? me.group : null);
  return made.ids[0];
}

// -- trying things ----------------------------------------------------------------------------------

async function tryAdd() {
  const userid = firstStaff()?.userid;
  if (me.role !== "customer") chooseRole("customer");
  if (!me.id || person(me.id)?.friends.includes(userid)) {
    if (await fresh()) toast(`换了一位新客户：${nameOf(me.id)}。现在添加 ${nameOf(userid)}，等欢迎语。`);
  }
  await add(userid);
}

async function tryTalk(text) {
  if (me.role !== "customer") chooseRole("customer");
  if (!me.id && !await fresh()) return;
  const account = me.chat?.type === "kf" ? me.chat.account : firstKf().open_kfid;
  const met = () => inbox(me.id).received.some((row) => row.from === account);
  if (!met()) {
    await enterKf(account);
    for (let wait = 0; wait < 12 && !met(); wait += 1) await pause(250); // one reads the greeting, then writes
  } else await openChat({ type: "kf", account, customer: me.id });
  await say(text);
}

async function anyTask() {
  const found = await get("/state?part=tasks");
  return found ? waiting(found.tasks)[0] : null;
}

async function tryTap() {
  let task = await anyTask();
  for (let hop = 0; !task && hop < HOPS; hop += 1) {
    const at = Math.min(...STOPS.map(([hour, minute]) => nextAt(now(), hour, minute)));
    toast(`还没有待办，把平台时间拨到 ${date(at)} ${clock(at)} 看看…`);
    await post("/clock", { advance_s: Math.ceil((at - now()) / 1000) });
    for (let wait = 0; wait < 8 && !task; wait += 1) {
      await pause(250);
      task = await anyTask();
    }
  }
  if (!task) return toast("走了好几个时段都没有待办：先加几位好友，再试一次。", true);
  play("staff", task.userid);
  return toast(`${nameOf(task.userid)} 有一条待办：看看内容，再决定发不发。`);
}

const jump = (seconds) => async () => { if (await post("/clock", { advance_s: seconds })) toast("平台时间往前走了，到点的事会在一秒内发生。"); };
const toMorning = () => jump(Math.ceil((nextAt(now(), 10, 2) - now()) / 1000))();

function busy(work) {
  return async (event) => {
    const node = event.currentTarget;
    node.disabled = true;
    document.body.dataset.view = "phone";
    try { await work(); } finally { node.disabled = false; change(); }
  };
}

export function wireDesk() {
  const short = (firstStaff()?.name || "同事").split("·")[0];
  const all = [[`加${short}好友`, tryAdd, "main"], ...[...TALK, ...PART].map(([label, text]) => [label, () => tryTalk(text)]), ["点发一个待办", tryTap],
    ["快进十分钟", jump(10 * MINUTE)], ["快进一小时", jump(HOUR)], ["快进一天", jump(24 * HOUR)], ["到早上十点", toMorning]];
  $("tries").replaceChildren(...all.map(([label, work, css]) => button(label, busy(work), { class: css || null })));
  $("fresh").onclick = fresh;
  $("person").onchange = (event) => play(me.role, event.target.value, me.group);
  $("group").onchange = (event) => play("member", members(groupOf(event.target.value))[0] || me.id, event.target.value);
}

function ahead(minutes) {
  if (minutes < 90) return `${minutes} 分钟`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} 小时` : `${Math.round(minutes / 60 / 24)} 天`;
}

export function drawClock() {
  const at = now();
  $("clock").textContent = `${date(at)} ${clock(at)}`;
  $("offset").textContent = world.offset >= 60_000 ? `比现在快 ${ahead(Math.round(world.offset / 60_000))}` : "";
}

