"use strict";
const receipts = JSON.parse(document.getElementById("receipts").textContent);
const receiptDialog = document.getElementById("receipt");
const enlarged = document.getElementById("enlarged");

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function closing(dialog) {
  const button = element("button", "Close");
  button.type = "button";
  button.addEventListener("click", () => dialog.close());
  return button;
}

for (const dialog of [receiptDialog, enlarged]) {
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
}

// --- a receipt for each number ---

function addressed(address) {
  const keys = Object.entries(address.keys).map(([name, value]) => `${name} = ${value}`).join(", ");
  return `${address.table}: ${address.column}${keys ? " where " + keys : ""}`;
}

function checked(check) {
  const estimate = check.mcse_text ? `${check.estimate_text} (${check.mcse_text})` : check.estimate_text;
  return `${check.id}, ${check.verdict}: ${check.statement}; ${check.condition}; ` +
    `estimate ${estimate}, target ${check.target_text}, margin ${check.margin_text}`;
}

function rowsOf(receipt) {
  const rows = [];
  const add = (name, value) => { if (value !== undefined && value !== null && value !== "") rows.push([name, [].concat(value).map(String)]); };
  add("value", receipt.value);
  add("Monte Carlo standard error", receipt.mcse);
  add("what", receipt.how);
  add("from", Object.entries(receipt.of || {}).map(([key, part]) => `${key} = ${part.text}`).slice(0, 12));
  for (const name of ["experiment", "scenario", "n", "method", "parameters", "quantity", "measure", "replicates", "seed"]) add(name, receipt[name]);
  add("script", receipt.script);
  const addresses = receipt.addresses.map(addressed);
  add("where it stands", addresses.length > 6 ? [...addresses.slice(0, 6), `and ${addresses.length - 6} more, in receipts.json`] : addresses);
  add("verdict", Object.entries(receipt.verdicts || {}).map(([id, verdict]) => `${id}: ${verdict}`));
  const checks = receipt.checks.map(checked);
  add("checks that use it", checks.length > 8 ? [...checks.slice(0, 8), `and ${checks.length - 8} more, in claims.csv`] : checks.length ? checks : "none");
  add("note", receipt.note);
  return rows.filter(([, values]) => values.length);
}

function one(number) {
  const key = number.getAttribute("data-receipt");
  const receipt = receipts[key];
  const list = element("dl");
  for (const [name, values] of rowsOf(receipt)) {
    list.append(element("dt", name), element("dd", "", ...values.map((value) => element("div", value))));
  }
  list.append(element("dt", "key"), element("dd", "", element("code", key)));
  list.append(element("dt", "again"), element("dd", "", ...receipt.commands.map((line) => element("pre", line))));
  return [element("h2", number.textContent.trim()), list];
}

function show(numbers) {
  const parts = numbers.flatMap(one);
  parts[0].id = "receipt-title";
  receiptDialog.replaceChildren(closing(receiptDialog), ...parts);
  receiptDialog.showModal();
}

// A formula is one thing for the keyboard, with the receipts of all numbers in it.
const marked = (within) => [...within.querySelectorAll("[data-receipt]")];
const things = new Set(marked(document).map((number) => number.closest("math") || number));
for (const thing of things) {
  const numbers = thing.matches("[data-receipt]") ? [thing] : marked(thing);
  let button = thing;
  if (thing.localName === "math") {
    button = element(thing.getAttribute("display") ? "div" : "span");
    thing.replaceWith(button);
    button.append(thing);
  }
  const words = [...button.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data).join("").trim();
  if (!words) button.setAttribute("aria-label", button.textContent.normalize("NFKC").trim());
  button.setAttribute("role", "button");
  button.setAttribute("tabindex", "0");
  button.addEventListener("click", (event) => {
    const number = event.target.closest("[data-receipt]");
    if (number) show([number]);
  });
  button.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); show(numbers); }
  });
}

// --- figures that enlarge ---

for (const button of document.querySelectorAll(".enlarge")) {
  button.addEventListener("click", () => {
    enlarged.replaceChildren(closing(enlarged), button.querySelector("img").cloneNode());
    enlarged.showModal();
  });
}

// --- footnotes and references beside the paragraphs that have them; they also stand at the end ---

const beside = new Map();
for (const mark of document.querySelectorAll("main [role=doc-biblioref], main [role=doc-noteref] a")) {
  const target = document.getElementById(decodeURIComponent(mark.hash.slice(1)));
  const block = mark.closest("p, li, .proof, .statement, .abstract");
  if (!target || !block || mark.closest("table")) continue;
  if (!beside.has(block)) beside.set(block, new Set());
  beside.get(block).add(target);
}
for (const [block, targets] of beside) {
  for (const target of targets) {
    const note = element("span");
    note.className = "margin";
    note.setAttribute("aria-hidden", "true");
    const copy = target.cloneNode(true);
    for (const back of copy.querySelectorAll("[role=doc-backlink]")) back.remove();
    note.textContent = copy.textContent.trim();
    block.prepend(note);
  }
}

// the contents are open where there is room beside the text
const contents = document.querySelector("nav details");
if (contents && window.matchMedia("(max-width: 79.99rem)").matches) contents.open = false;

// what can be scrolled can be reached by keyboard
function reachable() {
  for (const formula of document.querySelectorAll(".equation > math, .equation > div > math")) {
    if (formula.scrollWidth > formula.clientWidth) formula.setAttribute("tabindex", "0");
  }
}
reachable();
window.addEventListener("resize", reachable);
