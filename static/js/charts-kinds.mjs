// What each kind of chart looks like, read from its figure's table. What a colour says, a shape says too.

export const INK = "#212b32";
const MUTED = "#767676"; // the published grey of limits, #a6a6a6, is too faint for 3:1 on white
const COLOURS = {
  common: "#a6a6a6", improvement: "#00b0f0", concern: "#e46c0a", neutral: "#490092",
  mean: "#000000", limit: MUTED, target: "#de1b1b",
};
const SERIES = ["#005eb8", "#ffb81c", "#212b32", "#41b6e6"];

// Reading the table
export const all = (root, selector) => [...root.querySelectorAll(selector)];
export const words = (element) => element?.textContent.replace(/\s+/g, " ").trim() ?? "";
const cell = (row, of) => row.querySelector(`data[data-of="${of}"]`);
const number = (row, of) => {
  const found = cell(row, of);
  return found ? Number(found.value) : null;
};

function readPoints(figure) {
  return all(figure, "tr[data-point]").map((row) => ({
    label: words(row.querySelector("th")),
    value: number(row, "value"),
    shown: words(cell(row, "value")),
    target: number(row, "target"),
    group: row.dataset.group === undefined ? null : Number(row.dataset.group),
    kind: row.dataset.kind,
    up: row.hasAttribute("data-up"),
    provisional: row.dataset.status === "provisional",
    flag: words(row.querySelector("[data-of=flag]")),
  }));
}

// What all charts share
function axis(text, small) {
  return {
    title: { display: !small, text, color: INK },
    ticks: { color: INK, font: { size: small ? 12 : 14 }, maxTicksLimit: small ? 5 : 8 },
    grid: { color: "#e8edee" },
    border: { color: INK },
  };
}

// "Q2 2026/27 (Jul to Sep)" stands as "Q2 2026/27" below the line; the table says the rest
function periods(small) {
  const ticks = { color: INK, maxRotation: 0, autoSkipPadding: 16, font: { size: small ? 12 : 14 } };
  ticks.callback = function label(at) { return this.getLabelForValue(at).replace(/ \(.*\)$/, ""); };
  return { ticks, grid: { display: false }, border: { color: INK } };
}

// A little room above and below everything drawn. Limits that no figure can reach, below 0 or above 100%, run out of the picture
function valueAxis(figure, measured, limits = []) {
  const { axis: name, yMin, yMax } = figure.dataset;
  const given = (values) => values.filter((value) => value !== null);
  const figures = given([...measured, ...(yMax === undefined ? [] : [Number(yMin), Number(yMax)])]);
  const y = axis(name, isSmall(figure));
  if (!figures.length) return y;
  const [low, high] = [Math.min(...figures), Math.max(...figures)];
  const drawn = [...figures, ...(yMax === undefined ? given(limits) : [])];
  const room = (Math.max(...drawn) - Math.min(...drawn)) * 0.05;
  const [bottom, top] = [Math.min(...drawn) - room, Math.max(...drawn) + room];
  const ends = low < 0 ? { suggestedMin: bottom } : { min: bottom < 0 ? 0 : undefined, suggestedMin: bottom };
  return { ...y, ...ends, ...(name === "Percent" && high <= 100 && top > 100 ? { max: 100 } : { suggestedMax: top }) };
}

export const isSmall = (figure) => figure.classList.contains("app-chart--small");

function line(label, data, colour, dash, width = 1.5) {
  return {
    label, data, borderColor: colour, backgroundColor: colour, borderDash: dash, borderWidth: width,
    pointRadius: 0, pointHitRadius: 0, spanGaps: false, order: 2,
  };
}

// XmR: the points, and for each group its average and limits
function marker(point) {
  if (point.kind === "improvement") return { pointStyle: "triangle", rotation: point.up ? 0 : 180, radius: 7 };
  if (point.kind === "concern") return { pointStyle: "rectRot", rotation: 0, radius: 7 };
  if (point.kind === "neutral") return { pointStyle: "rect", rotation: 0, radius: 6 };
  return { pointStyle: "circle", rotation: 0, radius: 4 };
}

function xmr(figure) {
  const points = readPoints(figure);
  const small = isSmall(figure);
  const markers = points.map(marker);
  const lines = all(figure, "tr[data-lines]").flatMap((row) => {
    const inside = (value) => points.map((point) => (point.group === Number(row.dataset.lines) ? value : null));
    return [["mean", COLOURS.mean, []], ["lpl", COLOURS.limit, [6, 4]], ["upl", COLOURS.limit, [6, 4]]]
      .map(([of, colour, dash]) => ({ ...line(of, inside(number(row, of)), colour, dash), spanGaps: true }));
  });
  const target = { ...line("target", points.map((point) => point.target), COLOURS.target, [10, 3, 2, 3], 2), stepped: "middle" };
  const values = {
    label: words(figure.querySelector("[data-chart-title]")),
    data: points.map((point) => point.value),
    borderColor: "#4c6272", borderWidth: 1.5, spanGaps: false, order: 1, main: true, clip: 10,
    pointStyle: markers.map((one) => one.pointStyle),
    pointRotation: markers.map((one) => one.rotation),
    pointRadius: markers.map((one) => one.radius * (small ? 0.7 : 1)),
    pointHoverRadius: markers.map((one) => one.radius + 2),
    pointBorderColor: points.map((point) => (point.provisional && point.kind !== "common" ? COLOURS[point.kind] : INK)),
    pointBorderWidth: points.map((point) => (point.provisional ? 2 : 1)),
    pointBackgroundColor: points.map((point) => (point.provisional ? "#ffffff" : COLOURS[point.kind] ?? INK)),
  };
  return {
    type: "line",
    data: { labels: points.map((point) => point.label), datasets: [values, ...lines, target] },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: { x: periods(small), y: valueAxis(figure, [...values.data, ...target.data], lines.flatMap((set) => set.data)) },
      plugins: {
        tooltip: {
          filter: (item) => item.dataset.main === true,
          callbacks: { label: ({ dataIndex: at }) => [points[at].shown, points[at].flag] },
        },
      },
    },
    plugins: [afresh(points)],
  };
}

// A dotted upright line where average and limits start afresh
function afresh(points) {
  const present = points.map((point, at) => ({ ...point, at })).filter((point) => point.group !== null);
  const starts = present.slice(1).flatMap((point, i) => (point.group === present[i].group ? [] : [(present[i].at + point.at) / 2]));
  return {
    id: "afresh",
    beforeDatasetsDraw({ ctx, chartArea, scales }) {
      ctx.save();
      ctx.strokeStyle = INK;
      ctx.setLineDash([2, 4]);
      for (const at of starts) {
        const [left, right] = [Math.floor(at), Math.ceil(at)].map((tick) => scales.x.getPixelForValue(tick));
        const x = (left + right) / 2;
        ctx.beginPath();
        ctx.moveTo(x, chartArea.top);
        ctx.lineTo(x, chartArea.bottom);
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}

// Funnel: places by size, between limits that narrow as numbers grow
const POSITIONS = {
  inside: { pointStyle: "circle", rotation: 0, fill: COLOURS.common, edge: INK },
  "high-95": { pointStyle: "triangle", rotation: 0, fill: "#ffffff", edge: COLOURS.neutral },
  "high-998": { pointStyle: "triangle", rotation: 0, fill: COLOURS.neutral, edge: COLOURS.neutral },
  "low-95": { pointStyle: "triangle", rotation: 180, fill: "#ffffff", edge: COLOURS.neutral },
  "low-998": { pointStyle: "triangle", rotation: 180, fill: COLOURS.neutral, edge: COLOURS.neutral },
};

function funnel(figure) {
  const places = all(figure, "tr[data-place]").filter((row) => cell(row, "value")).map((row) => ({
    x: number(row, "size"), y: number(row, "value"), name: words(row.querySelector("th")),
    shown: words(cell(row, "value")), position: row.dataset.place, flag: words(row.querySelector("[data-of=flag]")),
  }));
  const curve = JSON.parse(figure.querySelector("[data-curve]").textContent);
  const along = (at) => curve.map((row) => ({ x: row[0], y: row[at] }));
  const average = number(figure, "average");
  const looks = places.map((place) => POSITIONS[place.position]);
  const points = {
    data: places, main: true, order: 1, clip: 10, pointRadius: 6, pointHoverRadius: 8, pointBorderWidth: 1.5,
    pointStyle: looks.map((look) => look.pointStyle),
    pointRotation: looks.map((look) => look.rotation),
    pointBackgroundColor: looks.map((look) => look.fill),
    pointBorderColor: looks.map((look) => look.edge),
  };
  const limits = [[1, [2, 3]], [2, [6, 4]], [3, [6, 4]], [4, [2, 3]]]
    .map(([at, dash]) => ({ ...line("limit", along(at), COLOURS.limit, dash), showLine: true }));
  const middle = { ...line("average", curve.map((row) => ({ x: row[0], y: average })), COLOURS.mean, []), showLine: true };
  const said = figure.clientWidth < 480 ? figure.dataset.across.match(/.{1,30}(\s|$)/g) : figure.dataset.across;
  const across = { ...axis(said, false), grid: { display: false }, min: 0 };
  return {
    type: "scatter",
    data: { datasets: [points, middle, ...limits] },
    options: {
      scales: { x: across, y: valueAxis(figure, places.map((place) => place.y), curve.flatMap((row) => row.slice(1))) },
      plugins: {
        tooltip: {
          filter: (item) => item.dataset.main === true,
          callbacks: { label: ({ dataIndex: at }) => [places[at].name, places[at].shown, places[at].flag] },
        },
      },
    },
    plugins: [names(places)],
  };
}

// The names of places that stand out, of all when there are few; each where it covers no other, or not at all
function names(places) {
  return {
    id: "names",
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      const at = places.map((place) => [scales.x.getPixelForValue(place.x), scales.y.getPixelForValue(place.y)]);
      const taken = at.map(([x, y]) => [x - 7, y - 7, x + 7, y + 7]);
      ctx.save();
      Object.assign(ctx, { font: "12px Arial, Helvetica, sans-serif", lineWidth: 4, strokeStyle: "#ffffff", fillStyle: INK });
      places.forEach((place, i) => {
        if (places.length > 8 && place.position === "inside") return;
        const wide = ctx.measureText(place.name).width;
        const [x, y] = at[i];
        const ways = [[x + 11, y + 4], [x - 11 - wide, y + 4], [x - wide / 2, y - 12], [x - wide / 2, y + 20]];
        const free = ways.find(([left, base]) => left > chartArea.left && left + wide < chartArea.right
          && !taken.some((box) => left < box[2] && left + wide > box[0] && base - 11 < box[3] && base + 3 > box[1]));
        if (!free) return;
        taken.push([free[0], free[1] - 11, free[0] + wide, free[1] + 3]);
        ctx.strokeText(place.name, ...free);
        ctx.fillText(place.name, ...free);
      });
      ctx.restore();
    },
  };
}

// Absolute numbers, as grouped bars or lines
function striped(colour, at) {
  if (at % 2 === 0) return colour;
  const tile = document.createElement("canvas");
  tile.width = tile.height = 8;
  const pen = tile.getContext("2d");
  pen.fillStyle = colour;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = INK;
  pen.lineWidth = 1.5;
  for (const from of [-8, 0, 8]) {
    pen.moveTo(from, 8);
    pen.lineTo(from + 8, 0);
  }
  pen.stroke();
  return pen.createPattern(tile, "repeat");
}

function numbers(figure, type) {
  const rows = all(figure, "tr[data-point]");
  const series = rows.length ? all(rows[0], "[data-series]").map((one) => one.dataset.series) : [];
  const small = isSmall(figure);
  const datasets = series.map((label, at) => ({
    label, main: true, spanGaps: false,
    data: rows.map((row) => number(all(row, "[data-series]")[at], "value")),
    borderColor: type === "bar" ? INK : SERIES[at] === "#ffb81c" ? "#8a5a00" : SERIES[at],
    backgroundColor: striped(SERIES[at], at), borderWidth: type === "bar" ? 1 : 2.5,
    borderDash: type === "bar" ? [] : [[], [8, 4], [2, 3], [10, 3, 2, 3]][at],
    pointStyle: ["circle", "triangle", "rect", "rectRot"][at], pointRadius: 4,
  }));
  return {
    type,
    data: { labels: rows.map((row) => words(row.querySelector("th"))), datasets },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: { x: periods(small), y: { ...valueAxis(figure, [0, ...datasets.flatMap((set) => set.data)]), beginAtZero: true } },
      plugins: { legend: { display: series.length > 1, position: "bottom", labels: { usePointStyle: type === "line" } } },
    },
  };
}

export const KINDS = { xmr, funnel, bars: (figure) => numbers(figure, "bar"), lines: (figure) => numbers(figure, "line") };
