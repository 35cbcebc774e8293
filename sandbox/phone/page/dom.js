// Small helpers: elements, avatars, times of the platform's clock, short notices.
const ZONE = "Asia/Shanghai"; // the corp's zone
const DAY = 86_400_000;

export const $ = (id) => document.getElementById(id);

/** An element. `attrs`: on… = listener, true = bare attribute, null/false = left out; kids: nodes or text. */
export function el(tag, attrs = {}, ...kids) {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attrs)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...kids.flat().filter((kid) => kid !== null && kid !== undefined && kid !== false));
  return node;
}

export function button(text, onclick, attrs = {}) {
  return el("button", { type: "button", onclick, ...attrs }, text);
}

function hash(text) {
  let sum = 7;
  for (const letter of text) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum;
}

/** A square picture with the last two characters of a name. */
export function avatar(name, id = name) {
  const letters = [...name.split("（")[0].split("·").at(-1)].filter((letter) => /[\p{L}\p{N}]/u.test(letter));
  const latin = /^[a-z]/i.test(letters[0] || "");
  const shown = latin ? letters.slice(0, 2) : letters.slice(-2);
  return el("span", { class: `avatar hue${hash(id) % 6}`, "aria-hidden": "true" }, shown.join("") || "茶");
}

const make = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour12: false, ...options });
const CLOCK = make({ hour: "2-digit", minute: "2-digit" });
const SECOND = make({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const DATE = make({ month: "long", day: "numeric", weekday: "short" });
const FULL = make({ dateStyle: "long", timeStyle: "medium" });

export const clock = (at) => CLOCK.format(at);
export const seconds = (at) => SECOND.format(at);
export const date = (at) => DATE.format(at);
export const full = (at) => FULL.format(at);
export const dayOf = (at) => Math.floor((at + 8 * 3_600_000) / DAY);

/** How a chat client writes a time: today the clock, then 昨天, then the date. */
export function when(at, now) {
  const days = dayOf(now) - dayOf(at);
  if (days === 0) return clock(at);
  return days === 1 ? `昨天 ${clock(at)}` : `${date(at)} ${clock(at)}`;
}

/** The next time the corp's clock shows hour:minute. */
export function nextAt(now, hour, minute) {
  const at = dayOf(now) * DAY - 8 * 3_600_000 + (hour * 60 + minute) * 60_000;
  return at > now ? at : at + DAY;
}

export const stamp = (at, now) => el("time", { title: full(at), datetime: new Date(at).toISOString() }, when(at, now));

const drawn = new WeakMap();

// What is pressed at this moment: a button that is made anew between press and release hears no click.
let pressed = null;
let waiting = false;
function release() {
  pressed = null;
  if (waiting) document.dispatchEvent(new Event("played"));
  waiting = false;
}
document.addEventListener("pointerdown", (event) => { pressed = event.target; }, true);
document.addEventListener("click", () => { pressed = null; }, true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(release), true);

/** Rebuild a part only when what it shows has changed, and not under a finger; the focus stays on the same key. */
export function draw(node, signature, build) {
  const wanted = JSON.stringify(signature);
  if (drawn.get(node) === wanted) return;
  if (pressed && node.contains(pressed)) { waiting = true; return; }
  drawn.set(node, wanted);
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  const top = node.scrollTop;
  node.replaceChildren(...build());
  node.scrollTop = top;
  if (focused) node.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

let hiding = 0;
export function toast(text, bad = false) {
  const node = $("toast");
  node.textContent = text;
  node.className = bad ? "shown bad" : "shown";
  clearTimeout(hiding);
  hiding = setTimeout(() => { node.className = ""; }, 3500);
}

export const empty = (title, text, ...more) => el("div", { class: "empty" }, el("b", {}, title), el("p", {}, text), ...more);
export const pause = (ms) => new Promise((done) => { setTimeout(done, ms); });

/** A row of exclusive choices. */
export function segments(node, choices, chosen, pick) {
  draw(node, [choices, chosen], () => choices.map(([key, text]) =>
    button(text, () => pick(key), { role: "radio", "aria-checked": String(key === chosen), "data-key": key })));
}
