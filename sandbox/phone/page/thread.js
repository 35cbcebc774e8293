// The open chat: bubbles with time separators, 对方正在输入, and the line to write in.
import { id, post } from "./api.js";
import { bubble } from "./bubble.js";
import { $, button, draw, el, empty, stamp, toast } from "./dom.js";
import { arrived, change, isTyping, me, see, typing } from "./me.js";
import { syncThread, thread } from "./rows.js";
import { groupOf, nameOf, now, world } from "./world.js";

const GAP = 5 * 60_000;
const LAST = 300;
const FACES = ["😊", "🙏", "😂", "😭", "🌹", "👍", "🍵", "😅"];
let shown = { key: "", marks: [] };

const HINTS = {
  kf: ["和人设聊聊", "写一句话，或者按「试一试」里的按钮。右边会显示它怎么走到机器人、又怎么走回来。"],
  friend: ["好友会话", "平台不把好友会话里的话转给程序：欢迎语和群发会来这里，提问请点欢迎语里的客服链接。"],
  group: ["群还没有人说话", "平台不许程序自己在客户群里发言：要等群主在待办里点「发送」。"],
  robot: ["内部机器人", "同事可以在这里和它单聊；内部群里用 @ 叫它。"],
  app: ["工作台应用", "同事写给应用的话会变成回调。"],
  oa: ["公众号", "公众号发来的消息在这里。"],
};

export function openUrl(url) {
  const { origin, hostname, pathname } = new URL(url, location.href);
  if (me.role === "staff") return toast("这是发给客户的链接；换成客户再点。");
  // the brand's own page for a member stands beside the sandbox, on another port
  if (hostname === location.hostname && /^\/m(\/|$)/.test(pathname)) return void window.open(url, "_blank", "noopener");
  if (origin !== location.origin || !/^\/(kf|qr|ca)\//.test(pathname)) return toast(`沙盒里不打开外面的网页：${url}`);
  return follow(url);
}

async function follow(url) {
  const since = now();
  const made = await post(`/customers/${id(me.id)}/open`, { url });
  if (!made) return;
  if (made.open_kfid) openChat({ type: "kf", account: made.open_kfid, customer: me.id });
  else if (made.userid) openChat({ type: "friend", account: made.userid, customer: me.id });
  if (made.welcome_code) typing(me.chat.key, since);
}

/** Opens a chat; its key names it for red dots. */
export async function openChat(chat) {
  const key = chat.chat ? `group:${chat.chat}` : `${chat.type}:${chat.account}${me.role === "staff" && chat.customer ? `|${chat.customer}` : ""}`;
  change({ chat: { ...chat, key } });
  await syncThread(me.chat);
  change();
  $("title").focus({ preventScroll: true });
}

const clickItem = (item) => send({ event: "menu_click", menu_id: item.id || "", text: item.content });
const recall = (row) => post(`/customers/${id(me.id)}/kf`, { open_kfid: row.to, event: "recall", msgid: row.raw.msgid });

function acts(chat) {
  const customer = me.role !== "staff";
  return { open: openUrl, click: customer ? clickItem : () => toast("这是给客户点的菜单。"), recall: customer && chat.type === "kf" ? recall : null };
}

function build(rows, from) {
  const nodes = [];
  rows.forEach((row, place) => {
    const before = place ? rows[place - 1] : from;
    if (!before || row.at - before.at > GAP) nodes.push(el("li", { class: "note" }, stamp(row.at, now())));
    nodes.push(bubble(row, me.chat, acts(me.chat)));
  });
  return nodes;
}

// Who reads the last line keeps it in sight when the keyboard of a phone takes half of the screen.
const heights = new ResizeObserver((seen) => { for (const { target } of seen) if (target.low !== false) target.scrollTop = target.scrollHeight; });
const isLow = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 80;

function watched(log) {
  log.addEventListener("scroll", () => { log.low = isLow(log); });
  heights.observe(log);
  return log;
}

const mark = (row) => `${row.at}|${row.from}|${row.raw?.msgid || ""}|${row.recalled ? 1 : 0}|${(row.text || "").length}`;

function fill(log, rows) {
  const marks = rows.map(mark);
  const same = shown.key === `${me.id}${me.chat.key}` && shown.log === log && shown.marks.every((each, i) => each === marks[i]);
  if (same && marks.length === shown.marks.length) return;
  const low = isLow(log);
  if (same) log.append(...build(rows.slice(shown.marks.length), rows[shown.marks.length - 1]));
  else log.replaceChildren(...build(rows));
  if (!rows.length) log.append(el("li", {}, empty(...HINTS[me.chat.type])));
  shown = { key: `${me.id}${me.chat.key}`, marks, log };
  if (!same || low) log.scrollTop = log.scrollHeight;
}

/** Draws the open chat into the screen. */
export function drawThread(body) {
  const { chat } = me;
  draw(body, ["chat", me.id, chat.key], () => [watched(el("ol", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": "聊天记录" })), el("p", { class: "typing" })]);
  const rows = thread(chat).slice(-LAST);
  const [log, line] = body.children;
  if (rows.length) log.querySelector(".empty")?.parentElement.remove();
  fill(log, rows);
  if (rows.length) see(chat.key, rows.at(-1).at);
  if (rows.length && !rows.at(-1).mine) arrived(chat.key, rows.at(-1).at);
  line.textContent = isTyping(chat.key) ? "对方正在输入…" : "";
  if (isTyping(chat.key)) log.scrollTop = log.scrollHeight;
}

// -- writing ----------------------------------------------------------------------------------

async function send(body) {
  const since = now();
  const { chat } = me;
  const made = await post(`/customers/${id(me.id)}/kf`, { open_kfid: chat.account, ...body });
  if (made && !body.event?.startsWith("recall")) typing(chat.key, since);
  return made;
}

async function sayInGroup(chat, text) {
  const since = now();
  const made = await post(`/groups/${id(chat.chat)}/say`, { from: me.id, text });
  if (made?.robot && !made.robot.delivered) toast("机器人的长连接没有连上，这句话它收不到。");
  else if (made?.robot) typing(chat.key, since);
  return made;
}

async function sayToRobot(chat, text) {
  const since = now();
  const made = await post(`/robots/${id(chat.account)}/say`, { userid: me.id, text });
  if (made && !made.delivered) toast("机器人的长连接没有连上，这句话它收不到。");
  else if (made) typing(chat.key, since);
  return made;
}

const SAY = {
  kf: (chat, text) => (me.role === "staff"
    ? post(`/staff/${id(me.id)}/kf`, { open_kfid: chat.account, customer: chat.customer, action: "say", text }) : send({ text })),
  friend: (chat, text) => (me.role === "staff"
    ? post(`/staff/${id(me.id)}/sidebar/send`, { customer: chat.customer, text })
    : post(`/customers/${id(me.id)}/say`, { userid: chat.account, text })),
  group: sayInGroup,
  robot: sayToRobot,
  app: (chat, text) => post(`/apps/${id(chat.account)}/say`, { userid: me.id, text }),
};

/** Says something in the open chat, as whoever is being played. */
export async function say(text) {
  const { chat } = me;
  const made = await SAY[chat.type]?.(chat, text);
  if (made) await syncThread(chat);
  change();
  return made;
}

function extras(input) {
  const other = (body) => () => { send(body); more.open = false; };
  const faces = FACES.map((face) => button(face, () => { input.value += face; input.focus(); }, { class: "face", "aria-label": `表情 ${face}` }));
  const kinds = [["图片", { msgtype: "image" }], ["语音", { msgtype: "voice" }],
    ["位置", { msgtype: "location", location: { name: "半盏附近", address: "茶园路 1 号", latitude: 30.25, longitude: 120.15 } }]];
  const more = el("details", { class: "more" }, el("summary", { "aria-label": "更多：图片、语音、位置、表情" }, "＋"),
    el("div", { class: "extras" }, ...kinds.map(([word, body]) => button(word, other(body))), ...faces));
  return more;
}

function callRobot(chat, input) {
  const robot = world.robots.find((each) => each.groups.includes(chat.chat));
  if (!robot || me.role !== "staff") return null;
  return button(`@${robot.name}`, () => { input.value = `@${robot.name} ${input.value}`; input.focus(); });
}

function placeholder(chat) {
  if (chat.type === "group") return groupOf(chat.chat)?.kind === "internal" ? "在内部群里说话，@ 机器人会叫到它" : "在群里说话（机器人不会在客户群里回）";
  if (chat.type === "friend" && me.role !== "staff") return "平台不把这里的话转给程序";
  return me.role === "staff" && chat.type === "kf" ? "接管后，以人工身份回复" : "说点什么，Enter 发送";
}

/** The line to write in, made once for each chat so that what was typed stays. */
export function drawComposer(form) {
  const { chat } = me;
  form.hidden = !chat || chat.type === "oa";
  draw(form, [me.id, chat?.key], () => {
    if (!chat) return [];
    const input = el("input", { id: "words", autocomplete: "off", "aria-label": `写给${nameOf(chat.customer && me.role === "staff" ? chat.customer : chat.chat || chat.account)}`, placeholder: placeholder(chat), enterkeyhint: "send" });
    form.onsubmit = async (event) => {
      event.preventDefault();
      const text = input.value.trim();
      if (!text) return;
      input.value = "";
      if (!await say(text) && !input.value) input.value = text;
    };
    return [chat.type === "kf" && me.role !== "staff" ? extras(input) : callRobot(chat, input), input,
      el("button", { class: "main" }, "发送")].filter(Boolean);
  });
}
