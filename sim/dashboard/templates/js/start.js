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

function filterNumbers() {
  const wanted = byId("search").value.toLowerCase(), kind = byId("kind").value;
  const rows = [...document.querySelectorAll("#numbers-table tbody tr")];
  rows.forEach((row) => { row.hidden = !((!kind || row.dataset.kind === kind) && row.textContent.toLowerCase().includes(wanted)); });
  byId("numbers-found").textContent = wanted || kind ? `${rows.filter((row) => !row.hidden).length} of ${rows.length}` : "";
}

function saveNumbers() {
  const rows = [...document.querySelectorAll("#numbers-table tr")].map((row) => [...row.cells].map((one) => one.textContent));
  save("parameters", rows[0], rows.slice(1).map((row) => row.map((text, place) => (place === 1 && text !== "" && Number.isFinite(Number(text)) ? Number(text) : text))));
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
  byId("search").addEventListener("input", filterNumbers);
  byId("kind").addEventListener("change", filterNumbers);
  byId("numbers-csv").addEventListener("click", saveNumbers);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { applyTheme(); redraw(); });
  addEventListener("hashchange", () => { const next = readHash(); change(next); goTo(next.anchor); });
}

function redraw() {
  drawFigures();
  if (data.alignment) drawAlignment();
  if (data.region) drawRegion();
  if (data.reasons) drawReasons();
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

const figureRooms = () => [...document.querySelectorAll("[data-figure]")];
const breath = () => new Promise((resolve) => { setTimeout(resolve, 0); });

// The page can be used from the first figure on; the others follow one by one, those of the linked section first.
async function drawAll() {
  const linked = byId(state.anchor) ? byId(state.anchor).closest("section") : null;
  const near = (room) => Number(Boolean(linked) && linked.contains(room));
  const tasks = figureRooms().map((room) => ({ room, draw: () => drawFigure(room) }));
  tasks.push({ room: byId("alignment"), draw: startAlignment }, { room: byId("map"), draw: startRegion }, { room: byId("why"), draw: startReasons });
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
  whenChanged(["point", "week", "view", "case", "posture"], refreshTables);
  whenChanged(["point", "view", "case", "posture"], spellChoices);
  spellChoices();
  if (state.anchor && scrollY === before) goTo(state.anchor);
  document.documentElement.dataset.drawn = "yes";
}

function admit(error) {
  byId("trouble").hidden = false;
  throw error;
}

start().catch(admit).finally(holdLoading());
