// A list worked from the keyboard. Every one of these keys does what Tab and Enter can also do; none works while typing,
// and all can be turned off (people who dictate set single keys off by speaking).

const OFF = "portal-keys-off";
const typing = (target) => target.closest("input, select, textarea, [contenteditable], dialog");
const rows = () => [...document.querySelectorAll("[data-row]")];
const opener = (row) => row.querySelector("[data-open]") ?? row.querySelector("a[href]");
let goPressed = -Infinity;

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const here = all.indexOf(document.activeElement?.closest("[data-row]"));
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  opener(next)?.focus();
  next.scrollIntoView({ block: "nearest" });
  return true;
}

function help() {
  const dialog = document.getElementById("keys-help");
  if (!dialog) return false;
  dialog.showModal();
  return true;
}

function find() {
  const box = document.querySelector("[data-filters] :is(input:not([type=hidden]), select), [data-search]");
  const folded = box?.closest("details");
  if (folded) folded.open = true;
  box?.focus();
  return Boolean(box);
}

function go(letter) {
  const link = document.querySelector(`[data-go="${CSS.escape(letter)}"] a, a[data-go="${CSS.escape(letter)}"]`);
  if (link) location.assign(link.href);
  return Boolean(link);
}

function act(key, target) {
  if (performance.now() - goPressed < 1500) {
    goPressed = -Infinity;
    return /^[a-z]$/.test(key) && go(key);
  }
  switch (key) {
    case "j": return move(1);
    case "k": return move(-1);
    case "ArrowDown": return Boolean(target.closest("[data-row]")) && move(1);
    case "ArrowUp": return Boolean(target.closest("[data-row]")) && move(-1);
    case "/": return find();
    case "?": return help();
    case "g": goPressed = performance.now(); return false;
    default: return false;
  }
}

document.addEventListener("keydown", (event) => {
  if (localStorage.getItem(OFF) || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
  if (act(event.key, event.target)) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-keys-help]")) {
  button.hidden = false;
  button.addEventListener("click", help);
}

const toggle = document.querySelector("[data-keys-on]");
if (toggle) {
  toggle.checked = !localStorage.getItem(OFF);
  toggle.addEventListener("change", () => (toggle.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
}
