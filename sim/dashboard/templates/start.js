// Start: the page can be used at once; the library is unpacked when the browser is idle, and figures are drawn, those in sight first.

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

const tasks = new Map(); // room -> function that draws what stands in it
const waiting = new Set(); // rooms that are not drawn, or not as things stand now
let drawing = false;

const figureRooms = () => [...document.querySelectorAll("[data-figure]")];
const idle = () => new Promise((resolve) => { if (globalThis.requestIdleCallback) requestIdleCallback(resolve, { timeout: 200 }); else setTimeout(resolve, 0); });

// How far a room is from what is in sight, in pixels.
function distance(room) {
  const { top, bottom } = room.getBoundingClientRect();
  return Math.max(0, top - innerHeight, -bottom);
}

function draw(room) {
  waiting.delete(room);
  tasks.get(room)();
}

// One room after the other, the nearest first, so that the page answers in between.
async function drawWaiting() {
  if (drawing) return;
  drawing = true;
  document.documentElement.removeAttribute("data-drawn");
  while (waiting.size) {
    await idle();
    const away = new Map([...waiting].map((room) => [room, distance(room)]));
    if (away.size) draw([...away.keys()].reduce((best, room) => (away.get(room) < away.get(best) ? room : best)));
  }
  document.documentElement.dataset.drawn = "yes";
  drawing = false;
}

// What is in sight is drawn anew at once, the rest when the browser is idle.
function renew(rooms) {
  if (!globalThis.Plotly) return;
  rooms.forEach((room) => waiting.add(room));
  rooms.filter((room) => distance(room) === 0).forEach(draw);
  drawWaiting().catch(admit);
}

function drawAll() {
  paintKeys();
  [...tasks.keys()].forEach(draw);
}

function connectLinks() {
  document.querySelectorAll('a[href^="#"]').forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    const address = link.getAttribute("href"), [anchor, ...parts] = address.slice(1).split("&"), next = readHash(address);
    change(Object.fromEntries(parts.map((part) => part.split("=")[0]).map((key) => [key, next[key]])));
    goTo(anchor);
  }));
}

function connect() {
  byId("theme").addEventListener("click", () => change({ theme: isDark() ? "light" : "dark" }));
  if (byId("point")) byId("point").addEventListener("change", (event) => change({ point: Number(event.target.value) }));
  document.querySelectorAll("table[data-rows]").forEach((one) => { tables.set(one.dataset.rows, () => rowsOf(one)); });
  document.querySelectorAll("[data-csv]").forEach((button) => button.addEventListener("click", () => saveFigure(button.dataset.csv)));
  document.querySelectorAll("[data-picture]").forEach((button) => button.addEventListener("click", () => savePicture(button.dataset.of, button.dataset.picture)));
  document.querySelectorAll("details[data-table]").forEach((one) => one.addEventListener("toggle", () => refreshTable(one)));
  document.querySelectorAll(".left-out details").forEach((one) => one.addEventListener("toggle", () => renew([one.closest("figure").querySelector(".plot")])));
  // the menu takes one row or two: what is gone to, and what sticks below, must not lie under it
  if (byId("bar")) new ResizeObserver(([{ target }]) => document.documentElement.style.setProperty("--bar", `${target.offsetHeight}px`)).observe(byId("bar"));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { applyTheme(); redraw(); });
  sections.filter((one) => one.connect).forEach((one) => one.connect());
  addEventListener("hashchange", () => {
    const next = readHash(), elsewhere = next.anchor !== state.anchor;
    arrive({ ...next, theme: next.theme || state.theme });
    if (elsewhere) goTo(next.anchor); // a step back within a section leaves the page where it is
  });
}

function redraw() {
  paintKeys();
  renew([...tasks.keys()]);
}

// Printing is always in light, and as wide as the paper; what has not been drawn yet is drawn then.
function connectPrinting() {
  let before = "";
  const switchTo = (theme, printing) => {
    state.theme = theme;
    document.documentElement.classList.toggle("printing", printing);
    applyTheme();
    if (globalThis.Plotly) drawAll();
  };
  addEventListener("beforeprint", () => { before = state.theme; switchTo("light", true); });
  addEventListener("afterprint", () => switchTo(before, false));
}

function showPoint() {
  if (byId("point")) byId("point").value = state.point;
}

function plan() {
  figureRooms().forEach((room) => {
    tasks.set(room, () => drawFigure(room));
    tables.set(room.dataset.figure, () => bodyOf(room) || { names: [], columns: [[]] });
  });
  sections.filter((one) => one.draw).forEach((one) => tasks.set(byId(one.room), one.draw));
  [...tasks.keys()].forEach((room) => waiting.add(room));
  whenChanged(["theme"], () => { applyTheme(); redraw(); });
  whenChanged(["point"], () => { showPoint(); renew(figureRooms()); });
  // A section's own choice is drawn at once, wherever it is, as a link may lead there and heights change.
  const drawn = sections.filter((one) => one.draw), calm = drawn.filter((one) => one.waits);
  const keysFor = (many) => many.flatMap((one) => one.redrawn).filter((key) => key !== "theme");
  drawn.filter((one) => !one.waits).forEach((one) => {
    whenChanged(keysFor([one]), () => { if (globalThis.Plotly) draw(byId(one.room)); });
  });
  whenChanged(keysFor(calm), () => renew(calm.map((one) => byId(one.room)))); // all together, as each look at where they are takes time
}

function connectResizing() {
  let width = innerWidth, waiting = 0;
  addEventListener("resize", () => {
    clearTimeout(waiting);
    if (innerWidth !== width) waiting = setTimeout(() => { width = innerWidth; redraw(); }, 150);
  });
}

// A page of one figure: whatever else its section has keeps its place and is not seen.
function showSingle() {
  if (!data.single) return;
  const one = byId(data.single);
  one.classList.add("single");
  document.querySelectorAll("figure, .question").forEach((other) => other.classList.toggle("aside", other !== one));
}

async function start() {
  showSingle();
  applyTheme();
  connectLinks();
  Object.assign(data, JSON.parse(await unpack("bulk")));
  arrive(readHash());
  applyTheme();
  paintKeys();
  figureRooms().forEach(reserve);
  showPoint();
  plan();
  connect();
  whenChanged(Object.keys(choices), refreshTables);
  whenChanged(Object.keys(choices), spellChoices);
  if (state.anchor) goTo(state.anchor);
  if (!data.handOver) connectPrinting();
  document.documentElement.dataset.ready = "yes";
  await idle();
  await loadPlotly();
  const before = scrollY;
  await drawWaiting();
  if (!data.handOver) connectResizing();
  spellChoices();
  if (state.anchor && scrollY === before) goTo(state.anchor);
  if (data.handOver) await handOverPicture();
}

function admit(error) {
  byId("trouble").hidden = false;
  throw error;
}

start().catch(admit).finally(holdLoading());
