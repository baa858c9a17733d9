// Starts the NHS components, and the print and copy buttons; the address of the library comes from the page (its name holds a hash).

const library = document.getElementById("nhsuk-frontend");
if (library) {
  const { initAll } = await import(library.href);
  // A radio may not carry aria-expanded; app.css reveals what a radio reveals, with or without JavaScript.
  const start = (scope) => {
    for (const radio of scope.querySelectorAll("input[type=radio][data-aria-controls]")) radio.removeAttribute("data-aria-controls");
    initAll({ scope });
  };
  start(document.body);
  document.addEventListener("htmx:afterSwap", (event) => start(event.target));
}

for (const button of document.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if (button.hasAttribute("data-print")) return window.print();
  const said = button.parentElement.querySelector("[data-copied]");
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    if (said) said.textContent = "Copied";
  } catch {
    if (said) said.textContent = `Could not copy. Select and copy this: ${button.dataset.copy}`;
  }
});
