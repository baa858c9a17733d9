// Draws every figure[data-chart] from the table of numbers inside it, so that picture and table cannot disagree: a
// number that is withheld is absent from the table and leaves a gap in the picture.
//
// Nothing moves by itself: charts appear at once, also after a live refresh.

import { INK, KINDS, all, isSmall, words } from "./charts-kinds.mjs";

const { Chart } = window;
const EDGE = 40;
const SHARP = 2;
const PRINTED = { wide: [660, 270], small: [320, 190] };

Object.assign(Chart.defaults, { animation: false, maintainAspectRatio: false, color: INK });
Object.assign(Chart.defaults.font, { family: "Arial, Helvetica, sans-serif", size: 14 });
Object.assign(Chart.defaults.plugins.tooltip, { backgroundColor: INK, padding: 10, displayColors: false });
Chart.defaults.plugins.legend.display = false;

// Drawing, at once where it can be seen, later where it cannot
const drawn = new Map();
const later = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) draw(target);
}, { rootMargin: "400px" });

function draw(figure) {
  later.unobserve(figure);
  if (drawn.has(figure)) return;
  drawn.set(figure, new Chart(figure.querySelector("canvas"), KINDS[figure.dataset.chart](figure)));
  figure.querySelector("[data-chart-image]").hidden = false;
}

export function drawAll(root = document) {
  for (const [figure, chart] of drawn) {
    if (figure.isConnected) continue;
    chart.destroy();
    drawn.delete(figure);
  }
  for (const figure of all(root, "figure[data-chart]")) {
    const box = figure.getBoundingClientRect();
    if (box.bottom > -400 && box.top < window.innerHeight + 400) draw(figure);
    else if (!drawn.has(figure)) later.observe(figure);
  }
}

// An image to put in a paper: title, what it shows with its icons, the chart, its key, source and date
async function symbols(figure) {
  const uses = all(figure, "figcaption use, .app-chart__key use");
  if (!uses.length) return new Map();
  const answer = await fetch(uses[0].getAttribute("href").replace(/#.*/, ""));
  const sprite = new DOMParser().parseFromString(await answer.text(), "image/svg+xml");
  const images = uses.map(async (use) => {
    const symbol = sprite.getElementById(use.getAttribute("href").replace(/.*#/, ""));
    const box = symbol.getAttribute("viewBox");
    const [, , width, height] = box.split(" ");
    const image = new Image();
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box}" width="${4 * width}" height="${4 * height}">${symbol.innerHTML}</svg>`;
    image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
    await image.decode();
    return [use, { image, width: Number(width), height: Number(height) }];
  });
  return new Map(await Promise.all(images));
}

function wrapped(pen, text, width) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

// Writes one piece after another down the sheet; each answers how far down it came
function writer(pen, width, icons) {
  const text = (words, font, height, x, y) => {
    pen.font = font;
    wrapped(pen, words, width - x - EDGE).forEach((line, at) => pen.fillText(line, x, y + (at + 0.75) * height));
    return y + wrapped(pen, words, width - x - EDGE).length * height;
  };
  const said = (element, y) => {
    const icon = icons.get(element.querySelector("use"));
    if (!icon) return text(words(element), "20px Arial", 28, EDGE, y);
    pen.drawImage(icon.image, EDGE, y + 4, 36, 36);
    return Math.max(y + 44, text(words(element), "20px Arial", 28, EDGE + 48, y + 8));
  };
  const key = (items, y) => {
    pen.font = "16px Arial";
    let x = EDGE;
    for (const item of items) {
      const icon = icons.get(item.querySelector("use"));
      const wide = icon.width + 6 + pen.measureText(words(item)).width;
      if (x > EDGE && x + wide > width - EDGE) [x, y] = [EDGE, y + 24];
      pen.drawImage(icon.image, x, y + 1, icon.width, icon.height);
      pen.fillText(words(item), x + icon.width + 6, y + 14);
      x += wide + 24;
    }
    return items.length ? y + 30 : y;
  };
  return { text, said, key };
}

export async function picture(figure) {
  const icons = await symbols(figure);
  const [width, plot, most] = [1200, 520, 2000];
  const inner = document.createElement("canvas");
  [inner.width, inner.height] = [width - 2 * EDGE, plot];
  const config = KINDS[figure.dataset.chart](figure);
  const chart = new Chart(inner, { ...config, options: { ...config.options, responsive: false, devicePixelRatio: SHARP } });
  const draft = document.createElement("canvas");
  [draft.width, draft.height] = [width * SHARP, most * SHARP];
  const pen = draft.getContext("2d");
  pen.scale(SHARP, SHARP);
  pen.fillStyle = "#ffffff";
  pen.fillRect(0, 0, width, most);
  pen.fillStyle = INK;
  const { text, said, key } = writer(pen, width, icons);
  let y = text(words(figure.querySelector("[data-chart-title]")), "bold 28px Arial", 36, EDGE, EDGE);
  for (const element of all(figure, "[data-chart-said]")) y = said(element, y);
  pen.drawImage(inner, EDGE, y + 8, width - 2 * EDGE, plot);
  chart.destroy();
  y = key(all(figure, ".app-chart__key li"), y + plot + 20);
  y = text(words(figure.querySelector("[data-chart-source]")), "16px Arial", 22, EDGE, y) + EDGE;
  const sheet = document.createElement("canvas");
  [sheet.width, sheet.height] = [draft.width, Math.ceil(y * SHARP)];
  sheet.getContext("2d").drawImage(draft, 0, 0);
  return sheet;
}

document.addEventListener("click", async (event) => {
  const figure = event.target.closest("[data-chart-image]")?.closest("figure");
  if (!figure) return;
  const sheet = await picture(figure);
  sheet.toBlob((blob) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `${figure.dataset.file}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
});

// Paper has its own width, whatever the window's
window.addEventListener("beforeprint", () => {
  all(document, "figure[data-chart]").forEach(draw);
  for (const [figure, chart] of drawn) chart.resize(...PRINTED[isSmall(figure) ? "small" : "wide"]);
});
window.addEventListener("afterprint", () => drawn.forEach((chart) => chart.resize()));

// Live fragments: what was open stays open
let opened = [];
document.addEventListener("htmx:beforeSwap", () => {
  opened = all(document, "figure[data-chart]:has(details[open])").map((figure) => figure.id);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const id of opened) document.getElementById(id)?.querySelector("details")?.setAttribute("open", "");
  drawAll();
});

drawAll();
