// The customer's phone: chat list, contacts, moments.
import { id, post } from "./api.js";
import { lastLine, picture } from "./bubble.js";
import { avatar, button, draw, el, empty, stamp, toast } from "./dom.js";
import { change, isTyping, me, see, seenAt, typing } from "./me.js";
import { inbox, momentsOf } from "./rows.js";
import { openChat, openUrl } from "./thread.js";
import { nameOf, now, person, world } from "./world.js";

const KEYS = { kf: (row) => `kf:${row.to || row.from}`, contact: (row) => `friend:${row.to || row.from}`, oa: (row) => `oa:${row.to || row.from}`,
  group: (row) => (row.raw?.chat_id ? `group:${row.raw.chat_id}` : null) };

/** Chats of a customer, latest first, each with its last row and how many are unread. */
export function chatsOf(customer) {
  const found = new Map();
  const box = inbox(customer);
  const start = (key) => found.get(key) || found.set(key, { key, last: null, unread: 0 }).get(key);
  for (const row of [...box.received, ...box.said]) {
    const key = KEYS[row.channel]?.(row);
    if (!key) continue;
    const chat = start(key);
    if (!chat.last || row.at >= chat.last.at) chat.last = row;
    if (!row.to && row.at > seenAt(key)) chat.unread += 1;
  }
  for (const group of world.groups) if (group.members.includes(customer)) start(`group:${group.chat_id}`);
  for (const userid of person(customer)?.friends || []) start(`friend:${userid}`);
  return [...found.values()].sort((a, b) => (b.last?.at || 0) - (a.last?.at || 0));
}

export const unreadChats = () => (me.id ? chatsOf(me.id).reduce((sum, chat) => sum + chat.unread, 0) : 0);
export const unreadMoments = () => momentsOf(me.id).filter((row) => row.at > seenAt("moments")).length;

function unpack(key) {
  const [type, account] = key.split(":");
  return type === "group" ? { type, chat: account } : { type, account, customer: me.id };
}

const KIND = { kf: "客服", group: "群", oa: "公众号" };

export const dot = (count) => count > 0 && el("span", { class: "dot" }, el("span", { class: "sr" }, "未读 "), count > 99 ? "99+" : String(count));

/** A line of a chat list. */
export function line({ key, who, name, tag, text, at, unread, open }) {
  return el("li", {}, button([avatar(name, who),
    el("span", { class: "line-text" }, el("b", {}, name, tag && el("i", { class: "kind" }, tag)), el("small", {}, text || " ")),
    el("span", { class: "line-end" }, at ? stamp(at, now()) : "", dot(unread))], open, { class: "line", "data-key": key }));
}

function chatLine(chat) {
  const { type, account, chat: group } = unpack(chat.key);
  const text = isTyping(chat.key) ? "对方正在输入…" : chat.last ? lastLine(chat.last) : type === "friend" ? "已经是好友" : "";
  return line({ key: chat.key, who: group || account, name: nameOf(group || account), tag: KIND[type], text, at: chat.last?.at, unread: chat.unread,
    open: () => openChat(unpack(chat.key)) });
}

export function drawChats(body) {
  const chats = chatsOf(me.id);
  draw(body, ["chats", me.id, chats, [...me.typing.keys()].filter(isTyping), world.names.size, Math.floor(now() / 60_000)], () => (chats.length
    ? [el("ul", { class: "lines", "aria-label": "会话" }, ...chats.map(chatLine))]
    : [empty("还没有会话", "加一位同事，看人设怎么欢迎你；或者直接找客服说话。", button("去通讯录添加", () => change({ tab: "contacts" }), { class: "main" }))]));
}

// -- contacts ---------------------------------------------------------------------------------

export async function add(userid, state) {
  const since = now();
  const made = await post(`/customers/${id(me.id)}/add`, state ? { userid, state } : { userid });
  if (!made) return null;
  await openChat({ type: "friend", account: userid, customer: me.id });
  if (made.welcome_code) typing(me.chat.key, since);
  return made;
}

async function drop(userid) {
  if (await post(`/customers/${id(me.id)}/delete`, { userid })) toast(`已删除 ${nameOf(userid)}。重新添加就能恢复；机器人会收到一条删除回调。`);
}

export async function enterKf(open_kfid) {
  const since = now();
  const made = await post(`/customers/${id(me.id)}/kf`, { open_kfid, event: "enter_session" });
  if (!made) return;
  await openChat({ type: "kf", account: open_kfid, customer: me.id });
  if (made.welcome_code) typing(me.chat.key, since);
}

function staffLine(each, friends, code) {
  const friend = friends.includes(each.userid);
  const act = friend ? button("删除", () => drop(each.userid), { "aria-label": `删除 ${each.name}` })
    : button("添加", () => add(each.userid, code.value.trim()), { class: "main", "aria-label": `添加 ${each.name}` });
  return el("li", { class: "line" }, avatar(each.name, each.userid), el("span", { class: "line-text" }, el("b", {}, each.name),
    el("small", {}, friend ? "好友" : "还不是好友")), act);
}

function kfLine(each) {
  return el("li", { class: "line" }, avatar(each.name, each.open_kfid), el("span", { class: "line-text" }, el("b", {}, each.name), el("small", {}, "微信客服，不用加好友")),
    button("进入", () => enterKf(each.open_kfid), { "aria-label": `进入 ${each.name}` }));
}

function wayLine(way) {
  const scan = way.qr_code && (() => openUrl(way.qr_code));
  return scan && el("li", { class: "line" }, avatar("码", way.config_id), el("span", { class: "line-text" }, el("b", {}, way.remark || way.state || "渠道活码"), el("small", {}, way.user.map(nameOf).join("、"))),
    button("扫码", scan));
}

export function drawContacts(body) {
  const friends = person(me.id)?.friends || [];
  draw(body, ["contacts", me.id, friends, world.staff, world.kf, world.ways], () => {
    const code = el("input", { id: "state", autocomplete: "off", placeholder: "例如 poster-3（可不填）", maxlength: "64" });
    const staff = world.staff.filter((each) => each.can_add && each.active !== false);
    return [el("label", { class: "pick" }, el("span", {}, "渠道码"), code), el("h3", {}, "可以添加的同事"),
      el("ul", { class: "lines" }, ...staff.map((each) => staffLine(each, friends, code))),
      el("h3", {}, "客服账号"), el("ul", { class: "lines" }, ...world.kf.map(kfLine)),
      ...(world.ways.length ? [el("h3", {}, "渠道活码"), el("ul", { class: "lines" }, ...world.ways.map(wayLine).filter(Boolean))] : [])];
  });
}

// -- moments ----------------------------------------------------------------------------------

function comment(row) {
  const input = el("input", { autocomplete: "off", "aria-label": "写评论", placeholder: "评论，Enter 发送" });
  return el("form", { class: "comment", onsubmit: async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text && await react(row, { comment: text })) input.value = "";
  } }, input);
}

const react = (row, body) => post(`/customers/${id(me.id)}/moments/${id(row.raw.moment_id)}`, { userid: row.from, ...body });

function media(row) {
  const parts = row.raw.attachments || [];
  const pictures = parts.filter((part) => part.msgtype === "image");
  const cards = parts.filter((part) => part.msgtype !== "image").map((part) => {
    const body = part[part.msgtype] || {};
    return button([el("span", { class: "card-text" }, el("b", {}, body.title || "视频")), el("span", { class: "mark" }, body.url ? "链接" : "视频")],
      () => (body.url ? openUrl(body.url) : toast("视频在沙盒里不播放。")), { class: "card" });
  });
  const grid = pictures.length ? [el("div", { class: `nine n${Math.min(pictures.length, 9)}` }, ...pictures.slice(0, 9).map((part) => picture(part.image.media_id, part.image.pic_url)))] : [];
  return [...grid, ...cards];
}

function post1(row) {
  const moment = me.moments.find((each) => each.moment_id === row.raw.moment_id);
  const likes = (moment?.likes[row.from] || []).map((each) => each.external_userid);
  const comments = moment?.comments[row.from] || [];
  const liked = likes.includes(me.id);
  return el("article", { class: "moment" }, avatar(nameOf(row.from), row.from), el("div", {}, el("b", {}, nameOf(row.from)),
    el("p", {}, row.text), ...media(row),
    el("p", { class: "moment-foot" }, stamp(row.at, now()), button(liked ? "♥ 取消赞" : "♡ 赞", () => react(row, { like: !liked }), { "data-key": `like${row.raw.moment_id}${row.from}`, "aria-pressed": String(liked) })),
    likes.length > 0 && el("p", { class: "likes" }, `♥ ${likes.map(nameOf).join("、")}`),
    ...comments.map((each) => el("p", { class: "likes" }, el("b", {}, `${nameOf(each.external_userid)}：`), each.content)), comment(row)));
}

export function drawMoments(body) {
  const rows = momentsOf(me.id).slice(0, 60);
  if (rows.length) see("moments", rows[0].at);
  const typed = body.querySelector(".comment input:focus")?.value;
  if (typed) return;
  draw(body, ["moments", me.id, rows, me.moments, world.names.size], () => (rows.length ? rows.map(post1)
    : [empty("朋友圈是空的", "先加好友；同事在「待办」里点了发表，这里才会出现。按「点发一个待办」看一次完整的过程。")]));
}
