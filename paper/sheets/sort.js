// A click on a heading sorts its table by that column: numbers by value, anything else by its text.
"use strict";

function key(cell) {
  const text = cell.textContent.trim();
  const plain = text.replace(/\u2212/g, "-").replace(/(\d)[\u2009\u202f\u00a0,](?=\d{3})/g, "$1");
  const number = /^[<>≈~]?\s*(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)/i.exec(plain);
  return number ? Number(number[1]) : text;
}

function order(one, other) {
  const kinds = [one, other].map((value) => typeof value === "string");
  if (kinds[0] !== kinds[1]) return kinds[0] - kinds[1];
  return kinds[0] ? one.localeCompare(other, "en") : one - other;
}

function sort(table, column, heading) {
  const descending = heading.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
  rows.sort((a, b) => (descending ? order(b[0], a[0]) : order(a[0], b[0])));
  body.append(...rows.map((pair) => pair[1]));
}

for (const table of document.querySelectorAll("table")) {
  const headings = table.tHead ? [...table.tHead.rows[table.tHead.rows.length - 1].cells] : [];
  // Only where each row has one cell for each heading: a cell that spans several belongs to its place.
  const simple = table.tBodies.length === 1 && [...table.tBodies[0].rows].every(
    (row) => row.cells.length === headings.length && ![...row.cells].some((c) => c.colSpan > 1 || c.rowSpan > 1));
  if (!simple || table.tBodies[0].rows.length < 3) continue;
  headings.forEach((heading, column) => {
    if (heading.tagName !== "TH") return;
    const button = document.createElement("button");
    button.type = "button";
    button.setAttribute("aria-label", heading.textContent.trim());
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, column, heading));
    heading.append(button);
  });
}
