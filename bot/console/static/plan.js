"use strict";
// Entries of the plan go to another day by dragging. The form behind it, and the page of an entry,
// do the same without a pointer.
(() => {
  const form = document.getElementById("move");
  const plan = document.querySelector("ol.plan");
  if (!form || !plan) return;
  let held = null;
  const dayAt = (event) => event.target.closest("[data-day]");
  const clear = () => plan.querySelectorAll(".over").forEach((day) => day.classList.remove("over"));

  plan.addEventListener("dragstart", (event) => {
    held = event.target.closest("[data-entry]");
    if (!held) return;
    event.dataTransfer.setData("text/plain", held.dataset.entry);
    event.dataTransfer.effectAllowed = "move";
    plan.classList.add("dragging");
  });
  plan.addEventListener("dragend", () => {
    held = null;
    plan.classList.remove("dragging");
    clear();
  });
  plan.addEventListener("dragover", (event) => {
    const day = held && dayAt(event);
    clear();
    if (!day) return;
    event.preventDefault();
    day.classList.add("over");
  });
  plan.addEventListener("drop", (event) => {
    const day = held && dayAt(event);
    if (!day) return;
    event.preventDefault();
    if (day.contains(held)) return;
    form.elements.e.value = held.dataset.entry;
    form.elements.at.value = held.dataset.at;
    form.elements.to.value = day.dataset.day;
    form.requestSubmit();
  });
})();
