// One state, mirrored in the URL's hash, so that a view can be sent to somebody.

// The small part of the data; `start` adds the figures, which are compressed.
const data = JSON.parse(document.getElementById("data").textContent);
const state = { theme: "", anchor: "" };
// key -> { most, none }: the largest value that a link may have, and the value without a choice; or { read, none } for a
// choice that is a text, which `read` makes of what a link has. A change of one that is a `step` can be taken back.
const choices = {};
const listeners = [];
const sections = [];
const byId = (id) => document.getElementById(id);

// A section that moves: id of its `room`, `choices` that it adds to the state, keys that it is redrawn for (`redrawn`),
// and functions to `connect` its controls, to `draw` it, and to `lead` a link to the place where its target is shown.
function register(section) {
  if (!byId(section.room)) return;
  sections.push(section);
  addChoices(section.choices || {});
}

function addChoices(more) {
  Object.assign(choices, more);
  Object.entries(more).forEach(([key, { none }]) => { state[key] = none; });
}

addChoices({ point: { most: () => data.points.length - 1, none: 0 } });

function whenChanged(keys, listener) {
  listeners.push({ keys, listener });
}

function change(next) {
  const moved = Object.keys(next).filter((key) => state[key] !== next[key]);
  if (!moved.length) return;
  Object.assign(state, next);
  stepping ||= moved.some((key) => choices[key] && choices[key].step);
  listeners.filter(({ keys }) => keys.some((key) => moved.includes(key))).forEach(({ listener }) => listener());
  writeHash();
}

// Written at rest: a browser allows few changes of its address in a while, and Play makes many.
const REST = 400;
let writing = 0, stepping = false;

function writeHash() {
  clearTimeout(writing);
  writing = setTimeout(() => {
    const chosen = Object.keys(choices).filter((key) => state[key] !== choices[key].none);
    const parts = [...chosen, ...(state.theme ? ["theme"] : [])].map((key) => `${key}=${encodeURIComponent(state[key])}`);
    const address = `#${[state.anchor, ...parts].filter(Boolean).join("&")}`, step = stepping;
    stepping = false;
    if (address === (location.hash || "#")) return; // the browser's own step back or forward
    try {
      history[step ? "pushState" : "replaceState"](null, "", address);
    } catch {
      // Frames of notebooks forbid it: the page then works without an address to send.
    }
  }, REST);
}

function number(text, most, fallback) {
  const value = Number.parseInt(text, 10);
  return Number.isInteger(value) && value >= 0 && value <= most ? value : fallback;
}

function decoded(text) {
  try {
    return decodeURIComponent(text || "");
  } catch {
    return ""; // a link that was cut
  }
}

function readHash() {
  const [first, ...rest] = location.hash.slice(1).split("&");
  const parts = new Map([first, ...rest].filter((part) => part.includes("=")).map((part) => part.split("=")));
  const chosen = Object.entries(choices).map(([key, { most, none, read }]) => [key, read ? read(decoded(parts.get(key))) : number(parts.get(key), most(), none)]);
  return {
    ...Object.fromEntries(chosen),
    anchor: first.includes("=") ? "" : first,
    theme: ["light", "dark"].includes(parts.get("theme")) ? parts.get("theme") : "",
  };
}

function goTo(anchor) {
  const target = byId(anchor);
  if (!target) return;
  const led = sections.map((one) => one.lead && one.lead(anchor)).find(Boolean);
  change({ anchor });
  const { place, numbers } = led || { place: target, numbers: `figure#${CSS.escape(anchor)} .facts` };
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
