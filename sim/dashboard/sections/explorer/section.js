// The explorer as a whole: every view is drawn from the page's state, whatever changed it.

function sayExplorer() {
  const { chosen, count, marked, mask, brushes } = explorer;
  const name = marked === undefined ? "" : runName(marked), of = counted(count, "run");
  const which = !name ? "No run is marked." : state.run === name ? `Run ${name} is marked${mask[marked] ? "" : ", which is outside the selection"}.` : `Run ${name} is marked: the selected run nearest to the medians of the outcomes shown${explorer.body.paths?.runs.includes(marked) ? ", of those kept over time" : ""}.`;
  byId("explorer-said").textContent = `${brushes.size ? `${chosen.length.toLocaleString("en")} of ${of} selected by ${counted(brushes.size, "range")}` : `All of ${of}, as no range is selected`}. ${which}`;
  byId("explorer-clear").disabled = !brushes.size;
  byId("explorer-median").disabled = !state.run;
  byId("explorer-csv").disabled = !chosen.length;
  byId("explorer-csv").textContent = `Download ${counted(chosen.length, "selected run")} as CSV`;
  byId("explorer-room").dataset.selected = String(chosen.length);
}

// On a served page columns take a while to arrive: what was chosen in between is drawn by a later turn.
function drawExplorer() {
  readChoices();
  if (!explorer.body.served) return drawViews();
  const turn = explorer.turn = (explorer.turn || 0) + 1, needed = new Set([...tableColumns(), ...[explorer.byKey.get(state.sort.replace(/^-/, ""))].filter(Boolean)]);
  return arrived([...needed]).then(() => { if (turn === explorer.turn) drawViews(); }).catch((error) => {
    byId("explorer-said").textContent = `The runs could not be read: ${error.message}. Is the server still running?`;
  });
}

function drawViews() {
  if (explorer.brushed !== state.brush) explorer.first = 0;
  explorer.brushed = state.brush;
  select(explorer.brushes);
  const named = state.run ? rowOf(state.run) : undefined;
  explorer.marked = named === undefined ? medianRun() : named;
  [drawAxes, drawBrushes, explorer.showChoice, drawStrengths, drawScatter, drawTable, drawTrails, sayExplorer].forEach((draw) => draw());
}

function fillSelect(id, columns, key) {
  const box = byId(id);
  box.append(...columns.map((column) => made("option", { value: column.key, textContent: column.name })));
  box.addEventListener("change", () => change({ [key]: box.value }));
}

function connectExplorer() {
  openExplorer(data.explorer);
  byId("explorer-room").hidden = false;
  fillSelect("explorer-matter", explorer.columns.filter((column) => column.of === "run"), "matter");
  fillSelect("explorer-x", explorer.columns, "x");
  fillSelect("explorer-y", explorer.columns, "y");
  if (explorer.body.paths) fillSelect("explorer-path", explorer.body.paths.outcomes, "trail");
  connectAxes();
  connectChoice();
  byId("explorer-clear").addEventListener("click", () => change({ brush: "" }));
  byId("explorer-median").addEventListener("click", () => change({ run: "" }));
  byId("explorer-csv").addEventListener("click", saveRuns);
  byId("explorer-before").addEventListener("click", () => turnPage(-1));
  byId("explorer-after").addEventListener("click", () => turnPage(1));
  byId("explorer-points").addEventListener("click", markNearest);
}

const asText = { read: (text) => text, none: "" };

register({
  room: "explorer",
  choices: { run: asText, x: asText, y: asText, axes: asText, brush: asText, matter: asText, trail: asText, sort: asText },
  redrawn: ["theme", "run", "x", "y", "axes", "brush", "matter", "trail", "sort"],
  connect: connectExplorer,
  draw: drawExplorer,
});
