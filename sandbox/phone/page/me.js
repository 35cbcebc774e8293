// Who is being played, where in the phone he is, and what he has read.
import { now } from "./world.js";

export const me = {
  role: "customer", id: null, group: null, tab: "chats", chat: null, tasks: [], sessions: [], moments: [], typing: new Map(),
};

const listeners = new Set();
export const onChange = (listener) => listeners.add(listener);

export function change(patch = {}) {
  Object.assign(me, patch);
  for (const listener of listeners) listener();
}

const read = (key) => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } };
const kept = new Map(Object.entries(read("seen") || {}));

/** When this chat was last looked at. */
export const seenAt = (chat) => kept.get(`${me.id}|${chat}`) || 0;

export function see(chat, at) {
  if (at <= seenAt(chat)) return;
  kept.set(`${me.id}|${chat}`, at);
  sessionStorage.setItem("seen", JSON.stringify(Object.fromEntries(kept)));
}

export function remember() {
  sessionStorage.setItem("who", JSON.stringify({ role: me.role, id: me.id, group: me.group }));
}

export const remembered = () => read("who") || {};

const PATIENCE = 8000;

/** 对方正在输入: shown until something arrives that is later than `since`, or for some seconds. */
export function typing(chat, since = now()) {
  me.typing.set(chat, { since, until: Date.now() + PATIENCE });
  setTimeout(change, PATIENCE + 50);
  change();
}

export const isTyping = (chat) => (me.typing.get(chat)?.until || 0) > Date.now();

/** Something arrived in a chat at `at`. */
export function arrived(chat, at) {
  if (at >= (me.typing.get(chat)?.since ?? Infinity)) me.typing.delete(chat);
}
