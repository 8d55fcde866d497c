// Why a power did what it did: reasons by posture, and over time for one posture.

const REASON_COLOURS = ["$c1", "$c2", "$c4", "$c3", "$c5", "$c6"];
const REASON_PATTERNS = ["", "", "/", "", ".", "\\"];

const theCase = () => data.reasons.cases[state.case];
const theValues = () => theCase().points[state.point].values;
// Mean over weeks: spans count by their length.
const average = (series) => (series ? series.reduce((sum, value, span) => sum + value * data.reasons.lengths[span], 0) / data.reasons.lengths.reduce((a, b) => a + b) / 1000 : 0);
// Only differences between choices matter, so all are shown against the menu's first, to stay out.
const raw = (posture, term, week) => (theValues()[posture][term] ? theValues()[posture][term][week] / 1000 : 0);
const against = (posture, term) => average(theValues()[posture][term]) - average(theValues()[0][term]);

// The reasons that matter most for this power, at their height, get a colour each, the rest go together.
function mainReasons() {
  const largest = (place, term) => data.reasons.weeks.reduce((top, _, span) => Math.max(top, Math.abs(raw(place, term, span) - raw(0, term, span))), 0);
  const weight = data.reasons.terms.map((_, term) => theValues().reduce((sum, _, place) => sum + largest(place, term), 0));
  const order = weight.map((_, term) => term).filter((term) => weight[term] > 0).sort((a, b) => weight[b] - weight[a]);
  return { main: order.slice(0, REASON_COLOURS.length), rest: order.slice(REASON_COLOURS.length) };
}

function reasonGroups() {
  const { main, rest } = mainReasons();
  const groups = main.map((term, place) => ({ name: data.reasons.terms[term], terms: [term], base: REASON_COLOURS[place], pattern: REASON_PATTERNS[place] }));
  return rest.length ? [...groups, { name: "All other reasons", terms: rest, base: "$c7", pattern: "-" }] : groups;
}

const together = (posture, group) => group.terms.reduce((sum, term) => sum + against(posture, term), 0);
const series = (posture, group) => data.reasons.weeks.map((_, week) => group.terms.reduce((sum, term) => sum + raw(posture, term, week) - raw(0, term, week), 0));
const balance = (posture) => data.reasons.terms.reduce((sum, _, term) => sum + against(posture, term), 0);
const barStyle = (group) => ({ color: colour(group.base), pattern: { shape: group.pattern, fgcolor: colour("$card"), bgcolor: colour(group.base), size: 6, solidity: 0.3, fillmode: "overlay" } });

function postureOrder() {
  return theCase().postures.map((_, place) => place).sort((a, b) => balance(b) - balance(a));
}

// Without a choice by the viewer: the support of a side that has most in its favour, else what has least.
function chosenPosture() {
  const { postures, sides } = theCase();
  if (state.posture >= 0 && state.posture < postures.length) return state.posture;
  const order = postureOrder();
  const armed = order.filter((place) => sides[place]);
  return armed.length ? armed[0] : order[order.length - 1];
}

function drawPostures(groups) {
  const { postures, points } = theCase();
  const held = points[state.point].held;
  const order = postureOrder();
  const room = byId("plot-why-postures");
  const narrow = room.clientWidth < 480;
  const share = (place) => (held ? `${held[place] > 0 && held[place] < 0.01 ? "under 1" : Math.round(100 * held[place])}%` : "");
  const labels = order.map((place) => folded(postures[place], narrow ? 17 : 26).map(plain).join("<br>") + (narrow ? "<br>" : " ") + `<b>${share(place)}</b>`);
  const y = order.map((_, row) => row);
  const bars = groups.map((group) => ({
    type: "bar", orientation: "h", y, x: order.map((place) => together(place, group)), name: plain(group.name), marker: barStyle(group),
    hovertemplate: `${plain(group.name)}: %{x:+.2f}<extra></extra>`,
  }));
  const totals = { mode: "markers", y, x: order.map(balance), marker: { symbol: "diamond", size: 10, color: colour("$ink"), line: { color: colour("$card"), width: 1.5 } }, hovertemplate: "Balance: %{x:+.2f}<extra></extra>" };
  room.style.height = `${90 + 52 * order.length}px`;
  plot(room, [...bars, totals], {
    barmode: "relative", bargap: 0.35, height: 90 + 52 * order.length, margin: { t: 6, b: 44, l: narrow ? 118 : 190, r: 12 }, hovermode: "closest",
    xaxis: { fixedrange: true, zeroline: true, zerolinecolor: colour("$soft"), zerolinewidth: 2, nticks: 5 },
    annotations: [["← against", "right", -6], ["for →", "left", 6]].map(([text, xanchor, xshift]) => ({ text, x: 0, xanchor, xshift, yref: "paper", y: 0, yanchor: "top", yshift: -20, showarrow: false, font: { size: 13 } })),
    yaxis: { tickvals: y, ticktext: labels, autorange: "reversed", fixedrange: true, tickfont: { color: colour("$ink") } },
  });
}

function drawWeeks(groups, posture) {
  const edges = data.reasons.edges.map((day) => Date.parse(`${day}T00:00:00Z`)), x = edges.slice(0, -1);
  const width = x.map((begin, span) => edges[span + 1] - begin), middles = x.map((begin, span) => begin + width[span] / 2);
  const when = data.reasons.lengths.map(spanWords);
  const bars = groups.map((group) => ({ type: "bar", x, width, offset: 0, y: series(posture, group), marker: barStyle(group), customdata: when, hovertemplate: `${plain(group.name)}: %{y:+.2f}<br>%{customdata}<extra></extra>` }));
  const sum = x.map((_, span) => bars.reduce((total, bar) => total + bar.y[span], 0));
  const line = { mode: "lines", x: middles, y: sum, line: { color: colour("$ink"), width: 2.5 }, customdata: when, hovertemplate: "Balance: %{y:+.2f}<br>%{customdata}<extra></extra>" };
  const room = byId("plot-why-weeks");
  room.style.height = "420px";
  plot(room, [...bars, line], {
    barmode: "relative", bargap: 0, height: 420, margin: { t: 10, b: 44, l: 48, r: 12 }, hovermode: "closest",
    xaxis: { type: "date", fixedrange: true, range: [edges[0], edges[edges.length - 1]] },
    yaxis: { fixedrange: true, zeroline: true, zerolinecolor: colour("$soft"), zerolinewidth: 2, nticks: 7 },
  });
}

const dayOf = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const spanWords = (length, span) => (length === 1 ? dayOf(data.reasons.edges[span]) : `mean of ${length} weeks from ${dayOf(data.reasons.edges[span])}`);

function ranked(posture, sign) {
  return data.reasons.terms.map((name, term) => ({ name, value: against(posture, term) * sign })).filter((one) => one.value > 0.01)
    .sort((a, b) => b.value - a.value).slice(0, 2).map((one) => `“${one.name.charAt(0).toLowerCase()}${one.name.slice(1)}”`).join(" and ");
}

function sayWhy(posture) {
  const { party_name: party, contest_name: contest, postures, points } = theCase();
  const held = points[state.point].held;
  const usual = held ? held.indexOf(Math.max(...held)) : postureOrder()[0];
  const part = (place, sign) => ranked(place, sign) || "nothing much";
  let said = `In ${contest}, ${party} most often ${postures[usual]}.`;
  if (usual > 0) said += ` What speaks for that, compared with staying out, is above all ${part(usual, 1)}.`;
  if (posture !== usual && posture > 0) said += ` Against the choice “${postures[posture]}” speaks above all ${part(posture, -1)}; for it, ${part(posture, 1)}.`;
  byId("why-said").textContent = said;
}

function drawKey(groups) {
  byId("why-key").replaceChildren(...groups.map((group) => {
    const swatch = document.createElement("span"), entry = document.createElement("li");
    swatch.className = "swatch";
    paint(swatch, colour(group.base), group.pattern);
    entry.append(swatch, group.name);
    return entry;
  }));
}

function reasonTable(posture) {
  const rows = data.reasons.terms.map((name, term) => [name, theValues()[posture][term]]).filter(([, values]) => values);
  const { weeks, edges, lengths } = data.reasons;
  const columns = [weeks, edges.slice(0, -1), lengths, ...rows.map(([, values]) => values.map((value) => value / 1000))];
  return { names: ["From week", "From", "Weeks", ...rows.map(([name]) => name)], columns };
}

function postureTable() {
  const { postures, points } = theCase();
  const held = points[state.point].held || postures.map(() => null);
  const terms = data.reasons.terms.map((name, term) => [name, postures.map((_, place) => Number(average(theValues()[place][term]).toFixed(3)))]);
  return { names: ["Choice", "Share of the time", "Balance", ...terms.map(([name]) => name)], columns: [postures, held, postures.map((_, place) => Number(balance(place).toFixed(3))), ...terms.map(([, values]) => values)] };
}

function fillPostures() {
  const select = byId("posture");
  select.replaceChildren(...theCase().postures.map((words, place) => new Option(words, place)));
}

function drawReasons() {
  const here = Boolean(theValues());
  byId("why-absent").hidden = here;
  byId("why-figures").hidden = !here;
  if (!here) return;
  fillPostures();
  const posture = chosenPosture(), groups = reasonGroups();
  byId("case").value = state.case;
  byId("posture").value = posture;
  byId("why-weeks-title").textContent = `Why ${theCase().party_name} ${theCase().postures[posture]}, or does not`;
  drawKey(groups);
  drawPostures(groups);
  drawWeeks(groups, posture);
  sayWhy(posture);
}

function startReasons() {
  if (!data.reasons) return;
  byId("case").addEventListener("change", (event) => change({ case: Number(event.target.value), posture: -1 }));
  byId("posture").addEventListener("change", (event) => change({ posture: Number(event.target.value) }));
  tables["why-weeks"] = () => reasonTable(chosenPosture());
  tables["why-postures"] = postureTable;
  whenChanged(["case", "posture", "point", "theme"], drawReasons);
  drawReasons();
}
