// Versions compared: a cell of the matrix shows its difference over time.

const differenceTable = () => document.querySelector("#differences table[data-ordered]");
const differenceColumns = () => (differenceTable() ? [...differenceTable().tHead.rows[0].cells].map((cell) => cell.textContent) : [""]);
const orderDifferences = () => { if (differenceTable()) orderRows(differenceTable(), state.column); };
const differenceCells = () => [...document.querySelectorAll("#differences [data-cell]")];
const differenceRoom = () => byId("plot-difference");

// One cell is in the order of the Tab key: the one that is looked at.
function markDifference() {
  if (!differenceRoom()) return; // nothing differs
  for (const one of differenceCells()) {
    const here = Number(one.dataset.cell) === state.difference;
    one.setAttribute("aria-pressed", here);
    one.tabIndex = here ? 0 : -1;
  }
  const { names, why } = data.differences;
  byId("difference").querySelector(".absent").textContent = `${names[state.difference]}: ${why[state.difference]}`;
}

function nextDifference(button, key) {
  const cell = button.closest("td"), row = cell.parentElement, rows = [...row.parentElement.rows];
  const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[key] || [0, 0];
  return rows[rows.indexOf(row) + down]?.cells[cell.cellIndex + right]?.querySelector("button");
}

function takeDifference(event) {
  change({ difference: Number(event.currentTarget.dataset.cell) });
  byId("difference").scrollIntoView({ block: "nearest" });
}

picked.set("difference", "difference");
register({
  room: "differences",
  choices: { difference: { most: () => data.differences.names.length - 1, none: 0, names: () => data.differences.names }, column: { most: () => differenceColumns().length - 1, none: 0, names: differenceColumns } },
  connect() {
    if (differenceTable()) connectOrder(differenceTable(), 2, "column");
    whenChanged(["column"], orderDifferences);
    orderDifferences();
    tables.set("differences", () => data.differences.table);
    for (const one of differenceCells()) {
      one.addEventListener("click", takeDifference);
      one.addEventListener("keydown", (event) => {
        const to = event.key.startsWith("Arrow") && nextDifference(one, event.key);
        if (!to) return;
        event.preventDefault();
        to.focus();
      });
    }
    markDifference();
    whenChanged(["difference"], () => { markDifference(); renew([differenceRoom()]); });
  },
});
