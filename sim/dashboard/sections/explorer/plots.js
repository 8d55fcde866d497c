// The explorer's other views: what matters, the scatter, the table of runs, and runs over time.

const PAGE_OF_ROWS = 50, MOST_DOTS = 20000, MOST_TRAILS = 300;
const FEW = 5; // levels of a number that have room beside each other

function drawStrengths() {
  const { columns, body } = explorer, outcomes = columns.filter((column) => column.of === "run");
  const chosen = outcomes.includes(columnOr(state.matter, 0)) ? columnOr(state.matter, 0) : outcomes[0], place = outcomes.indexOf(chosen);
  byId("explorer-matter").value = chosen.key;
  const rows = body.strength.map((one, factor) => ({ ...one, column: columns[factor], value: one.values[place] }));
  rows.sort((a, b) => Math.abs(b.value || 0) - Math.abs(a.value || 0));
  const lines = rows.map(({ column, value, clear, signed }) => {
    const number = value === null ? "none" : signed ? `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(2)}` : value.toFixed(2);
    const bar = made("span", { className: value < 0 ? "explorer-bar down" : "explorer-bar" });
    bar.style.width = `${Math.round(100 * Math.abs(value || 0))}%`;
    const button = made("button", { type: "button", textContent: "Axis" });
    button.setAttribute("aria-label", `Put on an axis: ${column.name}`);
    button.addEventListener("click", () => putOnAxes(column, true));
    return made("tr", {}, made("th", { scope: "row", textContent: column.name }), made("td", { className: clear[place] ? "n strong" : "n", textContent: number }), made("td", {}, bar), made("td", {}, button));
  });
  const head = ["Factor", "Strength", "Size", "Axis"].map((textContent) => made("th", { scope: "col", textContent }));
  byId("explorer-strengths").replaceChildren(made("thead", {}, made("tr", {}, ...head)), made("tbody", {}, ...lines));
}

const FRAME = { left: 56, right: 16, top: 12, bottom: 40, height: 340 };

// Room of a figure with its two axes: what is across and up, in words, with marks at their ends and the middle.
function framed(canvas, across, up) {
  const style = getComputedStyle(canvas.parentElement);
  const width = canvas.parentElement.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight);
  const pen = fresh(canvas, width, FRAME.height), wide = width - FRAME.left - FRAME.right, high = FRAME.height - FRAME.top - FRAME.bottom;
  const x = (part) => FRAME.left + wide * part, y = (part) => FRAME.top + high * (1 - part);
  for (const [part, word] of up) {
    pen.fillStyle = colour("$grid");
    pen.fillRect(FRAME.left, y(part), wide, 1);
    pen.fillStyle = colour("$soft");
    pen.textAlign = "right";
    pen.fillText(shortened(word, 8), FRAME.left - 6, y(part) + 4);
  }
  for (const [part, word] of across) {
    pen.textAlign = part === 0 ? "left" : part === 1 ? "right" : "center";
    pen.fillText(shortened(word, Math.floor(wide / across.length / 7)), x(part), FRAME.height - 20);
  }
  return { pen, x, y, width };
}

function marksOf(column) {
  if (column.words) return column.words.map((word, place) => [placeOn(column, place), word]);
  const parts = column.high > column.low ? [0, 0.5, 1] : [0.5];
  return parts.map((part) => [part, saidOnAxis(column, column.low + (column.high - column.low) * (column.high > column.low ? part : 0))]);
}

// Runs at one of a few levels lie side by side, by a number of their own that is the same every time.
function beside(column, row) {
  const levels = (column.words || column.values || []).length;
  return levels && (column.words || levels <= FEW) ? (((row * 2654435761) % 1000) / 1000 - 0.5) * Math.min(0.3, 0.5 / levels) : 0;
}

// What would lie beyond an end lies as far within it.
const inside = (part) => (part < 0 ? -part : part > 1 ? 2 - part : part);

function drawScatter() {
  const [across, up] = pairShown(), xs = valuesOf(across), ys = valuesOf(up);
  byId("explorer-x").value = across.key;
  byId("explorer-y").value = up.key;
  const { pen, x, y } = framed(byId("explorer-points"), marksOf(across), marksOf(up));
  const at = (row) => [x(inside(placeOn(across, xs[row]) + beside(across, row))), y(inside(placeOn(up, ys[row]) + beside(up, row + 7)))];
  const dots = (rows, ink, size) => {
    pen.fillStyle = colour(ink);
    for (const row of rows) {
      const [left, top] = at(row);
      if (Number.isFinite(left) && Number.isFinite(top)) pen.fillRect(left - size / 2, top - size / 2, size, size);
    }
  };
  if (explorer.chosen.length < explorer.count) dots(thinned(Array.from(explorer.mask.keys()), MOST_DOTS), "$quiet", 2.5);
  const size = explorer.chosen.length > 3000 ? 2.5 : 4;
  pen.globalAlpha = explorer.chosen.length > 1000 ? 0.6 : 0.85;
  dots(thinned(explorer.chosen, MOST_DOTS), "$accent", size);
  pen.globalAlpha = 1;
  if (explorer.marked !== undefined) {
    const [left, top] = at(explorer.marked);
    pen.strokeStyle = colour("$ink");
    pen.lineWidth = 2.5;
    pen.beginPath();
    pen.arc(left, top, 7, 0, 2 * Math.PI);
    pen.stroke();
  }
  explorer.dotAt = at;
}

function markNearest(event) {
  let best = Infinity, found;
  for (const row of explorer.chosen) {
    const [left, top] = explorer.dotAt(row), far = (left - event.offsetX) ** 2 + (top - event.offsetY) ** 2;
    if (far < best) { best = far; found = row; }
  }
  if (best < 900) change({ run: runName(found) });
}

const tableColumns = () => [...new Set([...explorer.axes, ...explorer.brushes.keys(), ...pairShown()])];

function sortedRows() {
  const down = state.sort.startsWith("-"), column = explorer.byKey.get(state.sort.replace(/^-/, ""));
  if (!column) return explorer.chosen;
  const values = valuesOf(column), sign = down ? -1 : 1;
  const known = (row) => Number.isFinite(values[row]);
  return explorer.chosen.slice().sort((a, b) => (known(a) && known(b) ? sign * (values[a] - values[b]) || a - b : Number(known(b)) - Number(known(a)) || a - b));
}

function headCell(column) {
  const sorted = state.sort === column.key ? "ascending" : state.sort === `-${column.key}` ? "descending" : "none";
  const arrow = { ascending: " ▲", descending: " ▼", none: "" }[sorted];
  const button = made("button", { type: "button", textContent: `${column.brief}${arrow}`, title: column.name });
  button.dataset.key = column.key;
  button.addEventListener("click", () => change({ sort: sorted === "descending" ? column.key : `-${column.key}` }));
  const cell = made("th", { scope: "col" }, button);
  cell.setAttribute("aria-sort", sorted);
  return cell;
}

function bodyRow(row, columns) {
  const button = made("button", { type: "button", textContent: runName(row) });
  button.dataset.run = runName(row);
  button.setAttribute("aria-pressed", String(row === explorer.marked));
  button.addEventListener("click", () => change({ run: runName(row) }));
  const cells = columns.map((column) => made("td", { className: column.words ? "" : "n", textContent: said(column, valuesOf(column)[row]) }));
  return made("tr", { className: row === explorer.marked ? "marked" : "" }, made("th", { scope: "row" }, button), ...cells);
}

function drawTable() {
  const rows = sortedRows(), columns = tableColumns(), table = byId("explorer-table"), last = Math.max(0, rows.length - 1);
  explorer.first = Math.min(explorer.first, last - (last % PAGE_OF_ROWS));
  const shown = rows.subarray(explorer.first, explorer.first + PAGE_OF_ROWS);
  const { key, run } = table.contains(document.activeElement) ? document.activeElement.dataset : {};
  const head = made("tr", {}, made("th", { scope: "col", textContent: "Run" }), ...columns.map(headCell));
  table.replaceChildren(made("thead", {}, head), made("tbody", {}, ...Array.from(shown, (row) => bodyRow(row, columns))));
  const again = key !== undefined || run !== undefined ? [...table.querySelectorAll("button")].find((one) => (key === undefined ? one.dataset.run === run : one.dataset.key === key)) : null;
  if (again) again.focus({ preventScroll: true });
  byId("explorer-page").textContent = rows.length ? `Rows ${(explorer.first + 1).toLocaleString("en")} to ${(explorer.first + shown.length).toLocaleString("en")} of ${counted(rows.length, "selected run")}. A run is named by the numbers of its version and of itself; its button marks it in every view. The heading of a column sorts.` : "No run lies within all brushes.";
  byId("explorer-before").disabled = explorer.first === 0;
  byId("explorer-after").disabled = explorer.first + PAGE_OF_ROWS >= rows.length;
}

function turnPage(step) {
  explorer.first = Math.max(0, explorer.first + step * PAGE_OF_ROWS);
  drawTable();
}

function saveRuns() {
  if (explorer.body.served) { saveAs(`runs.csv?brush=${encodeURIComponent(state.brush)}`, "selected-runs.csv"); return; }
  const { columns, chosen, points, at, replicates } = explorer;
  const exact = (column, value) => (!Number.isFinite(value) ? null : column.words ? column.words[value] : column.bytes === 1 ? value : Number(value.toPrecision(7)));
  const rows = Array.from(chosen, (row) => [points[at[row]], replicates[row], ...columns.map((column) => exact(column, valuesOf(column)[row]))]);
  save("selected-runs", ["point", "replicate", ...columns.map((column) => column.key)], rows);
}

function trailOf(outcome, place) {
  outcome.all ||= decodedColumn(outcome);
  const { length } = explorer.body.paths.weeks;
  return outcome.all.subarray(place * length, (place + 1) * length);
}

// Weeks of the marked run: those on the page, or on a served page what its server has, once it has arrived.
function markedTrail(outcome) {
  const { paths, served } = explorer.body, mark = paths.runs.indexOf(explorer.marked);
  if (mark >= 0 || !served || explorer.marked === undefined) return mark < 0 ? null : trailOf(outcome, mark);
  const name = `key=${encodeURIComponent(outcome.key)}&run=${runName(explorer.marked)}`;
  outcome.more ||= new Map();
  if (outcome.more.has(name)) return outcome.more.get(name);
  outcome.more.set(name, null);
  asked(`weeks?${name}`).then((bytes) => {
    const both = new Float64Array(bytes), known = new Map(Array.from(both.subarray(0, both.length / 2), (week, at) => [week, both[both.length / 2 + at]]));
    if (!known.size) return;
    outcome.more.set(name, paths.weeks.map((week) => known.get(week) ?? NaN));
    drawTrails();
  }).catch(() => outcome.more.delete(name));
  return null;
}

function drawTrails() {
  const { paths } = explorer.body;
  if (!paths) return;
  const outcome = paths.outcomes.find((one) => one.key === state.trail) || paths.outcomes[0], last = paths.weeks.length - 1;
  byId("explorer-path").value = outcome.key;
  const places = [...paths.runs.keys()].filter((place) => explorer.mask[paths.runs[place]]), drawn = thinned(places, MOST_TRAILS);
  const dates = last ? [[0, paths.dates[0]], [0.5, paths.dates[last >> 1]], [1, paths.dates[last]]] : [[0, paths.dates[0]]];
  const { pen, x, y } = framed(byId("explorer-trails"), dates, [[0, "0%"], [0.5, "50%"], [1, "100%"]]);
  const line = (values, ink, width, alpha) => {
    Object.assign(pen, { strokeStyle: colour(ink), lineWidth: width, globalAlpha: alpha });
    pen.beginPath();
    values.forEach((value, week) => pen[week && Number.isFinite(values[week - 1]) ? "lineTo" : "moveTo"](x(last ? week / last : 0), y(value)));
    pen.stroke();
    pen.globalAlpha = 1;
  };
  drawn.forEach((place) => line(trailOf(outcome, place), "$accent", 1, Math.max(0.12, Math.min(0.6, 12 / drawn.length))));
  const middle = paths.weeks.map((_, week) => medianOf(places.map((place) => trailOf(outcome, place)[week])));
  const marked = markedTrail(outcome);
  if (places.length) line(middle, "$challenger", 3, 1);
  if (marked) line(marked, "$ink", 2.5, 1);
  const name = explorer.marked === undefined ? "" : runName(explorer.marked);
  const held = paths.runs.length < paths.kept ? `${paths.runs.length.toLocaleString("en")} of the ${counted(paths.kept, "run")} kept over time are on the page` : `${counted(paths.kept, "run")} of ${explorer.count.toLocaleString("en")} ${paths.kept === 1 ? "was" : "were"} kept over time`;
  byId("explorer-paths-said").textContent = `${held}; of these, ${places.length.toLocaleString("en")} selected${drawn.length < places.length ? ` (${drawn.length} drawn)` : ""}. Thick, in colour: their median week by week. ${marked ? `Dark: the marked run, ${name}.` : `The weeks of the marked run, ${name || "none"}, are not here.`}`;
  const number = (value) => (Number.isFinite(value) ? `${(100 * value).toFixed(1)}%` : "");
  const head = ["Week", "Week from", "Median of the selected", `Run ${name}`].map((textContent) => made("th", { scope: "col", textContent }));
  const rows = paths.weeks.map((week, at) => made("tr", {}, ...[String(week), paths.dates[at], number(middle[at]), marked ? number(marked[at]) : ""].map((textContent) => made("td", { className: "n", textContent }))));
  byId("explorer-weeks").replaceChildren(made("thead", {}, made("tr", {}, ...head)), made("tbody", {}, ...rows));
}
