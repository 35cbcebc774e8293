// Keys, the navigation on a narrow screen, and times that grow older while a page is open.
document.documentElement.classList.add("scripted");

const page = document.body;
const dialog = document.getElementById("keys");

const units = [["days", 86400000], ["hours", 3600000], ["minutes", 60000]];
const ahead = Number(page.dataset.now) - Date.now();

function age(at) {
  const passed = Date.now() + ahead - at;
  if (passed < -60000 || passed >= 30 * 86400000) return null;
  for (const [name, ms] of units) {
    if (passed >= ms) return page.dataset[`when${name[0].toUpperCase()}${name.slice(1)}`].replace("#", Math.floor(passed / ms));
  }
  return page.dataset.whenNow;
}

function grow() {
  for (const time of document.querySelectorAll("time[data-at]")) {
    const text = age(Number(time.dataset.at));
    if (text !== null && text !== time.textContent) time.textContent = text;
  }
}
window.setInterval(grow, 20000);

// The navigation may be longer than the screen: one's own place in it is in sight, and it stays where
// it was when it is read anew.
{
  const column = () => document.querySelector(".nav > div");
  let seen = column();
  let kept = 0;
  const here = seen && seen.querySelector("[aria-current]");
  if (here && here.offsetTop + here.offsetHeight > seen.clientHeight - 32) seen.scrollTop = here.offsetTop - seen.clientHeight / 2;
  document.addEventListener("scroll", (event) => {
    if (event.target === seen) kept = seen.scrollTop;
  }, true);
  document.addEventListener("htmx:load", () => {
    const now = column();
    if (!now || now === seen) return;
    seen = now;
    seen.scrollTop = kept;
  });
}

// On a narrow screen a button lays a sheet over the page: the navigation, or what may be done here.
function unfold(opener, shown) {
  const sheet = document.getElementById(opener.dataset.sheet);
  sheet.classList.toggle("shown", shown);
  opener.setAttribute("aria-expanded", String(sheet.classList.contains("shown")));
}
function fold(event) {
  for (const opener of document.querySelectorAll("[data-sheet][aria-expanded=true]")) {
    const inside = event.target.closest(`[data-sheet=${opener.dataset.sheet}], #${opener.dataset.sheet}`);
    if (event.key === "Escape" || (event.type === "click" && !inside)) unfold(opener, false);
    if (event.key === "Escape") opener.focus();
  }
}
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-sheet]");
  if (opener) unfold(opener);
  fold(event);
});

// On a narrow screen a table is a list: a number or a day in it says what it is, as its column did.
function label(table) {
  const heads = [...table.querySelectorAll("thead th")].map((one) => one.textContent.trim());
  for (const cell of table.querySelectorAll("tbody td")) {
    const name = heads[cell.cellIndex];
    const told = cell.matches(":first-child, .text, .wrap, [data-name], [data-day]") || cell.querySelector(".narrow-only, .mark, button, details");
    const counts = cell.querySelector("time") || /\d/.test(cell.textContent);
    const said = (name || "").charCodeAt(0) > 255 ? name.slice(-2) : name;
    if (name && !told && counts && !cell.textContent.includes(said)) cell.dataset.name = name;
  }
}
const labels = () => document.querySelectorAll(".table > table").forEach(label);
labels();
document.addEventListener("htmx:load", labels);

function keys() {
  if (!dialog) return;
  if (dialog.open) dialog.close();
  else dialog.showModal();
}
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys]")) keys();
  if (event.target.closest("[data-back]")) history.back();
  for (const menu of document.querySelectorAll(".menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest("[data-keys]")) menu.open = false;
  }
});
for (const button of document.querySelectorAll("[data-back]")) button.hidden = history.length < 2;

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const here = rows.indexOf(document.activeElement);
  rows[Math.max(0, Math.min(rows.length - 1, here < 0 ? 0 : here + by))].focus();
}

// What is read or filled in right now is not replaced by news; the news comes a little later.
page.addEventListener("htmx:beforeSwap", (event) => {
  const { target, requestConfig } = event.detail;
  if (!requestConfig || !requestConfig.headers["X-Live"]) return;
  if (!target.querySelector("details[open]") && !target.contains(document.activeElement)) return;
  event.detail.shouldSwap = false;
  const news = requestConfig.triggeringEvent && requestConfig.triggeringEvent.type;
  if (news) window.setTimeout(() => htmx.trigger(target, news), 5000);
});

let going = false;
const doing = {
  "?": keys,
  "/": () => { const field = document.querySelector("[type=search], [role=search] input:not([type=hidden])"); if (field) field.focus(); },
  j: () => step(1),
  k: () => step(-1),
  g: () => { going = true; window.setTimeout(() => { going = false; }, 1500); },
};
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") fold(event);
  if (event.key === "Escape") for (const menu of document.querySelectorAll(".menu[open]")) menu.open = false;
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (going) {
    going = false;
    const place = document.querySelector(`.nav [data-key="${CSS.escape(event.key)}"]`);
    if (place) { event.preventDefault(); place.click(); return; }
  }
  if (event.key === "Enter" && event.target.matches("[data-row]")) {
    const link = event.target.querySelector("a");
    if (link) link.click();
    return;
  }
  const act = doing[event.key];
  if (act) { event.preventDefault(); act(); }
});
