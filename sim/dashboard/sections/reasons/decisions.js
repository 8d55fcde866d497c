// When: all weeks together, or one span of weeks in which a power decided.

const ALL_WEEKS = -1;

const decisionsOf = (chosen) => data.reasons.cases[chosen.case].points[chosen.point].decisions;
// None where the span that was chosen is no decision of this power, or of this version.
const theDecision = () => decisionsOf(state).find(({ span }) => span === state.when);
const spansShown = () => { const one = theDecision(); return one ? [one.span] : spanLengths().map((_, span) => span); };
const heldThen = () => (theDecision() || theCase().points[state.point]).held;

// A link calls a decision by its first day; other spans have no name.
function decisionNames(chosen) {
  const decided = new Set(decisionsOf(chosen).map(({ span }) => span));
  return data.reasons.edges.map((day, span) => (decided.has(span) ? day : ""));
}

function fillWhen() {
  const select = byId("when"), one = theDecision();
  select.replaceChildren(new Option("All weeks", ALL_WEEKS), ...decisionsOf(state).map(({ words, span }) => new Option(words, span)));
  select.value = one ? one.span : ALL_WEEKS;
}

// Words within a sentence; none for all weeks.
function timeWords() {
  const one = theDecision(), length = one && spanLengths()[one.span];
  return one ? `in the ${length === 1 ? "week" : `${length} weeks`} from ${dayOf(data.reasons.edges[one.span])}` : "";
}

// The span looked at, marked where all spans are drawn.
function decisionMark(edges) {
  const one = theDecision();
  return one ? [{ type: "rect", xref: "x", yref: "paper", x0: edges[one.span], x1: edges[one.span + 1], y0: 0, y1: 1, line: { color: colour("$ink"), width: 1.5, dash: "dot" } }] : [];
}
