// One message as people see it. Words of people are only ever set as text.
import { avatar, button, el, full } from "./dom.js";
import { nameOf } from "./world.js";

const LINK = /(https?:\/\/[^\s，。；、！？）)「」]+)/;
const CARDS = { image: "图片", voice: "语音", video: "视频", file: "文件", emotion: "表情", mixed: "图文" };
const LINES = { ...CARDS, link: "链接", miniprogram: "小程序", location: "位置", business_card: "名片", template_card: "卡片", news: "图文" };

/** The last line of a chat list. */
export function lastLine(row) {
  if (row.recalled) return "撤回了一条消息";
  if (row.kind in LINES) return `[${LINES[row.kind]}] ${row.text || ""}`.trim();
  return (row.text || "").replace(/https?:\/\/\S+/g, "[链接]").replace(/\s+/g, " ") || "[消息]";
}

/** Text with its links as buttons. */
export function words(text, open) {
  return text.split(LINK).map((piece) => (LINK.test(piece)
    ? button(linkName(piece), () => open(piece), { class: "link", title: piece }) : piece));
}

function linkName(url) {
  const { pathname, host } = new URL(url);
  if (pathname.startsWith("/kf/")) return "进入客服会话 ›";
  if (pathname.startsWith("/qr/")) return "识别二维码 ›";
  if (/^\/m(\/|$)/.test(pathname)) return "打开会员页 ›";
  return host + (pathname.length > 24 ? `${pathname.slice(0, 24)}…` : pathname);
}

function menu(body, act) {
  const items = (body.list || []).map((item) => {
    const part = item[item.type] || {};
    if (item.type === "click") return button(part.content, () => act.click(part), { class: "item" });
    if (item.type === "view") return button(part.content, () => act.open(part.url), { class: "item" });
    return el("p", {}, part.content || "");
  });
  return [body.head_content && el("p", {}, ...words(body.head_content, act.open)), ...items,
    body.tail_content && el("p", { class: "soft" }, body.tail_content)];
}

function card(kind, title, text, mark, onclick) {
  const inside = [el("span", { class: "card-text" }, el("b", {}, title), text && el("small", {}, text)), el("span", { class: "mark" }, mark)];
  return onclick ? button(inside, onclick, { class: `card ${kind}` }) : el("span", { class: `card ${kind}` }, ...inside);
}

export function picture(media, url, alt = "图片") {
  const own = url && new URL(url, location.href).origin === location.origin;
  const node = el("img", { alt, loading: "lazy", src: own ? url : `/phone/media/${encodeURIComponent(media || "none")}` });
  node.addEventListener("error", () => { node.src = "/phone/media/none"; }, { once: true });
  return node;
}

const BODY = {
  text: (body, row, act) => words(row.text || body.content || "", act.open),
  markdown: (body, row, act) => words(row.text || body.content || "", act.open),
  stream: (body, row, act) => [...words(row.text || "", act.open), body.finish ? "" : " …"],
  msgmenu: (body, row, act) => menu(body, act),
  image: (body) => [picture(body.media_id, body.pic_url)],
  voice: () => [el("span", { class: "voice" }, "))) 语音 3″")],
  location: (body) => [card("place", body.name || "位置", body.address, "位置")],
  link: (body, row, act) => [card("page", body.title, body.desc, "链接", () => act.open(body.url))],
  miniprogram: (body) => [card("mini", body.title || "小程序", body.pagepath || body.page, "小程序")],
  news: (body, row, act) => (body.articles || []).map((one) => card("page", one.title, one.description, "图文", () => act.open(one.url))),
  business_card: (body) => [card("mini", nameOf(body.userid || ""), "名片", "名片")],
  template_card: (body) => [card("mini", body.main_title?.title || "卡片", body.main_title?.desc || body.sub_title_text, "卡片")],
};

export function inside(row, act) {
  const raw = row.raw || {};
  const body = raw[row.kind] || {};
  const shape = BODY[row.kind] || BODY[row.kind?.startsWith("markdown") ? "markdown" : ""];
  if (shape) return shape(body, row, act);
  return [card("file", CARDS[row.kind] || row.text || "消息", row.kind in CARDS ? row.text : "", CARDS[row.kind] || "其他")];
}

/** Who wrote it, in a quiet line: only where it is not plain. */
function byline(row, group) {
  const human = row.raw?.servicer_userid;
  if (human) return el("small", { class: "by" }, `${nameOf(human)} · 人工`);
  return group && !row.mine ? el("small", { class: "by" }, nameOf(row.from)) : null;
}

/** A message with its avatar. `act`: open(url), click(item), recall(row). */
export function bubble(row, chat, act) {
  if (row.recalled) return el("li", { class: "note" }, row.mine ? "你撤回了一条消息" : "对方撤回了一条消息");
  const name = nameOf(row.from);
  const plain = ["image", "link", "miniprogram", "location"].includes(row.kind);
  const recall = row.mine && act.recall && row.raw?.msgid
    ? button("撤回", () => act.recall(row), { class: "recall", "aria-label": "撤回这条消息" }) : null;
  return el("li", { class: `msg${row.mine ? " mine" : ""}`, title: full(row.at) }, avatar(name, row.from),
    el("div", { class: "said" }, byline(row, chat.type === "group"),
      el("div", { class: plain ? "bubble bare" : "bubble" }, el("span", { class: "sr" }, `${row.mine ? "我" : name}：`), ...inside(row, act)), recall));
}
