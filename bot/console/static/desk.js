// A finding leads to its line of a file, and the talk on trial shows its end.
const marked = document.querySelector("textarea[data-at]");
if (marked) {
  const lines = marked.value.split("\n");
  const line = Number(marked.dataset.at);
  const at = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  marked.focus();
  marked.setSelectionRange(at, at + (lines[line - 1] || "").length);
  marked.scrollTop = Math.max(0, (line - 3) * parseFloat(getComputedStyle(marked).lineHeight));
}

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.elt.id !== "try") return;
  const talk = document.querySelector(".rehearsal");
  talk.scrollTop = talk.scrollHeight;
  document.getElementById("f-say-try").focus();
});
