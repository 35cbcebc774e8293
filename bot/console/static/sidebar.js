// The page beside a chat: asks the client which chat is open, and sends what somebody taps.
const page = document.body.dataset;
const chat = document.getElementById("chat");
const box = document.getElementById("words");
const told = document.getElementById("told");
const list = document.getElementById("findings");
const place = {};
let busy = false;

function tell(text, kind = "") {
  told.textContent = text;
  told.className = kind;
}

function why(error) {
  return (error && (error.errMsg || error.message)) || String(error);
}

async function ask(path, fields) {
  const options = { headers: { "HX-Request": "true", "X-CSRF-Token": page.csrf } };
  if (fields) {
    options.method = "POST";
    options.body = new URLSearchParams({ ...place, ...fields });
    options.keepalive = true;
  }
  let answer;
  try {
    answer = await fetch(`${page.base}/sidebar/${path}`, options);
  } catch {
    throw new Error(page.away);
  }
  if (answer.status === 401) location.reload();
  if (answer.ok) return answer;
  const said = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".note");
  throw new Error(said ? said.textContent.trim() : page.away);
}

const sign = (kind) => async (url) =>
  (await ask(`sign?${new URLSearchParams({ kind, url })}`)).json();

function nothing(text) {
  const line = document.createElement("p");
  line.className = "empty";
  line.textContent = text;
  chat.replaceChildren(line);
  chat.setAttribute("aria-busy", "false");
  document.getElementById("composer").hidden = true;
}

// The client alone knows which chat is open; it says so only to a page that it recognises.
async function look() {
  const { entry } = await ww.getContext();
  place.entry = entry;
  if (/group_chat/.test(entry)) place.chat = (await ww.getCurExternalChat()).chatId;
  else place.member = (await ww.getCurExternalContact()).userId;
}

async function show() {
  const answer = await ask(`chat?${new URLSearchParams(place)}`);
  chat.innerHTML = await answer.text();
  chat.setAttribute("aria-busy", "false");
}

function blame(findings) {
  list.replaceChildren(...findings.map((found) => {
    const line = document.createElement("li");
    line.className = found.stop ? "fault" : "soft";
    line.textContent = `${found.words ? `「${found.words}」` : ""}${found.message}${found.fix ? ` → ${found.fix}` : ""}`;
    return line;
  }));
}

async function send(text, quick, from) {
  if (busy || !text.trim()) return;
  busy = true;
  for (const button of document.querySelectorAll("button")) button.disabled = true;
  try {
    const looked = await (await ask("check", { text })).json();
    blame(looked.findings);
    if (!looked.seal) {
      box.value = text;
      tell(page.stopped, "bad");
      return;
    }
    await ww.sendChatMessage({ msgtype: "text", text: { content: text.trim() } });
    if (from === box || box.value === text) box.value = "";
    const key = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    try {
      await ask("said", { text, seal: looked.seal, key, quick });
      tell(page.sent, "good");
    } catch {
      tell(page.sentUnkept, "bad");
    }
  } catch (error) {
    box.value = box.value || text;
    tell(page.notSent.replace("{why}", why(error)), "bad");
  } finally {
    busy = false;
    for (const button of document.querySelectorAll("button")) button.disabled = false;
  }
}

async function suggest() {
  const words = box.value.trim();
  if (!words || busy) return;
  try {
    const answer = await ask("suggest", { words });
    document.getElementById("found").innerHTML = await answer.text();
    box.value = "";
    tell("");
    document.getElementById("found").scrollIntoView({ block: "nearest" });
  } catch (error) {
    tell(why(error), "bad");
  }
}

let quickOfBox = "";
document.addEventListener("click", (event) => {
  const put = event.target.closest("[data-put]");
  const sent = event.target.closest("[data-send]");
  if (put) {
    box.value = put.dataset.put;
    quickOfBox = put.dataset.quick || "";
    box.focus();
  }
  if (sent) send(sent.dataset.send, sent.dataset.quick || "", sent);
});
document.getElementById("ask").addEventListener("click", suggest);
document.getElementById("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  send(box.value, quickOfBox, box);
  quickOfBox = "";
});

const refused = (error) => nothing(page.failed.replace("{why}", why(error)));
ww.register({
  corpId: page.corp,
  agentId: page.agent,
  jsApiList: ["getContext", "getCurExternalContact", "getCurExternalChat", "sendChatMessage"],
  getConfigSignature: sign("corp"),
  getAgentConfigSignature: sign("agent"),
  onConfigFail: refused,
  onAgentConfigFail: refused,
});
look().then(() => show().catch((error) => nothing(why(error))), () => nothing(page.noChat));
