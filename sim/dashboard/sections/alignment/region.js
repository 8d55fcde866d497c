// The region: states filled by influence or by alignment in the chosen week, each with its name and its number.

const SHORTEST = 300, TALLEST = 560;
const HEM = 3; // px of a shape beyond the picture, where the line along its cut edge is out of sight
const INSET = { part: 0.28, narrowest: 240, lowest: 170, named: 300 }, APART = 8; // an inset's part of the width, then px: its least width and height, from where it has names, and what is left around it
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

// A picture of a box of ground: the box fills as much of it as it can, from its left; what is left over shows more of the ground around.
function sight([left, bottom, right, top], { width, height, filled = width }) {
  const scale = Math.min(filled / (right - left), height / (top - bottom));
  const west = (left + right - filled / scale) / 2, north = (bottom + top + height / scale) / 2;
  return { width, height, scale, west, north, at: (x, y) => [tenth((x - west) * scale), tenth((north - y) * scale)] };
}

// The whole box: beside an inset it fills the rest of the width.
function wholeSight(width, inset) {
  const [left, bottom, right, top] = data.region.box, filled = width - (inset && inset.beside ? inset.wide + 2 * APART : 0);
  return sight(data.region.box, { width, filled, height: Math.round(Math.min(TALLEST, Math.max(SHORTEST, (filled * (top - bottom)) / (right - left)))) });
}

// Where states are small and close together, their part of the map is drawn once more: over the right of it, or below it on a narrow screen.
function insetRoom(width) {
  if (!data.region.inset) return null;
  const beside = width > 540, [left, bottom, right, top] = data.region.inset, wide = Math.round(beside ? Math.max(INSET.narrowest, INSET.part * width) : width);
  const tall = Math.round(Math.min(SHORTEST - 2 * APART, Math.max(INSET.lowest, (wide * (top - bottom)) / (right - left))));
  return { beside, wide, tall };
}

// The map and its inset: both know where they stand in the drawing.
function sights(width) {
  const room = insetRoom(width), whole = { ...wholeSight(width, room), x: 0, y: 0 };
  if (!room) return { whole, height: whole.height };
  const part = sight(data.region.inset, { width: room.wide, height: room.tall }), [, middle] = whole.at(part.west, part.north - room.tall / part.scale / 2);
  if (!room.beside) return { whole, inset: { ...part, x: 0, y: whole.height + 2 * APART }, height: whole.height + 2 * APART + room.tall };
  const y = Math.min(whole.height - room.tall - APART, Math.max(APART, middle - room.tall / 2));
  return { whole, inset: { ...part, x: width - room.wide - APART, y: tenth(y) }, height: whole.height };
}

// Corners of what an inset shows, on the map: left, top, right and bottom.
const cornersOf = ({ whole, inset }) => [...whole.at(inset.west, inset.north), ...whole.at(inset.west + inset.width / inset.scale, inset.north - inset.height / inset.scale)];

const isWithin = ({ width, height, at }, point) => { const [x, y] = at(...point); return x > 0 && x < width && y > 0 && y < height; };

// What of places belongs to the map, and what to its inset.
const placesIn = (all, view, places, pointOf) => places.filter((one) => (view === all.inset) === Boolean(all.inset && isWithin(all.inset, pointOf(one))));
const boxOf = ([left, top, right, bottom]) => ({ x: (left + right) / 2, y: (top + bottom) / 2, wide: right - left, high: bottom - top });

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

// Labels of states in the map or in its inset. Nothing of the map is written where the inset or its frame is.
function labelsOf(all, view) {
  const pen = document.createElement("canvas").getContext("2d"), { fontFamily } = getComputedStyle(document.body), full = all.whole.width > 620 && (view === all.whole || view.width > INSET.named);
  pen.font = `700 ${LETTERS}px ${fontFamily}`;
  const taken = placesIn(all, view, data.region.contests, ({ x, y }) => [x, y]).map(({ x, y }) => { const [east, south] = view.at(x, y); return { x: east, y: south, wide: 16, high: 16 }; });
  if (all.inset && view === all.whole) taken.push(boxOf(cornersOf(all)), boxOf([all.inset.x, all.inset.y, all.inset.x + all.inset.width, all.inset.y + all.inset.height]));
  return placesIn(all, view, Object.entries(data.region.labels), ([, point]) => point).map(([code, point]) => {
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
    const all = sights(width), made = (view) => ({ view, outlines: data.region.shapes.map(({ rings }) => outline(rings, view)), labels: labelsOf(all, view) });
    laidOut = { key, all, height: all.height, view: all.whole, pictures: [all.whole, all.inset].filter(Boolean).map(made) };
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

const CROSS = "$phase1"; // as fighting has it in the figures of the crises

function drawnMark({ code, x, y, share }, view) {
  const [east, south] = view.at(x, y), arm = 3.5 + 4.5 * share, cross = `M${east - arm} ${south - arm}L${east + arm} ${south + arm}M${east - arm} ${south + arm}L${east + arm} ${south - arm}`;
  const node = pointedPart("g", `c${code}`, { class: "mark" });
  node.append(...[["$card", 7], [CROSS, 4]].map(([name, wide]) => svg("path", { d: cross, fill: "none", stroke: colour(name), "stroke-width": wide })));
  return node;
}

function entry(swatch, words) {
  const one = document.createElement("li");
  if (swatch) {
    swatch.classList.add("swatch");
    one.append(swatch);
  }
  one.append(...[words].flat());
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
  const cross = Object.assign(document.createElement("span"), { textContent: "✖", style: `color: ${colour(CROSS)}` });
  entries.push(entry(null, [cross, ` Fighting or upheaval, of ${data.kept}: ${said || "in none"}`]));
  byId("map-key").replaceChildren(...entries);
}

// The map or its inset: ground, states, crosses and names, cut at its edge.
function drawnPicture({ view, outlines, labels }, all, marks) {
  const { width, height, x, y } = view, picture = svg("svg", { x, y, width, height, overflow: "hidden" }), states = svg("g", { class: view === all.inset ? "enlarged" : "states" });
  states.append(...outlines.map((d, place) => drawnState(data.region.shapes[place].code, d)));
  const leaders = labels.map(({ from: [x1, y1], x: x2, y: y2 }) => svg("line", { x1, y1, x2, y2, stroke: colour("$ink"), "stroke-width": 1.2 }));
  const crosses = placesIn(all, view, marks, (one) => [one.x, one.y]).map((one) => drawnMark(one, view));
  picture.append(svg("rect", { width, height, fill: colour("$sea") }), states, ...leaders, ...crosses, ...labels.map(drawnLabel));
  return picture;
}

// The inset's frame, the frame of its ground on the map, and what joins both.
function drawnFrames(all) {
  const { inset } = all, [left, top, right, bottom] = cornersOf(all).map((one, place) => Math.max(1, Math.min(place % 2 ? all.whole.height - 1 : all.whole.width - 1, one)));
  const edge = { fill: "none", stroke: colour("$ink"), "stroke-width": 1.6 }, beside = inset.y < all.whole.height;
  const ends = beside ? [[right, top, inset.x, inset.y], [right, bottom, inset.x, inset.y + inset.height]] : [[left, bottom, 1, inset.y], [right, bottom, inset.width - 1, inset.y]];
  return [
    ...ends.map(([x1, y1, x2, y2]) => svg("line", { x1, y1, x2, y2, stroke: colour("$ink"), "stroke-width": 1, "stroke-dasharray": "4 3" })),
    svg("rect", { x: left, y: top, width: right - left, height: bottom - top, ...edge }),
    svg("rect", { x: inset.x + 0.8, y: inset.y + 0.8, width: inset.width - 1.6, height: inset.height - 1.6, ...edge }),
  ];
}

function drawRegion() {
  if (!data.alignment.points[state.point]) return;
  const room = byId("plot-map"), { all, height, pictures } = layOut(room.clientWidth), marks = marksOfFighting(), { name } = theView();
  byId("view").value = state.view;
  byId("map-title").textContent = isInfluence() ? `The region: influence of ${name}` : `The region: alignment toward ${name}`;
  byId("map-how").textContent = isInfluence()
    ? `The part of all influence on each state that ${name} holds; the state's own weight counts too. The stronger the colour, the more.`
    : `How each state is disposed toward ${name}, from −1 (hostile, orange) over 0 to 1 (close, blue).`;
  const [, , names, values] = tableOfMap([state.week]).columns;
  room.setAttribute("aria-label", `${byId("map-title").textContent}. ${names.map((one, place) => `${one} ${saidAs(values[place])}`).join(", ")}.`);
  const drawing = svg("svg", { viewBox: `0 0 ${all.whole.width} ${height}`, "font-size": LETTERS, overflow: "hidden" });
  drawing.append(ownGround(), ...pictures.map((one) => drawnPicture(one, all, marks)), ...(all.inset ? drawnFrames(all) : []));
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
