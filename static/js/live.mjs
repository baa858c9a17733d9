// Lists that refresh themselves, clocks that tick, and words that say how old what you see is.
//
// A refresh never gets in the way: it waits while the page is hidden, while a field inside is being typed in, while
// text inside is selected or a dialog is open; it puts the focus back on the same row; it announces only new rows.

const SECOND = 1000;
const skew = Date.parse(document.querySelector("meta[name=portal-now]")?.content ?? "") - Date.now() || 0;
const now = () => Date.now() + skew;

// Words, the same as pages/words.py
const count = (number, unit) => `${number} ${unit}${number === 1 ? "" : "s"}`;

export function duration(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / SECOND);
  if (seconds < 60) return "less than a minute";
  if (seconds < 3600) return count(Math.floor(seconds / 60), "minute");
  const [large, small] = seconds < 86400
    ? [[Math.floor(seconds / 3600), "hour"], [Math.floor((seconds % 3600) / 60), "minute"]]
    : [[Math.floor(seconds / 86400), "day"], [Math.floor((seconds % 86400) / 3600), "hour"]];
  return count(...large) + (small[0] ? ` ${count(...small)}` : "");
}

export function timeLeft(due, at) {
  const words = duration(due - at);
  return due > at ? `${words[0].toUpperCase()}${words.slice(1)} left` : `Overdue by ${words}`;
}

export function ago(then, at) {
  const seconds = Math.floor((at - then) / SECOND);
  if (seconds < 1) return "just now";
  for (const [size, unit] of [[86400, "day"], [3600, "hour"], [60, "minute"]]) {
    if (seconds >= size) return `${count(Math.floor(seconds / size), unit)} ago`;
  }
  return `${count(seconds, "second")} ago`;
}

// Clocks
function tick(chip, at) {
  const due = Date.parse(chip.dataset.clock);
  const near = Date.parse(chip.dataset.near ?? "");
  const state = due <= at ? "breached" : near <= at ? "near" : null;
  if (state && !chip.classList.contains(`app-clock--${state}`)) {
    chip.classList.remove("app-clock--running", "app-clock--near");
    chip.classList.add(`app-clock--${state}`);
    const icon = chip.querySelector("use");
    icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#clock-${state}`));
  }
  const words = chip.querySelector("[data-words]");
  const text = timeLeft(due, at);
  if (words && words.textContent !== text) words.textContent = text;
}

export function tickAll(root = document) {
  const at = now();
  for (const chip of root.querySelectorAll("[data-clock]")) tick(chip, at);
}

// Live regions
class Live {
  constructor(root) {
    this.root = root;
    this.body = root.querySelector("[data-live-body]");
    this.every = Number(root.dataset.liveEvery || 15) * SECOND;
    this.updated = root.querySelector("[data-live-updated]");
    this.at = Date.parse(this.updated.dataset.at) || now();
    this.tried = now();
    this.stopped = false;
    root.querySelector("[data-live-refresh]").addEventListener("click", (event) => {
      if (this.stopped || !window.htmx) return;
      event.preventDefault();
      this.refresh();
    });
    this.body.addEventListener("htmx:configRequest", (event) => {
      if (this.tag) event.detail.headers["If-None-Match"] = this.tag;
    });
    this.body.addEventListener("htmx:beforeSwap", (event) => this.beforeSwap(event));
    this.body.addEventListener("htmx:afterSwap", () => this.afterSwap());
    this.body.addEventListener("htmx:responseError", () => this.stopped || this.say("Could not refresh. Trying again."));
    this.body.addEventListener("htmx:sendError", () => this.say("No connection. Trying again."));
    this.body.addEventListener("htmx:timeout", () => this.say("The portal is slow to answer. Trying again."));
  }

  beat() {
    const at = now();
    this.updated.textContent = `Updated ${ago(this.at, at)}`;
    if (!this.stopped && at - this.tried >= this.every && !this.busy()) this.refresh();
  }

  busy() {
    const typing = document.activeElement?.closest("input:not([type=checkbox], [type=radio]), select, textarea");
    const selection = document.getSelection();
    return document.hidden || document.querySelector("dialog[open]") !== null
      || (typing && this.body.contains(typing))
      || (selection && !selection.isCollapsed && this.root.contains(selection.anchorNode));
  }

  refresh() {
    this.tried = now();
    window.htmx?.trigger(this.body, "live:refresh");
  }

  beforeSwap(event) {
    const { xhr } = event.detail;
    if (new URL(xhr.responseURL || location.href, location.href).pathname !== this.path() || xhr.status === 401) {
      event.detail.shouldSwap = false; // an answer from elsewhere is the sign-in page
      this.stopped = true;
      this.say("You have been signed out. Reload the page to sign in again.");
      return;
    }
    if (xhr.status === 304) {
      event.detail.shouldSwap = false; // nothing that is shown has changed
      this.at = now();
      this.say("");
      this.beat();
      return;
    }
    this.tag = xhr.status === 200 ? xhr.getResponseHeader("ETag") : null;
    this.keys = new Set(this.rowKeys());
    this.focus = this.remember();
  }

  afterSwap() {
    this.at = now();
    this.say("");
    tickAll(this.body);
    this.restore(this.focus);
    const fresh = this.rowKeys().filter((key) => !this.keys.has(key));
    for (const key of fresh) this.row(key)?.classList.add("app-row--new");
    if (fresh.length) {
      const noun = this.root.dataset.liveNoun || "row";
      this.root.querySelector("[data-live-said]").textContent = count(fresh.length, `new ${noun}`);
    }
    this.beat();
    this.root.dispatchEvent(new CustomEvent("live:refreshed", { bubbles: true }));
  }

  path() {
    return new URL(this.body.getAttribute("hx-get"), location.href).pathname;
  }

  rowKeys() {
    return [...this.body.querySelectorAll("[data-key]")].map((row) => row.dataset.key);
  }

  row(key) {
    return this.body.querySelector(`[data-key="${CSS.escape(key)}"]`);
  }

  remember() {
    const held = document.activeElement;
    const row = held?.closest?.("[data-key]");
    if (!row || !this.body.contains(row)) return null;
    return { key: row.dataset.key, place: reachable(row).indexOf(held) };
  }

  restore(held) {
    const row = held && this.row(held.key);
    const target = row && (held.place < 0 ? row : reachable(row)[held.place] ?? row);
    target?.focus({ preventScroll: true });
  }

  say(words) {
    const state = this.root.querySelector("[data-live-state]");
    if (state.textContent !== words) state.textContent = words;
  }
}

const reachable = (row) => [...row.querySelectorAll("a[href], button, input, select, summary")];

const regions = [...document.querySelectorAll("[data-live]")].map((root) => new Live(root));

function beat() {
  tickAll();
  for (const region of regions) region.beat();
}

beat();
setInterval(() => regions.forEach((region) => region.beat()), SECOND);
setInterval(() => tickAll(), 15 * SECOND);
document.addEventListener("visibilitychange", () => document.hidden || beat());
document.addEventListener("htmx:load", (event) => tickAll(event.target));
