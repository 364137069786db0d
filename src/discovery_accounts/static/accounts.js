// Makes the pages nicer; nothing needs it.
(() => {
  "use strict";

  const ASK_AT_MOST = 20;

  // A form that has been sent is not sent again until the page comes back.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-once]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    if (event.submitter) event.submitter.setAttribute("aria-busy", "true");
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
    for (const button of document.querySelectorAll("button[aria-busy]")) button.removeAttribute("aria-busy");
  });

  // What went wrong is read out first.
  const wrong = document.querySelector("[data-focus]");
  if (wrong) wrong.focus();

  // In a strip that scrolls, the chosen card and the page one is on are in sight.
  for (const chosen of document.querySelectorAll(":is(.accounts-filter, .accounts-nav, .accounts-staff-nav) [aria-current]")) {
    const strip = chosen.closest("ul");
    const covered = strip.closest(".accounts-nav") ? 48 : 0;
    const beyond = chosen.getBoundingClientRect().right - strip.getBoundingClientRect().right + covered;
    if (beyond > 0) strip.scrollLeft += beyond + 24;
  }
  for (const bar of document.querySelectorAll(".accounts-nav, .accounts-staff-nav")) {
    bar.addEventListener("focusin", (event) => event.target.scrollIntoView({block: "nearest", inline: "nearest"}));
  }

  // The list of languages closes like any menu.
  const menu = document.querySelector("details[data-closes]");
  if (menu) {
    document.addEventListener("click", (event) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      menu.open = false;
      menu.querySelector("summary").focus();
    });
  }

  const form = document.querySelector("[data-renewing]");
  if (!form) return;
  const words = form.dataset;
  const reasons = JSON.parse(words.reasons || "{}");
  const status = form.querySelector("[data-status]");
  const ticks = () => [...form.querySelectorAll("input[name=loan]:not(:disabled)")];

  const count = () => {
    const chosen = ticks().filter((tick) => tick.checked).length;
    if (status) status.textContent = chosen ? `${words.selected}: ${chosen}` : "";
    if (all) all.textContent = chosen && chosen === ticks().length ? words.selectNone : words.selectAll;
  };

  let all = null;
  const place = form.querySelector("[data-all]");
  if (place && ticks().length > 1) {
    all = document.createElement("button");
    all.type = "button";
    all.className = "accounts-button accounts-button-quiet";
    all.addEventListener("click", () => {
      const to = ticks().some((tick) => !tick.checked);
      for (const tick of ticks()) tick.checked = to;
      count();
    });
    place.append(all);
  }
  form.addEventListener("change", count);
  count();

  const show = (spot, sign, text) => {
    const drawing = form.querySelector(`template[data-sign="${sign}"]`);
    const line = document.createElement("span");
    line.textContent = text;
    spot.className = `accounts-renewable accounts-renewable-${sign}`;
    spot.replaceChildren(...(drawing ? [drawing.content.cloneNode(true)] : []), line);
  };

  const told = (spot, loan) => {
    if (loan.renewable === true) {
      show(spot, "yes", words.yes);
    } else if (loan.renewable === false) {
      show(spot, "no", `${words.no}: ${reasons[loan.not_renewable_because] || reasons.library_says_no}`);
      const tick = spot.closest("li").querySelector("input[name=loan]");
      tick.checked = false;
      tick.disabled = true;
    } else {
      spot.replaceChildren();
    }
  };

  const ask = async (spot) => {
    spot.textContent = words.checking;
    try {
      const answer = await fetch(spot.dataset.askRenewability, {
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      told(spot, answer.ok ? await answer.json() : {});
    } catch {
      told(spot, {});
    }
    count();
  };

  [...form.querySelectorAll("[data-ask-renewability]")].slice(0, ASK_AT_MOST).forEach(ask);
})();

// Organisations are found as one types; the button searches, too.
(() => {
  "use strict";

  const search = document.querySelector("[data-organisations]");
  if (!search) return;
  const WAIT = 150;
  const field = search.querySelector("input[type=search]");
  const told = document.querySelector("[data-found]");
  const list = document.querySelector("[data-found-list]");
  const drawing = document.querySelector("template[data-organisation]");
  let waiting = 0;
  let asked = 0;

  const drawn = (organisation) => {
    const choice = drawing.content.cloneNode(true);
    choice.querySelector("button").value = organisation.id;
    choice.querySelector("strong").textContent = organisation.name;
    choice.querySelector(".accounts-muted").textContent = organisation.domain;
    return choice;
  };

  const ask = async () => {
    const mine = ++asked;
    try {
      const answer = await fetch(`${search.dataset.organisations}?${new URLSearchParams({ q: field.value })}`, {
        credentials: "same-origin",
        headers: { Accept: "application/json" },
      });
      const found = answer.ok ? await answer.json() : null;
      if (!found || mine !== asked) return;
      list.replaceChildren(...found.organisations.map(drawn));
      list.hidden = !found.organisations.length;
      told.textContent = found.told;
    } catch {
      // no answer: what is shown stays
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, WAIT);
  });
  window.addEventListener("pageshow", () => {
    if (field.value !== field.defaultValue) ask();
  });
})();

// A card that is kept on this device (see card.js) belongs to the account that kept it: no other finds it here.
(async () => {
  "use strict";

  const CACHE = "accounts-cards";
  const { owner } = document.documentElement.dataset;
  if (!owner || !("caches" in window) || !(await caches.has(CACHE))) return;
  const cache = await caches.open(CACHE);
  for (const page of await cache.matchAll()) {
    const keeper = page.headers.get("Accounts-Owner");
    if (keeper && keeper !== owner) await caches.delete(CACHE);
  }
})().catch(() => {});

// An address is copied by a button; without it, it is marked and copied by hand.
(() => {
  "use strict";

  const button = document.querySelector("[data-copy]");
  if (!button || !navigator.clipboard) return;
  const field = document.getElementById(button.dataset.copy);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = button.dataset.copied;
    } catch {
      // it stays marked, to be copied by hand
    }
  });
})();

// How long a code still works; the time of its end stands beside it in any case.
(() => {
  "use strict";

  const left = document.querySelector("[data-left]");
  if (!left) return;
  const ends = Date.parse(left.dataset.left);
  const tick = () => {
    const seconds = Math.max(0, Math.round((ends - Date.now()) / 1000));
    left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds) return;
    clearInterval(going);
    left.removeAttribute("aria-hidden");
    left.setAttribute("role", "status");
    left.textContent = left.dataset.over;
    const shown = left.closest("[data-code-of]");
    if (shown) shown.classList.add("accounts-invitation-over");
  };
  const going = setInterval(tick, 1000);
  tick();
})();
