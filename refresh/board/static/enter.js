// Exchanges a link's token for a session. The token leaves the address at once, so that neither history nor a
// screenshot keeps it.
"use strict";

const token = location.hash.slice(1);
const told = document.getElementById("told");
const again = document.getElementById("again");

async function enter() {
  again.hidden = true;
  told.textContent = "Åbner ...";
  try {
    const answer = await fetch("/enter", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ token }),
    });
    if (answer.ok) {
      location.replace("/");
      return;
    }
    told.textContent = (await answer.json()).error;
  } catch {
    told.textContent = "Ingen linje.";
    again.hidden = false;
  }
}

history.replaceState(null, "", location.pathname);
again.addEventListener("click", enter);
if (token) {
  enter();
} else {
  told.textContent = "Åbn det link, du har fået.";
}
