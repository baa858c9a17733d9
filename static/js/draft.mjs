// Keeps a half-written form: five seconds after a change, and on leaving a field, its data goes to the form's
// data-draft-url. It never blocks: sending the form, or leaving the page, works whatever the draft does.

const WAIT = 5000;

class Draft {
  constructor(form) {
    this.form = form;
    this.url = form.dataset.draftUrl;
    this.said = form.querySelector("[data-draft-said]") ?? document.querySelector("[data-draft-said]");
    this.saved = this.text();
    this.saving = false;
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", () => this.soon());
    form.addEventListener("focusout", () => this.save());
    form.addEventListener("submit", () => { this.sent = true; clearTimeout(this.timer); });
    window.addEventListener("pageshow", () => { this.sent = false; });
    window.addEventListener("pagehide", () => this.leave());
    document.addEventListener("session:over", () => this.leave());
  }

  data() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    return data;
  }

  text() {
    return new URLSearchParams([...this.data()].filter(([name]) => name !== "csrfmiddlewaretoken")).toString();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT);
  }

  async save() {
    const text = this.text();
    if (this.sent || this.saving || text === this.saved) return;
    clearTimeout(this.timer);
    this.saving = true;
    try {
      const answer = await fetch(this.url, {
        method: "POST", body: this.data(), credentials: "same-origin", redirect: "error",
        headers: { Accept: "application/json", "X-Draft": "1" },
      });
      if (answer.status === 401 || answer.status === 403) return this.refused();
      if (!answer.ok) throw new Error(answer.status);
      await this.adopt(answer);
      this.saved = text;
      document.dispatchEvent(new CustomEvent("session:active"));
      this.say(`Draft saved ${time(new Date())}`);
    } catch {
      this.say("Draft not saved yet. Trying again.");
      this.soon();
    } finally {
      this.saving = false;
    }
  }

  // The first answer may name the draft: {"url": where to save next, "fields": {name: value}} for hidden fields.
  async adopt(answer) {
    if (!answer.headers.get("Content-Type")?.includes("json")) return;
    const { url, fields = {} } = await answer.json();
    if (url) this.url = url;
    for (const [name, value] of Object.entries(fields)) {
      const field = this.form.elements.namedItem(name);
      if (field?.type === "hidden") field.value = value;
    }
  }

  refused() {
    this.sent = true; // nothing more to try
    this.say("Draft not saved, because you were signed out. Copy what you need before you leave this page.");
  }

  leave() {
    if (this.sent || this.text() === this.saved) return;
    navigator.sendBeacon(this.url, this.data());
  }

  say(words) {
    if (this.said) this.said.textContent = words;
  }
}

function time(moment) {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "numeric", minute: "2-digit", hour12: true, timeZone: "Europe/London" })
    .formatToParts(moment);
  const of = (type) => parts.find((part) => part.type === type)?.value ?? "";
  return `${Number(of("hour")) || 12}:${of("minute")}${of("dayPeriod").replace(/\W/g, "").toLowerCase()}`;
}

for (const form of document.querySelectorAll("form[data-draft-url]")) new Draft(form);
