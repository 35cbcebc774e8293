"use strict";
// An application is decided by one key each: a lets in, x shows what he will hear and goes to the
// reason, from where Enter turns it away. Which one: where the focus is, else the first.
let gone = -1500; // when g was pressed: what follows names a page
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.key === "g") gone = event.timeStamp;
  if (event.defaultPrevented || event.timeStamp - gone < 1500) return;
  if (event.key !== "a" && event.key !== "x") return;
  const row = event.target.closest("[data-apply]");
  if (!row) {
    const first = document.querySelector("[data-apply]");
    if (first) first.focus();
    return;
  }
  const button = row.querySelector(`[data-press="${event.key}"]`);
  if (!button) return;
  event.preventDefault();
  button.click();
  const why = event.key === "x" && row.querySelector("details[open] [name=why]");
  if (why) why.focus();
});
