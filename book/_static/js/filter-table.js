// A search box and a choice of verdicts above a long table; without scripts the whole table shows.
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll(".tag_filterable table")) {
    const heads = [...table.tHead.rows[0].cells].map(cell => cell.textContent.trim());
    const column = heads.indexOf(say("Verdict"));
    const rows = [...table.tBodies[0].rows];
    const verdict = row => row.cells[column].textContent.trim().split(/[:：]/)[0];

    const search = document.createElement("input");
    search.type = "search";
    search.placeholder = say("find in the table");
    search.setAttribute("aria-label", say("find in the table"));
    const choice = document.createElement("select");
    choice.setAttribute("aria-label", say("verdict"));
    for (const name of [say("all verdicts"), ...new Set(rows.map(verdict))]) choice.add(new Option(name));
    const told = document.createElement("output");
    told.setAttribute("aria-live", "polite");

    const show = () => {
      const words = search.value.toLowerCase().split(/\s+/);
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        row.hidden = !(words.every(word => text.includes(word))
          && (choice.selectedIndex === 0 || verdict(row) === choice.value));
      }
      const count = rows.filter(row => !row.hidden).length;
      told.textContent = say("{count} of {all} lines", { count, all: rows.length });
    };
    search.addEventListener("input", show);
    choice.addEventListener("change", show);
    const bar = document.createElement("div");
    bar.className = "table-filter";
    bar.append(search, choice, told);
    (table.closest(".pst-scrollable-table-container") ?? table).before(bar);
    show();
  }
});
