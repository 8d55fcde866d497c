// Axes of the runs side by side on a canvas: a histogram each, at most 300 lines, brushed by mouse; by key below them.

const AXES = { top: 78, height: 300, bottom: 22, left: 14, least: 96, lines: 300, bins: 24, few: 255, steps: 10000, level: 22, bar: 32 };

function axisAt(place, step) {
  return AXES.left + place * step;
}

const heightOf = (column, value) => AXES.top + AXES.height * (1 - placeOn(column, value));

// Ascending different values of a column that has few; null of many.
function fewValues(column) {
  if (column.bytes === 1) return column.values;
  const found = new Set();
  for (const value of column.bytes === 2 ? [] : valuesOf(column)) if (Number.isFinite(value) && found.add(value).size > AXES.few) return null;
  return found.size ? Float64Array.from(found).sort() : null;
}

// The smallest difference of ascending values, where all others are multiples of it; else 0.
function stepOf(values) {
  const step = values.slice(1).reduce((least, value, place) => Math.min(least, value - values[place]), Infinity);
  if (!(values.at(-1) - values[0] <= AXES.steps * step)) return 0; // bins hold so many multiples that one more or less is not seen
  return values.every((value) => { const place = (value - values[0]) / step; return Math.abs(place - Math.round(place)) < 1e-6; }) ? step : 0;
}

// Middle of the first bin, width and number of bins. Values that are multiples of a step, as counts are, have bins of whole steps:
// else some would hold more of the possible values than others, and bars stand like the teeth of a comb. Few different values
// have few bins.
function binning(column) {
  const { low, high, words } = column;
  if (words) return { first: 0, width: 1, count: words.length };
  if (!(high > low)) return { first: low, width: 1, count: 1 };
  const few = fewValues(column), step = few ? stepOf(few) : 0, most = few ? Math.min(AXES.bins, 5 + Math.floor(Math.sqrt(few.length))) : AXES.bins;
  if (!step) return { first: low + (high - low) / most / 2, width: (high - low) / most, count: most };
  const places = Math.round((high - low) / step) + 1, least = places > AXES.bins ? Math.ceil(places / most) : 1;
  const each = [...Array(least + 1).keys()].map((more) => least + more).find((one) => places % one === 0) || least;
  return { first: low + (step * (each - 1)) / 2, width: each * step, count: Math.ceil(places / each) };
}

function binsOf(column) {
  if (!column.bins) {
    const { first, width, count } = column.binning = binning(column);
    const bin = (value) => Math.max(0, Math.min(count - 1, Math.floor((value - first) / width + 0.5)));
    column.bins = Uint8Array.from(valuesOf(column), (value) => (Number.isFinite(value) ? bin(value) : 255));
    column.all = counted8(column.bins, null, count);
  }
  return column.bins;
}

function counted8(bins, mask, count) {
  const found = new Float64Array(count);
  for (let row = 0; row < bins.length; row += 1) if (bins[row] < count && (!mask || mask[row])) found[bins[row]] += 1;
  return found;
}

function drawHistogram(pen, column, x, room) {
  const bins = binsOf(column), count = column.all.length, few = counted8(bins, explorer.mask, count), most = Math.max(...column.all, 1);
  const { first, width } = column.binning, thick = column.words ? Math.min(AXES.level, AXES.height / count) : Math.min(AXES.bar, (AXES.height * width) / Math.max(column.high - column.low, width));
  for (const [counts, ink] of [[column.all, "$quiet"], [few, "$accent"]]) {
    pen.fillStyle = colour(ink);
    counts.forEach((one, bin) => {
      const middle = heightOf(column, first + bin * width);
      if (one) pen.fillRect(x + 1, middle - thick / 2 + 0.5, Math.max(1, (one / most) * room), thick - 1);
    });
  }
}

function drawRunLine(pen, row, step) {
  pen.beginPath();
  let down = false;
  explorer.axes.forEach((column, place) => {
    const value = valuesOf(column)[row];
    if (!Number.isFinite(value)) { down = false; return; }
    pen[down ? "lineTo" : "moveTo"](axisAt(place, step), heightOf(column, value));
    down = true;
  });
  pen.stroke();
}

// Text with a rim of the ground, so that lines do not run through it.
function rimmed(pen, text, x, y) {
  pen.lineWidth = 4;
  pen.strokeStyle = colour("$card");
  pen.strokeText(text, x, y);
  pen.fillText(text, x, y);
}

function drawAxis(pen, column, place, step) {
  const x = axisAt(place, step), letters = Math.max(6, Math.floor(step / 6.6));
  pen.strokeStyle = colour("$soft");
  pen.lineWidth = 1;
  pen.strokeRect(x, AXES.top, 0, AXES.height);
  pen.fillStyle = colour("$ink");
  const lines = folded(column.brief, letters);
  const cut = lines.length > 4 ? [...lines.slice(0, 3), shortened(lines.slice(3).join(" "), letters)] : lines;
  cut.forEach((line, row) => pen.fillText(line, x - 8, 12 + 14 * row));
  const marks = column.words ? [...column.words.keys()] : column.high > column.low ? [column.low, column.high] : [column.low];
  pen.fillStyle = colour("$soft");
  const under = (mark) => (column.words ? -14 : mark === column.low ? 14 : -4); // words above their bar, ends beyond theirs
  for (const mark of marks) if (Number.isFinite(mark)) rimmed(pen, shortened(saidOnAxis(column, mark), letters), x + 3, heightOf(column, mark) + under(mark));
  const brush = explorer.brushes.get(column);
  if (!brush) return;
  const within = (value) => Math.max(AXES.top - 4, Math.min(AXES.top + AXES.height + 4, value));
  const [from, to] = [within(heightOf(column, brush[1]) - 3), within(heightOf(column, brush[0]) + 3)];
  pen.strokeStyle = colour("$ink");
  pen.lineWidth = 2;
  pen.strokeRect(x - 7, from, 14, Math.max(3, to - from));
}

function drawAxes() {
  const canvas = byId("explorer-lines"), shown = explorer.axes;
  const width = Math.max(canvas.parentElement.clientWidth - 2, document.documentElement.classList.contains("printing") ? 0 : shown.length * AXES.least);
  const step = (width - AXES.left) / shown.length, pen = fresh(canvas, width, AXES.top + AXES.height + AXES.bottom);
  explorer.step = step;
  shown.forEach((column, place) => drawHistogram(pen, column, axisAt(place, step), step * 0.36));
  pen.strokeStyle = colour("$accent");
  pen.lineWidth = 1;
  const lines = thinned(explorer.chosen, AXES.lines);
  pen.globalAlpha = Math.max(0.16, Math.min(0.7, 20 / lines.length));
  lines.forEach((row) => drawRunLine(pen, row, step));
  pen.globalAlpha = 1;
  if (explorer.marked !== undefined) {
    pen.strokeStyle = colour("$ink");
    pen.lineWidth = 2.5;
    drawRunLine(pen, explorer.marked, step);
  }
  shown.forEach((column, place) => drawAxis(pen, column, place, step));
}

// Two values of an axis as the ends of a brush: whole levels of words.
function endsOf(column, one, other) {
  const ends = [one, other].map((value) => Math.min(column.high, Math.max(column.low, column.words ? Math.round(value) : value)));
  return ends.sort((a, b) => a - b);
}

function connectAxes() {
  const canvas = byId("explorer-lines");
  let held = null, waiting = 0;
  const valueAt = (column, y) => column.low + (column.high - column.low) * (1 - (y - AXES.top) / AXES.height);
  canvas.addEventListener("pointerdown", (event) => {
    const place = Math.round((event.offsetX - AXES.left) / explorer.step), column = explorer.axes[place];
    if (!column || event.button || Math.abs(event.offsetX - axisAt(place, explorer.step)) > 28) return;
    held = { column, from: event.offsetY, to: event.offsetY };
    canvas.setPointerCapture(event.pointerId);
  });
  const brushHeld = () => (Math.abs(held.to - held.from) < 4 ? null : endsOf(held.column, valueAt(held.column, held.from), valueAt(held.column, held.to)));
  canvas.addEventListener("pointermove", (event) => {
    if (!held) return;
    held.to = event.offsetY;
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => {
      if (!held || !brushHeld()) return;
      explorer.brushes.set(held.column, brushHeld());
      select(explorer.brushes);
      drawAxes();
    });
  });
  canvas.addEventListener("pointerup", (event) => {
    if (!held) return;
    held.to = event.offsetY;
    const { column } = held, ends = brushHeld();
    held = null;
    setBrush(column, ends); // a click clears the axis
  });
  canvas.addEventListener("pointercancel", () => { held = null; drawExplorer(); });
}

const made = (tag, properties = {}, ...children) => {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
};

const NOTCHES = 200; // steps of a range by key

function brushControl(column) {
  const notches = column.words ? Math.max(1, column.words.length - 1) : NOTCHES;
  const valueOf = (input) => column.low + ((column.high - column.low) * Number(input.value)) / notches;
  const inputs = ["lowest", "highest"].map((end) => made("input", { type: "range", min: 0, max: notches, step: 1, disabled: !(column.high > column.low) }));
  const words = made("p", { className: "small" });
  const apply = () => setBrush(column, inputs.every((one, place) => Number(one.value) === place * notches) ? null : endsOf(column, ...inputs.map(valueOf)));
  inputs.forEach((input) => input.addEventListener("input", apply));
  const labels = ["From", "To"].map((word, place) => made("label", {}, made("span", { className: "unseen", textContent: `${word}: ${column.name}` }), inputs[place]));
  const show = () => {
    const ends = explorer.brushes.get(column) || [column.low, column.high];
    inputs.forEach((input, place) => {
      if (document.activeElement !== input) input.value = Math.round(placeOn(column, ends[place]) * notches);
      input.setAttribute("aria-valuetext", said(column, ends[place]));
    });
    words.textContent = !Number.isFinite(column.low) ? "no values" : column.low === column.high ? `always ${said(column, column.low)}` : `${said(column, ends[0])} to ${said(column, ends[1])}${explorer.brushes.has(column) ? "" : ", all"}`;
  };
  return { node: made("fieldset", {}, made("legend", { textContent: column.name }), words, ...labels), show };
}

function drawBrushes() {
  const shown = [...new Set([...explorer.axes, ...explorer.brushes.keys()])], key = shown.map((column) => column.place).join();
  if (explorer.controlled !== key) {
    explorer.controls = shown.map(brushControl);
    byId("explorer-brushes").replaceChildren(...explorer.controls.map((one) => one.node));
    explorer.controlled = key;
  }
  explorer.controls.forEach((one) => one.show());
}

function connectChoice() {
  const boxes = explorer.columns.map((column) => {
    const box = made("input", { type: "checkbox" });
    box.addEventListener("change", () => putOnAxes(column, box.checked));
    byId("explorer-choice").append(made("label", {}, box, column.name));
    return box;
  });
  explorer.showChoice = () => boxes.forEach((box, place) => {
    box.checked = explorer.axes.includes(explorer.columns[place]);
    box.disabled = box.checked ? explorer.axes.length === 1 : explorer.axes.length >= explorer.body.mostAxes;
  });
}

function putOnAxes(column, on) {
  const rest = explorer.axes.filter((one) => one !== column);
  const next = on ? [column, ...rest.slice(0, explorer.body.mostAxes - 1)] : rest;
  change({ axes: next.map((one) => encodeURIComponent(one.key)).join(",") });
}
