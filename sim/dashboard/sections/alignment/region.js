// The region: states filled by influence or by alignment in the chosen week, each with its name and its number.

const SHORTEST = 300, TALLEST = 560;
const HEM = 3; // px of a shape beyond the picture, where the line along its cut edge is out of sight
const LETTERS = 12.5, LINE = 17; // px of a label's letters and of its line
const STEPS = [0, 0.25, 0.5, 0.75, 1];

const theView = () => data.region.views[state.view];
const isInfluence = () => theView().kind === "influence";
const nameOf = (code) => data.alignment.names[data.alignment.states.indexOf(code)];
const saidAs = (value) => (isInfluence() ? `${Math.round(100 * value)}%` : `${value > 0.005 ? "+" : ""}${value.toFixed(2)}`.replace("-", "−"));

// Row and column of the matrix that a state's colour comes from: the chosen power's influence over it, or its alignment
// toward that power.
function cellOf(code) {
  const { kind, code: power } = theView();
  return (kind === "influence" ? [power, code] : [code, power]).map((one) => data.alignment.states.indexOf(one));
}

const valueAt = (code, week) => valueOf(theView().kind, week, ...cellOf(code)); // null for the power itself
const shade = (value) => `rgb(${tints(theView().kind)(value).join(",")})`;

// The box fills the room as far as it can; what a wide or tall room has left shows more of the ground around.
function sight(width) {
  const [left, bottom, right, top] = data.region.box;
  const height = Math.round(Math.min(TALLEST, Math.max(SHORTEST, (width * (top - bottom)) / (right - left))));
  const scale = Math.min(width / (right - left), height / (top - bottom));
  const x0 = (left + right - width / scale) / 2, y1 = (bottom + top + height / scale) / 2;
  return { width, height, at: (x, y) => [tenth((x - x0) * scale), tenth((y1 - y) * scale)] };
}

const overlap = (a, b) => Math.abs(a.x - b.x) < (a.wide + b.wide) / 2 + 3 && Math.abs(a.y - b.y) < (a.high + b.high) / 2 + 2;

// A label stands on its state, or as near to it as there is room.
function placed(wide, [x, y], taken, view) {
  const high = LINE + 3, moves = [[0, 0]];
  for (const far of [1.3, 2.2, 3.2, 4.4]) {
    for (const [right, down] of [[0, -1], [0, 1], [1, 0], [-1, 0], [1, -1], [-1, -1], [1, 1], [-1, 1]]) moves.push([right * (wide / 2 + far * high / 2), down * far * high]);
  }
  const boxes = moves.map(([dx, dy]) => ({ x: x + dx, y: y + dy, wide, high }));
  const fits = (box) => box.x > wide / 2 && box.x < view.width - wide / 2 && box.y > high / 2 && box.y < view.height - high / 2;
  const box = boxes.find((one) => fits(one) && !taken.some((other) => overlap(one, other))) || boxes[0];
  taken.push(box);
  return box;
}

function labelsOf(view) {
  const pen = document.createElement("canvas").getContext("2d"), { fontFamily } = getComputedStyle(document.body), full = view.width > 620;
  pen.font = `700 ${LETTERS}px ${fontFamily}`;
  const taken = data.region.contests.map((one) => { const [x, y] = view.at(one.x, one.y); return { x, y, wide: 16, high: 16 }; });
  return Object.entries(data.region.labels).map(([code, point]) => {
    const name = full ? shortened(nameOf(code), 30) : shortened(code, 8), from = view.at(...point);
    const wide = pen.measureText(code === theView().code ? name : `${name} ${isInfluence() ? "100%" : "−0.00"}`).width + 8;
    return { code, name, from, ...placed(wide, from, taken, view) };
  });
}

// The part of a ring where a depth is not negative (Sutherland and Hodgman 1974).
function within(ring, depth) {
  return ring.flatMap((here, place) => {
    const before = ring.at(place - 1), now = depth(here), then = depth(before);
    const across = before.map((from, axis) => tenth(from + ((here[axis] - from) * then) / (then - now)));
    return [...((now < 0) !== (then < 0) ? [across] : []), ...(now >= 0 ? [here] : [])];
  });
}

// Rings as a path, cut to the picture: shapes that only its edge hides would lie over the words around it.
function outline(rings, view) {
  const sides = [([x]) => x + HEM, ([x]) => view.width + HEM - x, ([, y]) => y + HEM, ([, y]) => view.height + HEM - y];
  const cut = rings.map((ring) => sides.reduce(within, ring.map((point) => view.at(...point)))).filter((ring) => ring.length);
  return cut.map((ring) => `M${ring.map((point) => point.join(" ")).join("L")}Z`).join("");
}

let laidOut = { key: "" };

// What stays where it is from week to week, made once for each width and view: outlines and places of labels.
function layOut(width) {
  const key = `${width} ${state.view}`;
  if (laidOut.key !== key) {
    const view = sight(width);
    laidOut = { key, view, outlines: data.region.shapes.map(({ rings }) => outline(rings, view)), labels: labelsOf(view) };
  }
  return laidOut;
}

const sharesOf = (code) => { const { fighting } = data.alignment.points[state.point]; return Object.hasOwn(fighting, code) ? fighting[code] : []; };
const shareOf = (contest) => sharesOf(contest.code)[state.week] || 0;
const marksOfFighting = () => data.region.contests.map((one) => ({ ...one, share: shareOf(one) })).filter((one) => one.share > 0);
const percentOf = (share) => (share > 0 && share < 0.01 ? "under 1%" : share > 0.99 && share < 1 ? "over 99%" : `${Math.round(100 * share)}%`);

// What a state or a dispute on the map says, by its code.
function saysOfPlace(at) {
  const [what, code] = [at[0], at.slice(1)];
  if (what === "s") return saysOf(theView().kind, ...cellOf(code)) || nameOf(code);
  const one = data.region.contests.find((contest) => contest.code === code);
  return `${one.name}: ${one.fighting} in ${percentOf(shareOf(one))} of ${data.kept}`;
}

function pointedPart(tag, at, attributes) {
  const node = svg(tag, { "data-at": at, ...attributes });
  node.append(svg("title", {}, saysOfPlace(at)));
  return node;
}

function drawnState(code, d) {
  if (!code) return svg("path", { d, fill: colour("$ground"), stroke: colour("$card"), "stroke-width": 0.8 });
  const value = valueAt(code, state.week);
  return pointedPart("path", `s${code}`, { d, fill: value === null ? "url(#map-own)" : shade(value), stroke: colour("$ink"), "stroke-width": 1.2 });
}

// The ground of the power that the map is about: no colour of the scale is its own.
function ownGround() {
  const tile = svg("pattern", { id: "map-own", width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" });
  tile.append(svg("rect", { width: 7, height: 7, fill: colour("$quiet") }), svg("rect", { width: 1.8, height: 7, fill: colour("$soft") }));
  return tile;
}

function drawnLabel({ code, name, x, y, wide, high }) {
  const value = valueAt(code, state.week), node = pointedPart("g", `s${code}`, { class: "label" });
  const words = svg("text", { x, y, dy: "0.35em", "text-anchor": "middle", fill: colour("$ink") });
  words.append(svg("tspan", { "font-weight": 700 }, name), value === null ? "" : ` ${saidAs(value)}`);
  const ground = svg("rect", { x: x - wide / 2, y: y - high / 2, width: wide, height: high, rx: 3, fill: colour("$card"), "fill-opacity": 0.85 });
  node.append(ground, words);
  return node;
}

function drawnMark({ code, x, y, share }, view) {
  const [east, south] = view.at(x, y), arm = 3.5 + 4.5 * share, cross = `M${east - arm} ${south - arm}L${east + arm} ${south + arm}M${east - arm} ${south + arm}L${east + arm} ${south - arm}`;
  const node = pointedPart("g", `c${code}`, { class: "mark" });
  node.append(...[["$card", 7], ["$phase1", 4]].map(([name, wide]) => svg("path", { d: cross, fill: "none", stroke: colour(name), "stroke-width": wide })));
  return node;
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
  const room = byId("plot-map"), { view, outlines, labels } = layOut(room.clientWidth), marks = marksOfFighting(), { name } = theView();
  byId("view").value = state.view;
  byId("map-title").textContent = isInfluence() ? `The region: influence of ${name}` : `The region: alignment toward ${name}`;
  byId("map-how").textContent = isInfluence()
    ? `The part of all influence on each state that ${name} holds; the state's own weight counts too. The stronger the colour, the more.`
    : `How each state is disposed toward ${name}, from −1 (hostile, orange) over 0 to 1 (close, blue).`;
  const [, , names, values] = tableOfMap([state.week]).columns;
  room.setAttribute("aria-label", `${byId("map-title").textContent}. ${names.map((one, place) => `${one} ${saidAs(values[place])}`).join(", ")}.`);
  const drawing = svg("svg", { viewBox: `0 0 ${view.width} ${view.height}`, "font-size": LETTERS, overflow: "hidden" }), states = svg("g", { class: "states" });
  states.append(...outlines.map((d, place) => drawnState(data.region.shapes[place].code, d)));
  const leaders = labels.map(({ from: [x1, y1], x: x2, y: y2 }) => svg("line", { x1, y1, x2, y2, stroke: colour("$ink"), "stroke-width": 1.2 }));
  drawing.append(ownGround(), svg("rect", { width: view.width, height: view.height, fill: colour("$sea") }), states, ...leaders, ...marks.map((one) => drawnMark(one, view)), ...labels.map(drawnLabel));
  room.replaceChildren(drawing);
  sayPointed("map", saysOfPlace);
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
  return { names: ["Week", "Week from", "State", `${isInfluence() ? "Influence of" : "Alignment toward"} ${theView().name}`], columns, note: noteOfWeek() };
}

register({
  room: "map",
  choices: { view: { most: () => data.region.views.length - 1, none: 0, names: () => data.region.views.map(({ kind, code }) => `${kind}-${code}`) } },
  redrawn: ["week", "point", "theme", "view"],
  waits: true,
  draw: drawRegion,
  connect() {
    byId("view").addEventListener("change", (event) => change({ view: Number(event.target.value) }));
    readOut("map", byId("plot-map"), saysOfPlace);
    tables.set("map", () => tableOfMap([state.week]));
    tables.set("map:all", () => tableOfMap(data.alignment.weeks.keys()));
  },
});
