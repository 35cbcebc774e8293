// Words to copy: one press puts them into the clipboard, or marks them where that is not allowed.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const area = document.getElementById(button.dataset.copy);
  area.focus();
  area.select();
  if (!navigator.clipboard) return;
  try {
    await navigator.clipboard.writeText(area.value);
    button.textContent = button.dataset.done;
  } catch {
    // what is marked can be copied by hand
  }
});
