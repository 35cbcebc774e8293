// Messages: read page by page as they come, and put in order for one chat as one person sees it.
import { get, id } from "./api.js";
import { me } from "./me.js";

const inboxes = new Map(); // customer -> {received, said}
const chats = new Map(); // chat id -> rows
const PAGE = 2000;

export const inbox = (customer) => inboxes.get(customer) || { received: [], said: [] };

/** Reads what is new for a customer. */
export async function syncInbox(customer) {
  const box = inboxes.get(customer) || { received: [], said: [] };
  const [fresh, said] = await Promise.all([
    get(`/customers/${id(customer)}/messages?cursor=${box.received.length}&limit=${PAGE}`),
    get(`/customers/${id(customer)}/said`)]);
  if (!fresh || !said) return;
  inboxes.set(customer, { received: [...(inboxes.get(customer) || box).received.slice(0, box.received.length), ...fresh], said });
}

/** Reads a group or a member's own chat. */
export async function syncChat(chat) {
  const rows = await get(`/chats/${id(chat)}/messages`);
  if (rows) chats.set(chat, rows);
}

const byTime = (rows) => rows.map((row, place) => [row, place]).sort(([a, i], [b, j]) => a.at - b.at || i - j).map(([row]) => row);

/** Both sides of one channel between a customer and an account; `mine` as the customer sees it. */
function pair(customer, channel, account) {
  const box = inbox(customer);
  const said = box.said.filter((row) => row.channel === channel && row.to === account).map((row) => ({ ...row, from: customer, mine: true }));
  return byTime([...said, ...box.received.filter((row) => row.channel === channel && row.from === account)]);
}

const flip = (rows) => rows.map((row) => ({ ...row, mine: !row.mine }));

/** The rows of the open chat. A chat: {type, key, account?, customer?, chat?}. */
export function thread(chat) {
  if (chat.type === "group") return (chats.get(chat.chat) || []).map((row) => ({ ...row, mine: row.from === me.id }));
  if (chat.type === "robot" || chat.type === "app") {
    return (chats.get(me.id) || []).filter((row) => row.channel === chat.type).map((row) => ({ ...row, mine: row.from === me.id }));
  }
  const rows = pair(chat.customer, chat.type === "friend" ? "contact" : chat.type, chat.account);
  return me.role === "staff" ? flip(rows) : rows;
}

export async function syncThread(chat) {
  if (chat.type === "group") await syncChat(chat.chat);
  else if (chat.type === "robot" || chat.type === "app") await syncChat(me.id);
  else await syncInbox(chat.customer);
}

export const momentsOf = (customer) => inbox(customer).received.filter((row) => row.channel === "moment").reverse();
