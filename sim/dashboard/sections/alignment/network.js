// The strongest ties as a drawing: powers above, states below.

const STRONGEST = 2;
const NEUTRAL = 0.15;

function strongest() {
  const influence = matrix("influence", state.week), alignment = matrix("alignment", state.week);
  const { states, patrons } = data.alignment;
  return data.clients.flatMap((client) => {
    const column = states.indexOf(client);
    const held = patrons.filter((patron) => patron !== client).map((patron) => ({ patron, client, value: influence[states.indexOf(patron)][column] }));
    return held.filter((tie) => tie.value > 0).sort((a, b) => b.value - a.value).slice(0, STRONGEST)
      .map((tie) => ({ ...tie, friendly: alignment[column][states.indexOf(tie.patron)] }));
  });
}

const mood = (value) => (value === null || Math.abs(value) < NEUTRAL ? "neither" : value > 0 ? "friendly" : "unfriendly");
const STROKES = { friendly: ["$cool", "none"], neither: ["$c7", "none"], unfriendly: ["$warm", "9 5"] };

function drawNetwork() {
  if (!data.alignment.points[state.point]) return;
  const room = byId("network-room");
  const { states, names, patrons } = data.alignment;
  const said = (code) => names[states.indexOf(code)];
  const ties = strongest();
  byId("network").hidden = !ties.length;
  const width = Math.max(300, room.clientWidth), top = 52, bottom = 250;
  const place = (list, code) => (width * (list.indexOf(code) + 0.5)) / list.length;
  const words = ties.map((tie) => `${said(tie.patron)} holds ${Math.round(100 * tie.value)}% of the influence on ${said(tie.client)}, which is ${mood(tie.friendly)} to it`);
  const drawing = svg("svg", { role: "img", "aria-label": `Strongest ties: ${words.join("; ")}.` });
  for (const tie of ties) {
    const [stroke, dashes] = STROKES[mood(tie.friendly)];
    const ends = { x1: place(patrons, tie.patron), y1: top + 9, x2: place(data.clients, tie.client), y2: bottom - 9 };
    drawing.append(svg("line", { ...ends, stroke: colour(stroke), "stroke-width": (1.5 + 20 * tie.value).toFixed(1), "stroke-opacity": 0.75, "stroke-dasharray": dashes }));
  }
  let lowest = bottom;
  const write = (text, x, y, attributes) => drawing.append(svg("text", { x, y, "text-anchor": "middle", ...attributes }, text));
  const entitled = (code) => { drawing.lastChild.prepend(svg("title", {}, said(code))); };
  const most = (list) => { const room = width / list.length; return Math.max(6, Math.floor(room / (room > 120 ? 8.6 : 7.4))); };
  for (const code of patrons) {
    const lines = foldedTo(said(code), most(patrons), 2);
    lines.forEach((line, row) => write(line, place(patrons, code), top - 17 - 16 * (lines.length - 1 - row), { "font-weight": 600 }));
    entitled(code);
    drawing.append(svg("circle", { cx: place(patrons, code), cy: top, r: 9, fill: colour("$ink") }));
  }
  for (const code of data.clients) {
    drawing.append(svg("circle", { cx: place(data.clients, code), cy: bottom, r: 9, fill: colour("$ink") }));
    let y = bottom + 26;
    foldedTo(said(code), most(data.clients), 2).forEach((line) => { write(line, place(data.clients, code), y, { "font-weight": 600 }); y += 17; });
    entitled(code);
    for (const tie of ties.filter((one) => one.client === code)) {
      const patron = foldedTo(said(tie.patron), most(data.clients), 2).join(" ");
      folded(`${patron} ${Math.round(100 * tie.value)}%`, most(data.clients)).forEach((line) => { write(line, place(data.clients, code), y, { class: "soft" }); y += 15; });
    }
    lowest = Math.max(lowest, y);
  }
  drawing.setAttribute("viewBox", `0 0 ${width} ${lowest}`);
  room.replaceChildren(drawing);
}

function tableOfTies() {
  const { states, names, days } = data.alignment, ties = strongest();
  const said = (code) => names[states.indexOf(code)];
  const columns = [ties.map((t) => said(t.patron)), ties.map((t) => said(t.client)), ties.map((t) => t.value), ties.map((t) => t.friendly)];
  return { names: ["Power", "State", "Influence", "Alignment of the state toward the power"], columns, note: `The week from ${days[state.week]}.` };
}

register({ room: "network", redrawn: ["week", "point", "theme"], waits: true, draw: drawNetwork });
