// 线上发生了什么: callbacks, decisions and calls about one person, in order of time, each unfolding.
import { $, el, empty, full, seconds, segments } from "./dom.js";
import { me } from "./me.js";
import { world } from "./world.js";
import { KIND, original, routine, tell } from "./words.js";

const KEEP = 600;
const rows = new Map();
const nodes = new Map();
let scope = "me";
let drawnFor = "";

function about() {
  if (me.role === "member" && me.group) return [me.id, me.group];
  const { chat } = me;
  return [me.id, chat?.customer, me.role === "staff" && (chat?.chat || (chat?.type === "robot" && chat.account))].filter(Boolean);
}

function wanted(row) {
  if (routine(row) && !$("routine").checked) return false;
  return scope === "all" || about().some((id) => row.people.includes(id));
}

function fill(node, row) {
  const { what, note, verdict, tone } = tell(row);
  node.className = `k-${row.kind}`;
  const open = node.firstElementChild?.open;
  node.replaceChildren(el("details", { open, ontoggle: ({ target }) => target.open && target.scrollIntoView({ block: "nearest" }) }, el("summary", {}, el("time", { class: "num", title: full(row.at) }, seconds(row.at)), el("b", {}, KIND[row.kind]),
    el("span", { class: "what" }, what), el("span", { class: `verdict ${tone}` }, verdict, row.times > 1 && ` ×${row.times}`)),
  note && el("p", { class: "soft" }, note), el("pre", { tabindex: "0" }, original(row))));
}

function place(list, node, at) {
  node.remove();
  node.at = at;
  let after = list.lastElementChild;
  while (after && after.at > at) after = after.previousElementSibling;
  list.insertBefore(node, after ? after.nextSibling : list.firstChild);
}

function show(list, row) {
  let node = nodes.get(row.key);
  if (!node) {
    node = el("li");
    nodes.set(row.key, node);
    fill(node, row);
    place(list, node, row.at);
    return;
  }
  fill(node, row);
  if (node.at !== row.at) place(list, node, row.at);
}

function teach(list) {
  list.querySelector(".empty")?.remove();
  if (!nodes.size) list.append(el("div", { class: "empty" }, ...empty("还没有动静", LESSON[me.role]).childNodes));
}

const LESSON = {
  customer: "在手机里说一句话，或者按上面的按钮。每条消息会在这里走一遍：平台回调 → 机器人去拉 → 决定怎么回 → 发出去。",
  member: "客户群里说的话，平台不会告诉程序，所以这里没有动静；进群、退群才有回调。往群里发言要由群主在待办里点发。",
  staff: "机器人给这位同事建任务、客户来加他，都会出现在这里。打开一个客服会话，就能看那位客户的来往。",
};

const low = (list) => list.scrollHeight - list.scrollTop - list.clientHeight < 60;

/** One row of the feed; the same key again replaces what stood there. */
export function take(row) {
  for (const [id, name] of Object.entries(row.names)) world.names.set(id, name);
  rows.delete(row.key);
  rows.set(row.key, row);
  if (rows.size > KEEP) {
    const [oldest] = rows.keys();
    rows.delete(oldest);
    nodes.get(oldest)?.remove();
    nodes.delete(oldest);
  }
  if (!world.ready || !wanted(row)) return;
  const list = $("wire");
  const follow = low(list);
  show(list, row);
  teach(list);
  if (follow) list.scrollTop = list.scrollHeight;
}

/** Draws everything again when it is about somebody else. */
export function drawWire() {
  const key = `${scope}|${me.role}|${about()}|${$("routine").checked}|${world.ready}`;
  segments($("scope"), [["me", "和 TA 有关"], ["all", "全部"]], scope, (next) => { scope = next; drawWire(); });
  if (key === drawnFor || !world.ready) return;
  drawnFor = key;
  const list = $("wire");
  nodes.clear();
  list.replaceChildren();
  for (const row of [...rows.values()].sort((a, b) => a.at - b.at)) if (wanted(row)) show(list, row);
  teach(list);
  list.scrollTop = list.scrollHeight;
}
