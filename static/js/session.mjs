// Two minutes before an idle session ends, ask; when it ends, leave the page so that no patient stays on the screen.

const { sessionEnds, sessionWarn, sessionStay, sessionOver } = document.body.dataset;
const dialog = document.getElementById("session-dialog");
const skew = Date.parse(document.querySelector("meta[name=portal-now]").content) - Date.now();
const now = () => Date.now() + skew;
const SHARED = "portal-session-ends";
let ends = Date.parse(sessionEnds ?? "");

function extend(until) {
  ends = until;
  localStorage.setItem(SHARED, String(until)); // other tabs of the same session
  if (dialog.open) dialog.close();
}

async function stay() {
  const csrf = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  try {
    const answer = await fetch(sessionStay, {
      method: "POST", headers: { "X-CSRFToken": csrf, Accept: "application/json" }, credentials: "same-origin", redirect: "error",
    });
    if (!answer.ok) throw new Error(answer.status);
    const body = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    extend(Date.parse(body.ends ?? "") || now() + Number(dialog.dataset.idle) * 1000);
  } catch {
    dialog.querySelector("[data-session-words]").textContent =
      "We could not keep you signed in. Copy anything you have typed, then sign in again.";
  }
}

function over() {
  document.dispatchEvent(new CustomEvent("session:over"));
  location.assign(sessionOver);
}

function check() {
  const left = ends - now();
  if (left <= 0) return over();
  if (left > Number(sessionWarn) * 1000) return;
  const minutes = Math.ceil(left / 60000);
  if (!dialog.open) {
    dialog.querySelector("[data-session-words]").textContent =
      `You will be signed out in ${minutes === 1 ? "1 minute" : `${minutes} minutes`} because you have not used the portal for a while.`;
    dialog.showModal();
  }
}

if (dialog && ends) {
  extend(ends);
  window.addEventListener("storage", (event) => {
    if (event.key === SHARED && Number(event.newValue) > ends) {
      ends = Number(event.newValue);
      if (dialog.open) dialog.close();
    }
  });
  dialog.querySelector("[data-session-stay]").addEventListener("click", (event) => {
    event.preventDefault();
    stay();
  });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stay();
  });
  document.addEventListener("session:active", () => extend(now() + Number(dialog.dataset.idle) * 1000));
  setInterval(check, 5000);
  document.addEventListener("visibilitychange", () => document.hidden || check());
}
