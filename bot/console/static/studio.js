// The editor of templates: a variable is put in where the cursor is, a finding leads to its place,
// and nobody leaves a text behind by mistake.
const edit = document.getElementById("edit");
let changed = Boolean(edit && "unsaved" in edit.dataset);
let folds = {};
let place = null; // where the cursor was in the text, once it was there

function body() {
  return document.getElementById("f-body") || document.getElementById("f-source");
}

function put(words) {
  const area = body();
  if (!place) area.setSelectionRange(area.value.length, area.value.length);
  area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function mark(area, line) {
  const lines = area.value.split("\n");
  const at = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(at, at + (lines[line - 1] || "").length);
  area.scrollTop = Math.max(0, (line - 3) * parseFloat(getComputedStyle(area).lineHeight));
}

function lead(button) {
  const line = Number(button.dataset.line), source = document.getElementById("f-source");
  if (source) return mark(source, line);
  const first = Number(button.closest("[data-body]").dataset.body);
  if (!button.dataset.field && line >= first) return mark(body(), line - first + 1);
  const place = document.getElementById(button.dataset.field) || body();
  const fold = place.closest("details");
  if (fold) fold.open = true;
  const field = place.matches("input, select, textarea") ? place : place.querySelector("input:not([type=hidden])");
  if (field) field.focus();
  place.scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-insert], [data-line]");
  if (!target) return;
  if (target.dataset.insert) put(target.dataset.insert);
  else lead(target);
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "writing") return;
  const area = body();
  if (place) place = [area.selectionStart, area.selectionEnd, area.scrollTop];
  folds = {};
  for (const fold of document.querySelectorAll("#writing [data-fold]")) folds[fold.dataset.fold] = fold.open;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "writing") return;
  changed = true;
  for (const fold of document.querySelectorAll("#writing [data-fold]")) fold.open = fold.open || folds[fold.dataset.fold];
  if (!place) return;
  body().setSelectionRange(place[0], place[1]);
  body().scrollTop = place[2];
});
document.addEventListener("focusin", (event) => {
  if (event.target === body()) place = place || [0, 0, 0];
});
document.addEventListener("wrote", (event) => {
  if (event.detail.put) put(`{{ ${event.detail.put} }}`);
});

if (edit) {
  edit.addEventListener("input", () => { changed = true; });
  edit.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  edit.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    edit.requestSubmit(edit.querySelector("[value=save]"));
  });
}
