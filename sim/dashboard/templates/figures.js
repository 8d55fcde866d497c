// Figures that Python specified: columns and traces are put together, themed, drawn, tabled, and saved as CSV.

const COLOURED = new Set(["color", "fillcolor", "bgcolor", "fgcolor"]);
const DATES = [{ dtickrange: ["M1", null], value: "%b<br>%Y" }, { dtickrange: [null, null], value: "%-d %b<br>%Y" }];
const tables = new Map(); // anchor -> function that gives { names, columns, note }; "ANCHOR:all" for the CSV where it has more
const CONFIG = { displayModeBar: false, showSendToCloud: false, displaylogo: false, scrollZoom: false, doubleClick: false, showAxisDragHandles: false };

function filled(part, columns) {
  if (Array.isArray(part)) return part.map((one) => filled(one, columns));
  if (part === null || typeof part !== "object") return part;
  if ("$" in part) return columns[part.$];
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, coloured(key, value, columns)]));
}

function coloured(key, value, columns) {
  if (key === "colorscale") return value.map(([place, name]) => [place, colour(name)]);
  return COLOURED.has(key) && typeof value === "string" ? colour(value) : filled(value, columns);
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
    const across = width - (whole.margin?.l ?? 80) - (whole.margin?.r ?? 80);
    if (key.startsWith("x") && !whole[key].type && !whole[key].tickvals) Object.assign(whole[key], { tickangle: 0, nticks: Math.min(whole[key].nticks ?? 8, Math.max(2, Math.floor(across / 60))) });
    if (whole[key].type === "date") Object.assign(whole[key], { tickangle: 0, tickformatstops: DATES, nticks: Math.max(3, Math.floor(across / 62)) });
  }
  return whole;
}

const unescaped = (text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");

const HEADING_LINES = 3, HEADING_EDGE = 14;

// A heading and what stands under it in the lines that there is room for: the heading gives way first.
function foldedHeading(name, below, most, room) {
  const under = below ? foldedTo(below, most, Math.max(1, room - 1)) : [];
  return [foldedTo(name, most, Math.max(1, room - under.length)), under];
}

// Headings of rows, folded to the figure's width and begun within it; a heading that was cut is shown in full on pointing at it.
function headed(layout, width) {
  const most = Math.floor((width - 64) / 8);
  const fit = (one) => {
    if (one.xref !== "paper" || one.x !== 0 || !one.text) return one;
    const bold = one.text.startsWith("<b>"), [name, below = ""] = one.text.split("<br>").map((line) => unescaped(line.replaceAll(/<\/?b>/g, "")));
    const [lines, under] = foldedHeading(name, below, most, one.yanchor === "bottom" ? HEADING_LINES : 1);
    const text = [...lines.map(plain).map((line) => (bold ? `<b>${line}</b>` : line)), ...under.map(plain)].join("<br>");
    const xshift = Math.max(one.xshift || 0, HEADING_EDGE - (layout.margin?.l ?? 80));
    return { ...one, text, xshift, ...(text.includes("…") ? { hovertext: plain(`${name} ${below}`.trim()) } : {}) };
  };
  return layout.annotations ? { ...layout, annotations: layout.annotations.map(fit) } : layout;
}

const NAME_LETTER = 7, NAME_LINE = 15;

// Names beside rows in at most two lines, those above columns slanted in one, or only some of them, as there is room for.
function labelled({ margin, xaxis, yaxis, ...layout }, width) {
  const names = yaxis.ticktext.map(unescaped);
  const l = Math.min(margin.l, Math.floor(0.38 * width), 14 + NAME_LETTER * Math.max(...names.map((name) => name.length)));
  const most = Math.floor((l - 10) / NAME_LETTER), beside = names.map((name) => foldedTo(name, most, 2).map(plain).join("<br>"));
  const common = { ...layout, yaxis: { ...yaxis, ticktext: beside } };
  if (!xaxis.ticktext) return { ...common, margin: { ...margin, l }, xaxis };
  const slanted = xaxis.ticktext.map((name) => shortened(unescaped(name), Math.min(Math.floor(1.3 * margin.t / NAME_LETTER), most)));
  const r = Math.max(margin.r, Math.ceil(0.75 * NAME_LETTER * slanted.at(-1).length));
  const step = Math.ceil(NAME_LINE * slanted.length / (width - l - r)), some = (list) => list.filter((_, place) => place % step === 0);
  return { ...common, margin: { ...margin, l, r }, xaxis: { ...xaxis, tickvals: some(xaxis.tickvals), ticktext: some(slanted).map(plain) } };
}

function plot(room, traces, layout) {
  const width = room.clientWidth;
  const named = traces.map((trace, place) => ({ uid: `trace${place}`, ...trace })); // else Plotly draws lots for their names
  return Plotly.react(room, named, { ...themed(headed(layout, width), width), width }, CONFIG);
}

const picked = new Map(); // anchor -> key of the state that says which of a figure's bodies is shown, where it is not the version

function bodyOf(room) {
  const { figure } = room.dataset, bodies = data.figures[figure];
  return bodies.length === 1 ? bodies[0] : bodies[state[picked.get(figure) || "point"]];
}

const isPrinting = () => document.documentElement.classList.contains("printing");

// A figure as it is shown: in its short form, if it has one, unless a viewer asks for all rows, and never on paper.
function shownOf(room) {
  const body = bodyOf(room);
  if (!body || !body.brief || isPrinting() || room.parentElement.querySelector(".left-out details").open) return body;
  const stays = ({ yaxis = "y" }) => Object.hasOwn(body.brief.layout, yaxis.replace("y", "yaxis"));
  return { ...body, ...body.brief, traces: body.traces.filter(stays) };
}

function sayLeftOut(room) {
  const brief = bodyOf(room)?.brief, line = room.parentElement.querySelector(".left-out");
  line.hidden = !brief;
  if (brief) line.firstElementChild.textContent = brief.words;
}

// Room for each figure before it is drawn, so that the page does not jump.
function reserve(room) {
  const body = shownOf(room);
  sayLeftOut(room);
  if (body) room.style.height = `${body.height}px`;
}

// A section may add to the x axes of its figures (`across`), and have some rows of its columns drawn: what an axis alone cuts
// off is hidden, and yet lies over the figures beside it.
function drawFigure(room, across = null, rows = null) {
  const body = shownOf(room);
  room.hidden = !body;
  room.parentElement.querySelector(".absent").hidden = Boolean(body);
  reserve(room);
  if (!body) return;
  room.setAttribute("aria-label", `${room.parentElement.querySelector("h3").textContent}. ${body.summary}`);
  const columns = rows ? body.columns.map((column) => rows.map((row) => column[row])) : body.columns;
  const layout = filled(body.layout, columns), names = layout.yaxis?.ticktext;
  if (across) layout.xaxis = { ...layout.xaxis, ...across };
  plot(room, filled(body.traces, columns), { ...(names ? labelled(layout, room.clientWidth) : layout), height: body.height });
  if (!names) return;
  entitle(room, ".ytick text", names.map(unescaped));
}

function cell(value) {
  if (value === null || value === undefined) return "";
  return typeof value === "number" ? String(value) : value;
}

// A value for people: a number below zero has a minus sign instead of a hyphen, also where it is an exponent.
const shownAs = (value) => (typeof value === "number" ? String(value).replaceAll("-", "−") : cell(value));

function fillTable(room, table) {
  const whole = document.createElement("table"), head = whole.createTHead().insertRow(), body = whole.createTBody();
  table.names.forEach((name, place) => {
    const className = table.columns[place].some((one) => typeof one === "number") ? "n" : "";
    head.append(Object.assign(document.createElement("th"), { scope: "col", textContent: name, className }));
  });
  const rows = [...table.columns[0].keys()];
  for (const row of rows) {
    const line = body.insertRow();
    for (const column of table.columns) {
      const one = line.insertCell();
      one.textContent = shownAs(column[row]);
      if (typeof column[row] === "number") one.className = "n";
    }
  }
  const note = document.createElement("caption");
  note.className = "how";
  note.textContent = `${counted(rows.length, "row")}, ${counted(table.names.length, "column")}. ${table.note || ""}`;
  whole.prepend(note);
  room.replaceChildren(whole);
}

const counted = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

// A spreadsheet runs a text cell that starts so as a formula, also with full-width signs and behind blanks.
function csvCell(value) {
  let text = cell(value);
  if (typeof value === "string" && /^(?:\s*[=+\-@＝＋－＠]|[\t\r\n])/.test(text)) text = `'${text}`;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save(name, names, rows) {
  const text = [names, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n");
  saveAs(URL.createObjectURL(new Blob([`${text}\r\n`], { type: "text/csv" })), `${name}.csv`);
}

// Have the browser save what is at an address of the page's own making.
function saveAs(address, name) {
  const link = Object.assign(document.createElement("a"), { href: address, download: `${data.name}-${name}`.replaceAll(/[^A-Za-z0-9.-]+/g, "-") });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

// A table that stands in the page itself; numbers are saved unrounded.
function rowsOf(table) {
  const [head, ...rows] = [...table.rows].map((row) => [...row.cells].map((one) => ("value" in one.dataset ? Number(one.dataset.value) : one.textContent)));
  return { names: head, columns: head.map((_, place) => rows.map((row) => row[place])) };
}

// Headings of a table, from a column on, as buttons that take a choice of the state: a column, or 0 for the order of the page.
function connectOrder(table, from, key) {
  [...table.tHead.rows[0].cells].slice(from).forEach((cell) => {
    const button = Object.assign(document.createElement("button"), { type: "button", textContent: cell.textContent });
    button.addEventListener("click", () => change({ [key]: state[key] === cell.cellIndex ? 0 : cell.cellIndex }));
    cell.replaceChildren(button);
  });
  [...table.tBodies[0].rows].forEach((row, place) => { row.dataset.place = place; });
}

// Rows in the order of one column: what is clear of chance first, and of that the largest. `data-ordered` names the column
// in whose order they are as long as none is chosen, where there is one.
function orderRows(table, column) {
  const heads = [...table.tHead.rows[0].cells], said = table.closest("figure").querySelector("[data-order]");
  const sizeOf = ({ cells }) => Math.abs(Number(cells[column].dataset.size || cells[column].dataset.value || 0));
  const isClear = ({ cells }) => cells[column].matches(".strong, .clear");
  const byPlace = (a, b) => a.dataset.place - b.dataset.place, bySize = (a, b) => isClear(b) - isClear(a) || sizeOf(b) - sizeOf(a) || byPlace(a, b);
  table.tBodies[0].append(...[...table.tBodies[0].rows].sort(column ? bySize : byPlace));
  heads.filter((cell) => cell.querySelector("button")).forEach((cell) => cell.setAttribute("aria-sort", cell.cellIndex === (column || Number(table.dataset.ordered)) ? "descending" : "none"));
  said.dataset.order = said.dataset.order || said.textContent;
  said.textContent = column ? `In the order of “${heads[column].textContent}”, what is clear of chance first. The same heading again gives the first order back.` : `${said.dataset.order} The heading of a column orders by it.`;
}

function saveFigure(anchor) {
  const table = (tables.get(`${anchor}:all`) || tables.get(anchor))();
  save(anchor, table.names, Array.from(table.columns[0].keys(), (row) => table.columns.map((column) => column[row])));
}

function refreshTable(one) {
  const table = tables.get(one.dataset.table);
  if (one.open && table) fillTable(one.querySelector(".scroll"), table());
}

const refreshTables = () => document.querySelectorAll("details[data-table][open]").forEach(refreshTable);

// A choice that its box may cut stands below it in full on a narrow screen, and in its tooltip on any.
function spellChoices() {
  document.querySelectorAll("select").forEach((select) => {
    const words = select.selectedOptions.length ? select.selectedOptions[0].textContent : "";
    select.title = words;
    let whole = select.parentElement.querySelector(".chosen");
    if (!whole) {
      whole = Object.assign(document.createElement("span"), { className: "chosen" });
      whole.setAttribute("aria-hidden", "true");
      select.after(whole);
    }
    whole.textContent = words.length > 30 ? words : "";
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
  swatch.dataset.pattern = pattern || "";
  swatch.style.background = pattern ? `${drawings[pattern]}, ${base}` : base;
}

// Plotly reads a little HTML in its labels.
function plain(text) {
  return String(text).replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

// Words in lines of at most so many letters; a longer word is shortened.
function folded(text, most) {
  const lines = [""];
  for (const word of text.split(" ").map((one) => shortened(one, most))) {
    const last = lines.length - 1;
    if (lines[last] && lines[last].length + word.length >= most) lines.push(word);
    else lines[last] = `${lines[last]} ${word}`.trim();
  }
  return lines;
}

// The same in so many lines at most, of which the last is shortened.
function foldedTo(text, most, room) {
  const lines = folded(text, most);
  return lines.length > room ? [...lines.slice(0, room - 1), shortened(lines.slice(room - 1).join(" "), most)] : lines;
}

function shortened(text, most) {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("").trimEnd()}…`;
}

// The whole of a name that may be shortened, for those who point at it.
function entitle(room, selector, names) {
  room.querySelectorAll(selector).forEach((label, place) => {
    if (names[place] === undefined) return;
    label.prepend(svg("title", {}, names[place]));
    label.style.pointerEvents = "all";
  });
}

function svg(tag, attributes, text) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  Object.entries(attributes).forEach(([key, value]) => node.setAttribute(key, value));
  if (text !== undefined) node.textContent = text;
  return node;
}
