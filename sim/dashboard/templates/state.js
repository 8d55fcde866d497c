// One state, mirrored in the URL's hash, so that a view can be sent to somebody.

// The small part of the data; `start` adds the figures, which are compressed.
const data = JSON.parse(document.getElementById("data").textContent);
const state = { theme: "", anchor: "" };
const choices = {}; // key -> { most, none, names, passing } or { read, none }, see `addChoices`
const listeners = [];
const sections = [];
const byId = (id) => document.getElementById(id);

// A section that moves: id of its `room`, `choices` that it adds to the state, keys that it is redrawn for (`redrawn`),
// whether it `waits` for that while it is out of sight, and functions to `connect` its controls, to `draw` it, and to
// `lead` a link to the place where its target is shown.
function register(section) {
  if (!byId(section.room)) return;
  sections.push(section);
  addChoices(section.choices || {});
}

// The largest value that a link may have (`most`), the value without a choice (`none`), what a link calls each value,
// given the choices before it (`names`), and whether going back passes over it (`passing`). A choice that is a text has
// `read` instead of the first and the third: what it makes of what a link has.
function addChoices(more) {
  Object.assign(choices, more);
  Object.entries(more).forEach(([key, { none }]) => { state[key] = none; });
}

addChoices({ point: { most: () => data.points.length - 1, none: 0, names: () => data.points } });

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

// Written at rest: a browser allows few changes of its address in a while, and Play makes many. What a viewer may want to
// come back to is a step of the browser's history; a week or a theme is not.
const REST = 400;
let writing = 0, lasting = null;

function writeHash() {
  clearTimeout(writing);
  writing = setTimeout(() => {
    writing = 0;
    const chosen = Object.keys(choices).filter((key) => state[key] !== choices[key].none);
    const part = (key) => `${key}=${calledIn(key, state)}`;
    const place = [state.anchor, ...chosen.filter((key) => !choices[key].passing).map(part)].filter(Boolean).join("&");
    const rest = [...chosen.filter((key) => choices[key].passing).map(part), ...(state.theme ? [`theme=${state.theme}`] : [])];
    const step = lasting !== null && place !== lasting;
    lasting = place;
    try {
      history[step ? "pushState" : "replaceState"](null, "", `#${[place, ...rest].filter(Boolean).join("&")}`);
    } catch {
      // Frames of notebooks forbid it: the page then works without an address to send.
    }
  }, REST);
}

const called = (name) => encodeURIComponent(String(name).replaceAll(" ", "-"));

// What a link calls a choice: its name, or its number where it has none of its own.
function calledIn(key, chosen) {
  if (choices[key].read) return encodeURIComponent(chosen[key]);
  const names = choices[key].names ? choices[key].names(chosen).map(called) : [];
  const name = names[chosen[key]];
  return name && names.indexOf(name) === chosen[key] ? name : String(chosen[key]);
}

function chosenBy(key, text, chosen) {
  const { most, none, names, read } = choices[key];
  if (read) return read(decoded(text));
  const place = text && names ? names(chosen).map(called).indexOf(text) : -1;
  return place >= 0 ? place : number(text, most(), none);
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

function readHash(address = location.hash) {
  const [first, ...rest] = address.slice(1).split("&");
  const parts = new Map([first, ...rest].filter((part) => part.includes("=")).map((part) => part.split("=")));
  const chosen = {};
  Object.keys(choices).forEach((key) => { chosen[key] = chosenBy(key, parts.get(key), chosen); });
  return {
    ...chosen,
    anchor: first.includes("=") ? "" : first,
    theme: ["light", "dark"].includes(parts.get("theme")) ? parts.get("theme") : data.theme || "",
  };
}

// Where the browser stands in its history: no step of its own.
function arrive(next) {
  Object.assign(state, { anchor: next.anchor });
  change(next);
  const kept = Object.keys(choices).filter((key) => !choices[key].passing && state[key] !== choices[key].none);
  lasting = [state.anchor, ...kept.map((key) => `${key}=${calledIn(key, state)}`)].filter(Boolean).join("&");
}

function goTo(anchor) {
  const target = byId(anchor);
  if (!target) return;
  const led = sections.map((one) => one.lead && one.lead(anchor)).find(Boolean);
  change({ anchor });
  const { place, numbers } = led || { place: target, numbers: `figure#${CSS.escape(anchor)} .facts` };
  document.querySelectorAll(numbers).forEach((one) => { one.open = true; });
  for (let one = place.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
  place.scrollIntoView();
}

function isDark() {
  return state.theme ? state.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

function applyTheme() {
  colours.clear();
  document.documentElement.dataset.theme = isDark() ? "dark" : "light";
  byId("theme").textContent = isDark() ? "Light" : "Dark";
}

// Colours are names of the style sheet's variables, "$accent" or "$accent/38" with an alpha. What the theme calls them is
// kept: after any change of the page its style takes long to ask for.
const colours = new Map();

function colour(name) {
  if (typeof name !== "string" || !name.startsWith("$")) return name;
  const [variable, alpha] = name.slice(1).split("/");
  if (!colours.has(variable)) colours.set(variable, getComputedStyle(document.documentElement).getPropertyValue(`--${variable}`).trim());
  return colours.get(variable) + (alpha || "");
}
