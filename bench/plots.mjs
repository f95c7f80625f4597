// Line plots with two logarithmic axes, as SVG that is readable on light and on dark pages.

const WIDTH = 760;
const HEIGHT = 440;
const AREA = { left: 76, right: 556, top: 44, bottom: 380 };
const LABEL_HEIGHT = 16;

const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-weight: 600; font-size: 15px }
  .grid { stroke: #24292f; stroke-opacity: 0.15 }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round }
  .ours { stroke-width: 3.5 }
  @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .grid { stroke: #e6edf3 } }`;

/**
 * @param plot `title`; `x` and `y` with a `label` and, for x, `ticks`; `series` of `name`, `color`
 * and `points`, each `[x, y]`.
 */
export function linePlot({ title, x, y, series }) {
  const all = series.flatMap(({ points }) => points);
  const toX = logScale(extent(all.map(([value]) => value)), AREA.left, AREA.right);
  const [lowest, highest] = extent(all.map(([, value]) => value));
  const yTicks = ticksWithin(lowest, highest);
  const toY = logScale([yTicks[0], yTicks.at(-1)], AREA.bottom, AREA.top);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${escaped(title)}">`,
    `<style>${STYLE}\n</style>`,
    text(AREA.left, 22, title, `class="title"`),
    ...yTicks.flatMap((tick) => [
      line(AREA.left, toY(tick), AREA.right, toY(tick)),
      text(AREA.left - 8, toY(tick) + 4, grouped(tick), `text-anchor="end"`),
    ]),
    ...x.ticks.flatMap((tick) => [
      line(toX(tick), AREA.top, toX(tick), AREA.bottom),
      text(toX(tick), AREA.bottom + 20, grouped(tick), `text-anchor="middle"`),
    ]),
    text((AREA.left + AREA.right) / 2, HEIGHT - 16, x.label, `text-anchor="middle"`),
    `<text transform="translate(18 ${(AREA.top + AREA.bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y.label)}</text>`,
    ...series.map(({ name, color, points }) =>
      curve(
        name,
        points.map(([px, py]) => [toX(px), toY(py)]),
        color,
      ),
    ),
    ...labels(series.map(({ name, color, points }) => ({ name, color, wanted: toY(points.at(-1)[1]) }))),
    "</svg>",
    "",
  ].join("\n");
}

function curve(name, points, color) {
  const path = points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join(" ");
  const dots = points.map(([px, py]) => `<circle cx="${px.toFixed(1)}" cy="${py.toFixed(1)}" r="3" fill="${color}"/>`).join("");
  return `<polyline class="line${name === "ours" ? " ours" : ""}" points="${path}" stroke="${color}"/>${dots}`;
}

/** At the right end of each line, moved apart where they would lie on one another. */
function labels(wanted) {
  const sorted = [...wanted].sort((a, b) => a.wanted - b.wanted);
  const placed = [];
  for (const { wanted } of sorted) placed.push(Math.max(wanted, (placed.at(-1) ?? 0) + LABEL_HEIGHT));
  for (let index = placed.length - 1, most = AREA.bottom; index >= 0; index--, most -= LABEL_HEIGHT)
    placed[index] = Math.min(placed[index], most);
  return sorted.map(({ name, color, wanted }, index) => {
    const y = placed[index];
    const leader = `<line x1="${AREA.right + 4}" y1="${wanted.toFixed(1)}" x2="${AREA.right + 18}" y2="${y.toFixed(1)}" stroke="${color}" stroke-width="1.5"/>`;
    return leader + text(AREA.right + 22, y + 4, name, "");
  });
}

function logScale([from, to], start, end) {
  const span = Math.log(to / from) || 1;
  return (value) => start + ((end - start) * Math.log(value / from)) / span;
}

/** 1, 2, 5, 10, 20 and so on, from the last one below `lowest` to the first one above `highest`. */
function ticksWithin(lowest, highest) {
  const ticks = [];
  for (let power = 10 ** Math.floor(Math.log10(lowest)); power <= highest * 10; power *= 10) ticks.push(power, 2 * power, 5 * power);
  const first = ticks.findLastIndex((tick) => tick <= lowest);
  const last = ticks.findIndex((tick) => tick >= highest);
  return ticks.slice(first, last + 1);
}

function extent(values) {
  return [Math.min(...values), Math.max(...values)];
}

function line(x1, y1, x2, y2) {
  return `<line class="grid" x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`;
}

function text(x, y, content, attributes) {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${attributes}>${escaped(content)}</text>`;
}

function grouped(value) {
  return value.toLocaleString("en");
}

function escaped(content) {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
