// The editor of templates: variables are put in where the cursor is, a finding leads to its place,
// and nobody leaves a text behind by mistake.
const edit = document.getElementById("edit");
let changed = Boolean(edit && "unsaved" in edit.dataset);
let folds = {};

function body() {
  return document.getElementById("f-body") || document.getElementById("f-source");
}

function put(words) {
  const area = body();
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
  folds = {};
  for (const fold of document.querySelectorAll("#writing [data-fold]")) folds[fold.dataset.fold] = fold.open;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "writing") return;
  changed = true;
  for (const fold of document.querySelectorAll("#writing [data-fold]")) fold.open = fold.open || folds[fold.dataset.fold];
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
