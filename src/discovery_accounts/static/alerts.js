// Shows while somebody types what an alert would have found; the button beside it does the same without this.
(() => {
  "use strict";

  const form = document.querySelector("form[data-alert]");
  const told = document.getElementById("accounts-tried");
  if (!form || !told || !window.fetch) return;
  const PAUSE = 900; // milliseconds after the last key
  const LISTS = ["format", "languages", "libraries", "branches", "audience"];
  let timer = 0;
  let asking = null;

  const values = (name) => {
    const ticked = [...form.querySelectorAll(`input[name="${name}"]:checked`)].map((box) => box.value);
    const typed = form.elements[`${name}_more`].value.split(",").map((text) => text.trim());
    return [...ticked, ...typed].filter(Boolean);
  };

  const asked = () => {
    const filters = {};
    for (const name of LISTS) if (values(name).length) filters[name] = values(name);
    return { query: form.elements.query.value, filters, language: form.elements.language.value };
  };

  const show = (found) => {
    const words = found.at_least
      ? told.dataset.more
      : told.dataset[found.count === 0 ? "none" : found.count === 1 ? "one" : "many"];
    const box = document.createElement("div");
    box.className = "accounts-alert-tried";
    const line = document.createElement("strong");
    const count = found.count.toLocaleString(document.documentElement.lang);
    line.textContent = words.replace("%(count)s", count).replace("%(days)s", found.days);
    box.append(line);
    if (found.newest.length) {
      const list = document.createElement("ul");
      for (const title of found.newest) {
        const item = document.createElement("li");
        item.textContent = title;
        list.append(item);
      }
      box.append(list);
    }
    told.replaceChildren(box);
  };

  const ask = async () => {
    const body = asked();
    if (!body.query.trim() && !Object.keys(body.filters).length) return told.replaceChildren();
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(form.dataset.alert, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRF-Token": form.elements.csrf_token.value },
        body: JSON.stringify(body),
        signal: asking.signal,
      });
      if (answer.ok) show(await answer.json());
      else told.replaceChildren(); // half a query; the button says what is wrong
    } catch {
      // no network, or asked anew meanwhile
    }
  };

  form.addEventListener("input", (event) => {
    if (["name", "frequency", "by_email", "by_feed"].includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
})();
