// The composer: words are looked at while they are typed, kept while they are not sent, and filled
// in from the suggestion or a saved answer.
const compose = {
  form: () => document.getElementById("compose"),
  area: () => document.querySelector("#compose textarea"),
  drafts: (key) => `onevoice-draft:${key}`,
  refused: new Set(),
  last: 0,
};

function conversation() {
  const open = document.getElementById("open");
  return open && open.dataset.key ? open.dataset.key : "";
}

function keep() {
  const area = compose.area();
  if (!area) return;
  if (area.value) sessionStorage.setItem(compose.drafts(conversation()), area.value);
  else sessionStorage.removeItem(compose.drafts(conversation()));
}

function write(text, quick) {
  const area = compose.area();
  if (!area) return;
  area.value = text;
  if (quick !== undefined) compose.form().elements.quick.value = quick;
  area.focus();
  area.setSelectionRange(text.length, text.length);
  keep();
  lint(0);
}

function button(words, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = words;
  made.addEventListener("click", act);
  return made;
}

// Every passage of one fix becomes what may stand there, from the last to the first.
function mended(text, one) {
  return [...one.places].reverse().reduce((made, [start, end]) => made.slice(0, start) + one.put + made.slice(end), text);
}

function offer(one, words) {
  const many = one.places.length > 1;
  const said = one.put ? (many ? words.puts : words.put) : (many ? words.drops : words.drop);
  return said.replace("#", one.put).replace("{n}", one.places.length);
}

function finding(one, area) {
  const form = compose.form();
  const item = document.createElement("li");
  item.className = one.stop ? "stop" : "warn";
  const words = document.createElement("b");
  words.textContent = (one.words || one.name) + (one.places.length > 1 ? ` × ${one.places.length}` : "");
  words.title = one.code;
  const kind = one.stop ? form.dataset.stops : form.dataset.warns;
  item.append(words, ` ${kind} · ${one.message} · ${one.fix} `);
  if (one.put !== null) {
    item.append(button(offer(one, form.dataset), () => write(mended(area.value, one))));
  } else if (one.end > one.start) {
    item.append(button(form.dataset.show, () => {
      area.focus();
      area.setSelectionRange(one.start, one.end);
    }));
  }
  return item;
}

function underline(found, area) {
  const mirror = document.querySelector("#compose .mirror");
  mirror.replaceChildren();
  let at = 0;
  const places = found.flatMap((one) => one.places.map(([start, end]) => [start, end, one.stop]));
  for (const [start, end, stop] of places.sort((a, b) => a[0] - b[0])) {
    if (start < at || end <= start) continue;
    const mark = document.createElement("mark");
    mark.className = stop ? "stop" : "warn";
    mark.textContent = area.value.slice(start, end);
    mirror.append(area.value.slice(at, start), mark);
    at = end;
  }
  mirror.append(area.value.slice(at));
  mirror.scrollTop = area.scrollTop;
}

function show(found) {
  const area = compose.area(), list = document.getElementById("findings");
  if (!area || !list) return;
  list.replaceChildren(...found.map((one) => finding(one, area)));
  const stops = found.filter((one) => one.stop), bars = new Set(stops.map((one) => one.bar));
  document.getElementById("appeal").hidden = !stops.length || [...bars].some(Boolean);
  for (const told of document.querySelectorAll("#forced [data-bar]")) told.hidden = !bars.has(told.dataset.bar);
  underline(found, area);
}

let lintTimer = 0;
function lint(wait) {
  window.clearTimeout(lintTimer);
  lintTimer = window.setTimeout(async () => {
    const form = compose.form(), area = compose.area();
    if (!form) return;
    const text = area.value, turn = ++compose.last;
    if (!text.trim()) return show([]);
    try {
      const answer = await fetch(form.dataset.lint, {
        method: "POST", headers: { "X-CSRF-Token": form.elements.csrf.value },
        body: new URLSearchParams({ c: form.elements.c.value, text }),
      });
      if (answer.ok && turn === compose.last && area.value === text) show((await answer.json()).findings);
    } catch {
      // it is looked at again when it is sent
    }
  }, wait);
}

function ghost() {
  const hint = document.querySelector("#suggest [data-ghost]"), area = compose.area();
  if (hint && compose.refused.has(hint.dataset.ghost)) hint.hidden = true;
  const text = hint && !hint.hidden ? hint.dataset.ghost : "";
  if (area) area.placeholder = text || area.dataset.placeholder;
  return area ? text : "";
}

const suggested = {
  send: (text) => { write(text); compose.form().requestSubmit(); },
  edit: (text) => write(text),
  refuse: (text) => { compose.refused.add(text); ghost(); compose.area().focus(); },
};

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-suggest], [data-quick], [data-name]");
  if (!target) return;
  if (target.dataset.suggest) suggested[target.dataset.suggest](ghost());
  if (target.dataset.quick) {
    target.closest("details").open = false;
    write(target.dataset.text, target.dataset.quick);
  }
  if (target.dataset.name) {
    const area = target.closest("form").querySelector("textarea");
    area.value += (area.value && !area.value.endsWith(" ") ? " " : "") + target.dataset.name;
    area.focus();
  }
});

document.addEventListener("input", (event) => {
  if (event.target === compose.area()) {
    keep();
    document.getElementById("refused").replaceChildren();
    underline([], event.target);
    lint(350);
  }
  if (event.target.matches("[data-sift]")) {
    const words = event.target.value.trim().toLowerCase();
    for (const one of event.target.parentElement.querySelectorAll("[data-quick]")) {
      one.hidden = !one.textContent.toLowerCase().includes(words) && !one.dataset.text.toLowerCase().includes(words);
    }
  }
});

document.addEventListener("scroll", (event) => {
  if (event.target === compose.area()) document.querySelector("#compose .mirror").scrollTop = event.target.scrollTop;
}, true);

document.addEventListener("keydown", (event) => {
  if (event.target !== compose.area() || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    compose.form().requestSubmit();
  }
  if (event.key === "ArrowRight" && !event.target.value && ghost()) {
    event.preventDefault();
    write(ghost());
  }
  if (event.key === "Escape") event.target.blur();
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (form.id === "compose") compose.sending = { key: conversation(), text: compose.area().value };
}, true);

// who unfolds a sheet means to write in it
document.addEventListener("toggle", (event) => {
  const area = event.target.open && event.target.querySelector?.("textarea");
  if (area) area.focus();
}, true);

// After the conversation was opened or drawn anew: what was typed there stands there again.
function composed() {
  const area = compose.area(), kept = sessionStorage.getItem(compose.drafts(conversation())) || "";
  ghost();
  if (area) {
    if (!area.value) area.value = kept;
    keep();
    if (area.value) lint(0);
    return;
  }
  const talk = document.getElementById("talk");
  if (!kept || !talk || document.getElementById("f-kept")) return;
  const label = document.createElement("label"), words = document.createElement("textarea");
  label.textContent = talk.dataset.kept;
  words.readOnly = true;
  words.id = "f-kept";
  words.value = kept;
  label.append(words);
  document.getElementById("talk-foot").append(label);
}
