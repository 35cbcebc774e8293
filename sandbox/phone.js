// The phone page: plain control-plane calls, polled once a second.
"use strict";
const $ = (id) => document.getElementById(id);
const CHANNELS = { kf: "微信客服", contact: "好友", group: "群聊", moment: "朋友圈", oa: "公众号" };
const KINDS = { bulk_single: "群发给客户", bulk_group: "群发到客户群", moment: "发表朋友圈" };
let chosen = null;
let names = {};
const mine = {};

async function call(path, body) {
  const options = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
  const answer = await fetch("/sandbox" + path, options);
  const found = await answer.json();
  $("note").textContent = answer.ok ? "" : found.error;
  return answer.ok ? found : null;
}

function line(parent, text, small, css) {
  const item = document.createElement("li");
  if (css) item.className = css;
  if (small) item.append(Object.assign(document.createElement("small"), { textContent: small }));
  item.append(text);
  parent.append(item);
  return item;
}

function time(at) {
  return new Date(at).toLocaleTimeString("zh-CN", { hour12: false });
}

function fill(select, rows) {
  if (select.options.length === rows.length) return;
  select.replaceChildren(...rows.map(([value, label]) => new Option(label, value)));
}

function people(rows) {
  const list = $("people");
  list.replaceChildren();
  for (const row of [...rows].reverse()) {
    const friends = row.friends.map((id) => names[id] || id).join("、") || "还没有加任何人";
    const item = line(list, row.name);
    item.append(Object.assign(document.createElement("small"), { textContent: friends }));
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(row.id === chosen));
    item.onclick = () => { chosen = row.id; refresh(); };
    if (row.id === chosen) $("who").textContent = row.name + " 的手机";
  }
}

async function log() {
  if (!chosen) return;
  const rows = (await call(`/customers/${chosen}/messages`)) || [];
  const said = (mine[chosen] || []).map((row) => ({ ...row, mine: true }));
  const all = [...rows, ...said].sort((a, b) => a.at - b.at);
  const list = $("log");
  if (list.childElementCount === all.length && list.dataset.of === chosen) return;
  list.dataset.of = chosen;
  list.replaceChildren();
  for (const row of all) {
    const head = row.mine ? `我 · ${time(row.at)}`
      : `${names[row.from] || row.from} · ${CHANNELS[row.channel] || row.channel} · ${time(row.at)}`;
    line(list, row.text || `[${row.kind}]`, head, row.mine ? "mine" : "");
  }
  list.scrollTop = list.scrollHeight;
}

function tasks(rows) {
  const list = $("tasks");
  list.replaceChildren();
  const waiting = rows.filter((row) => row.status === "waiting");
  if (!waiting.length) line(list, "现在没有等待确认的任务。");
  for (const row of waiting) {
    const head = `${names[row.userid] || row.userid} · ${KINDS[row.kind]} · ${row.targets.length} 个对象`;
    const item = line(list, row.text || "[图片或链接]", head);
    const bar = Object.assign(document.createElement("div"), { className: "row" });
    for (const [word, action, css] of [["发送", "confirm", "main"], ["不发", "refuse", ""]]) {
      const button = Object.assign(document.createElement("button"), { textContent: word, className: css });
      button.onclick = async () => { await call(`/staff/${row.userid}/tasks/${row.id}/${action}`, {}); refresh(); };
      bar.append(button);
    }
    item.append(bar);
  }
}

async function refresh() {
  if (document.hidden && Object.keys(names).length) return;
  const counted = await call("/state?part=counters");
  const skip = Math.max(0, (counted ? counted.counters.customers : 0) - 200);
  const [staff, kf, customers, waiting] = await Promise.all(
    ["staff", "kf", `customers&cursor=${skip}&limit=200`, "tasks"]
      .map((part) => call("/state?part=" + part)));
  if (!staff || !kf || !customers || !waiting) return;
  names = Object.fromEntries([...staff.staff.map((row) => [row.userid, row.name]),
    ...kf.kf.map((row) => [row.open_kfid, row.name])]);
  fill($("staff"), staff.staff.filter((row) => row.can_add).map((row) => [row.userid, row.name]));
  fill($("kf"), kf.kf.map((row) => [row.open_kfid, row.name]));
  people(customers.customers);
  tasks(waiting.tasks);
  await log();
}

async function act(path, body) {
  if (!chosen) { $("note").textContent = "请先选一位客户。"; return null; }
  const found = await call(`/customers/${chosen}${path}`, body);
  setTimeout(refresh, 150);
  return found;
}

$("fresh").onclick = async () => {
  const made = await call("/customers", {});
  if (made) chosen = made.ids[0];
  refresh();
};
$("add").onclick = () => act("/add", { userid: $("staff").value });
$("enter").onclick = () => act("/kf", { open_kfid: $("kf").value, event: "enter_session" });
$("form").onsubmit = async (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (!text) return;
  const clock = await call("/clock");
  if (await act("/kf", { open_kfid: $("kf").value, text })) {
    (mine[chosen] = mine[chosen] || []).push({ at: clock.now_ms, text });
    $("text").value = "";
  }
};
refresh();
setInterval(refresh, 1000);
