// The table of parameters: searched, filtered by kind, and saved as CSV.

function filterNumbers() {
  const wanted = byId("search").value.toLowerCase(), kind = byId("kind").value;
  const rows = [...document.querySelectorAll("#numbers-table tbody tr")];
  rows.forEach((row) => { row.hidden = !((!kind || row.dataset.kind === kind) && row.textContent.toLowerCase().includes(wanted)); });
  byId("numbers-found").textContent = wanted || kind ? `${rows.filter((row) => !row.hidden).length} of ${rows.length}` : "";
}

function saveNumbers() {
  const rows = [...document.querySelectorAll("#numbers-table tr")].map((row) => [...row.cells].map((one) => one.textContent));
  save("parameters", rows[0], rows.slice(1).map((row) => row.map((text, place) => ((place === 1 || place === 2) && text !== "" && Number.isFinite(Number(text)) ? Number(text) : text))));
}

register({
  room: "numbers",
  connect() {
    byId("search").addEventListener("input", filterNumbers);
    byId("kind").addEventListener("change", filterNumbers);
    byId("numbers-csv").addEventListener("click", saveNumbers);
  },
});
