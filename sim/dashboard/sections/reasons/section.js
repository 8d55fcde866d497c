// Why a power did what it did: reasons by posture, and over time for one posture.

const REASON_COLOURS = ["$c1", "$c2", "$c4", "$c3", "$c5", "$c6", "$c2", "$c1", "$c3"];
const REASON_PATTERNS = ["", "", "/", "", ".", "\\", "/", ".", "\\"];
const VISIBLE = 0.02; // part of the largest reason from which one can be seen as a bar of its own
const INERTIA = "Inertia: it keeps to what it does";
const NO_POSTURE = -1, MOST_POSTURES = 64;

const theCase = () => data.reasons.cases[state.case];
const theValues = () => theCase().points[state.point].values;
// Weeks in each span that the runs shown reach: some versions may end before others.
const spanLengths = () => data.reasons.lengths[state.point];
// Mean over weeks: spans count by their length.
const average = (series) => (series ? series.reduce((sum, value, span) => sum + value * spanLengths()[span], 0) / spanLengths().reduce((a, b) => a + b) / 1000 : 0);
// What a term is in the weeks looked at.
function amount(posture, term) {
  const one = theMoment();
  return one ? one.values[posture][term] / 1000 : average(theValues()[posture][term]);
}
// Only differences between choices matter, so all are shown against the menu's first, to stay out.
const raw = (posture, term, week) => (theValues()[posture][term] ? theValues()[posture][term][week] / 1000 : 0);
const against = (posture, term) => amount(posture, term) - amount(0, term);

// Inertia, to keep to what it does, is no reason of the case: it stands apart, in sentence and figures.
const isInertia = (term) => data.reasons.inertia.includes(term);

const usualPosture = () => {
  const held = heldThen();
  return held ? held.indexOf(Math.max(...held)) : postureOrder()[0];
};

// The reasons that speak most for a choice (sign 1) or against it (sign -1), at most two.
function strongestReasons(posture, sign) {
  return data.reasons.terms.map((_, term) => ({ term, value: against(posture, term) * sign })).filter(({ term, value }) => value > 0.01 && !isInertia(term))
    .sort((a, b) => b.value - a.value).slice(0, 2).map(({ term }) => term);
}

// What the sentence says of the usual choice and, where it is another, of the one looked at closer.
function argumentsOn(posture) {
  const usual = usualPosture(), closer = posture !== usual && posture > 0;
  return { usual, closer, forUsual: usual > 0 ? strongestReasons(usual, 1) : [], against: closer ? strongestReasons(posture, -1) : [], forCloser: closer ? strongestReasons(posture, 1) : [] };
}

// Those that the sentence names get a colour each, then those that matter most at their height and can be seen; the rest go together.
function mainReasons(posture) {
  const { forUsual, against: contra, forCloser } = argumentsOn(posture), named = new Set([...forUsual, ...contra, ...forCloser]);
  const largest = (place, term) => spanLengths().reduce((top, _, span) => Math.max(top, Math.abs(raw(place, term, span) - raw(0, term, span))), 0);
  const sizes = data.reasons.terms.map((_, term) => theValues().map((_, place) => Math.max(largest(place, term), Math.abs(against(place, term)))));
  const weight = sizes.map((all) => all.reduce((sum, one) => sum + one, 0)), order = weight.map((_, term) => term).filter((term) => weight[term] > 0 && !isInertia(term))
    .sort((a, b) => named.has(b) - named.has(a) || weight[b] - weight[a]);
  const most = Math.max(...order.flatMap((term) => sizes[term])), seen = order.filter((term) => named.has(term) || Math.max(...sizes[term]) >= VISIBLE * most), main = seen.slice(0, REASON_COLOURS.length);
  return { main, rest: order.filter((term) => !main.includes(term)) };
}

function reasonGroups(posture) {
  const { main, rest } = mainReasons(posture);
  const groups = main.map((term, place) => ({ name: data.reasons.terms[term], terms: [term], base: REASON_COLOURS[place], pattern: REASON_PATTERNS[place] }));
  if (rest.length) groups.push({ name: "All other reasons", terms: rest, base: "$c7", pattern: "-", spelled: true });
  return [...groups, { name: INERTIA, terms: data.reasons.inertia, base: "$quiet", pattern: "x" }];
}

// What is in a group of reasons, the largest first, as lines of a tooltip.
function spelledOut(group, amountOf) {
  const parts = group.spelled ? group.terms.map((term) => ({ name: data.reasons.terms[term], value: three(amountOf(term)) })).filter(({ value }) => value !== 0) : [];
  return parts.sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).map(({ name, value }) => `<br>  ${plain(name)}: ${signed(value)}`).join("");
}

const together = (posture, group) => group.terms.reduce((sum, term) => sum + against(posture, term), 0);
const series = (posture, group) => spanLengths().map((_, week) => group.terms.reduce((sum, term) => sum + raw(posture, term, week) - raw(0, term, week), 0));
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

// Which way is for and which against, below a figure of bars.
function directions() {
  return [["← against", "right", -6], ["for →", "left", 6]].map(([text, xanchor, xshift]) => ({ text, x: 0, xanchor, xshift, yref: "paper", y: 0, yanchor: "top", yshift: -20, showarrow: false, font: { size: 13 } }));
}

function drawPostures(groups) {
  const { postures } = theCase(), held = heldThen();
  const order = postureOrder();
  const room = byId("plot-why-postures");
  const narrow = room.clientWidth < 480;
  const share = (place) => (held ? `${held[place] > 0 && held[place] < 0.01 ? "under 1" : Math.round(100 * held[place])}%` : "");
  const labels = order.map((place) => folded(postures[place], narrow ? 17 : 26).map(plain).join("<br>") + (narrow ? "<br>" : " ") + `<b>${share(place)}</b>`);
  const y = order.map((_, row) => row);
  const bars = groups.map((group) => ({
    type: "bar", orientation: "h", y, x: order.map((place) => together(place, group)), name: plain(group.name), marker: barStyle(group),
    customdata: order.map((place) => spelledOut(group, (term) => against(place, term))), hovertemplate: `${plain(group.name)}: %{x:+.2f}%{customdata}<extra></extra>`,
  }));
  const totals = { mode: "markers", y, x: order.map(balance), marker: { symbol: "diamond", size: 10, color: colour("$ink"), line: { color: colour("$card"), width: 1.5 } }, hovertemplate: "Balance: %{x:+.2f}<extra></extra>" };
  const height = 90 + Math.max(52, 15 * Math.max(...labels.map((label) => label.split("<br>").length))) * order.length;
  room.style.height = `${height}px`;
  plot(room, [...bars, totals], {
    barmode: "relative", bargap: 0.35, height, margin: { t: 6, b: 44, l: narrow ? 118 : 190, r: 12 }, hovermode: "closest",
    xaxis: { fixedrange: true, zeroline: true, zerolinecolor: colour("$soft"), zerolinewidth: 2, nticks: 5 },
    annotations: directions(),
    yaxis: { tickvals: y, ticktext: labels, autorange: "reversed", fixedrange: true, automargin: true, tickfont: { color: colour("$ink") } },
  });
  entitle(room, ".ytick text", order.map((place) => postures[place]));
}

function drawWeeks(groups, posture) {
  const edges = data.reasons.edges.map((day) => Date.parse(`${day}T00:00:00Z`)), x = edges.slice(0, spanLengths().length);
  const width = x.map((begin, span) => edges[span + 1] - begin), middles = x.map((begin, span) => begin + width[span] / 2);
  const when = spanLengths().map(spanWords);
  const bars = groups.map((group) => ({ type: "bar", x, width, offset: 0, y: series(posture, group), marker: barStyle(group), customdata: when.map((words, span) => [words, spelledOut(group, (term) => raw(posture, term, span) - raw(0, term, span))]), hovertemplate: `${plain(group.name)}: %{y:+.2f}%{customdata[1]}<br>%{customdata[0]}<extra></extra>` }));
  const sum = x.map((_, span) => bars.reduce((total, bar) => total + bar.y[span], 0));
  const line = { mode: "lines", x: middles, y: sum, line: { color: colour("$ink"), width: 2.5 }, customdata: when, hovertemplate: "Balance: %{y:+.2f}<br>%{customdata}<extra></extra>" };
  const room = byId("plot-why-weeks");
  room.style.height = "420px";
  plot(room, [...bars, line], {
    barmode: "relative", bargap: 0, height: 420, margin: { t: 10, b: 44, l: 48, r: 12 }, hovermode: "closest", shapes: decisionMark(),
    xaxis: { type: "date", fixedrange: true, range: [edges[0], edges[edges.length - 1]] },
    yaxis: { fixedrange: true, zeroline: true, zerolinecolor: colour("$soft"), zerolinewidth: 2, nticks: 7 },
  });
}

const dayOf = (day) => new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const spanWords = (length, span) => (length === 1 ? dayOf(data.reasons.edges[span]) : `mean of ${length} weeks from ${dayOf(data.reasons.edges[span])}`);

const inQuotes = (name) => `“${name.charAt(0).toLowerCase()}${name.slice(1)}”`;
const quoted = (terms) => terms.map((term) => inQuotes(data.reasons.terms[term])).join(" and ") || "nothing much";

function sayWhy(posture) {
  const { party_name: party, contest_name: contest, postures } = theCase();
  const { usual, closer, forUsual, against: contra, forCloser } = argumentsOn(posture), inert = data.reasons.inertia.reduce((sum, term) => sum + against(usual, term), 0);
  const when = timeWords();
  let said = `In ${contest}, ${party} most often ${postures[usual]}${when && ` ${when}`}.`;
  if (usual > 0) said += ` What speaks for that, compared with staying out, is above all ${quoted(forUsual)}.`;
  if (usual > 0 && Math.abs(inert) > 0.01) said += ` Inertia, to keep to what it does, ${inert > 0 ? "speaks for it as well" : "speaks against it"}.`;
  if (closer) said += ` Against the choice “${postures[posture]}” speaks above all ${quoted(contra)}; for it, ${quoted(forCloser)}.`;
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

// Tables hold what the figures draw: every reason compared with staying out.
const AGAINST = "Every reason and the balance compared with staying out.";
const three = (value) => Number(value.toFixed(3)) + 0;
const termsOf = (places) => data.reasons.terms.map((_, term) => term).filter((term) => places.some((place) => theValues()[place][term] || amount(place, term)));

function reasonTable(posture) {
  const { weeks, edges, terms } = data.reasons, lengths = spanLengths(), kept = termsOf([0, posture]);
  const difference = (term) => lengths.map((_, span) => three(raw(posture, term, span) - raw(0, term, span)));
  const columns = [weeks.slice(0, lengths.length), edges.slice(0, lengths.length), lengths, lengths.map((_, span) => three(terms.reduce((sum, _, term) => sum + raw(posture, term, span) - raw(0, term, span), 0))), ...kept.map(difference)];
  return { names: ["From week", "From", "Weeks", "Balance", ...kept.map((term) => terms[term])], columns, note: AGAINST };
}

function postureTable() {
  const { postures } = theCase(), places = postures.map((_, place) => place), kept = termsOf(places);
  const held = heldThen() || postures.map(() => null);
  const columns = [postures, held, places.map((place) => three(balance(place))), ...kept.map((term) => places.map((place) => three(against(place, term))))];
  return { names: ["Choice", "Share of the time", "Balance", ...kept.map((term) => data.reasons.terms[term])], columns, note: AGAINST };
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
  fillWhen();
  const posture = chosenPosture(), groups = reasonGroups(posture);
  byId("case").value = state.case;
  byId("posture").value = posture;
  byId("why-steps-title").textContent = `From “${theCase().postures[0]}” to “${theCase().postures[posture]}”`;
  byId("why-weeks-title").textContent = `Why ${theCase().party_name} ${theCase().postures[posture]}, or does not`;
  document.querySelectorAll("[data-stated]").forEach((one) => { one.hidden = Number(one.dataset.stated) !== state.case; });
  drawKey(groups);
  drawPostures(groups);
  drawSteps(groups, posture);
  drawWeeks(groups, posture);
  sayWhy(posture);
  byId("why-tipped").textContent = sayTipped(stepsTo(posture, groups));
}

// A link to one power in one crisis, or to one of its choices there, leads to the section with just that chosen: the place of
// no choice is NO_POSTURE.
function leadToCase(anchor) {
  const place = data.reasons.cases.findIndex(({ contest, party, closer }) => `why-${contest}-${party}` === anchor || closer.includes(anchor));
  if (place < 0) return null;
  change({ case: place, posture: data.reasons.cases[place].closer.indexOf(anchor), when: OPENING });
  return { place: byId("why"), numbers: "#why [data-stated]:not([hidden]) .facts" };
}

register({
  room: "why",
  choices: {
    case: { most: () => data.reasons.cases.length - 1, none: 0, names: () => data.reasons.cases.map(({ contest, party }) => `${contest}-${party}`) },
    posture: { most: () => MOST_POSTURES - 1, none: NO_POSTURE, names: (chosen) => data.reasons.cases[chosen.case].postures },
    when: { most: allWeeks, none: OPENING, names: whenNames },
  },
  redrawn: ["case", "posture", "when", "point", "theme"],
  draw: drawReasons,
  lead: leadToCase,
  connect() {
    byId("case").addEventListener("change", (event) => change({ case: Number(event.target.value), posture: NO_POSTURE, when: OPENING }));
    byId("posture").addEventListener("change", (event) => change({ posture: Number(event.target.value) }));
    byId("when").addEventListener("change", (event) => change({ when: Number(event.target.value) }));
    const explained = (table) => () => (theValues() ? table(chosenPosture()) : { names: [], columns: [[]] });
    tables.set("why-steps", explained(stepTable));
    tables.set("why-weeks", explained(reasonTable));
    tables.set("why-postures", explained(postureTable));
  },
});
