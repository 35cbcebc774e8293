"use strict";
// Winners are chosen one after the other: a press puts the ticket behind those that are there, and a
// second one takes it out again. The field says the order, and may be written by hand.
const picked = document.querySelector("#pick [name=tickets]");

function chosen() {
  return picked.value.split(/[\s,，]+/).filter(Boolean);
}
function show() {
  const now = chosen();
  for (const button of document.querySelectorAll("[data-pick]")) {
    const place = now.indexOf(button.dataset.pick);
    button.setAttribute("aria-pressed", String(place >= 0));
    button.dataset.word = button.dataset.word || button.textContent;
    button.textContent = place < 0 ? button.dataset.word : `${place + 1}.`;
  }
}
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pick]");
  if (!button || !picked) return;
  const now = chosen(), ticket = button.dataset.pick;
  picked.value = (now.includes(ticket) ? now.filter((one) => one !== ticket) : [...now, ticket]).join(" ");
  show();
});
if (picked) picked.addEventListener("input", show);
