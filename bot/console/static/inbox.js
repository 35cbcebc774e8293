// The list and the open conversation grow by themselves; what is under the pointer stays where it is.
const list = document.getElementById("list");
const PAUSE = 600; // ms between two looks of one part
const looked = new Map();
let pending = null;

const parse = (text) => new DOMParser().parseFromString(text, "text/html");
const scroller = () => document.querySelector("#talk .scroll");
const inUse = (part) => part.contains(document.activeElement) || part.querySelector("details[open]") !== null;

// Many bells may ring in a second: a part that has just looked waits, and looks once more.
document.addEventListener("htmx:beforeRequest", (event) => {
  const { elt, requestConfig } = event.detail;
  if (!requestConfig || !["list-live", "talk-live"].includes(elt.id)) return;
  const wait = (looked.get(elt.id) || 0) + PAUSE - Date.now();
  if (wait <= 0) return looked.set(elt.id, Date.now());
  event.preventDefault();
  const again = `${elt.id}-again`;
  if (looked.has(again)) return;
  looked.set(again, window.setTimeout(() => {
    looked.delete(again);
    const part = document.getElementById(elt.id); // another one, if another conversation was opened
    if (part) htmx.trigger(part, "look");
  }, wait));
}, true);

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig, serverResponse, xhr } = event.detail;
  if (target.id === "older") {
    const box = scroller(), height = box.scrollHeight - box.scrollTop;
    window.setTimeout(() => { box.scrollTop = box.scrollHeight - height; }, 0);
  }
  if (!requestConfig || !["list-live", "talk-live"].includes(requestConfig.elt.id)) return;
  event.detail.shouldSwap = false;
  event.stopPropagation();
  if (xhr.status !== 200 || !target.isConnected) return;
  const fresh = parse(serverResponse).getElementById(target.id);
  if (fresh) (target.id === "list" ? newList : newTalk)(fresh);
}, true);

function rowsOf(part) {
  return new Map([...part.querySelectorAll("#talks > li")].map((row) => [row.dataset.key, row]));
}

function mark() {
  for (const row of list.querySelectorAll("#talks > li")) {
    const link = row.firstElementChild;
    if (row.dataset.key === conversation()) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function plain(row) {
  return [...row.querySelectorAll(".last, .mark, .count")].map((part) => part.textContent).join("|");
}

function put(row, fresh) {
  if (row !== document.activeElement && row.contains(document.activeElement)) return;
  if (plain(row) === plain(fresh)) return;
  row.innerHTML = fresh.innerHTML;
  htmx.process(row);
}

function newList(fresh) {
  tell(Number(list.dataset.needs), Number(fresh.dataset.needs));
  list.dataset.needs = fresh.dataset.needs;
  const chips = list.querySelector(".chips"), newChips = fresh.querySelector(".chips");
  if (chips && newChips && !chips.contains(document.activeElement)) chips.innerHTML = newChips.innerHTML;
  const talks = document.getElementById("talks"), rows = rowsOf(list), next = rowsOf(fresh);
  const same = [...rows.keys()].join("\n") === [...next.keys()].join("\n");
  const busy = talks.matches(":hover") || talks.contains(document.activeElement);
  const news = [...next].filter(([key, row]) => !rows.has(key) || plain(rows.get(key)) !== plain(row)).length;
  for (const [key, row] of rows) if (next.has(key)) put(row, next.get(key));
  pending = same ? null : fresh;
  if (!same && !busy) return settle();
  const button = document.getElementById("news");
  if (!same && news) button.textContent = list.dataset.news.replace("#", String(news));
  button.hidden = same || (button.hidden && !news);
  mark();
}

function settle() {
  if (!pending) return;
  const talks = document.getElementById("talks"), fresh = pending.querySelector("#talks");
  talks.replaceChildren(...fresh.children);
  htmx.process(talks);
  for (const name of [".empty", "#pages"]) {
    const old = list.querySelector(`:scope > ${name}`), made = pending.querySelector(name);
    if (old && made) old.replaceWith(made);
    else if (old) old.remove();
    else if (made) talks.after(made);
  }
  pending = null;
  document.getElementById("news").hidden = true;
  mark();
}

function newTalk(fresh) {
  const talk = document.getElementById("talk");
  if (!talk || talk.dataset.c !== fresh.dataset.c) return;
  const below = document.getElementById("below"), box = scroller();
  const stuck = atEnd;
  if ("around" in talk.dataset) {
    below.hidden = talk.dataset.seen === fresh.dataset.seen;
    return;
  }
  const [grew, changed] = newLines(fresh);
  if (grew && stuck) box.scrollTop = box.scrollHeight;
  else if (grew) below.hidden = false;
  renew("talk-head", fresh);
  if (!("own" in document.getElementById("talk-call").dataset)) renew("talk-call", fresh); // he reads it just now
  const moved = talk.dataset.state !== fresh.dataset.state;
  talk.dataset.state = fresh.dataset.state;
  talk.dataset.seen = fresh.dataset.seen;
  if (moved) { renew("talk-foot", fresh, true); composed(); }
  else for (const name of ["suggest", "asking", "ways", "trouble", "window"]) renew(name, fresh);
  const own = document.getElementById("more"); // what became of one's own words stands there too
  if (own && (grew || changed) && !inUse(own)) htmx.trigger(own, "look");
  for (const field of document.querySelectorAll("#open [name=seen]")) field.value = talk.dataset.seen;
  ghost();
  seen();
}

function newLines(fresh) {
  const lines = document.getElementById("lines");
  let before = null, grew = false, changed = false;
  for (const line of [...fresh.querySelectorAll("#lines > li")]) {
    if (line.id === "older") continue;
    const old = lines.querySelector(`#${CSS.escape(line.id)}`);
    if (!old) {
      if (before) before.after(line); else lines.append(line);
      htmx.process(line);
      grew = true;
    } else if (!inUse(old) && old.textContent !== line.textContent) {
      old.replaceWith(line);
      htmx.process(line);
      changed = true;
    }
    before = lines.querySelector(`#${CSS.escape(line.id)}`);
  }
  return [grew, changed];
}

function renew(name, fresh, force) {
  const old = document.getElementById(name), made = fresh.querySelector(`#${name}`);
  if (!old || !made || (!force && inUse(old)) || old.textContent === made.textContent && !force) return;
  old.replaceWith(made);
  htmx.process(made);
}

async function seen() {
  const talk = document.getElementById("talk");
  if (!talk || !talk.dataset.mark || document.visibilityState !== "visible") return;
  if (talk.dataset.told === talk.dataset.seen) return;
  talk.dataset.told = talk.dataset.seen;
  try {
    await fetch(talk.dataset.mark, {
      method: "POST", headers: { "X-CSRF-Token": talk.dataset.csrf },
      body: new URLSearchParams({ c: talk.dataset.c, seen: talk.dataset.seen }),
    });
    htmx.trigger("#list-live", "look");
  } catch {
    talk.dataset.told = "";
  }
}

// The thread stays at its end when the composer below it grows.
let atEnd = true;
const grown = new ResizeObserver(([entry]) => { if (atEnd) entry.target.scrollTop = entry.target.scrollHeight; });

function opened() {
  const box = scroller();
  if (!box) return;
  atEnd = true;
  grown.disconnect();
  grown.observe(box);
  box.addEventListener("scroll", () => {
    atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
    if (atEnd) document.getElementById("below").hidden = true;
  });
  const found = box.querySelector(".found");
  atEnd = !found;
  if (found) found.scrollIntoView({ block: "center" });
  else box.scrollTop = box.scrollHeight;
  mark();
  composed();
  seen();
}

// A reason that was asked for is seen, at the end of a thread too.
document.addEventListener("htmx:afterSwap", (event) => {
  const why = event.detail.target.closest(".why[open]");
  if (why) why.scrollIntoView({ block: "nearest" });
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "open") return;
  const sent = compose.sending;
  if (sent && !document.querySelector("#talk-note .bad, #refused .bad")) sessionStorage.removeItem(compose.drafts(sent.key));
  compose.sending = null;
  opened();
  const { path: verb = "", verb: method } = event.detail.requestConfig;
  if (method === "post") { // one's own deed counts in the list at once
    looked.delete("list-live");
    htmx.trigger("#list-live", "look");
  }
  if (/\/(reply|take|file)$/.test(verb) && compose.area()) compose.area().focus();
});

document.addEventListener("click", (event) => {
  if (event.target.id === "news") { settle(); const first = list.querySelector("[data-row]"); if (first) first.focus(); }
  if (event.target.id === "below") {
    event.target.hidden = true;
    const box = scroller(), newest = document.querySelector("#talk .scroll .pager a");
    if (newest) newest.click(); else box.scrollTop = box.scrollHeight;
  }
});
document.getElementById("talks").addEventListener("mouseleave", () => {
  if (!document.getElementById("talks").contains(document.activeElement)) settle();
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-go]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-choice]")) choose(event.target);
});
// What is open stays open while the list is searched, narrowed down or turned over.
const reading = () => { const talk = document.getElementById("talk"); return talk ? talk.dataset.c : ""; };
document.addEventListener("submit", (event) => {
  const form = event.target.closest("#list form");
  if (!form || form.method !== "get" || !reading()) return;
  let field = form.elements.namedItem("c");
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: "c" });
    form.append(field);
  }
  field.value = reading();
}, true);
document.addEventListener("click", (event) => {
  const link = event.target.closest("#list a[data-keep]");
  if (!link || !reading()) return;
  const url = new URL(link.href);
  url.searchParams.set("c", reading());
  link.href = url.href;
}, true);
document.addEventListener("visibilitychange", seen);
window.setInterval(() => {
  htmx.trigger("#list-live", "look");
  if (document.getElementById("talk")) htmx.trigger("#talk-live", "look");
}, 60000);

// Sound and desktop notice: a choice of this person on this device.
const choices = { sound: "onevoice-sound", notice: "onevoice-notice" };
for (const box of list.querySelectorAll("[data-choice]")) box.checked = localStorage.getItem(choices[box.dataset.choice]) === "1";

async function choose(box) {
  if (box.dataset.choice === "notice" && box.checked) {
    const given = "Notification" in window ? await Notification.requestPermission() : "denied";
    box.checked = given === "granted";
  }
  localStorage.setItem(choices[box.dataset.choice], box.checked ? "1" : "0");
  if (box.dataset.choice === "sound" && box.checked) beep();
}

function beep() {
  const context = new AudioContext(), tone = context.createOscillator(), gain = context.createGain();
  gain.gain.setValueAtTime(0.08, context.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.001, context.currentTime + 0.3);
  tone.frequency.value = 660;
  tone.connect(gain).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.3);
  tone.onended = () => context.close();
}

function tell(before, now) {
  if (now <= before) return;
  if (localStorage.getItem(choices.sound) === "1") beep();
  if (localStorage.getItem(choices.notice) !== "1" || document.hasFocus()) return;
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification(list.dataset.notice, { body: String(now), tag: "onevoice" });
  shown.onclick = () => { window.focus(); shown.close(); };
}

const doings = {
  r: () => { const target = compose.area() || document.querySelector("[data-verb=take]"); if (target) target.focus(); },
  a: () => { const text = ghost(); if (text) write(text); },
  e: () => { const target = document.querySelector("button[data-verb=resolve]"); if (target) target.focus(); },
};
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || going) return;
  if (doings[event.key]) { event.preventDefault(); doings[event.key](); }
}, true);

const more = document.getElementById("more-keys"), table = document.querySelector("#keys tbody");
if (more && table) table.append(...more.content.querySelectorAll("tr"));
opened();
