// When: all weeks together, or one week in which a power decided.

const ALL_WEEKS = -1;

const decisionsOf = (chosen) => data.reasons.cases[chosen.case].points[chosen.point].decisions;
// None where the week that was chosen is no decision of this power, or of this version.
const theDecision = () => decisionsOf(state).find(({ week }) => week === state.when);
const heldThen = () => (theDecision() || theCase().points[state.point]).held;
const lastWeek = () => Math.max(...data.reasons.lengths.map((spans) => spans.reduce((a, b) => a + b, 0))) - 1;

// A link calls a decision by its first day; other weeks have no name.
function decisionNames(chosen) {
  const names = Array(lastWeek() + 1).fill("");
  decisionsOf(chosen).forEach(({ week, edges }) => { [names[week]] = edges; });
  return names;
}

function fillWhen() {
  const select = byId("when"), one = theDecision();
  select.replaceChildren(new Option("All weeks", ALL_WEEKS), ...decisionsOf(state).map(({ words, week }) => new Option(words, week)));
  select.value = one ? one.week : ALL_WEEKS;
}

// Words within a sentence; none for all weeks.
function timeWords() {
  const one = theDecision();
  return one ? `in the week from ${dayOf(one.edges[0])}` : "";
}

// The week looked at, marked where all weeks are drawn.
function decisionMark() {
  const one = theDecision();
  if (!one) return [];
  const [x0, x1] = one.edges;
  return [{ type: "rect", xref: "x", yref: "paper", x0, x1, y0: 0, y1: 1, line: { color: colour("$ink"), width: 1.5, dash: "dot" } }];
}
