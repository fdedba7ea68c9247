// The page of a role or a crew: sends what is said, keeps it while there is no line, and looks again when told.
//
// A report gets its key when the button is pressed and waits in localStorage until the board has acknowledged it. It may
// be sent several times and is kept once, by its key.
"use strict";

const body = document.body;
const live = document.getElementById("live");
const line = document.getElementById("line");
const QUEUE = `board:queue:${body.dataset.who}`;
const REFUSED = `board:refused:${body.dataset.who}`;
const AGAIN = 5000;
const NUMBERS = new Set(["minutes", "swapped", "dead"]);

let online = false;
let sending = false;
let looking = false;

const read = (name) => JSON.parse(localStorage.getItem(name) ?? "[]");

function write(name, list) {
  localStorage.setItem(name, JSON.stringify(list));
  draw();
}

// What waits, and what was refused.

function draw() {
  const queue = read(QUEUE);
  fill(document.getElementById("waiting"), queue.map((one) => one.what));
  fill(document.getElementById("refused"), read(REFUSED).map((one) => `${one.what}: ${one.why}`), () =>
    write(REFUSED, []),
  );
  line.textContent = online ? "Linje" : queue.length ? `Ingen linje, ${queue.length} venter` : "Ingen linje";
  line.className = online ? "line up" : "line down";
  const waiting = new Set(queue.map((one) => one.report.about));
  for (const card of document.querySelectorAll("[data-item]")) {
    card.classList.toggle("unsent", waiting.has(card.dataset.item));
  }
}

function fill(section, texts, seen) {
  section.hidden = texts.length === 0;
  section.querySelector("ul").replaceChildren(
    ...texts.map((text) => {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }),
  );
  section.querySelector("button")?.remove();
  if (seen && texts.length) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Set";
    button.addEventListener("click", seen);
    section.append(button);
  }
}

// Sending.

function say(report, what) {
  write(QUEUE, [...read(QUEUE), { key: crypto.randomUUID?.() ?? random(), pressed: Date.now(), report, what }]);
  flush();
}

function random() {
  // Without TLS on another machine there is no randomUUID.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function flush() {
  if (sending) {
    return;
  }
  sending = true;
  try {
    // One after another, in the order in which they were said; two tabs of one phone take turns.
    await (navigator.locks ? navigator.locks.request(QUEUE, drain) : drain());
  } finally {
    sending = false;
  }
}

async function drain() {
  for (let one = read(QUEUE)[0]; one; one = read(QUEUE)[0]) {
    const why = await send(one);
    if (why === null) {
      return;
    }
    if (why) {
      write(REFUSED, [...read(REFUSED), { what: one.what, why }]);
    }
    write(QUEUE, read(QUEUE).filter((other) => other.key !== one.key));
    look();
  }
}

// Nothing when it must be tried again, an empty text when it was kept, else why it was refused.
async function send({ key, pressed, report }) {
  const waited = Math.min(Math.max(0, (Date.now() - pressed) / 1000), 3 * 24 * 3600);
  try {
    const answer = await fetch("/report", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF": body.dataset.csrf },
      body: JSON.stringify({ key, waited, report }),
      signal: AbortSignal.timeout(15000),
    });
    if (answer.ok) {
      return "";
    }
    const why = (await answer.json().catch(() => ({}))).error ?? `fejl ${answer.status}`;
    if (answer.status === 401) {
      line.textContent = why;
      return null;
    }
    return answer.status >= 500 || answer.status === 429 ? null : why;
  } catch {
    up(false);
    return null;
  }
}

// Looking.

async function look() {
  if (looking) {
    return;
  }
  looking = true;
  try {
    const answer = await fetch("/part", { signal: AbortSignal.timeout(15000) });
    if (answer.status === 401) {
      location.replace("/");
    } else if (answer.ok) {
      show(await answer.text());
    }
  } catch {
    up(false);
  } finally {
    looking = false;
  }
}

function show(text) {
  const open = [...live.querySelectorAll("details[open]")].map((one) => one.id);
  const focused = name(live.contains(document.activeElement) ? document.activeElement : null);
  const fresh = new DOMParser().parseFromString(text, "text/html");
  live.replaceChildren(...fresh.body.childNodes);
  for (const id of open) {
    document.getElementById(id)?.setAttribute("open", "");
  }
  if (focused) {
    [...live.querySelectorAll("button, summary, a")].find((one) => name(one) === focused)?.focus({ preventScroll: true });
  }
  draw();
}

// What a control is, so that the focus finds it again.
function name(control) {
  return control && [control.tagName, control.dataset.send, control.dataset.open, control.dataset.about, control.textContent].join(" ");
}

function up(is) {
  const was = online;
  online = is;
  draw();
  if (is && !was) {
    flush();
  }
}

function listen() {
  const stream = new EventSource("/events");
  stream.addEventListener("open", () => up(true));
  stream.addEventListener("message", () => {
    up(true);
    look();
  });
  stream.addEventListener("error", () => {
    up(false);
    if (stream.readyState === EventSource.CLOSED) {
      setTimeout(listen, AGAIN);
      look();
    }
  });
}

// Buttons and forms.

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) {
    return;
  }
  const { send: kind, open, about, what } = button.dataset;
  if (kind) {
    say({ kind, about }, what);
  } else if (open) {
    ask(document.getElementById(open), button.dataset);
  } else if ("close" in button.dataset) {
    button.closest("dialog").close();
  } else if (button.id === "leave") {
    leave();
  }
});

function ask(dialog, given) {
  const form = dialog.querySelector("form");
  form.reset();
  form.dataset.about = given.about ?? form.dataset.about ?? "";
  dialog.querySelector("[data-subject]").textContent = given.title ?? "";
  for (const field of form.elements) {
    if (NUMBERS.has(field.name)) {
      field.value = given[field.name] ?? 0;
    }
  }
  dialog.showModal();
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  const said = new FormData(form);
  const report = { kind: form.dataset.kind, about: form.dataset.about };
  for (const [field, value] of said) {
    report[field] = NUMBERS.has(field) ? Number(value) : value;
  }
  if (report.kind === "gate.decided") {
    report.go = report.go === "yes";
    report.met = said.getAll("met");
  }
  if (report.until) {
    report.until = new Date(report.until).toISOString();
  }
  const title = form.querySelector("h2").textContent;
  const subject = form.querySelector("[data-subject]").textContent;
  say(report, subject ? `${subject}: ${title.toLowerCase()}` : title);
});

async function leave() {
  if (read(QUEUE).length && !confirm("Der er meldinger, som ikke er sendt. De går tabt. Log ud alligevel?")) {
    return;
  }
  await fetch("/leave", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRF": body.dataset.csrf },
    body: "{}",
  }).catch(() => {});
  localStorage.removeItem(QUEUE);
  localStorage.removeItem(REFUSED);
  if (window.caches) {
    await caches.delete("board");
  }
  location.replace("/");
}

addEventListener("online", () => flush());
addEventListener("offline", () => up(false));
addEventListener("storage", draw);
setInterval(flush, AGAIN);
if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/worker.js").catch(() => {});
}
draw();
listen();
flush();
