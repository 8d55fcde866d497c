// The explorer's one object: columns of the runs, what is brushed, and which run is marked. What a viewer chose is the
// page's state, by name: `run` (point.replicate), `x`, `y`, `matter`, `trail` (keys of columns), `axes` (keys), `brush`
// (key:low:high, ...), `sort` (key, with "-" in front for the largest first). The rest is worked out from it.
const explorer = { columns: [], axes: [], brushes: new Map(), mask: null, chosen: [], marked: 0, first: 0 };

function bytesOf(text) {
  const packed = atob(text), bytes = new Uint8Array(packed.length);
  for (let place = 0; place < packed.length; place += 1) bytes[place] = packed.charCodeAt(place);
  return bytes;
}

function decodedColumn(body) {
  const bytes = bytesOf(body.codes), values = body.values, steps = 65534;
  if (body.bytes === 1) return Float64Array.from(bytes, (code) => (code === 255 ? NaN : values[code]));
  const share = (code) => body.low * (1 - code / steps) + body.high * (code / steps);
  return Float64Array.from(new Uint16Array(bytes.buffer), (code) => (code === 65535 ? NaN : share(code)));
}

function openExplorer(body) {
  const whole = (text) => new Uint32Array(bytesOf(text).buffer);
  const of = (text) => (text === undefined ? null : whole(text)); // served pages ask for them later
  Object.assign(explorer, { body, count: body.runs, points: whole(body.points), at: of(body.at), replicates: of(body.replicates) });
  explorer.columns = body.columns.map((column, place) => ({ ...column, place, low: column.bytes === 1 ? Math.min(...column.values, Infinity) : column.low, high: column.bytes === 1 ? Math.max(...column.values, -Infinity) : column.high }));
  explorer.byKey = new Map(explorer.columns.map((column) => [column.key, column]));
  explorer.mask = new Uint8Array(explorer.count);
}

// Bytes that the server of this page has at an address below it.
async function asked(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}: ${await answer.text()}`);
  return answer.arrayBuffer();
}

// On a served page, wait until some columns are here; what is on the page is here already.
async function arrived(columns) {
  if (!explorer.body.served) return;
  if (!explorer.at) {
    const all = new Uint32Array(await asked("runs"));
    Object.assign(explorer, { at: all.subarray(0, explorer.count), replicates: all.subarray(explorer.count) });
  }
  const missing = columns.filter((column) => !column.run);
  await Promise.all(missing.map(async (column) => { column.run = new Float64Array(await asked(`column?key=${encodeURIComponent(column.key)}`)); }));
}

// Values of a column run by run, unpacked when first asked for.
function valuesOf(column) {
  if (!column.run) {
    const held = decodedColumn(column);
    column.run = column.of === "run" ? held : Float64Array.from(explorer.at, (at) => held[at]);
  }
  return column.run;
}

const runName = (row) => `${explorer.points[explorer.at[row]]}.${explorer.replicates[row]}`;

function rowOf(name) {
  if (!explorer.rows) explorer.rows = new Map(Array.from({ length: explorer.count }, (_, row) => [runName(row), row]));
  return explorer.rows.get(name);
}

const columnOr = (key, place) => explorer.byKey.get(key) || explorer.columns[place];

function said(column, value, digits = 5) {
  if (!Number.isFinite(value)) return "";
  if (column.words) return column.words[value] ?? "";
  return column.share ? `${(100 * value).toFixed(1)}%` : shownAs(Number(value.toPrecision(Math.abs(value) < 1000 ? digits : 5)));
}

// A value beside an axis: three digits, or as many more as tell the ends of the axis apart.
function saidOnAxis(column, value) {
  const apart = (digits) => said(column, column.low, digits) !== said(column, column.high, digits);
  return said(column, value, [3, 4].find(apart));
}

// Where a value lies on its axis, 0 to 1.
const placeOn = (column, value) => (column.high > column.low ? (value - column.low) / (column.high - column.low) : 0.5);

const keysOf = (text) => text.split(",").filter(Boolean).map(decoded);

function readChoices() {
  const named = keysOf(state.axes).map((key) => explorer.byKey.get(key)).filter(Boolean);
  const axes = named.length ? [...new Set(named)] : explorer.body.axes.map((place) => explorer.columns[place]);
  explorer.axes = axes.slice(0, explorer.body.mostAxes);
  explorer.brushes = new Map();
  for (const [key, ...ends] of state.brush.split(",").map((one) => one.split(":"))) {
    const column = explorer.byKey.get(decoded(key)), [low, high] = ends.map(Number);
    if (column && ends.length === 2 && low <= high) explorer.brushes.set(column, [low, high]);
  }
}

const brushText = (brushes) => [...brushes].map(([column, [low, high]]) => `${encodeURIComponent(column.key)}:${low}:${high}`).join(",");

function setBrush(column, ends) {
  const next = new Map(explorer.brushes);
  if (ends) next.set(column, ends);
  else next.delete(column);
  change({ brush: brushText(next) });
}

// Which runs every brush holds; brushes count also on axes that are not shown.
function select(brushes) {
  const { mask, count } = explorer;
  mask.fill(1);
  for (const [column, [low, high]] of brushes) {
    const values = valuesOf(column);
    for (let row = 0; row < count; row += 1) if (!(values[row] >= low && values[row] <= high)) mask[row] = 0;
  }
  const chosen = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < count; row += 1) if (mask[row]) { chosen[found] = row; found += 1; }
  explorer.chosen = chosen.subarray(0, found);
}

function medianOf(values) {
  const held = Float64Array.from(values).filter(Number.isFinite).sort();
  if (!held.length) return NaN;
  return (held[(held.length - 1) >> 1] + held[held.length >> 1]) / 2;
}

// The selected run nearest to the medians of the outcomes shown, each as a share of its range; one whose weeks were kept,
// if any is among them, so that it is there over time too.
function medianRun() {
  const shown = [...new Set([...explorer.axes, ...pairShown()])].filter((column) => column.of === "run" && column.high > column.low);
  const far = new Float64Array(explorer.chosen.length);
  for (const column of shown) {
    const values = valuesOf(column), middle = medianOf(explorer.chosen.length ? Array.from(explorer.chosen, (row) => values[row]) : []);
    explorer.chosen.forEach((row, place) => { far[place] += Number.isFinite(values[row]) ? Math.abs(values[row] - middle) / (column.high - column.low) : 1; });
  }
  const kept = new Set(explorer.body.paths?.runs), known = explorer.chosen.some((row) => kept.has(row));
  let best;
  far.forEach((one, place) => { if ((!known || kept.has(explorer.chosen[place])) && !(one >= far[best])) best = place; });
  return best === undefined ? undefined : explorer.chosen[best];
}

// At most so many of some rows, evenly spaced.
function thinned(rows, most) {
  if (rows.length <= most) return Array.from(rows);
  return Array.from({ length: most }, (_, place) => rows[Math.floor((place * rows.length) / most)]);
}

function pairShown() {
  return ["x", "y"].map((key, place) => columnOr(state[key], explorer.body.pair[place]));
}

// A canvas of so many CSS pixels, sharp and empty.
function fresh(canvas, width, height) {
  const ratio = Math.min(3, devicePixelRatio || 1), pen = canvas.getContext("2d");
  Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return pen;
}
