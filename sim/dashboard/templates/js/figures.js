// Figures that Python specified: columns and traces are put together, themed, drawn, tabled, and saved as CSV.

const COLOURED = new Set(["color", "fillcolor", "bgcolor", "fgcolor"]);
const DATES = [{ dtickrange: ["M1", null], value: "%b<br>%Y" }, { dtickrange: [null, null], value: "%-d %b<br>%Y" }];
const tables = {}; // anchor -> function that gives { names, columns, shown, brief }
const CONFIG = { displayModeBar: false, showSendToCloud: false, displaylogo: false, scrollZoom: false, doubleClick: false };

function filled(part, columns) {
  if (Array.isArray(part)) return part.map((one) => filled(one, columns));
  if (part === null || typeof part !== "object") return part;
  if ("$" in part) return columns[part.$];
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, COLOURED.has(key) && typeof value === "string" ? colour(value) : filled(value, columns)]));
}

function themed(layout, width) {
  const whole = {
    paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", dragmode: false, showlegend: false,
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("$soft") },
    hoverlabel: { bgcolor: colour("$card"), bordercolor: colour("$line"), font: { color: colour("$ink"), size: 13 }, align: "left" },
    ...layout,
  };
  for (const key of Object.keys(whole).filter((key) => /^[xy]axis/.test(key))) {
    whole[key] = { gridcolor: colour("$grid"), linecolor: colour("$line"), zeroline: false, ...whole[key] };
    if (whole[key].type === "date") Object.assign(whole[key], { tickangle: 0, tickformatstops: DATES, nticks: Math.max(3, Math.floor((width - whole.margin.l - whole.margin.r) / 62)) });
  }
  return whole;
}

function plot(room, traces, layout) {
  return Plotly.react(room, traces, { ...themed(layout, room.clientWidth), width: room.clientWidth }, CONFIG);
}

function bodyOf(room) {
  const versions = data.figures[room.dataset.figure];
  return versions.length === 1 ? versions[0] : versions[state.point];
}

// Room for each figure before it is drawn, so that the page does not jump.
function reserve(room) {
  const body = bodyOf(room);
  if (body) room.style.height = `${body.height}px`;
}

function drawFigure(room) {
  const anchor = room.dataset.figure;
  const body = bodyOf(room);
  room.hidden = !body;
  room.parentElement.querySelector(".absent").hidden = Boolean(body);
  if (!body) return;
  room.style.height = `${body.height}px`;
  room.setAttribute("aria-label", `${room.parentElement.querySelector("h3").textContent}. ${body.summary}`);
  plot(room, filled(body.traces, body.columns), { ...filled(body.layout, body.columns), height: body.height });
  tables[anchor] = () => body;
}

function cell(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? String(value) : value;
}

function fillTable(room, table) {
  const whole = document.createElement("table");
  const head = whole.createTHead().insertRow();
  const shown = table.shown || table.names.map((_, place) => place);
  for (const place of shown) {
    const th = document.createElement("th");
    th.scope = "col";
    th.textContent = table.names[place];
    head.append(th);
  }
  const body = whole.createTBody();
  for (const row of table.brief || table.columns[0].keys()) {
    const line = body.insertRow();
    for (const place of shown) {
      const value = table.columns[place][row];
      const td = line.insertCell();
      td.textContent = cell(value);
      if (typeof value === "number") td.className = "n";
    }
  }
  const note = document.createElement("p");
  note.className = "how";
  note.textContent = table.brief && table.brief.length < table.columns[0].length ? "Some weeks only; the CSV file has all." : "";
  room.replaceChildren(whole, note);
}

// A spreadsheet runs a text cell that starts so as a formula, also with full-width signs and behind blanks.
function csvCell(value) {
  let text = cell(value);
  if (typeof value === "string" && /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/.test(text)) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save(name, names, rows) {
  const text = [names, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([`${text}\r\n`], { type: "text/csv" }));
  link.download = `${data.name}-${name}.csv`.replaceAll(/[^A-Za-z0-9.-]+/g, "-");
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// A table that stands in the page itself; numbers are saved unrounded.
function rowsOf(table) {
  const [head, ...rows] = [...table.rows].map((row) => [...row.cells].map((one) => ("value" in one.dataset ? Number(one.dataset.value) : one.textContent)));
  return { names: head, columns: head.map((_, place) => rows.map((row) => row[place])) };
}

function saveFigure(anchor) {
  const table = (tables[`${anchor}:all`] || tables[anchor])();
  save(anchor, table.names, Array.from(table.columns[0].keys(), (row) => table.columns.map((column) => column[row])));
}

function refreshTables() {
  document.querySelectorAll("details[data-table][open]").forEach((one) => {
    const table = tables[one.dataset.table];
    if (table) fillTable(one.querySelector(".scroll"), table());
  });
}

function paintKeys() {
  document.querySelectorAll(".swatch").forEach((swatch) => paint(swatch, colour(swatch.dataset.colour), swatch.dataset.pattern));
}

function paint(swatch, base, pattern) {
  const mark = colour("$paper");
  const stripes = (angle) => `repeating-linear-gradient(${angle}deg, transparent 0 4px, ${mark} 4px 6px)`;
  const drawings = {
    "/": stripes(-45), "\\": stripes(45), "-": stripes(0), x: `${stripes(45)}, ${stripes(-45)}`,
    ".": `radial-gradient(${mark} 1.3px, transparent 1.6px) 0 0 / 5px 5px`,
  };
  swatch.style.background = pattern ? `${drawings[pattern]}, ${base}` : base;
}

// Plotly reads a little HTML in its labels.
function plain(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function folded(text, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines.length - 1;
    if (lines[last] && lines[last].length + word.length >= most) lines.push(word);
    else lines[last] = `${lines[last]} ${word}`.trim();
  }
  return lines;
}
