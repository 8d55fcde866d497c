// The region: states filled by influence or by alignment in the chosen week, each with its name and its number.

const SHORTEST = 300, TALLEST = 560;
const LETTER = 7.3, LINE = 17;
const HEM = 3; // px of a shape beyond the picture, where the line along its cut edge is out of sight
const STEPS = [0, 0.25, 0.5, 0.75, 1];

const theView = () => data.region.views[state.view];
const isInfluence = () => theView().kind === "influence";
const nameOf = (code) => data.alignment.names[data.alignment.states.indexOf(code)];
const saidAs = (value) => (isInfluence() ? `${Math.round(100 * value)}%` : `${value > 0.005 ? "+" : ""}${value.toFixed(2)}`.replace("-", "−"));

// Influence that the chosen power holds over a state, or alignment of the state toward it; null for itself.
function valueAt(code, week) {
  const { kind, code: power } = theView(), { states } = data.alignment;
  const row = states.indexOf(isInfluence() ? power : code), column = states.indexOf(isInfluence() ? code : power);
  return code === power ? null : valueOf(kind, week, row, column);
}

const shade = (value) => `rgb(${tints(theView().kind)(value).join(",")})`;

// The box fills the room as far as it can; what a wide or tall room has left shows more of the ground around.
function sight(width) {
  const [left, bottom, right, top] = data.region.box;
  const height = Math.round(Math.min(TALLEST, Math.max(SHORTEST, (width * (top - bottom)) / (right - left))));
  const scale = Math.min(width / (right - left), height / (top - bottom));
  const x0 = (left + right - width / scale) / 2, y1 = (bottom + top + height / scale) / 2;
  return { width, height, x: [x0, x0 + width / scale], y: [y1 - height / scale, y1], at: (x, y) => [(x - x0) * scale, (y1 - y) * scale], off: ([x, y], right, down) => [x + right / scale, y - down / scale] };
}

// The part of a ring where a depth is not negative (Sutherland and Hodgman 1974).
function within(ring, depth) {
  return ring.flatMap((here, place) => {
    const before = ring.at(place - 1), now = depth(here), then = depth(before);
    const across = before.map((from, axis) => from + ((here[axis] - from) * then) / (then - now));
    return [...((now < 0) !== (then < 0) ? [across] : []), ...(now >= 0 ? [here] : [])];
  });
}

// Rings cut to what is in sight: shapes that only the picture's edge hides would lie over the words around it.
function inSight({ x, y }, view) {
  const hem = (HEM * (view.x[1] - view.x[0])) / view.width, cut = { x: [], y: [] };
  const sides = [([east]) => east - view.x[0] + hem, ([east]) => view.x[1] + hem - east, ([, north]) => north - view.y[0] + hem, ([, north]) => view.y[1] + hem - north];
  let ring = [];
  x.forEach((east, place) => {
    if (east !== null) {
      ring.push([east, y[place]]);
      return;
    }
    for (const point of [...sides.reduce(within, ring), [null, null]]) ["x", "y"].forEach((axis, which) => cut[axis].push(point[which]));
    ring = [];
  });
  return cut;
}

let cutTo = 0, cutRings = [];

// The same of all shapes, cut once for each width.
function ringsIn(view) {
  if (view.width !== cutTo) cutRings = data.region.shapes.map((one) => inSight(one, view));
  cutTo = view.width;
  return cutRings;
}

const overlap = (a, b) => Math.abs(a.x - b.x) < (a.wide + b.wide) / 2 + 3 && Math.abs(a.y - b.y) < (a.high + b.high) / 2 + 2;

// A label stands on its state, or as near to it as there is room, with a line to it.
function placed(text, point, taken, view) {
  const [x, y] = view.at(...point), wide = text.length * LETTER + 8, high = LINE + 3;
  const moves = [[0, 0]];
  for (const far of [1.3, 2.2, 3.2, 4.4]) {
    for (const [right, down] of [[0, -1], [0, 1], [1, 0], [-1, 0], [1, -1], [-1, -1], [1, 1], [-1, 1]]) moves.push([right * (wide / 2 + far * high / 2), down * far * high]);
  }
  const boxes = moves.map(([dx, dy]) => ({ x: x + dx, y: y + dy, dx, dy, wide, high }));
  const fits = (box) => box.x > wide / 2 && box.x < view.width - wide / 2 && box.y > high / 2 && box.y < view.height - high / 2;
  const box = boxes.find((one) => fits(one) && !taken.some((other) => overlap(one, other))) || boxes[0];
  taken.push(box);
  return box;
}

function labelsOf(view, marks) {
  const full = view.width > 620;
  const taken = marks.map(({ x, y }) => { const [px, py] = view.at(x, y); return { x: px, y: py, wide: 16, high: 16 }; });
  return Object.entries(data.region.labels).map(([code, point]) => {
    const value = valueAt(code, state.week), name = full ? shortened(nameOf(code), 30) : shortened(code, 8);
    const number = value === null ? "" : saidAs(value);
    const { dx, dy } = placed(`${name} ${number}`, point, taken, view), [x, y] = view.off(point, dx, dy);
    return {
      x, y, showarrow: false,
      text: `<b>${plain(name)}</b> ${number}`, bgcolor: `${colour("$card")}d9`, borderpad: 1, font: { size: 12.5, color: colour("$ink") },
    };
  });
}

// Lines from the states to their labels; Plotly's own arrows take half of the time of a week.
function leaderTrace(labels) {
  const both = (axis, place) => Object.values(data.region.labels).flatMap((point, row) => [point[place], labels[row][axis], null]);
  return { mode: "lines", x: both("x", 0), y: both("y", 1), line: { color: colour("$ink"), width: 1.2 }, hoverinfo: "skip" };
}

function shapeTrace({ code }, rings) {
  const trace = { ...rings, mode: "lines", fill: "toself", hoveron: "fills", line: { color: colour(code ? "$ink" : "$card"), width: code ? 1.2 : 0.8 } };
  if (!code) return { ...trace, fillcolor: colour("$ground"), hoverinfo: "skip" };
  const value = valueAt(code, state.week), name = plain(nameOf(code)), power = plain(theView().name);
  if (value === null) {
    const pattern = { shape: "/", fgcolor: colour("$soft"), bgcolor: colour("$quiet"), size: 7, solidity: 0.25 };
    return { ...trace, fillcolor: colour("$quiet"), fillpattern: pattern, text: name, hoverinfo: "text" };
  }
  const text = isInfluence() ? `${power} holds ${saidAs(value)} of the influence on ${name}` : `${name} toward ${power}: ${saidAs(value)}`;
  return { ...trace, fillcolor: shade(value), text, hoverinfo: "text" };
}

const sharesOf = (code) => { const { fighting } = data.alignment.points[state.point]; return Object.hasOwn(fighting, code) ? fighting[code] : []; };
const marksOfFighting = () => data.region.contests
  .map((one) => ({ ...one, share: sharesOf(one.code)[state.week] || 0 }))
  .filter((one) => one.share > 0);
const percentOf = (share) => (share > 0 && share < 0.01 ? "under 1%" : share > 0.99 && share < 1 ? "over 99%" : `${Math.round(100 * share)}%`);

function markTrace(marks) {
  return {
    mode: "markers", x: marks.map((one) => one.x), y: marks.map((one) => one.y), hoverinfo: "text",
    text: marks.map((one) => `${plain(one.name)}${one.domestic ? ": upheaval" : ": fighting"} in ${percentOf(one.share)} of runs`),
    marker: { symbol: "x", size: marks.map((one) => 7 + 9 * one.share), color: colour("$phase1"), line: { color: colour("$card"), width: 1.5 } },
  };
}

function entry(swatch, words) {
  const one = document.createElement("li");
  if (swatch) {
    swatch.classList.add("swatch");
    one.append(swatch);
  }
  one.append(words);
  return one;
}

function drawMapKey(marks) {
  const [low, high] = span(theView().kind), power = theView().name;
  const patch = (background) => Object.assign(document.createElement("span"), { style: `background: ${background}` });
  const entries = STEPS.map((step) => low + step * (high - low)).map((value) => entry(patch(shade(value)), saidAs(value)));
  const own = document.createElement("span");
  paint(own, colour("$quiet"), "/");
  entries.push(entry(own, `${power} itself`), entry(patch(colour("$ground")), "not in the scenario"));
  const unseen = data.alignment.states.filter((code) => !Object.hasOwn(data.region.labels, code)).map((code) => {
    const value = valueAt(code, state.week);
    return value === null ? nameOf(code) : `${nameOf(code)} ${saidAs(value)}`;
  });
  const outside = [...unseen, ...data.region.outside.map((name) => `a part of ${name}`)];
  if (outside.length) entries.push(entry(null, `Outside the picture: ${outside.join(", ")}`));
  const said = marks.map((one) => `${one.name} in ${percentOf(one.share)}`).join(", ");
  entries.push(entry(null, `✖ Fighting or upheaval, of ${data.kept}: ${said || "in none"}`));
  byId("map-key").replaceChildren(...entries);
}

function drawRegion() {
  if (!data.alignment.points[state.point]) return;
  const room = byId("plot-map"), view = sight(room.clientWidth), marks = marksOfFighting(), labels = labelsOf(view, marks), { name } = theView();
  byId("view").value = state.view;
  byId("map-title").textContent = isInfluence() ? `The region: influence of ${name}` : `The region: alignment toward ${name}`;
  byId("map-how").textContent = isInfluence()
    ? `The part of all outside influence on each state that ${name} holds; the stronger the colour, the more.`
    : `How each state is disposed toward ${name}, from −1 (hostile, orange) over 0 to 1 (close, blue).`;
  room.style.height = `${view.height}px`;
  const [, , names, values] = tableOfMap([state.week]).columns;
  room.setAttribute("aria-label", `${byId("map-title").textContent}. ${names.map((one, place) => `${one} ${saidAs(values[place])}`).join(", ")}.`);
  const axis = { visible: false, fixedrange: true };
  plot(room, [...ringsIn(view).map((rings, place) => shapeTrace(data.region.shapes[place], rings)), leaderTrace(labels), markTrace(marks)], {
    margin: { t: 0, b: 0, l: 0, r: 0 }, height: view.height, hovermode: "closest", plot_bgcolor: colour("$sea"), annotations: labels,
    xaxis: { ...axis, range: view.x }, yaxis: { ...axis, range: view.y },
  });
  drawMapKey(marks);
}

function tableOfMap(weeks) {
  const { states, days } = data.alignment, columns = [[], [], [], []];
  for (const week of weeks) {
    for (const code of states) {
      const value = valueAt(code, week);
      if (value !== null) [data.alignment.weeks[week], days[week], nameOf(code), value].forEach((one, place) => columns[place].push(one));
    }
  }
  return { names: ["Week", "Date", "State", `${isInfluence() ? "Influence of" : "Alignment toward"} ${theView().name}`], columns, note: noteOfWeek() };
}

register({
  room: "map",
  choices: { view: { most: () => data.region.views.length - 1, none: 0, names: () => data.region.views.map(({ kind, code }) => `${kind}-${code}`) } },
  redrawn: ["week", "point", "theme", "view"],
  waits: true,
  draw: drawRegion,
  connect() {
    byId("view").addEventListener("change", (event) => change({ view: Number(event.target.value) }));
    tables.set("map", () => tableOfMap([state.week]));
    tables.set("map:all", () => tableOfMap(data.alignment.weeks.keys()));
  },
});
