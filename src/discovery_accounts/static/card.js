// Keeps the screen on while a card is shown, and keeps the card on the device if the person likes.
(() => {
  "use strict";

  if ("wakeLock" in navigator) {
    const stayOn = () => {
      if (document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {});
    };
    document.addEventListener("visibilitychange", stayOn);
    stayOn();
  }

  const place = document.querySelector("[data-keeping]");
  if (!place || !window.isSecureContext || !("serviceWorker" in navigator) || !("caches" in window)) return;

  const CACHE = "accounts-cards";
  const path = location.pathname;
  const { worker, scope } = place.dataset;
  const offered = place.querySelector("[data-offered]");
  const kept = place.querySelector("[data-kept]");
  const status = place.querySelector("[data-status]");

  const isKept = async () =>
    (await caches.has(CACHE)) && Boolean(await (await caches.open(CACHE)).match(path));

  const show = async () => {
    const now = await isKept();
    offered.hidden = now;
    kept.hidden = !now;
    place.hidden = false;
  };

  const tell = (running, act) =>
    new Promise((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = (event) => resolve(event.data);
      running.postMessage({ act, path }, [port2]);
    });

  const keep = async () => {
    await navigator.serviceWorker.register(worker, { scope });
    const { active } = await navigator.serviceWorker.ready;
    return tell(active, "keep");
  };

  // Without anything to keep, nothing runs on the device either.
  const remove = async () => {
    const running = await navigator.serviceWorker.getRegistration(scope);
    if (running && running.active) await tell(running.active, "remove");
    if (running && !(await caches.has(CACHE))) await running.unregister();
    return true;
  };

  const act = async (button, doing) => {
    button.setAttribute("aria-busy", "true");
    const well = await doing().catch(() => false);
    button.removeAttribute("aria-busy");
    await show();
    status.textContent = well ? button.dataset.done : button.dataset.failed;
    if (well) (kept.hidden ? offered : kept).querySelector("button").focus();
  };

  for (const [side, doing] of [
    [offered, keep],
    [kept, remove],
  ]) {
    const button = side.querySelector("button");
    button.addEventListener("click", () => act(button, doing));
  }
  show().catch(() => {});
})();
