// One state, mirrored in the URL's hash, so that a view can be sent to somebody.

// The small part of the data; `start` adds the figures, which are compressed.
const data = JSON.parse(document.getElementById("data").textContent);
const state = { point: 0, week: 0, view: 0, theme: "", case: 0, posture: 1, anchor: "" };
const listeners = [];
const byId = (id) => document.getElementById(id);

function whenChanged(keys, listener) {
  listeners.push({ keys, listener });
}

function change(next) {
  const moved = Object.keys(next).filter((key) => state[key] !== next[key]);
  if (!moved.length) return;
  Object.assign(state, next);
  listeners.filter(({ keys }) => keys.some((key) => moved.includes(key))).forEach(({ listener }) => listener());
  writeHash();
}

// Written at rest: a browser allows few changes of its address in a while, and Play makes many.
const REST = 400;
let writing = 0;

function writeHash() {
  clearTimeout(writing);
  writing = setTimeout(() => {
    const parts = Object.keys(state).filter((key) => key !== "anchor" && (state[key] || key === "posture"))
      .map((key) => `${key}=${encodeURIComponent(state[key])}`);
    try {
      history.replaceState(null, "", `#${[state.anchor, ...parts].filter(Boolean).join("&")}`);
    } catch {
      // Frames of notebooks forbid it: the page then works without an address to send.
    }
  }, REST);
}

function number(text, most, fallback) {
  const value = Number.parseInt(text, 10);
  return Number.isInteger(value) && value >= 0 && value <= most ? value : fallback;
}

function readHash() {
  const [first, ...rest] = location.hash.slice(1).split("&");
  const parts = new Map([first, ...rest].filter((part) => part.includes("=")).map((part) => part.split("=")));
  const cases = data.reasons ? data.reasons.cases.length : 1;
  const views = data.region ? data.region.views.length : 1;
  const weeks = data.alignment ? data.alignment.weeks.length : 1;
  return {
    anchor: first.includes("=") ? "" : first,
    point: number(parts.get("point"), data.points.length - 1, 0),
    week: number(parts.get("week"), weeks - 1, 0),
    view: number(parts.get("view"), views - 1, 0),
    case: number(parts.get("case"), cases - 1, 0),
    posture: number(parts.get("posture"), 63, -1),
    theme: ["light", "dark"].includes(parts.get("theme")) ? parts.get("theme") : "",
  };
}

function goTo(anchor) {
  const target = byId(anchor);
  if (!target) return;
  const why = data.reasons ? data.reasons.cases.findIndex((one) => `why-${one.contest}-${one.party}` === anchor) : -1;
  if (why >= 0) change({ case: why, posture: -1 });
  change({ anchor });
  const place = why >= 0 ? byId("why") : target;
  const numbers = why >= 0 ? "#why [data-stated]:not([hidden]) .facts" : `figure#${CSS.escape(anchor)} .facts`;
  document.querySelectorAll(numbers).forEach((one) => { one.open = true; });
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView();
}

function isDark() {
  return state.theme ? state.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function applyTheme() {
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  byId("theme").textContent = isDark() ? "Light" : "Dark";
}

// Colours are names of the style sheet's variables, "$accent" or "$accent/38" with an alpha.
function colour(name) {
  if (typeof name !== "string" || !name.startsWith("$")) return name;
  const [variable, alpha] = name.slice(1).split("/");
  return getComputedStyle(document.documentElement).getPropertyValue(`--${variable}`).trim() + (alpha || "");
}
