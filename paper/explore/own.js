"use strict";

/* The reader's own numbers: the fits, how wrong k-means is for them, and the command that repeats it. */
const Own = (() => {
  const { $, DATA, state, plot, range, line, area, dot, square, text, fixed, signed, whole, esc, say } = Page;
  const SHARED = 200; // numbers that the address and the command hold
  let found = null;

  const digits = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(10))).replace("-", "−") : "—");

  /* Where k-means goes if the fitted mixture is the truth; null where the numbers do not show two components. */
  function prediction(soft, n) {
    if (soft.status !== "converged" || soft.gain <= Math.log(n)) return null;
    const ratio = soft.distance / soft.sd;
    if (ratio > 40) return { distance: soft.distance, se: null }; // pieces and components are the same
    const limit = Limits.kmeans(ratio, soft.weights[0]);
    return { distance: limit.distance * soft.sd, se: soft.sd * Math.sqrt(limit.avar / n) };
  }

  function fit(textOf) {
    const told = Fit.read(textOf);
    $("own-problem").textContent = told.problem ?? "";
    $("own-result").hidden = Boolean(told.problem);
    found = null;
    state.own = "";
    if (!told.problem) {
      const { numbers, header } = told;
      const sorted = Array.from(Float64Array.from(numbers).sort());
      const hard = Fit.kmeans(sorted);
      const soft = Fit.mixture(sorted, hard);
      found = { numbers, sorted, header, hard, soft, limit: prediction(soft, sorted.length) };
      if (numbers.length <= SHARED) state.own = numbers.join(",");
      draw();
    }
    Page.write();
  }

  function command() {
    const rest = "--estimators kmeans mixture --json";
    const { numbers } = found;
    return numbers.length <= SHARED ? `printf '%s\\n' ${numbers.join(" ")} | ./run fit - ${rest}` : `./run fit numbers.csv ${rest}`;
  }

  function sentence() {
    const { hard, soft, limit, sorted, header } = found;
    const lead = header === null ? "" : `“${esc(header)}” was taken for a header. `;
    const apart = `k-means puts its two centres <b>${digits(hard.distance)}</b> apart`;
    if (soft.status === "degenerate") return `${lead}${apart}. There are only two distinct values, so that a mixture has no likeliest fit.`;
    if (!limit) return `${lead}${apart}. One normal distribution describes these ${whole(sorted.length)} numbers as well as two do, by the Bayesian information criterion, so nothing can be said about two components or how wrong k-means is for them. The command with <code>--bootstrap 200</code> tests it.`;
    const bias = limit.distance - soft.distance;
    return `${lead}${apart}; the components of the likeliest mixture are <b>${digits(soft.distance)}</b> apart. If that mixture is the truth, k-means goes to <b>${digits(limit.distance)}</b> as more numbers come in: it is wrong by <b>${signed(bias, 4)}</b> (<b>${signed((100 * bias) / soft.distance, 1)} %</b>), however many there are. This supposes two normal components with the same variance.`;
  }

  function draw() {
    if (!found) return;
    const { sorted, hard, soft, limit } = found;
    const [low, high] = [sorted[0], sorted.at(-1)];
    const pad = 0.04 * (high - low);
    const x = [low - pad, high + pad];
    const bins = Math.min(Math.max(Math.ceil(Math.sqrt(sorted.length)) * 2, 8), 60);
    const width = (x[1] - x[0]) / bins;
    const counts = Array(bins).fill(0);
    for (const v of sorted) counts[Math.min(Math.floor((v - x[0]) / width), bins - 1)]++;
    const heights = counts.map((c) => c / (sorted.length * width));
    const density = (v) => soft.weights.reduce((sum, w, k) => sum + (w / soft.sd) * Limits.pdf((v - soft.means[k]) / soft.sd), 0);
    const xs = range(x[0], x[1], 301);
    const curve = soft.status === "converged" ? xs.map((v) => [v, density(v)]) : [];
    const tallest = Math.max(...heights);
    const top = 1.1 * Math.max(tallest, Math.min(3 * tallest, ...(curve.length ? [Math.max(...curve.map(([, d]) => d))] : [0])));
    const p = plot("own-plot", 270, { x, y: [-0.3 * top, top], yTicks: [[0, "0"]], xName: "your numbers", yName: "density" });
    const bars = heights.map((h, i) => area([p.at([x[0] + i * width, 0]), p.at([x[0] + i * width, h]), p.at([x[0] + (i + 1) * width, h]), p.at([x[0] + (i + 1) * width, 0])], 'class="fill-truth" fill-opacity=".16"')).join("");
    const rows = [-0.1 * top, -0.22 * top];
    const means = soft.status === "converged" ? soft.means.map((v) => square(p.at([v, rows[0]]), "fill-mixture mark")).join("") + text(p.box.left + 6, p.py(rows[0]) + 4, "mixture", 'class="fill-mixture halo"') : "";
    const centres = hard.centers.map((v) => dot(p.at([v, rows[1]]), "fill-kmeans mark")).join("") + text(p.box.left + 6, p.py(rows[1]) + 4, "k-means", 'class="fill-kmeans halo"');
    p.finish(bars + (curve.length ? line(curve.map(p.at), "stroke-mixture dashes") : "") + `<path class="axis" d="M${p.box.left},${p.py(0)}H${p.box.right}"/>`, means + centres,
      `Histogram of ${sorted.length} numbers with the centres of k-means at ${digits(hard.centers[0])} and ${digits(hard.centers[1])}.`, { columns: ["value"], rows: found.numbers.map((v) => [v]) });
    $("own-told").innerHTML = sentence();
    const soften = (value) => (soft.status === "converged" ? digits(value()) : "—");
    const table = [
      ["numbers", whole(sorted.length), whole(sorted.length)],
      ["lower centre or mean", digits(hard.centers[0]), soften(() => soft.means[0])],
      ["upper centre or mean", digits(hard.centers[1]), soften(() => soft.means[1])],
      ["distance", digits(hard.distance), soften(() => soft.distance)],
      ["share of the lower", digits(hard.sizes[0] / sorted.length), soften(() => soft.weights[0])],
      ["standard deviation within", digits(Math.sqrt(hard.within / sorted.length)), soften(() => soft.sd)],
      ["limit of the distance", limit ? digits(limit.distance) : "—", limit ? digits(soft.distance) : "—"],
      ["standard error of the distance", limit?.se ? limit.se.toPrecision(3) : "—", "see the command"],
    ];
    $("own-numbers").innerHTML = table.map(([name, ...values]) => `<tr><th scope="row">${name}</th>${values.map((v) => `<td>${v}</td>`).join("")}</tr>`).join("");
    $("own-command").textContent = command();
    $("own-repeat").textContent = found.numbers.length > SHARED ? "To repeat these fits in a checkout of the study, equal to nine digits, save the data of this figure (below) as numbers.csv, and:" : "To repeat these fits in a checkout of the study, equal to nine digits:";
    $("own-result").dataset.values = JSON.stringify({ n: sorted.length, kmeans: hard, mixture: soft, limit_distance: limit?.distance ?? null });
    say($("own-told").textContent);
  }

  /* An example: numbers of the pair that the sliders describe, three or more standard deviations apart. */
  function example() {
    const { delta, weight, seed } = state;
    const numbers = Sample.draw({ seed: seed + 500000, n: 150, delta: Math.max(delta, 3), weight, noise: 1 }).map(({ x }) => fixed(x, 2).replace("−", "-"));
    $("own").value = numbers.join("\n");
    fit($("own").value);
  }

  function arrive() {
    if (!state.own) return;
    $("own").value = state.own.split(",").join("\n");
    fit($("own").value);
  }

  const load = async (file) => {
    $("own").value = await file.text();
    fit($("own").value);
  };
  $("own-fit").addEventListener("click", () => fit($("own").value));
  $("own-example").addEventListener("click", example);
  for (const [name, numbers] of Object.entries(DATA.examples)) {
    $(`own-${name}`).addEventListener("click", () => {
      $("own").value = numbers.join("\n");
      fit($("own").value);
    });
  }
  $("own-file").addEventListener("change", () => $("own-file").files[0] && load($("own-file").files[0]));
  for (const kind of ["dragover", "dragleave", "drop"]) {
    $("own-section").addEventListener(kind, (event) => {
      event.preventDefault();
      $("own").classList.toggle("over", kind === "dragover");
      if (kind !== "drop") return;
      const { files } = event.dataTransfer;
      if (files.length) load(files[0]);
      else {
        $("own").value = event.dataTransfer.getData("text");
        fit($("own").value);
      }
    });
  }
  Page.arrivals.push(arrive);
  Page.resized.push(draw);
  arrive();
  return { example };
})();
