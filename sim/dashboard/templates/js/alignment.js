// Network and matrices under one week slider.

const LIGHT = { alignment: ["$hot", "$middle", "$cold"], influence: ["$low", "$high"] };
const STRONGEST = 2;
const NEUTRAL = 0.15;
let timer = 0;

function matrix(kind, week) {
  const { states, points } = data.alignment;
  const n = states.length;
  const flat = points[state.point][kind];
  return states.map((_, row) => states.map((__, column) => {
    const value = flat[(week * n + row) * n + column];
    return value === null || row === column ? null : value / 100;
  }));
}

function drawMatrix(kind) {
  const room = byId(`plot-matrix-${kind}`);
  const all = matrix(kind, state.week);
  const rows = all.map((_, row) => row).filter((row) => all[row].some((value) => value !== null));
  byId(`matrix-${kind}`).hidden = !rows.length;
  if (!rows.length) return;
  const values = rows.map((row) => all[row]);
  const names = data.alignment.names.map(plain);
  const colours = LIGHT[kind].map(colour);
  const wide = room.clientWidth > 420;
  const form = kind === "influence" ? (value) => Math.round(100 * value) : (value) => (Math.abs(value) < 0.05 ? "0.0" : value.toFixed(1).replace("-", "−"));
  const hover = kind === "influence" ? "%{y} holds %{customdata}% of the influence on %{x}" : "%{y} toward %{x}: %{z:.2f}";
  const trace = {
    type: "heatmap", z: values, x: names, y: rows.map((row) => names[row]), xgap: 2, ygap: 2, showscale: false, hoverongaps: false,
    zmin: kind === "influence" ? 0 : -1, zmax: kind === "influence" ? topInfluence() : 1,
    colorscale: colours.map((one, place) => [place / (colours.length - 1), one]),
    text: values.map((row) => row.map((value) => (value === null ? "" : form(value)))), texttemplate: "%{text}",
    textfont: { size: wide ? 11 : 9 }, customdata: values.map((row) => row.map((value) => Math.round(100 * value))),
    hovertemplate: `${hover}<extra></extra>`,
  };
  const axis = { type: "category", fixedrange: true, showgrid: false, tickfont: { size: wide ? 12 : 10 }, ticks: "" };
  plot(room, [trace], {
    margin: { t: wide ? 86 : 76, b: 6, l: wide ? 104 : 84, r: wide ? 46 : 40 }, height: Math.round(Math.min(468, Math.max(248, room.clientWidth - 92), 76 * names.length) * rows.length / names.length) + 92,
    xaxis: { ...axis, side: "top", tickangle: -45 }, yaxis: { ...axis, autorange: "reversed" },
  });
}

// Upper end of the colours of influence, one for all weeks and versions: a multiple of a fifth.
const topInfluence = () => Math.max(2, Math.ceil(data.alignment.points.filter(Boolean).reduce((top, point) => point.influence.reduce((a, b) => Math.max(a, b || 0), top), 0) / 20)) / 5;

function strongest() {
  const influence = matrix("influence", state.week), alignment = matrix("alignment", state.week);
  const { states, patrons } = data.alignment;
  return data.clients.flatMap((client) => {
    const column = states.indexOf(client);
    const held = patrons.filter((patron) => patron !== client).map((patron) => ({ patron, client, value: influence[states.indexOf(patron)][column] }));
    return held.filter((tie) => tie.value > 0).sort((a, b) => b.value - a.value).slice(0, STRONGEST)
      .map((tie) => ({ ...tie, friendly: alignment[column][states.indexOf(tie.patron)] }));
  });
}

function svg(tag, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  if (text !== undefined) node.textContent = text;
  return node;
}

const mood = (value) => (value === null || Math.abs(value) < NEUTRAL ? "neither" : value > 0 ? "friendly" : "unfriendly");
const STROKES = { friendly: ["$cool", "none"], neither: ["$c7", "none"], unfriendly: ["$warm", "9 5"] };

function drawNetwork() {
  const room = byId("network-room");
  const { states, names, patrons } = data.alignment;
  const said = (code) => names[states.indexOf(code)];
  const ties = strongest();
  byId("network").hidden = !ties.length;
  const width = Math.max(300, room.clientWidth), top = 52, bottom = 250;
  const place = (list, code) => (width * (list.indexOf(code) + 0.5)) / list.length;
  const words = ties.map((tie) => `${said(tie.patron)} holds ${Math.round(100 * tie.value)}% of the influence on ${said(tie.client)}, which is ${mood(tie.friendly)} to it`);
  const drawing = svg("svg", { role: "img", "aria-label": `Strongest ties: ${words.join("; ")}.` });
  for (const tie of ties) {
    const [stroke, dashes] = STROKES[mood(tie.friendly)];
    const ends = { x1: place(patrons, tie.patron), y1: top + 9, x2: place(data.clients, tie.client), y2: bottom - 9 };
    drawing.append(svg("line", { ...ends, stroke: colour(stroke), "stroke-width": (1.5 + 20 * tie.value).toFixed(1), "stroke-opacity": 0.75, "stroke-dasharray": dashes }));
  }
  let lowest = bottom;
  const write = (text, x, y, attributes) => drawing.append(svg("text", { x, y, "text-anchor": "middle", ...attributes }, text));
  const most = (list) => Math.max(6, Math.floor(width / list.length / 7.4));
  for (const code of patrons) {
    const lines = folded(said(code), most(patrons));
    lines.forEach((line, row) => write(line, place(patrons, code), top - 17 - 16 * (lines.length - 1 - row), { "font-weight": 600 }));
    drawing.append(svg("circle", { cx: place(patrons, code), cy: top, r: 9, fill: colour("$ink") }));
  }
  for (const code of data.clients) {
    drawing.append(svg("circle", { cx: place(data.clients, code), cy: bottom, r: 9, fill: colour("$ink") }));
    let y = bottom + 26;
    folded(said(code), most(data.clients)).forEach((line) => { write(line, place(data.clients, code), y, { "font-weight": 600 }); y += 17; });
    for (const tie of ties.filter((one) => one.client === code)) {
      folded(`${said(tie.patron)} ${Math.round(100 * tie.value)}%`, most(data.clients)).forEach((line) => { write(line, place(data.clients, code), y, { class: "soft" }); y += 15; });
    }
    lowest = Math.max(lowest, y);
  }
  drawing.setAttribute("viewBox", `0 0 ${width} ${lowest}`);
  room.replaceChildren(drawing);
}

function tableOfTies() {
  const { states, names } = data.alignment;
  const ties = strongest();
  const said = (code) => names[states.indexOf(code)];
  return { names: ["Power", "State", "Influence", "Alignment of the state toward the power"], columns: [ties.map((t) => said(t.patron)), ties.map((t) => said(t.client)), ties.map((t) => t.value), ties.map((t) => t.friendly)] };
}

function tableOfMatrix(kind, weeks) {
  const { names } = data.alignment;
  const columns = [[], [], [], [], []];
  for (const week of weeks) {
    matrix(kind, week).forEach((row, i) => row.forEach((value, j) => {
      if (i !== j) [data.alignment.weeks[week], data.alignment.days[week], names[i], names[j], value].forEach((one, place) => columns[place].push(one));
    }));
  }
  return { names: ["Week", "Date", "State", kind === "influence" ? "Over" : "Toward", kind === "influence" ? "Influence" : "Alignment"], columns };
}

function drawAlignment() {
  const { days, weeks, points } = data.alignment;
  const here = Boolean(points[state.point]);
  byId("alignment-absent").hidden = here;
  byId("alignment-figures").hidden = !here;
  byId("week").value = state.week;
  byId("week").setAttribute("aria-valuetext", days[state.week]);
  byId("day").textContent = `${days[state.week]} (week ${weeks[state.week]})`;
  if (!here) return;
  drawMatrix("alignment");
  drawMatrix("influence");
  drawNetwork();
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

function startAlignment() {
  if (!data.alignment) return;
  byId("week").addEventListener("input", (event) => change({ week: Number(event.target.value) }));
  byId("play").addEventListener("click", () => play(!timer));
  for (const kind of ["alignment", "influence"]) {
    tables[`matrix-${kind}`] = () => tableOfMatrix(kind, [state.week]);
    tables[`matrix-${kind}:all`] = () => tableOfMatrix(kind, data.alignment.weeks.keys());
  }
  tables.network = tableOfTies;
  whenChanged(["week", "point", "theme"], drawAlignment);
  drawAlignment();
}
