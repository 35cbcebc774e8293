// The chat toolbar: an application's page beside an open chat, in the colleague's own client.
import { $, draw, el } from "./dom.js";
import { me } from "./me.js";
import { groupOf, world } from "./world.js";

const PLACES = {
  friend: (chat) => ({ customer: chat.customer }),
  kf: (chat) => ({ customer: chat.customer, open_kfid: chat.account }),
  group: (chat) => (groupOf(chat.chat)?.kind === "customer" ? { chat_id: chat.chat } : null),
};

/** Where the page would be open: whose client, which chat; null where the client has no toolbar. */
function openIn() {
  const place = me.role === "staff" && me.chat && PLACES[me.chat.type]?.(me.chat);
  return place ? { client: "sandbox", userid: me.id, ...place } : null;
}

function frame(src, place) {
  const node = el("details", { class: "toolbar" }, el("summary", {}, "侧边栏"));
  // the page is loaded when it is opened; the frame's name tells it where it is
  node.addEventListener("toggle", () => {
    if (node.open) node.append(el("iframe", { src, name: JSON.stringify(place), title: "聊天侧边栏", referrerpolicy: "no-referrer" }));
    else node.querySelector("iframe")?.remove();
  });
  return node;
}

export function drawSidebar() {
  const src = world.apps.find((each) => each.sidebar)?.sidebar;
  const place = src ? openIn() : null;
  $("side").hidden = !place;
  draw($("side"), [src, place], () => (place ? [frame(src, place)] : []));
}
