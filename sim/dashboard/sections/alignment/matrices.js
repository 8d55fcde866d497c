// Two matrices under a week slider, and their scales of colours, which the map shares.

const LIGHT = { alignment: ["$hot", "$middle", "$cold"], influence: ["$low", "$high"] };
const lastAt = new Map(); // drawing -> its part that the pointer was last at
let timer = 0, topmost = 0;

function valueOf(kind, week, row, column) {
  const n = data.alignment.states.length, value = data.alignment.points[state.point][kind][(week * n + row) * n + column];
  return value === null || row === column ? null : value / 100;
}

const matrix = (kind, week) => data.alignment.states.map((_, row) => data.alignment.states.map((__, column) => valueOf(kind, week, row, column)));

const channels = (hex) => [1, 3, 5].map((place) => Number.parseInt(hex.slice(place, place + 2), 16));
const span = (kind) => (kind === "influence" ? [0, topInfluence()] : [-1, 1]);

// Gives the colour of a value as red, green and blue, on the scale that map and matrix share.
function tints(kind) {
  const colours = LIGHT[kind].map((name) => channels(colour(name))), [low, high] = span(kind);
  return (value) => {
    const along = Math.min(1, Math.max(0, (value - low) / (high - low))) * (colours.length - 1);
    const below = Math.min(colours.length - 2, Math.floor(along));
    return colours[below].map((one, place) => Math.round(one + (along - below) * (colours[below + 1][place] - one)));
  };
}

// Black or white, whichever stands out more: at least 4.58 to 1 on any ground (WCAG 2.2, relative luminance).
function inkOn(rgb) {
  const light = rgb.map((one) => one / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  const luminance = 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2];
  return (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05) ? "#000000" : "#ffffff";
}

const formOf = (kind) => (kind === "influence" ? (value) => String(Math.round(100 * value)) : (value) => (Math.abs(value) < 0.05 ? "0.0" : value.toFixed(1).replace("-", "−")));

function saysOf(kind, row, column) {
  const value = valueOf(kind, state.week, row, column), [from, to] = [row, column].map((place) => data.alignment.names[place]);
  if (value === null) return "";
  return kind === "influence" ? `${from} holds ${Math.round(100 * value)}% of the influence on ${to}` : `${from} toward ${to}: ${value.toFixed(2).replace("-", "−")}`;
}

// A line below a drawing says what the pointer was last at: a browser's own tooltip comes late, and never by touch.
function sayPointed(drawing, says) {
  if (lastAt.has(drawing)) byId(`pointed-${drawing}`).textContent = says(lastAt.get(drawing));
}

function readOut(drawing, room, says) {
  room.addEventListener("pointerover", (event) => {
    const part = event.target.closest("[data-at]");
    if (part) lastAt.set(drawing, part.dataset.at);
    sayPointed(drawing, says);
  });
}

const saysOfCell = (kind) => (at) => saysOf(kind, ...at.split(" ").map(Number));

const BESIDE = 14; // states up to which both matrices stand side by side
const ROW = 15, CELL = 16; // least height of a row, and least width of a cell in which a number fits

// The page's own drawing: with every week all cells change, which Plotly takes several times as long for. States are places
// and names only stand beside them: no two states share a row, whatever they are called.
function drawMatrix(kind) {
  if (!data.alignment.points[state.point]) return;
  const room = byId(`plot-matrix-${kind}`), all = matrix(kind, state.week), { names } = data.alignment;
  const rows = all.map((_, row) => row).filter((row) => all[row].some((value) => value !== null));
  byId(`matrix-${kind}`).hidden = !rows.length;
  if (!rows.length) return;
  byId(`matrix-${kind}`).classList.toggle("whole", names.length > BESIDE);
  const width = room.clientWidth, wide = width > 420, letters = wide ? 16 : 13, left = rows.map((row) => names[row]);
  const edge = (list) => 14 + (wide ? 6.6 : 5.6) * Math.max(...list.map((name) => Math.min(letters, name.length)));
  const top = 12 + 0.75 * edge(names), across = edge(left), cell = (width - across - 8 - 0.6 * edge(names)) / names.length;
  const row = Math.max(ROW, Math.min(468, Math.max(248, width - 92), 76 * names.length) / names.length);
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${Math.round(row * rows.length + top + 6)}`, "font-size": wide ? 12 : 10 });
  const entitled = (node, whole) => { node.prepend(svg("title", {}, whole)); return node; };
  const name = (words, attributes) => entitled(svg("text", attributes, shortened(words, letters)), words);
  const beside = svg("g", { class: "ytick", "text-anchor": "end" }), above = svg("g", { class: "xtick" });
  left.forEach((words, y) => beside.append(name(words, { x: across - 5, y: top + row * (y + 0.5), dy: "0.35em" })));
  names.forEach((words, x) => {
    if (x % Math.ceil(ROW / cell) === 0) above.append(name(words, { transform: `translate(${across + cell * (x + 0.5)} ${top - 5}) rotate(-45)` }));
  });
  const cells = svg("g", { class: "cells", "text-anchor": "middle", "font-size": wide && cell > 2 * ROW ? 11 : 9 }), form = formOf(kind), tint = tints(kind);
  rows.forEach((from, y) => all[from].forEach((value, x) => {
    if (value === null) return;
    const ground = tint(value), one = svg("g", { "data-at": `${from} ${x}` });
    one.append(svg("rect", { x: across + cell * x + 1, y: top + row * y + 1, width: cell - 2, height: row - 2, fill: `rgb(${ground.join(",")})` }));
    if (cell >= CELL) one.append(svg("text", { x: across + cell * (x + 0.5), y: top + row * (y + 0.5), dy: "0.35em", fill: inkOn(ground) }, form(value)));
    cells.append(entitled(one, saysOf(kind, from, x)));
  }));
  drawing.append(above, beside, cells);
  room.replaceChildren(drawing);
  sayPointed(kind, saysOfCell(kind));
}

// Upper end of the colours of influence, one for all weeks and versions: a multiple of a fifth.
function topInfluence() {
  topmost ||= Math.max(2, Math.ceil(data.alignment.points.filter(Boolean).reduce((most, point) => point.influence.reduce((a, b) => Math.max(a, b || 0), most), 0) / 20)) / 5;
  return topmost;
}

// What the table of one week leaves to the CSV file, and what weeks that file has.
function noteOfWeek() {
  const { weeks, days, all_weeks: all } = data.alignment;
  const have = weeks.length < all ? `${weeks.length} of ${all} weeks, evenly spaced` : `all ${counted(all, "week")}`;
  return `The week from ${days[state.week]}; the CSV file has ${have}.`;
}

function tableOfMatrix(kind, weeks) {
  const { names } = data.alignment;
  const columns = [[], [], [], [], []];
  for (const week of weeks) {
    matrix(kind, week).forEach((row, i) => row.forEach((value, j) => {
      if (i !== j) [data.alignment.weeks[week], data.alignment.days[week], names[i], names[j], value].forEach((one, place) => columns[place].push(one));
    }));
  }
  return { names: ["Week", "Week from", "State", kind === "influence" ? "Over" : "Toward", kind === "influence" ? "Influence" : "Alignment"], columns, note: noteOfWeek() };
}

function showWeek() {
  const { days, weeks, points } = data.alignment;
  const here = Boolean(points[state.point]);
  byId("alignment-absent").hidden = here;
  byId("alignment-figures").hidden = !here;
  byId("week").value = state.week;
  byId("week").setAttribute("aria-valuetext", `week from ${days[state.week]}`);
  byId("day").textContent = `Week from ${days[state.week]} (week ${weeks[state.week]})`;
}

function play(on) {
  clearInterval(timer);
  timer = 0;
  byId("play").setAttribute("aria-pressed", String(on));
  byId("play").textContent = on ? "Pause" : "Play";
  if (!on) return;
  const last = data.alignment.weeks.length - 1;
  if (state.week === last) change({ week: 0 });
  timer = setInterval(() => (state.week < last ? change({ week: state.week + 1 }) : play(false)), 150);
}

register({
  room: "alignment",
  choices: { week: { most: () => data.alignment.weeks.length - 1, none: 0, names: () => data.alignment.dates, passing: true } },
  redrawn: ["week", "point"],
  draw: showWeek,
  connect() {
    byId("week").addEventListener("input", (event) => change({ week: Number(event.target.value) }));
    byId("play").addEventListener("click", () => play(!timer));
    for (const kind of ["alignment", "influence"]) {
      readOut(kind, byId(`plot-matrix-${kind}`), saysOfCell(kind));
      tables.set(`matrix-${kind}`, () => tableOfMatrix(kind, [state.week]));
      tables.set(`matrix-${kind}:all`, () => tableOfMatrix(kind, data.alignment.weeks.keys()));
    }
    tables.set("network", tableOfTies);
  },
});

for (const kind of ["alignment", "influence"]) register({ room: `matrix-${kind}`, redrawn: ["week", "point", "theme"], waits: true, draw: () => drawMatrix(kind) });
