// What outcomes vary with: the heading of an outcome puts first what moves it most.

const effectTables = () => [...document.querySelectorAll("#variation table[data-ordered]")];
const orderEffects = () => effectTables().forEach((table) => orderRows(table, state.order));
const orderedColumns = () => { const [table] = effectTables(); return table ? [...table.tHead.rows[0].cells].map((cell) => cell.textContent) : [""]; };

register({
  room: "variation",
  choices: { order: { most: () => orderedColumns().length - 1, none: 0, names: orderedColumns } },
  connect() {
    effectTables().forEach((table) => connectOrder(table, 1, "order"));
    whenChanged(["order"], orderEffects);
    orderEffects();
  },
});
