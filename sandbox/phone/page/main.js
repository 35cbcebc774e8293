// Starts the page and keeps it in step: the feed says that something changed, the page reads it again.
import { get, id } from "./api.js";
import { $, empty } from "./dom.js";
import { drawClock, drawDesk, play, wireDesk } from "./desk.js";
import { arrived, change, me, onChange, remembered } from "./me.js";
import { drawPhone, wirePhone } from "./phone.js";
import { inbox, syncInbox, syncThread } from "./rows.js";
import { drawWire, take } from "./wire.js";
import { groupOf, person, readWorld, world } from "./world.js";

const AGAIN = 60; // ms; changes that come together are read together
let reading = false;
let late = false;
let begun = false;

function drawAll() {
  drawDesk();
  drawPhone();
  drawWire();
}

async function readStaff() {
  const [tasks, found] = await Promise.all([get(`/staff/${id(me.id)}/tasks?all=1`), get("/state?part=kf_sessions")]);
  if (tasks && found) Object.assign(me, { tasks, sessions: found.kf_sessions });
}

async function readCustomer() {
  const before = inbox(me.id).received.length;
  await syncInbox(me.id);
  for (const row of inbox(me.id).received.slice(before)) {
    arrived(`${row.channel === "contact" ? "friend" : row.channel}:${row.from}`, row.at);
  }
  if (me.tab === "moments") me.moments = (await get("/state?part=moments"))?.moments || [];
}

/** Reads what the phone shows; once more when something changed meanwhile. */
async function readAll() {
  if (reading) { late = true; return; }
  reading = true;
  late = false;
  if (await readWorld()) {
    begin();
    if (me.id) await (me.role === "staff" ? readStaff() : readCustomer());
    if (me.chat) await syncThread(me.chat);
  }
  change();
  setTimeout(() => { reading = false; if (late) readAll(); }, AGAIN);
}

function quiet(row) {
  if (row.kind === "decision" && !row.outbox.length) me.typing.delete(`kf:${row.people[0]}`);
}

function listen() {
  const feed = new EventSource("/sandbox/events");
  feed.addEventListener("world", (event) => {
    world.offset = JSON.parse(event.data).offset_ms;
    drawClock();
    readAll();
  });
  feed.addEventListener("wire", (event) => {
    const row = JSON.parse(event.data);
    quiet(row);
    take(row);
  });
}

function begin() {
  if (begun) return;
  begun = true;
  wireDesk();
  const { role, id: who, group } = remembered();
  const known = role === "staff" ? world.staff.some((each) => each.userid === who) : person(who);
  if (known) play(role, who, groupOf(group) ? group : null);
  else play("customer", world.customers.at(-1)?.id || null);
  if (!me.id) $("body").replaceChildren(empty("这里还没有人", "按「加好友」，会来一位新客户。"));
}

function views() {
  for (const node of document.querySelectorAll(".views button")) {
    node.onclick = () => { document.body.dataset.view = node.dataset.view; };
  }
}

views();
wirePhone();
onChange(drawAll);
$("routine").onchange = drawWire;
document.addEventListener("played", readAll);
listen();
setInterval(drawClock, 1000);
