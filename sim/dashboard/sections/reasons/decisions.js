// When: the weeks of fighting, all weeks together, or one week in which a power decided.

const OPENING = -1; // what a case opens with: the weeks of fighting, or all weeks where nobody fights

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const pointOf = (chosen) => data.reasons.cases[chosen.case].points[chosen.point];
const lastWeek = () => Math.max(...data.reasons.lengths.map((spans) => spans.reduce((a, b) => a + b, 0))) - 1;
const allWeeks = () => lastWeek() + 1;

// None where the week that was chosen is no decision of this power, or of this version.
const theDecision = () => pointOf(state).decisions.find(({ week }) => week === state.when);
// What is looked at, where it is not all weeks: a decision, or the weeks of fighting.
const theMoment = () => theDecision() || (state.when === allWeeks() ? null : pointOf(state).fought);
const heldThen = () => (theMoment() || pointOf(state)).held;

// A link calls a decision by its first day; other weeks have no name.
function whenNames(chosen) {
  const names = Array(allWeeks()).fill("");
  pointOf(chosen).decisions.forEach(({ week, edges }) => { [names[week]] = edges; });
  return [...names, "all weeks"];
}

function fillWhen() {
  const one = theDecision(), { decisions, fought } = pointOf(state), all = fought ? allWeeks() : OPENING;
  const opening = fought ? [new Option(capital(fought.words), OPENING)] : [];
  byId("when").replaceChildren(...opening, new Option("All weeks", all), ...decisions.map(({ words, week }) => new Option(words, week)));
  byId("when").value = one ? one.week : theMoment() ? OPENING : all;
}

// Words within a sentence; none for all weeks.
function timeWords() {
  const one = theMoment();
  if (!one) return "";
  return one.edges ? `in the week from ${dayOf(one.edges[0])}` : `in ${one.words}`;
}

// The week looked at, marked where all weeks are drawn.
function decisionMark() {
  const one = theDecision();
  if (!one) return [];
  const [x0, x1] = one.edges;
  return [{ type: "rect", xref: "x", yref: "paper", x0, x1, y0: 0, y1: 1, line: { color: colour("$ink"), width: 1.5, dash: "dot" } }];
}
