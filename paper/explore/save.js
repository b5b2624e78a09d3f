"use strict";

/* Save a figure as a picture (SVG, with its colours) or its data (CSV). */
const Save = (() => {
  const { $, saved, say } = Page;
  const FIGURES = {
    density: "The cut and the means", plane: "In the plane", path: "From k-means to the mixture", map: "Who is closer",
    hard: "Sample: k-means", soft: "Sample: mixture", trace: "Distance after each step", growth: "One sample that grows", histogram: "Two hundred samples",
    "own-plot": "Your own numbers",
  };

  /* The figure as a file of its own: rules and colours that the page gives it stand in it. */
  function picture(id) {
    const shown = $(id).querySelector("svg");
    if (!shown) return null;
    const svg = shown.cloneNode(true);
    const [, , width, height] = svg.getAttribute("viewBox").split(" ");
    for (const [name, value] of Object.entries({ xmlns: "http://www.w3.org/2000/svg", width, height, role: "img" })) svg.setAttribute(name, value);
    svg.removeAttribute("aria-hidden");
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule.selectorText?.startsWith("svg ")).map((rule) => rule.cssText);
    const look = getComputedStyle(document.documentElement);
    const names = new Set([...rules.join(" ").matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => name));
    const values = ["--ground", ...names].map((name) => `${name}: ${look.getPropertyValue(name).trim()};`).join(" ");
    const style = document.createElementNS("http://www.w3.org/2000/svg", "style");
    style.textContent = `svg { ${values} background: var(--ground); font: 13px serif; } ${rules.join(" ")}`;
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = `${FIGURES[id]}. ${$(id).getAttribute("aria-label")}`;
    svg.prepend(title, style);
    return new XMLSerializer().serializeToString(svg);
  }

  function data(id) {
    if (!saved[id]) return null;
    const { columns, rows } = saved[id];
    return `${[columns, ...rows].map((row) => row.join(",")).join("\n")}\n`;
  }

  function give(content, name, kind) {
    if (content === null) return say("This figure is empty: fit some numbers first.");
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(new Blob([content], { type: kind })), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    say(`Saved as ${name}.`);
  }

  $("save-what").innerHTML = Object.entries(FIGURES).map(([id, name]) => `<option value="${id}">${name}</option>`).join("");
  const chosen = () => $("save-what").value;
  $("save-picture").addEventListener("click", () => give(picture(chosen()), `${chosen()}.svg`, "image/svg+xml"));
  $("save-data").addEventListener("click", () => give(data(chosen()), chosen() === "own-plot" ? "numbers.csv" : `${chosen()}.csv`, "text/csv"));
  $("copy-address").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      say("The address is copied.");
    } catch {
      say("This browser does not allow it: copy the address from its bar.");
    }
  });
  return { picture, data };
})();
