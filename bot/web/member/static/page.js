"use strict";
// Forms are sent without loading the page anew; without this they are sent as forms.
const LONGEST = 1600;

async function small(file) {
  if (!/^image\/(jpeg|png)$/.test(file.type) || !window.createImageBitmap) return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    return made ? new File([made], "photo.jpg", { type: "image/jpeg" }) : file;
  } catch { return file; }
}

async function body(form, button) {
  const data = new FormData(form);
  if (button && button.name) data.append(button.name, button.value);
  const files = [...data.entries()].filter(([, one]) => one instanceof File);
  if (!files.length) return new URLSearchParams(data);
  for (const name of new Set(files.map(([key]) => key))) {
    const every = data.getAll(name).filter((one) => one.size);
    data.delete(name);
    for (const one of every) data.append(name, await small(one));
  }
  return data;
}

function show(text, address) {
  const found = new DOMParser().parseFromString(text, "text/html");
  const fresh = found.querySelector("main");
  if (!fresh) { location.assign(address); return; }
  document.querySelector("main").replaceWith(fresh);
  document.title = found.title;
  if (address !== location.href) history.pushState(null, "", address);
  fresh.querySelectorAll(".row-days").forEach((one) => one.classList.add("grew"));
  const note = fresh.querySelector(".note");
  window.scrollTo(0, 0);
  if (note) { note.tabIndex = -1; note.focus({ preventScroll: true }); }
}

document.addEventListener("submit", async (event) => {
  const form = event.target, button = event.submitter;
  if (form.method !== "post" || form.dataset.plain !== undefined) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  if (button) button.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: await body(form, button), credentials: "same-origin" });
    show(await answer.text(), answer.url);
  } catch {
    const said = document.getElementById("offline");
    if (said) { said.hidden = false; said.scrollIntoView({ block: "nearest" }); }
  } finally {
    delete form.dataset.busy;
    if (button) button.removeAttribute("aria-busy");
  }
});

window.addEventListener("popstate", () => location.reload());

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.done;
  } catch { getSelection().selectAllChildren(document.getElementById(button.dataset.from)); }
});

const enter = document.getElementById("enter");
if (enter) enter.submit();
