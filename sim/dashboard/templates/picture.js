// A figure as a picture: what stands on the page, line by line, as one SVG with title, scenario and citation in it.

const PICTURE = { edge: 18, line: 15, letter: 5.7, size: 11, scale: 2 };
const NOT_IN_PICTURES = "details, button, .tools, .pickers, .player, .explorer-brushes, .unseen, .absent, .see";
const ROOMS = ".pickers, .player, .explorer-brushes";
const PAINTED = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "opacity", "font-family", "font-size", "font-weight", "text-anchor"];
const ASKED = location.hash; // the page writes its own address later
const STRIPES = { "/": 45, "\\": -45, "-": 90, x: 45, ".": 0 };

// Text as the lines in which it stands.
function linesOf(node, { left, top }) {
  const style = getComputedStyle(node.parentElement), range = document.createRange(), pen = document.createElement("canvas").getContext("2d"), lines = [];
  let at = 0;
  for (const letter of node.data) {
    range.setStart(node, at);
    range.setEnd(node, at += letter.length);
    const [box] = range.getClientRects(), last = lines[lines.length - 1];
    if (!box || !box.width) continue;
    if (last && Math.abs(last.box.top - box.top) < 2) last.text += letter;
    else lines.push({ box, text: letter });
  }
  const { fontStyle, fontWeight, fontSize, fontFamily, color } = style;
  pen.font = `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`;
  const { fontBoundingBoxAscent: above, fontBoundingBoxDescent: below } = pen.measureText("x");
  const drawn = ({ box, text }) => svg("text", {
    x: tenth(box.left - left), y: tenth(box.top - top + (box.height - above - below) / 2 + above), fill: color, "font-family": fontFamily, "font-size": fontSize, "font-weight": fontWeight,
  }, text.replaceAll(/\s+/g, " ").trim());
  return lines.filter(({ text }) => text.trim()).map((line) => ({ node: drawn(line), bottom: line.box.bottom - top }));
}

const tenth = (value) => Math.round(10 * value) / 10;

function setAt(node, room, { left, top }) {
  const box = room.getBoundingClientRect();
  const where = { x: tenth(box.left - left), y: tenth(box.top - top), width: tenth(box.width), height: tenth(box.height) };
  Object.entries(where).forEach(([key, value]) => node.setAttribute(key, value));
  return { node, bottom: box.bottom - top };
}

// A drawing of the page's own, with the colours and letters that its style gives it.
function copied(drawing) {
  const clone = drawing.cloneNode(true), twins = [...clone.querySelectorAll("*")];
  [...drawing.querySelectorAll("*")].forEach((one, place) => {
    if (!one.matches("line, rect, circle, path, text, tspan, polygon")) return;
    const style = getComputedStyle(one);
    PAINTED.forEach((key) => twins[place].setAttribute(key, style.getPropertyValue(key)));
  });
  [clone, ...twins].forEach((one) => ["class", "style"].forEach((key) => one.removeAttribute(key)));
  return clone;
}

function swatchOf(swatch, origin, name) {
  const base = svg("rect", { fill: getComputedStyle(swatch).backgroundColor, stroke: colour("$line") }), { pattern } = swatch.dataset, found = [setAt(base, swatch, origin)];
  if (!pattern) return found;
  const tile = svg("pattern", { id: name, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: `rotate(${STRIPES[pattern]})` });
  const mark = pattern === "." ? svg("circle", { cx: 3, cy: 3, r: 1.3, fill: colour("$paper") }) : svg("rect", { width: 2, height: 6, fill: colour("$paper") });
  tile.append(mark, ...(pattern === "x" ? [svg("rect", { width: 6, height: 2, fill: colour("$paper") })] : []));
  return [...found, { node: tile, bottom: 0 }, setAt(svg("rect", { fill: `url(#${name})` }), swatch, origin)];
}

// Plotly's drawing; the number that it makes up for the names of its parts is replaced, so that a figure is the same each time.
async function plotted(room, name) {
  const text = await Plotly.toImage(room, { format: "svg", width: room.clientWidth, height: room.clientHeight, imageDataOnly: true });
  const [, number] = /id="(?:top)?defs-([0-9a-z]+)"/.exec(text);
  return new DOMParser().parseFromString(text.replaceAll(number, name), "image/svg+xml").documentElement;
}

function rasterised(canvas) {
  const image = svg("image", {});
  image.setAttribute("href", canvas.toDataURL("image/png"));
  return image;
}

async function partsOf(node, origin, parts) {
  if (node.nodeType === Node.TEXT_NODE) parts.push(...linesOf(node, origin));
  if (node.nodeType !== Node.ELEMENT_NODE || getComputedStyle(node).display === "none") return parts;
  if (node.matches(NOT_IN_PICTURES)) {
    if (node.matches(ROOMS)) origin.top += node.getBoundingClientRect().height + Number.parseFloat(getComputedStyle(node).marginBottom); // what stands below closes the gap
    return parts;
  }
  const name = `part${parts.length}`;
  if (node.matches(".plot")) parts.push(setAt(await plotted(node, name), node, origin));
  else if (node.matches("svg")) parts.push(setAt(copied(node), node, origin));
  else if (node.matches("canvas")) parts.push(setAt(rasterised(node), node, origin));
  else if (node.matches(".swatch")) parts.push(...swatchOf(node, origin, name));
  else for (const child of node.childNodes) await partsOf(child, origin, parts);
  return parts;
}

// What a viewer chose that the figure shows, where its title does not say so.
function choicesShown(figure) {
  const section = figure.closest("section"), version = data.points.length > 1 && section.closest(".by-version") ? [data.points[state.point]] : [];
  const outer = [...section.querySelectorAll(".player output, .pickers select")].filter((one) => !one.closest("figure") || figure.contains(one));
  const said = (one) => (one.selectedOptions ? `${one.closest("label").firstChild.textContent.trim()}: ${one.selectedOptions[0]?.textContent}` : one.textContent);
  return [...version, ...outer.map(said)].filter(Boolean).join(" · ");
}

// A key that a figure shares with others stands below it, in lines as wide as the figure.
async function addKey(figure, parts) {
  if (!figure.dataset.key) return;
  const key = byId(figure.dataset.key).cloneNode(true), bottom = Math.max(...parts.map((part) => part.bottom));
  key.removeAttribute("id");
  figure.append(key);
  const { left } = figure.getBoundingClientRect(), { top } = key.getBoundingClientRect();
  await partsOf(key, { left, top: top - bottom - PICTURE.edge / 2 }, parts);
  key.remove();
}

async function pictureOf(anchor) {
  const figure = byId(anchor);
  [...waiting].filter((room) => figure.contains(room) || room.contains(figure)).forEach(draw);
  const box = figure.getBoundingClientRect(), parts = await partsOf(figure, { left: box.left, top: box.top }, []);
  await addKey(figure, parts);
  const chosen = choicesShown(figure), said = [...(chosen ? [chosen] : []), ...data.caption];
  const lines = said.flatMap((line) => folded(line, Math.floor((box.width - 2 * PICTURE.edge) / PICTURE.letter)));
  const below = Math.max(...parts.map((part) => part.bottom)) + PICTURE.edge, height = Math.ceil(below + PICTURE.line * lines.length + PICTURE.edge / 2), width = Math.ceil(box.width);
  const heading = figure.querySelector("h3").textContent.trim();
  const spoken = [...figure.querySelectorAll("[role=img], .plot")].map((one) => one.getAttribute("aria-label")).join(" ");
  const whole = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "font-family": getComputedStyle(document.body).fontFamily });
  const caption = lines.map((line, row) => svg("text", { x: PICTURE.edge, y: tenth(below + PICTURE.line * (row + 0.6)), fill: colour("$soft"), "font-size": PICTURE.size }, line));
  whole.append(svg("title", {}, heading), svg("desc", {}, [spoken, ...said].join(" ")), svg("rect", { width, height, fill: colour("$card") }), ...parts.map((part) => part.node), ...caption);
  return new XMLSerializer().serializeToString(whole);
}

async function savePicture(anchor, ending) {
  const text = await pictureOf(anchor);
  const source = ending === "png" ? await rasterOf(text, PICTURE.scale) : URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  saveAs(source, `${anchor}.${ending}`);
}

// What the address asks for that this page cannot show as asked.
function notShown() {
  const asked = ASKED.slice(1).split("&").slice(1).filter((part) => !part.startsWith("theme="));
  return asked.filter((part) => {
    const [key, value] = part.split("=");
    return !Object.hasOwn(choices, key) || calledIn(key, state) !== value;
  });
}

// The picture for the program that opened the page, or what it cannot show, as JSON; a picture to print stays in the page.
async function handOverPicture() {
  const { scale, sheet } = data.handOver, faults = notShown(), empty = !byId(data.single).getBoundingClientRect().height;
  if (faults.length || empty) return handOver(JSON.stringify({ faults, empty, known: Object.keys(choices) }));
  const picture = await pictureOf(data.single);
  if (sheet) layOnSheet(picture, sheet);
  const kept = sheet ? [...document.body.children] : [];
  return handOver(JSON.stringify(sheet ? {} : scale ? { png: await rasterOf(picture, scale) } : { svg: picture }), ...kept);
}
