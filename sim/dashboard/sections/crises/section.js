// The crises: one choice of weeks for all strips, and one line through them at the week that is pointed at.

const DATE = 1; // second column of every figure over time
let pointed = null; // { room, place }: the strip with the pointer or the keys, and the row of the week in its columns
let followed = false; // whether it is the pointer that points, and not the keys

const strips = () => [...document.querySelectorAll("#crises [data-figure]")];
const drawnStrips = () => strips().filter((room) => !room.hidden && !waiting.has(room));
const datesOf = (room) => bodyOf(room).columns[DATE];

// The chosen weeks, on screen: paper has all. These are the last choice, which has no span.
const rangeShown = () => (state.zoom < data.spans.length && !isPrinting() ? data.spans[state.zoom].range : null);

function drawStrip(room) {
  unpoint();
  const range = rangeShown();
  drawFigure(room, range && { range }, range && placesShown(room));
  if (room.hidden) return;
  listDrawn(room);
  if (!room.querySelector(".crosshair")) room.append(Object.assign(document.createElement("div"), { className: "crosshair", hidden: true }));
  const { t: top, b: bottom } = room.layout.margin;
  Object.assign(room.querySelector(".crosshair").style, { top: `${top}px`, bottom: `${bottom}px` });
  const last = datesOf(room).length - 1, here = placeHere(room);
  Object.entries({ role: "slider", "aria-valuemin": 0, "aria-valuemax": last, "aria-valuenow": here, "aria-valuetext": `week from ${dayOf(datesOf(room)[here])}` }).forEach(([key, value]) => room.setAttribute(key, value));
  room.tabIndex = 0;
}

// The legend lists what is in sight: states and choices that some run is in, in the rows and weeks that are drawn.
function listDrawn(room) {
  const { traces, columns } = shownOf(room), places = placesShown(room);
  const drawn = traces.filter(({ stackgroup, y }) => stackgroup && places.some((place) => columns[y.$][place] > 0));
  const styles = new Set(drawn.map(({ fillcolor, fillpattern }) => fillcolor + fillpattern.shape));
  for (const key of room.parentElement.querySelectorAll(".key")) {
    const entries = [...key.querySelectorAll("li:not(.heading)")];
    entries.forEach((one) => { const { colour: base, pattern } = one.querySelector(".swatch").dataset; one.hidden = !styles.has(base + pattern); });
    key.hidden = entries.every((one) => one.hidden);
  }
}

function narrow() {
  if (byId("zoom")) byId("zoom").value = state.zoom;
  drawnStrips().forEach(drawStrip);
}

// Rows of the weeks in sight.
function placesShown(room) {
  const [first, last] = rangeShown() || ["", "~"];
  return [...datesOf(room).entries()].filter(([, date]) => date >= first && date <= last).map(([place]) => place);
}

const nearest = (places, dates, time) => places.reduce((best, place) => (Math.abs(Date.parse(dates[place]) - time) < Math.abs(Date.parse(dates[best]) - time) ? place : best), places[0]);
const hasWeek = () => Object.hasOwn(choices, "week");

// Where the keys begin: at the week of the figures of alignment.
function placeHere(room) {
  const places = placesShown(room);
  return hasWeek() && places.length ? nearest(places, datesOf(room), Date.parse(data.alignment.dates[state.week])) : places[0] || 0;
}

function pointAt(room, place, more = "") {
  pointed = { room, place };
  const date = datesOf(room)[place];
  for (const one of drawnStrips()) {
    const { xaxis } = one._fullLayout, line = one.querySelector(".crosshair");
    line.hidden = false;
    line.style.transform = `translateX(${tenth(xaxis._offset + xaxis.d2p(date))}px)`;
  }
  room.setAttribute("aria-valuenow", place);
  room.setAttribute("aria-valuetext", `week from ${dayOf(date)}`);
  byId("pointed-week").textContent = `${weekSaid(room, place)}${more}`;
}

function unpoint() {
  if (!pointed) return;
  pointed = null;
  document.querySelectorAll("#crises .crosshair").forEach((line) => { line.hidden = true; });
  byId("pointed-week").textContent = "";
}

// The middle run, and of each stack of shares the largest.
function weekSaid(room, place) {
  const { names, columns, traces } = shownOf(room), largest = new Map();
  traces.filter((trace) => trace.stackgroup).forEach(({ stackgroup, y }) => {
    if (!largest.has(stackgroup) || columns[y.$][place] > columns[largest.get(stackgroup)][place]) largest.set(stackgroup, y.$);
  });
  const said = [names.findIndex((name) => name.endsWith(", median")), ...largest.values()].map((column) => `${names[column]} ${percentOf(columns[column][place])}`);
  return `${room.parentElement.querySelector("h3").textContent}, week from ${dayOf(columns[DATE][place])}. ${said.join("; ")}.`;
}

function follow(event) {
  const room = event.currentTarget, places = placesShown(room);
  if (waiting.has(room) || !places.length) return;
  const { xaxis } = room._fullLayout, across = event.clientX - room.getBoundingClientRect().left;
  const place = nearest(places, datesOf(room), xaxis.p2l(across - xaxis._offset));
  if (!pointed || pointed.room !== room || pointed.place !== place) pointAt(room, place);
  followed = true;
}

// The figures of alignment go to the week that is pointed at.
function take(room) {
  if (!pointed || pointed.room !== room || !hasWeek()) return;
  const { dates } = data.alignment, week = nearest([...dates.keys()], dates, Date.parse(datesOf(room)[pointed.place]));
  change({ week });
  pointAt(room, pointed.place, ` The figures of alignment show the week from ${data.alignment.days[week]}.`);
}

function step(event) {
  const room = event.currentTarget, places = placesShown(room);
  if (event.altKey || event.ctrlKey || event.metaKey || waiting.has(room) || !places.length) return;
  const here = places.indexOf(pointed ? pointed.place : placeHere(room)), last = places.length - 1;
  const to = { ArrowLeft: here - 1, ArrowRight: here + 1, Home: 0, End: last }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    followed = false;
    pointAt(room, places[Math.min(last, Math.max(0, to))]);
  } else if (event.key === "Enter") take(room);
  else if (event.key === "Escape") unpoint();
}

register({
  room: "crises",
  choices: { zoom: { most: () => data.spans.length, none: 0, names: () => [...data.spans.map(({ name }) => name), "All weeks"] } },
  connect() {
    byId("takes-week").hidden = !hasWeek();
    for (const room of strips()) {
      tasks.set(room, () => drawStrip(room));
      room.addEventListener("pointermove", follow);
      room.addEventListener("pointerleave", unpoint);
      room.addEventListener("blur", unpoint);
      room.addEventListener("click", (event) => { follow(event); take(room); }); // a finger has left by then
      room.addEventListener("keydown", step);
    }
    // Plotly lays a cover over the page while a button is down: a pointer that then moves on never leaves the strip
    document.addEventListener("pointermove", ({ target }) => { if (followed && pointed && !pointed.room.contains(target)) unpoint(); });
    if (byId("zoom")) byId("zoom").addEventListener("change", (event) => change({ zoom: Number(event.target.value) }));
    whenChanged(["zoom"], narrow);
    narrow();
  },
});
