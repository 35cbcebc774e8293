// How long this page is in sight: a stretch begins when it comes to the foreground, and is told when it leaves it.
const view = document.body.dataset.view;
let since = document.visibilityState === "visible" ? performance.now() : null;
let stretch = 0;

function tell() {
  if (since === null) return;
  const ms = Math.round(performance.now() - since);
  since = null;
  if (ms < 1000) return;
  navigator.sendBeacon(location.pathname, JSON.stringify({ t: view, n: stretch, ms }));
  stretch += 1;
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") since = performance.now();
  else tell();
});
addEventListener("pagehide", tell);
