// Start: unpack the library, draw everything, connect the controls.

async function unpack(id) {
  const packed = atob(byId(id).textContent);
  const bytes = new Uint8Array(packed.length);
  for (let place = 0; place < packed.length; place += 1) bytes[place] = packed.charCodeAt(place);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

async function loadPlotly() {
  const script = document.createElement("script");
  script.textContent = await unpack("plotly");
  document.head.append(script);
}

function drawFigures() {
  paintKeys();
  figureRooms().forEach(drawFigure);
}

function connectLinks() {
  document.querySelectorAll('a[href^="#"]').forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(link.getAttribute("href").slice(1));
  }));
}

function connect() {
  byId("theme").addEventListener("click", () => change({ theme: isDark() ? "light" : "dark" }));
  if (byId("point")) byId("point").addEventListener("change", (event) => change({ point: Number(event.target.value) }));
  document.querySelectorAll("table[data-rows]").forEach((one) => { tables.set(one.dataset.rows, () => rowsOf(one)); });
  document.querySelectorAll("[data-csv]").forEach((button) => button.addEventListener("click", () => saveFigure(button.dataset.csv)));
  document.querySelectorAll("details[data-table]").forEach((one) => one.addEventListener("toggle", refreshTables));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { applyTheme(); redraw(); });
  sections.filter((one) => one.connect).forEach((one) => one.connect());
  addEventListener("hashchange", () => {
    const next = readHash(), elsewhere = next.anchor !== state.anchor;
    change(next);
    if (elsewhere) goTo(next.anchor); // a step back within a section leaves the page where it is
  });
}

function redraw() {
  drawFigures();
  drawnSections().forEach((one) => one.draw());
}

// Printing is always in light, and as wide as the paper; what has not been drawn yet is drawn then.
function connectPrinting() {
  let before = "";
  const switchTo = (theme, printing) => {
    state.theme = theme;
    document.documentElement.classList.toggle("printing", printing);
    applyTheme();
    if (globalThis.Plotly) redraw();
  };
  addEventListener("beforeprint", () => { before = state.theme; switchTo("light", true); });
  addEventListener("afterprint", () => switchTo(before, false));
}

// Whoever prints a page as soon as it is loaded gets its figures too: an open frame holds loading back until `release`.
function holdLoading() {
  const frame = document.createElement("iframe");
  frame.hidden = true;
  document.body.append(frame);
  try {
    frame.contentDocument.open();
  } catch {
    frame.remove(); // no frames here: such a page is loaded before it is drawn
  }
  return () => { if (frame.contentDocument) frame.contentDocument.close(); frame.remove(); };
}

const drawnSections = () => sections.filter((one) => one.draw);
const figureRooms = () => [...document.querySelectorAll("[data-figure]")];
const breath = () => new Promise((resolve) => { setTimeout(resolve, 0); });

// The page can be used from the first figure on; the others follow one by one, those of the linked section first.
async function drawAll() {
  const linked = byId(state.anchor) ? byId(state.anchor).closest("section") : null;
  const near = (room) => Number(Boolean(linked) && linked.contains(room));
  const tasks = figureRooms().map((room) => ({ room, draw: () => drawFigure(room) }));
  tasks.push(...drawnSections().map((one) => ({ room: byId(one.room), draw: () => { whenChanged(one.redrawn, one.draw); one.draw(); } })));
  tasks.sort((a, b) => near(b.room) - near(a.room));
  for (const [place, { draw }] of tasks.entries()) {
    draw();
    if (place === 0) document.documentElement.dataset.ready = "yes";
    await breath();
  }
}

function connectResizing() {
  let width = innerWidth, waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    if (innerWidth !== width) waiting = setTimeout(() => { width = innerWidth; redraw(); }, 150);
  });
}

async function start() {
  applyTheme();
  connectLinks();
  Object.assign(data, JSON.parse(await unpack("bulk")));
  Object.assign(state, readHash());
  applyTheme();
  paintKeys();
  figureRooms().forEach(reserve);
  whenChanged(["theme"], applyTheme);
  whenChanged(["theme", "point"], drawFigures);
  if (byId("point")) byId("point").value = state.point;
  const library = loadPlotly();
  if (state.anchor) goTo(state.anchor);
  connectPrinting();
  await library;
  connect();
  const before = scrollY;
  await drawAll();
  connectResizing();
  whenChanged(Object.keys(choices), refreshTables);
  whenChanged(Object.keys(choices), spellChoices);
  spellChoices();
  if (state.anchor && scrollY === before) goTo(state.anchor);
  document.documentElement.dataset.drawn = "yes";
}

function admit(error) {
  byId("trouble").hidden = false;
  throw error;
}

start().catch(admit).finally(holdLoading());
