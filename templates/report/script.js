"use strict";
(() => {
const key = (row, i) => row.cells[i].dataset.sort ?? row.cells[i].textContent.trim();
const compare = (a, b) => {
  const [x, y] = [Number(a), Number(b)];
  return a !== "" && b !== "" && !Number.isNaN(x) && !Number.isNaN(y) ? x - y : a.localeCompare(b, undefined, {numeric: true});
};
for (const table of document.querySelectorAll("table.sortable")) {
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, i) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const rows = [...table.tBodies[0].rows].sort((a, b) => (up ? 1 : -1) * compare(key(a, i), key(b, i)));
      table.tBodies[0].append(...rows);
    });
  });
}
for (const box of document.querySelectorAll("[data-filter]")) {
  box.hidden = false;
  const rows = [...document.querySelectorAll(box.dataset.filter)];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const input = box.querySelector("input");
  const told = box.querySelector("output");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = wanted !== "" && !texts[i].includes(wanted);
      shown += row.hidden ? 0 : 1;
    });
    for (const group of new Set(rows.map((row) => row.parentElement.closest("details")))) {
      if (group) {
        group.hidden = !rows.some((row) => !row.hidden && group.contains(row));
        if (wanted !== "" && !group.hidden) group.open = true;
      }
    }
    told.textContent = wanted === "" ? "" : `${shown} / ${rows.length}`;
  });
}
})();
