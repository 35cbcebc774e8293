// The phone itself: title bar, the page of the chosen tab or the open chat, tabs with red dots.
import { $, button, draw } from "./dom.js";
import { dot, drawChats, drawContacts, drawMoments, unreadChats, unreadMoments } from "./lists.js";
import { change, me } from "./me.js";
import { id, post } from "./api.js";
import { drawSidebar } from "./sidebar.js";
import { drawGroups, drawSessions, drawTasks, sessionActs, waiting } from "./staff.js";
import { drawComposer, drawThread } from "./thread.js";
import { groupOf, nameOf } from "./world.js";

const CUSTOMER = [["chats", "消息", drawChats, unreadChats], ["contacts", "通讯录", drawContacts], ["moments", "朋友圈", drawMoments, unreadMoments]];
const STAFF = [["tasks", "待办", drawTasks, () => waiting().length], ["sessions", "会话", drawSessions], ["groups", "群和机器人", drawGroups]];
const tabs = () => (me.role === "staff" ? STAFF : CUSTOMER);

function chatTitle(chat) {
  if (chat.type === "group") return `${nameOf(chat.chat)}（${groupOf(chat.chat)?.members.length || 0}）`;
  return me.role === "staff" && chat.customer ? nameOf(chat.customer) : nameOf(chat.account);
}

function membership(group) {
  const inside = group.members.includes(me.id);
  const move = () => post(`/groups/${id(group.chat_id)}/${inside ? "leave" : "join"}`, { customer: me.id });
  return [button(inside ? "退群" : "加入", move, { class: inside ? "" : "main" })];
}

function corner() {
  const { chat } = me;
  if (chat?.type === "kf" && me.role === "staff") return sessionActs(chat);
  const group = chat?.type === "group" && me.role !== "staff" && groupOf(chat.chat);
  return group ? membership(group) : [];
}

function drawTabs() {
  const shown = tabs().map(([key, text, , count]) => [key, text, count ? count() : 0]);
  $("tabs").hidden = Boolean(me.chat);
  draw($("tabs"), [shown, me.tab, me.role], () => shown.map(([key, text, count]) =>
    button([text, dot(count) || ""], () => { change({ tab: key }); document.dispatchEvent(new Event("played")); }, { "aria-current": key === me.tab ? "page" : null, "data-key": key })));
}

/** Draws the phone as it stands now. */
export function drawPhone() {
  if (!me.id) return;
  const { chat } = me;
  const tab = tabs().find(([key]) => key === me.tab) || tabs()[0];
  $("title").textContent = chat ? chatTitle(chat) : tab[1];
  $("back").hidden = !chat;
  const acts = [chat, me.id, me.role, me.sessions, chat?.chat && groupOf(chat.chat)];
  draw($("corner"), acts, corner);
  $("body").classList.toggle("talk", Boolean(chat));
  drawSidebar();
  drawComposer($("composer"));
  drawTabs();
  if (chat) drawThread($("body"));
  else tab[2]($("body"));
  drawTabs();
}

export function wirePhone() {
  $("back").onclick = () => change({ chat: null });
}
