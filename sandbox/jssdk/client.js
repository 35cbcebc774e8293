// On the authorize page inside a client: the member is known, so it goes on without asking.
(function () {
  "use strict";
  let client = null;
  try { client = JSON.parse(window.name); } catch { return; }
  if (client?.client !== "sandbox" || !client.userid) return;
  const here = new URL(location.href);
  here.hash = "";
  here.searchParams.set("userid", client.userid);
  location.replace(here.href);
})();
