// From staying out to the choice looked at, reason by reason; and what would have tipped the choice that is made most often.

const STEP_ROW = 34, STEP_LINE = 15, STEP_GAP = 0.35, STEP_LETTER = 7.5, STEP_ROOM = 56;

// Reasons, the largest first, then inertia, which stands apart. Each has the colour and texture of its group in the key.
function stepsTo(posture, groups) {
  const size = (step) => Math.abs(together(posture, step));
  const single = groups.slice(0, -1).flatMap((group) => group.terms.map((term) => ({ ...group, name: data.reasons.terms[term], terms: [term] })));
  return [...single.sort((a, b) => size(b) - size(a)), groups[groups.length - 1]];
}

// Where each step begins and how far it goes.
function waterfall(posture, steps) {
  let end = 0;
  return steps.map((step) => {
    const begin = end, size = together(posture, step);
    end += size;
    return { step, begin, size, end };
  });
}

// The best of the other choices by some support, and the lead of a choice over it; null where there is no other.
function leadOf(posture, support) {
  const others = theCase().postures.map((_, place) => place).filter((place) => place !== posture);
  if (!others.length) return null;
  const next = others.reduce((best, place) => (support(place) > support(best) ? place : best));
  return { next, lead: three(support(posture) - support(next)) };
}

// The lead of the most frequent choice over the next best: as it is, the part of each step in it, and as it would be had that step been 0.
function tippingOf(steps) {
  const usual = usualPosture(), now = leadOf(usual, balance);
  if (!now) return null;
  const rows = steps.map((step) => ({
    step, part: three(together(usual, step) - together(now.next, step)), without: leadOf(usual, (place) => balance(place) - together(place, step)),
  }));
  return { usual, now, rows };
}

function sayTipped(steps) {
  const found = tippingOf(steps), { postures } = theCase(), when = timeWords();
  if (!found) return "";
  const { usual, now: { next, lead }, rows } = found, other = `“${postures[next]}”`;
  const begin = `What would have tipped it${when && `, ${when}`}: “${postures[usual]}”, ${heldThen() ? "the most frequent choice" : "which has most in its favour"}, `;
  if (lead <= 0) return `${begin}${lead ? `is behind ${other} by ${-lead}` : `is level with ${other}`}. These are means: runs differ from them, and chance has a part in each choice.`;
  const said = `${begin}leads the next best, ${other}, by ${lead}.`, turning = rows.filter(({ without }) => without.lead < 0).sort((a, b) => a.without.lead - b.without.lead);
  if (!turning.length) {
    const largest = rows.reduce((best, row) => (row.part > best.part ? row : best));
    return `${said} No single reason would have turned it: the largest, ${inQuotes(largest.step.name)}, has a part of ${largest.part} in that.`;
  }
  const [{ step, without }, ...more] = turning, others = more.length === 1 ? "another one" : `${more.length} others`;
  const rest = more.length ? ` So would ${others}, each alone: the table has them.` : "";
  return `${said} Had ${inQuotes(step.name)} alone been 0, “${postures[without.next]}” would lead by ${-without.lead}.${rest}`;
}

function stepTable(posture) {
  const steps = stepsTo(posture, reasonGroups(posture)), falls = waterfall(posture, steps), found = tippingOf(steps), { postures } = theCase();
  const whole = three(balance(posture)), names = ["Step", `For “${postures[posture]}”`, "Balance so far"];
  const columns = [[...steps.map(({ name }) => name), "Balance"], [...falls.map(({ size }) => three(size)), whole], [...falls.map(({ end }) => three(end)), whole]];
  if (found) {
    const { usual, now, rows } = found;
    names.push(`Lead of “${postures[usual]}” over “${postures[now.next]}”`, "Lead had it been 0", "Next best then");
    columns.push([...rows.map(({ part }) => part), now.lead], [...rows.map(({ without }) => without.lead), now.lead], [...rows.map(({ without }) => postures[without.next]), postures[now.next]]);
  }
  return { names, columns, note: `Steps from “${postures[0]}” to “${postures[posture]}”; beside them, the most frequent choice and the next best.` };
}

// Thin lines from the end of each step to the beginning of the next.
function connectors(falls, y) {
  const between = falls.map(({ end }, row) => ({ x: [end, end, null], y: [y[row] + 0.5 - STEP_GAP / 2, y[row] + 0.5 + STEP_GAP / 2, null] }));
  return {
    mode: "lines", x: between.flatMap((one) => one.x), y: between.flatMap((one) => one.y), line: { color: colour("$soft"), width: 1 }, hoverinfo: "skip",
  };
}

const signed = (value) => `${value > 0 ? "+" : ""}${String(three(value)).replace("-", "−")}`;

// How far each step goes, beyond its end; beside its beginning where it would lie on the line at zero. `unit` is that of a pixel.
function stepSizes(all, y, unit) {
  const said = all.map(({ begin, size, end }) => {
    const text = signed(size), way = size < 0 ? -1 : 1, ahead = -end * way, meets = ahead > 0 && ahead < unit * STEP_LETTER * (text.length + 1);
    return meets ? { text, x: begin, way: -way } : { text, x: end, way };
  });
  return {
    mode: "text", x: said.map(({ x }) => x), y, text: said.map(({ text }) => `\u00a0${text}\u00a0`), textfont: { color: colour("$ink") },
    textposition: said.map(({ way }) => `middle ${way > 0 ? "right" : "left"}`), cliponaxis: false, hoverinfo: "skip",
  };
}

function drawSteps(groups, posture) {
  const room = byId("plot-why-steps"), narrow = room.clientWidth < 480, steps = stepsTo(posture, groups), inertia = steps[steps.length - 1];
  const falls = waterfall(posture, steps).filter(({ step, size }) => step === inertia || three(size) !== 0), whole = balance(posture);
  const all = [...falls, { step: { name: "Balance", base: "$ink", pattern: "" }, begin: 0, size: whole, end: whole }], y = all.map((_, row) => row);
  const ends = [0, ...all.map(({ end }) => end)], low = Math.min(...ends), high = Math.max(...ends);
  const labels = all.map(({ step }) => folded(step.name, narrow ? 17 : 26).map(plain));
  // a pixel's unit, with room for a size on either side
  const l = narrow ? 118 : 190, r = 12, unit = ((high - low) || 1) / Math.max(1, room.clientWidth - l - r - 2 * STEP_ROOM), edge = unit * STEP_ROOM;
  const bars = all.map(({ step, begin, size, end }, row) => ({
    type: "bar", orientation: "h", y: [row], x: [size], base: [begin], marker: barStyle(step), hovertemplate: `${plain(step.name)}: ${signed(size)}<br>Balance so far: ${signed(end)}<extra></extra>`,
  }));
  const strip = { type: "rect", layer: "below", xref: "paper", yref: "y", x0: 0, x1: 1, y0: falls.length - 1.5, y1: falls.length - 0.5, fillcolor: colour("$band"), line: { width: 0 } };
  const height = 70 + Math.max(STEP_ROW, STEP_LINE * Math.max(...labels.map((lines) => lines.length)) + 6) * all.length;
  room.style.height = `${height}px`;
  plot(room, [...bars, connectors(falls, y), stepSizes(all, y, unit)], {
    barmode: "overlay", bargap: STEP_GAP, height, margin: { t: 6, b: 44, l, r }, hovermode: "closest", shapes: [strip], annotations: directions(),
    xaxis: { fixedrange: true, zeroline: true, zerolinecolor: colour("$soft"), zerolinewidth: 2, nticks: 5, range: [low - edge, high + edge] },
    yaxis: { tickvals: y, ticktext: labels.map((lines) => lines.join("<br>")), range: [all.length - 0.5, -0.5], fixedrange: true, automargin: true, tickfont: { color: colour("$ink") } },
  });
  entitle(room, ".ytick text", all.map(({ step }) => step.name));
}
