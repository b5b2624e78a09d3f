"use strict";

/* The figures, from the state of the sliders. */
const Page = (() => {
  const DATA = JSON.parse(document.getElementById("data").textContent);
  const $ = (id) => document.getElementById(id);
  const SLIDERS = ["delta", "weight", "noise", "eps", "n"];
  const LARGEST = 500; // points of a sample that are drawn
  const START = { delta: 2, weight: 0.5, noise: 1, eps: 0.5, n: 1000, seed: 1, start: 1, known: "free", story: 0, own: "" };
  /* What EM does not estimate: a variance, or the weights; and what it is then called. */
  const HELD = { known: { name: "known variance", value: () => state.eps }, equal: { name: "mixture, equal weights", value: () => "equal" } };
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  for (const [scheme, rule] of [["light", (css) => css], ["dark", (css) => `@media screen and (prefers-color-scheme: dark) { ${css} }`]]) {
    const colours = Object.entries(DATA.colours[scheme]).map(([name, colour]) => `--${name}: ${colour};`);
    document.head.append(Object.assign(document.createElement("style"), { textContent: rule(`:root { ${colours.join(" ")} }`) }));
  }

  // --- numbers as text
  const fixed = (value, digits) => value.toFixed(digits).replace("-", "−").replace(/^−(0\.?0*)$/, "$1");
  const whole = (value) => Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const signed = (value, digits) => (value > 0 ? "+" : "") + fixed(value, digits);
  const significant = (value) => (value >= 100 ? whole(value) : value.toPrecision(3));

  const exponent = (value, digits) => {
    const [mantissa, power] = value.toExponential(digits).split("e");
    return `${mantissa} × 10${power.replace("-", "⁻").replace("+", "").replace(/\d/g, (d) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[d])}`;
  };

  // --- the state, and its place in the address
  const LOGARITHMIC = { eps: (v) => Number((10 ** v).toPrecision(2)), n: (v) => Number((10 ** v).toPrecision(2)) };
  const state = { ...START };

  function read() {
    const told = new URLSearchParams(location.hash.slice(1));
    Object.assign(state, START);
    for (const name of [...SLIDERS, "seed", "start", "story"]) {
      let value = Number(told.get(name));
      // a heavier lower component is the mirror image
      if (name === "weight" && value > 0.5) value = Number((1 - value).toFixed(6));
      if (told.has(name) && Number.isFinite(value)) state[name] = value;
    }
    if (told.get("known") in HELD) state.known = told.get("known");
    state.own = told.get("own") ?? "";
    for (const name of SLIDERS) {
      const slider = $(name);
      slider.value = name in LOGARITHMIC ? Math.log10(Math.max(state[name], 1e-9)) : state[name];
      const [low, high] = [Number(slider.min), Number(slider.max)].map(LOGARITHMIC[name] ?? Number);
      state[name] = Math.min(Math.max(state[name], low), high);
    }
    [state.seed, state.start, state.n, state.story] = [state.seed, state.start, state.n, state.story].map(Math.round);
    $("known").value = state.known;
  }

  function write() {
    const told = Object.keys(START).filter((name) => state[name] !== START[name]).map((name) => `${name}=${state[name]}`);
    history.replaceState(null, "", told.length ? `#${told.join("&")}` : location.pathname + location.search);
  }

  // --- drawing
  const esc = (text) => String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;");
  const line = (points, kind) => `<path class="${kind}" fill="none" stroke-width="2" d="M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}"/>`;
  const area = (points, attributes) => `<path ${attributes} d="M${points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L")}Z"/>`;
  const text = (x, y, words, options = "") => `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" ${options}>${esc(words)}</text>`;
  const dot = ([x, y], kind, r = 5.5) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${r}" class="${kind}"/>`;
  const triangle = ([x, y], kind, r = 6) => area([[x, y - r], [x + r, y + 0.8 * r], [x - r, y + 0.8 * r]], `class="${kind}"`);
  const square = ([x, y], kind, r = 5) => `<rect x="${(x - r).toFixed(1)}" y="${(y - r).toFixed(1)}" width="${2 * r}" height="${2 * r}" class="${kind}"/>`;

  function steps(low, high, count) {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((s) => s * power >= 0.85 * rough);
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(k * step);
    return found.map((v) => [v, fixed(v, Math.max(0, -Math.floor(Math.log10(step) + 1e-9)))]);
  }

  const MARGIN = { left: 44, right: 12, top: 26, bottom: 38 };
  const same = (v) => v;
  const saved = {}; // what each figure shows, as columns and rows
  const plots = {}; // the way back from the pixels of each to its scales
  const widthOf = (id) => Math.max($(id).clientWidth, 240);

  /* An empty plot as wide as its place: maps from data to pixels, axes with ticks, and the way to finish it. */
  function plot(id, height, { x, y, xTicks, yTicks, xName, yName, xScale = same, yScale = same }) {
    const place = $(id);
    const width = widthOf(id);
    const box = { left: MARGIN.left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
    const share = (v, [low, high], scale) => (scale(v) - scale(low)) / (scale(high) - scale(low));
    const px = (v) => box.left + share(v, x, xScale) * (box.right - box.left);
    const py = (v) => box.bottom - share(v, y, yScale) * (box.bottom - box.top);
    let axes = `<path class="axis" d="M${box.left},${box.top}V${box.bottom}H${box.right}"/>`;
    for (const [v, label] of xTicks ?? steps(x[0], x[1], width > 420 ? 8 : 5)) {
      axes += `<path class="axis" d="M${px(v).toFixed(1)},${box.bottom}v4"/>` + text(px(v), box.bottom + 17, label, 'text-anchor="middle" class="quiet"');
    }
    for (const [v, label] of yTicks ?? steps(y[0], y[1], 4)) {
      axes += `<path class="axis" d="M${box.left},${py(v).toFixed(1)}h-4"/>` + text(box.left - 7, py(v) + 4, label, 'text-anchor="end" class="quiet"');
    }
    axes += text((box.left + box.right) / 2, height - 4, xName, 'text-anchor="middle"') + text(2, 12, yName);
    const finish = (below, above, label, data) => {
      saved[id] = data;
      place.innerHTML = `<svg viewBox="0 0 ${width} ${height}" height="${height}" aria-hidden="true"><clipPath id="${id}-clip"><rect x="${box.left}" y="${box.top}" width="${box.right - box.left}" height="${box.bottom - box.top}"/></clipPath><g clip-path="url(#${id}-clip)">${below}</g>${axes}${above}</svg>`;
      place.setAttribute("aria-label", label);
    };
    const back = (share, [low, high], scale) => scale(low) + share * (scale(high) - scale(low));
    const from = ([a, b]) => [back((a - box.left) / (box.right - box.left), x, xScale), back((box.bottom - b) / (box.bottom - box.top), y, yScale)];
    plots[id] = from;
    return { px, py, at: ([a, b]) => [px(a), py(b)], box, finish };
  }

  /* Ranges around (0, 0) that hold `reach` and in which one unit is as long up as across. */
  function undistorted(id, height, reach) {
    const inner = [widthOf(id) - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
    const unit = Math.min(inner[0] / (2 * reach[0]), inner[1] / (2 * reach[1]));
    const [x, y] = inner.map((length) => [-length / 2 / unit, length / 2 / unit]);
    return { x, y, unit };
  }

  const range = (low, high, count) => Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

  // --- what the sliders determine
  function compute() {
    const { delta, weight, noise, eps, n } = state;
    const line = Limits.kmeans(delta, weight);
    const plane = Limits.plane(delta, weight, noise);
    const mixtureAvar = Limits.mixtureAvar(DATA.mixture_avar, delta, weight);
    return {
      line, plane, mixtureAvar,
      critical: {
        weight: Limits.criticalWeight(DATA.critical_weight, delta),
        noise: Limits.criticalNoise(delta, weight),
        eps: Limits.variance(delta, weight),
      },
      known: Limits.knownVariance(delta, weight, eps),
      contest: Limits.contest(plane, mixtureAvar, delta, n),
    };
  }

  function drawDensity({ line: k, plane }) {
    const { delta, weight } = state;
    const m = delta / 2;
    const end = m + 3.6;
    const low = (x) => weight * Limits.pdf(x + m);
    const high = (x) => (1 - weight) * Limits.pdf(x - m);
    const xs = range(-end, end, 241);
    const top = Math.max(...xs.map((x) => low(x) + high(x)));
    const p = plot("density", 290, { x: [-end, end], y: [-0.34 * top, 1.12 * top], yTicks: [[0, "0"]], xName: "position along the line of means (sd)", yName: "density" });
    const curve = (f) => xs.map((x) => p.at([x, f(x)]));
    const piece = (from, to) => [p.at([from, 0]), ...range(from, to, 121).map((x) => p.at([x, low(x) + high(x)])), p.at([to, 0])];
    const below =
      area(piece(-end, k.t), 'class="fill-kmeans" fill-opacity=".30"') + area(piece(k.t, end), 'class="fill-kmeans" fill-opacity=".13"') +
      line(curve(low), "stroke-mixture dashes") + line(curve(high), "stroke-mixture dashes") +
      line(curve((x) => low(x) + high(x)), "stroke-truth") + `<path class="axis" d="M${p.box.left},${p.py(0)}H${p.box.right}"/>` +
      line([p.at([k.t, -0.34 * top]), p.at([k.t, 1.12 * top])], "stroke-kmeans");
    const rows = [-0.11 * top, -0.25 * top];
    const pair = (values, y, kind) => line(values.map((v) => p.at([v, y])), `stroke-${kind}`);
    const above =
      pair([-m, m], rows[0], "mixture") + [-m, m].map((v) => square(p.at([v, rows[0]]), "fill-mixture mark")).join("") +
      pair([k.lower, k.upper], rows[1], "kmeans") + [k.lower, k.upper].map((v) => dot(p.at([v, rows[1]]), "fill-kmeans mark")).join("") +
      text(p.box.left + 6, p.py(rows[0]) + 4, "mixture", 'class="fill-mixture halo"') +
      text(p.box.left + 6, p.py(rows[1]) + 4, "k-means", 'class="fill-kmeans halo"') +
      text(p.px(k.t), p.box.top - 6, "cut", 'text-anchor="middle" class="fill-kmeans"');
    p.finish(below, above, `Density of the pair with k-means' cut at ${fixed(k.t, 3)}, its means of the pieces at ${fixed(k.lower, 3)} and ${fixed(k.upper, 3)}, and the components' means at ${fixed(-m, 3)} and ${fixed(m, 3)}.`, {
      columns: ["position", "lower_component", "upper_component", "below_cut"], rows: xs.map((x) => [x, low(x), high(x), Number(x < k.t)]),
    });
    const bias = k.distance - delta;
    $("density-caption").innerHTML = `<span class="kmeans">●</span> means of the pieces, <b>${fixed(k.distance, 4)}</b> apart; <span class="mixture">■</span> means of the components, <b>${fixed(delta, 2)}</b> apart, where the mixture goes. The distance of k-means is wrong by <b>${signed(bias, 4)}</b> sd (<b>${signed((100 * bias) / delta, 1)} %</b>) however large the sample. ${k.others.length ? "A second, worse cut is a local optimum. " : ""}${ignored(k) ? "k-means ignores the smaller component here and halves the larger one. " : ""}${plane.way === "along" ? "Shown without the noise across." : "Shown without the noise across: with it k-means does not cut here (see the plane)."}`;
  }

  /* Beyond the cusp: whether the weight is below the critical one. */
  const ignored = () => {
    const critical = Limits.criticalWeight(DATA.critical_weight, state.delta);
    return critical !== null && state.weight < critical;
  };

  function drawPlane({ plane, critical }) {
    const { delta, noise } = state;
    const m = delta / 2;
    const height = 290;
    const { x, y, unit } = undistorted("plane", height, [m + 2.7, Math.max(2.6 * noise, 2.2)]);
    const p = plot("plane", height, { x, y, xName: "along the line of means (sd)", yName: "across (sd)" });
    const ellipses = [-m, m].flatMap((mean) => [1, 2].map((r) => `<ellipse cx="${p.px(mean).toFixed(1)}" cy="${p.py(0).toFixed(1)}" rx="${(r * unit).toFixed(1)}" ry="${(r * noise * unit).toFixed(1)}" class="stroke-mixture fill-mixture" fill-opacity=".07"/>`)).join("");
    const [c, s] = [Math.cos(plane.angle), Math.sin(plane.angle)];
    const far = 2 * (x[1] + y[1]);
    const cut = [-far, far].map((t) => p.at([plane.cut * c - t * s, plane.cut * s + t * c]));
    // the squares are larger, so that both are seen where they coincide
    const above = [-m, m].map((v) => square(p.at([v, 0]), "fill-mixture mark", 7)).join("") + plane.centres.map((v) => dot(p.at(v), "fill-kmeans mark")).join("");
    p.finish(ellipses + line(cut, "stroke-kmeans") + line(plane.centres.map(p.at), "stroke-kmeans dots"), above, `Contours of both components; k-means cuts ${plane.way} the line of means.`, {
      columns: ["mean_of", "along", "across"], rows: [...[-m, m].map((v) => ["component", v, 0]), ...plane.centres.map((v) => ["cluster", ...v])],
    });
    const degrees = (plane.angle * 180) / Math.PI;
    const told = {
      along: "k-means separates along the line of means",
      across: "k-means has turned by 90°: it halves the noise and finds nothing of the separation",
      oblique: `k-means splits obliquely, at ${fixed(degrees, 1)}° to the line of means (or its mirror image)`,
    };
    $("plane-caption").innerHTML = `Contours at one and two standard deviations. At noise <i>τ</i> = <b>${fixed(noise, 2)}</b> ${told[plane.way]}; it leaves the line of means at <i>τ*</i> = <b>${fixed(critical.noise, 4)}</b>. Its centres are <b>${fixed(plane.distance, 4)}</b> apart. A mixture with a common variance for each coordinate goes to the components’ means (squares) whatever the noise.`;
  }

  let pathKept = { key: null, points: [] };
  function pathPoints(criticalEps) {
    const { delta, weight } = state;
    const key = `${delta} ${weight}`;
    if (pathKept.key !== key) {
      // the curve falls to zero like a square root: close points near its end
      const values = [...range(0.02, 0.9, 45).map((u) => u * criticalEps), ...range(1, 4, 13).map((u) => criticalEps * (1 - 10 ** -u))];
      pathKept = { key, points: Limits.path(delta, weight, values) };
    }
    return pathKept.points;
  }

  function drawPath({ line: k, known, critical }) {
    const { delta, weight, eps } = state;
    const right = Math.max(1.3 * critical.eps, 1.06 * eps);
    const top = 1.15 * Math.max(delta, k.distance);
    const p = plot("path", 290, { x: [0, right], y: [0, top], xName: "assumed variance ε", yName: "distance (sd)" });
    const points = [[0, k.distance], ...pathPoints(critical.eps), [critical.eps, 0], [right, 0]].map(p.at);
    const labelled = [0.7 * critical.eps, Limits.knownVariance(delta, weight, 0.7 * critical.eps).distance];
    const guide = (x) => `<path class="grid" d="M${p.px(x).toFixed(1)},${p.box.top}V${p.box.bottom}"/>`;
    const truth = p.py(delta);
    p.finish(
      guide(1) + guide(critical.eps) + line([[p.box.left, truth], [p.box.right, truth]], "stroke-truth dots") + line(points, "stroke-known dashdots"),
      dot(p.at([0, k.distance]), "fill-kmeans mark") + text(p.box.right, truth - 6, "truth δ", 'text-anchor="end" class="halo"') +
        text(p.px(0) + 9, p.py(k.distance) + (k.distance < delta ? 19 : -8), "k-means", 'class="fill-kmeans halo"') +
        text(...p.at(labelled).map((v, i) => v + [-8, 16][i]), "known variance", 'text-anchor="end" class="halo"') +
        (p.px(1) > 130 && p.py(labelled[1]) < p.box.bottom - 40 ? text(p.px(1) - 5, p.box.bottom - 8, "true variance", 'text-anchor="end" class="quiet"') : "") +
        text(p.px(critical.eps) + 5, p.box.top + 10, "merged", 'class="quiet"') + dot(p.at([eps, known.distance]), "present", 6),
      `Distance of the fit with known variance against that variance; now ${fixed(known.distance, 4)} at ${eps}.`,
      { columns: ["assumed_variance", "distance"], rows: [[0, k.distance], ...pathPoints(critical.eps), [critical.eps, 0]] },
    );
    $("path-caption").innerHTML = `The mixture fitted with weights ½ and its variance held at <i>ε</i>. At <i>ε</i> = <b>${eps}</b> its means are <b>${fixed(known.distance, 4)}</b> apart${known.merged ? ": they have merged" : ""}. At <i>ε</i> → 0 it is k-means (<b>${fixed(k.distance, 4)}</b>)${weight === 0.5 ? ", at the true variance 1 the truth" : "; at the true variance 1 it is not quite the truth, because its weights are wrong"}, and from <i>ε</i> = <b>${fixed(critical.eps, 4)}</b>, the variance of the data, its means coincide.`;
  }

  // --- the map: for each separation the limits, with both sides of every jump and of every zero of the bias
  let columns = { key: null, list: [] };
  function mapColumns() {
    const { weight, noise } = state;
    const key = `${weight} ${noise}`;
    if (columns.key === key) return columns.list;
    const across = Limits.variance(1, 0) * noise * noise * (2 / Math.PI);
    const column = (delta) => {
      const k = Limits.kmeans(delta, weight);
      const [way, hard] = k.between >= across ? ["along", k] : ["across", { distance: 2 * noise * Math.sqrt(2 / Math.PI), avar: 4 * noise * noise * (1 - 2 / Math.PI) }];
      const small = Limits.criticalWeight(DATA.critical_weight, delta);
      const split = way === "across" ? way : small !== null && weight < small ? "ignored" : "between";
      // where the bias changes its sign k-means wins at every n
      const regime = `${split} ${hard.distance > delta}`;
      return { delta, regime, hard, soft: Limits.mixtureAvar(DATA.mixture_avar, delta, weight) };
    };
    const list = [];
    for (const delta of range(0.5, 8, 76)) {
      const next = column(delta);
      const last = list.at(-1);
      if (last && last.regime !== next.regime) {
        let [low, high] = [last, next];
        while (high.delta - low.delta > 1e-5) {
          const middle = column((low.delta + high.delta) / 2);
          if (middle.regime === low.regime) low = middle;
          else high = middle;
        }
        list.push(low, high);
      }
      list.push(next);
    }
    columns = { key, list };
    return list;
  }

  const LEVELS = [0, 0.25, 0.5, 0.8, 1, 1.25, 2, 4, Infinity];
  const SHADES = [["kmeans", 0.72], ["kmeans", 0.48], ["kmeans", 0.26], ["kmeans", 0.1], ["mixture", 0.1], ["mixture", 0.26], ["mixture", 0.48], ["mixture", 0.72]];

  /* Where a word of half-width `half` is farthest from the line, the edges and what is `taken`, on one side of the
     line (1 below, -1 above); null where it has no room. */
  function roomiest(box, edge, taken, side, half) {
    let [best, room] = [null, 11];
    for (let x = box.left + half + 4; x <= box.right - half - 4; x += 6) {
      const over = edge.filter(([a]) => Math.abs(a - x) < half + 8).map(([, b]) => b);
      const near = taken.filter(([a]) => Math.abs(a - x) < half + 8).map(([, b]) => b);
      for (let y = box.top + 12; y <= box.bottom - 12; y += 6) {
        const gaps = [...over.map((b) => side * (y - b)), ...near.map((b) => Math.abs(y - b)), y - box.top, box.bottom - y];
        const least = Math.min(...gaps);
        if (least > room) [best, room] = [[x, y], least];
      }
    }
    return best;
  }

  function drawMap({ contest, plane }) {
    const { delta, n } = state;
    const y = [10, 1e6];
    const power = (k) => [10 ** k, `10${["", "¹", "²", "³", "⁴", "⁵", "⁶"][k]}`];
    const p = plot("map", 290, { x: [0.5, 8], y, yScale: Math.log10, yTicks: [1, 2, 3, 4, 5, 6].map(power), xTicks: range(1, 8, 8).map((v) => [v, String(v)]), xName: "separation δ", yName: "sample size n" });
    const list = mapColumns();
    const clamp = (v) => Math.min(Math.max(v, y[0] / 10), y[1] * 10);
    const edge = (ratio) => list.map((c) => p.at([c.delta, clamp(ratio === Infinity ? Infinity : ratio === 0 ? 0 : Limits.level(c.hard, c.soft, c.delta, ratio))]));
    const edges = LEVELS.map(edge);
    let below = SHADES.map(([kind, opacity], i) => area([...edges[i], ...edges[i + 1].toReversed()], `class="fill-${kind}" fill-opacity="${opacity}"`)).join("");
    below += line(edges[4], "stroke-truth");
    // theory of finite samples and the simulation have balanced pairs, which k-means splits along the line of means
    const balanced = state.weight === 0.5 && state.noise <= 1;
    const predicted = balanced ? DATA.predicted : [];
    const dashes = predicted.length > 1 ? line(predicted.map((m) => p.at([m.delta, m.n])), "stroke-truth dashdots") : "";
    const measured = balanced ? DATA.measured.map((m) => ({ at: p.at([m.delta, m.n]), hard: m.ratio < 1 })) : [];
    const apart = []; // of marks that would lie on each other only the first
    for (const m of measured) if (!apart.some(({ at }) => at[0] === m.at[0] && Math.abs(at[1] - m.at[1]) < 9)) apart.push(m);
    const marks = apart.map(({ at, hard }) => (hard ? dot(at, "fill-kmeans mark", 4.5) : square(at, "fill-mixture mark", 4))).join("");
    const taken = apart.map(({ at }) => at);
    const words = [[1, "k-means closer"], [-1, "mixture closer"]].map(([side, label]) => {
      const at = roomiest(p.box, edges[4], taken, side, 3.9 * label.length);
      if (!at) return "";
      taken.push([at[0] - 30, at[1]], at, [at[0] + 30, at[1]]);
      return text(at[0], at[1] + 4, label, 'text-anchor="middle" class="halo"');
    }).join("");
    p.finish(below, marks + dashes + words + dot(p.at([delta, n]), "present", 6), `Map of the ratio of root mean squared errors; now ${contest.ratio === null ? "not known" : fixed(contest.ratio, 2)}.`, {
      columns: ["separation", "kmeans_distance", "kmeans_avar", "mixture_avar", "n_of_equal_errors", "n_of_equal_errors_in_finite_samples"],
      rows: mapRows(list, predicted),
    });
    $("map-caption").innerHTML = `Predicted root mean squared error of k-means’ distance over that of the mixture’s; steps at ¼, ½, 0.8, 1 (line), 1.25, 2 and 4. Here it is ${contest.ratio === null ? "not covered by the theory" : `<b>${significant(contest.ratio)}</b>`}${told(contest)}.${plane.way === "oblique" ? " (The map shows the better of the two axes.)" : ""} First-order theory: at small <i>δ</i> and <i>n</i> samples are less orderly.${finite(predicted, delta)}${measured.length ? ` Who was closer in the study’s simulation (weights ½): <span class="kmeans">●</span>\u00a0k-means, <span class="mixture">■</span>\u00a0mixture.` : ""}`;
  }

  /* The lines of the map as data. Corners of the dash-dotted line have rows of their own, without the first-order columns. */
  function mapRows(list, predicted) {
    const rows = list.map((c) => [c.delta, c.hard.distance, c.hard.avar, c.soft, Limits.level(c.hard, c.soft, c.delta, 1), finiteAt(predicted, c.delta)]);
    const corners = predicted.length < 2 ? [] : predicted.filter((m) => !list.some((c) => Math.abs(c.delta - m.delta) < 1e-9));
    return [...rows, ...corners.map((m) => [m.delta, null, null, null, null, m.n])].sort((a, b) => a[0] - b[0]);
  }

  /* The n of equal errors by the theory of finite samples, where its curve has this separation; otherwise null. */
  function finiteAt(predicted, delta) {
    if (predicted.length < 2) return null;
    const next = predicted.findIndex((m) => m.delta >= delta - 1e-9);
    if (next < 0) return null;
    const b = predicted[next];
    if (b.delta - delta < 1e-9) return b.n;
    if (next === 0) return null;
    const a = predicted[next - 1];
    return a.n * (b.n / a.n) ** ((delta - a.delta) / (b.delta - a.delta));
  }

  function finite(predicted, delta) {
    if (predicted.length < 2) return "";
    const n = finiteAt(predicted, delta);
    return ` Dash-dotted: equal errors by the theory of finite samples (weights ½)${n === null ? "" : `: here <i>n</i>\u00a0=\u00a0<b>${significant(n)}</b>`}.`;
  }

  const told = ({ crossover }) =>
    crossover === null ? "" : crossover === 0 ? "; the mixture is closer at every <i>n</i>" : Number.isFinite(crossover) && crossover < 1e9 ? `; the mixture is closer from <i>n*</i> = <b>${significant(crossover)}</b> on` : "; k-means is closer at every <i>n</i> below a thousand million";

  function drawNumbers({ line: k, plane, mixtureAvar, critical, known, contest }) {
    const { delta, n } = state;
    const unit = " sd";
    const none = "—";
    const or = (value, show) => (value === null ? none : show(value));
    const onLine = plane.way === "along"; // some numbers are those of the line of means
    const rows = [
      ["truth", `${fixed(delta, 2)}${unit}`, "distance between the components’ means; the mixture’s limit"],
      ["k-means’ limit", `${fixed(plane.distance, 4)}${unit}`, `distance between its centres as n grows, with the noise across (on the line of means alone ${fixed(k.distance, 4)})`],
      ["bias of k-means", `${signed(contest.bias, 4)}${unit}`, "its limit minus the truth; no sample size removes it"],
      ["cut", `${fixed(k.t, 4)}${unit}`, `position on the line of means; ${fixed(100 * k.mass, 2)} % of the data are below it`],
      ["centres", `${fixed(k.lower, 4)}, ${fixed(k.upper, 4)}`, "means of the two pieces on the line of means (sd)"],
      ["standard error, k-means", or(contest.se, (v) => `${v.toPrecision(4)}${unit}`), `of its distance at n = ${whole(n)}, by Pollard’s limit theorem`],
      ["standard error, mixture", `${contest.soft.toPrecision(4)}${unit}`, "of its distance at this n, from the Fisher information (weights and variance free)"],
      ["bias in standard errors", or(contest.se, (v) => signed(contest.bias / v, 1)), "how sure k-means is of its wrong value"],
      ["RMSE ratio", or(contest.ratio, (v) => v.toPrecision(4)), "root mean squared error of k-means over that of the mixture: below 1, k-means is closer"],
      ["known variance", `${fixed(known.distance, 4)}${unit}`, `limit of the distance when the variance is held at ε = ${state.eps}`],
      ["critical ε", fixed(critical.eps, 4), "assumed variance from which on the two means merge: the variance of the data (sd²)"],
      ["critical noise τ*", `${fixed(critical.noise, 4)}${unit}`, "noise across beyond which k-means no longer splits along the line of means"],
      ["critical weight", critical.weight === null ? none : fixed(critical.weight, 5), "below it k-means ignores the smaller component; there is one from δ = 4.6345 on"],
    ];
    $("numbers").innerHTML = rows.map(([name, value, what]) => {
      const off = !onLine && ["cut", "centres", "critical weight"].includes(name);
      return `<tr${off ? ' class="off"' : ""}><th scope="row">${name}</th><td>${value}</td><td>${what}${off ? "; does not apply: k-means has left the line of means" : ""}</td></tr>`;
    }).join("");
    $("numbers").dataset.values = JSON.stringify({ ...state, kmeans: plane.distance, line: k.distance, cut: k.t, avar: k.avar, mixture_avar: mixtureAvar, known_variance: known.distance, ratio: contest.ratio, crossover: contest.crossover, critical });
    say(`k-means' distance goes to ${fixed(plane.distance, 3)}, the truth is ${fixed(delta, 2)}; with variance held at ${state.eps}, ${fixed(known.distance, 3)}; error ratio ${contest.ratio === null ? "not known" : fixed(contest.ratio, 2)}.`);
  }

  /* Tell a screen reader, once the hand rests. */
  function say(words) {
    clearTimeout(say.later);
    say.later = setTimeout(() => { $("readout").textContent = words; }, 700);
  }

  // --- the sample and the two algorithms
  const run = { points: [], hard: [], soft: [], timer: null };

  function resample() {
    stop();
    const { delta, weight, noise, seed } = state;
    run.points = Sample.draw({ seed, n: Math.min(state.n, LARGEST), delta, weight, noise });
    restart();
  }

  function restart() {
    stop();
    const centres = Sample.start(run.points, state.start * 7919 + state.seed);
    run.hard = [Sample.kmeans(run.points, centres)];
    run.soft = [Sample.goodStart(run.points, state.start * 7919 + state.seed, HELD[state.known]?.value() ?? null)];
    drawSample();
  }

  const arrived = (states) => states.length > 1 && Sample.still(states.at(-2), states.at(-1));
  const finished = () => arrived(run.hard) && arrived(run.soft);

  function step() {
    if (!arrived(run.hard)) run.hard.push(Sample.lloyd(run.points, run.hard.at(-1)));
    if (!arrived(run.soft)) run.soft.push(Sample.em(run.points, run.soft.at(-1)));
  }

  function toTheEnd() {
    stop();
    for (let i = 0; i < 5000 && !finished(); i++) step();
    drawSample();
    tellSteps();
  }

  function stop() {
    clearInterval(run.timer);
    run.timer = null;
    $("run").textContent = "Run";
    $("run").setAttribute("aria-pressed", "false");
  }

  function toggle() {
    if (run.timer) return stop();
    if (finished()) return;
    if (calm.matches) return toTheEnd();
    $("run").textContent = "Pause";
    $("run").setAttribute("aria-pressed", "true");
    run.timer = setInterval(() => {
      step();
      drawSample();
      if (!finished()) return;
      stop();
      tellSteps();
    }, 350);
  }

  /* The colours and marks of the two algorithms; with its variance held, EM's are those of the known variance. */
  const looks = () => ({
    hard: { kind: "kmeans", mark: dot },
    soft: state.known === "known" ? { kind: "known", mark: triangle } : { kind: "mixture", mark: square },
  });

  function scatter(id, states, { kind, mark }, goal) {
    const { x, y } = undistorted(id, 250, [state.delta / 2 + 3, Math.max(3.2 * state.noise, 3)]);
    const p = plot(id, 250, { x, y, xName: "along (sd)", yName: "across (sd)" });
    const now = states.at(-1);
    const points = run.points.map((point, i) => `<circle cx="${p.px(point.x).toFixed(1)}" cy="${p.py(point.y).toFixed(1)}" r="2.6" class="fill-${kind} stroke-${kind}" fill-opacity="${now.shares[i].toFixed(2)}" stroke-width=".8" stroke-opacity=".75"/>`).join("");
    const trail = [0, 1].map((k) => line(states.map((s) => p.at(s.means[k])), "stroke-truth")).join("");
    const [[ax, ay], [bx, by]] = now.means;
    const far = (x[1] + y[1]) / (now.distance || 1);
    const halves = [-far, far].map((t) => p.at([(ax + bx) / 2 - t * (by - ay), (ay + by) / 2 + t * (bx - ax)]));
    const cut = id === "hard" ? line(halves, "stroke-kmeans") : "";
    p.finish(points + cut + trail, now.means.map((mean) => mark(p.at(mean), `fill-${kind} mark`, 7)).join(""), goal, {
      columns: ["along", "across", "share_of_upper"], rows: run.points.map((point, i) => [point.x, point.y, now.shares[i]]),
    });
  }

  /* The course of both distances; steps on a logarithmic scale, since EM may need thousands of them. */
  function drawTrace({ hard, soft }) {
    const at = (states) => states.length - 1;
    const longest = Math.max(at(run.hard), at(run.soft), 8);
    const limit = Limits.plane(state.delta, state.weight, state.noise).distance;
    const levels = [["k-means’ limit", limit, "kmeans"], ["truth", state.delta, "truth"]];
    // the split along the line of means explains most where the noise is no larger than the components' own
    if (state.known === "known" && state.noise <= 1) levels[1] = ["limit at ε", Limits.knownVariance(state.delta, state.weight, state.eps).distance, "known"];
    const top = 1.12 * Math.max(...[...run.hard, ...run.soft].map((s) => s.distance), ...levels.map(([, v]) => v));
    const ticks = (longest > 60 ? [0, 1, 10, 100, 1000] : [0, 1, 2, 5, 10, 20, 50]).filter((v) => v <= longest).map((v) => [v, whole(v)]);
    // a quarter of the width is left for the words
    const right = (1 + longest) ** (4 / 3) - 1;
    const p = plot("trace", 250, { x: [0, right], y: [0, top], xScale: Math.log1p, xTicks: ticks, xName: "step (logarithmic)", yName: "distance (sd)" });
    const level = ([, v, kind]) => line([[p.box.left, p.py(v)], [p.box.right, p.py(v)]], `stroke-${kind} dots`);
    const higher = Math.max(levels[0][1], levels[1][1]);
    const word = ([name, v]) => text(p.box.right, p.py(v) + (v === higher || p.py(v) > p.box.bottom - 20 ? -6 : 15), name, 'text-anchor="end" class="halo"');
    const course = (states, kind) => line(states.map((s, i) => p.at([i, s.distance])), kind);
    const last = (states, { kind, mark }, r) => mark(p.at([at(states), states.at(-1).distance]), `fill-${kind} mark`, r);
    p.finish(
      levels.map(level).join("") + course(run.hard, "stroke-kmeans") + course(run.soft, `stroke-${soft.kind} dashes`),
      // both are seen where they coincide
      levels.map(word).join("") + last(run.soft, soft, 7) + last(run.hard, hard, 5),
      `Distance between the two means after each step: now k-means ${fixed(run.hard.at(-1).distance, 3)}, EM ${fixed(run.soft.at(-1).distance, 3)}.`,
      { columns: ["step", "kmeans", "em"], rows: range(0, longest, longest + 1).map((i) => [i, run.hard[i]?.distance ?? "", run.soft[i]?.distance ?? ""]) },
    );
    const name = HELD[state.known]?.name ?? "mixture";
    $("trace-state").innerHTML = `k-means <b>${fixed(run.hard.at(-1).distance, 4)}</b>, ${name} <b>${fixed(run.soft.at(-1).distance, 4)}</b>. Dotted: ${levels.map(([label, v]) => `${label} (<b>${fixed(v, 4)}</b>)`).join(" and ")}.`;
  }

  function tellSteps() {
    const [hard, soft] = [run.hard, run.soft].map((states) => fixed(states.at(-1).distance, 3));
    say(`Step ${run.soft.length - 1}: k-means' means are ${hard} apart, EM's ${soft}.${finished() ? " Both are at rest." : ""}`);
  }

  function drawSample() {
    const [hard, soft] = [run.hard.at(-1), run.soft.at(-1)];
    const look = looks();
    const mark = state.known === "known" ? '<span class="known">▲</span>' : '<span class="mixture">■</span>';
    $("soft-title").innerHTML = `${mark} ${HELD[state.known]?.name ?? "mixture"} <small>(EM)</small>`;
    scatter("hard", run.hard, look.hard, "Sample with each point wholly in one cluster.");
    scatter("soft", run.soft, look.soft, "Sample with each point shaded by its probability of the upper component.");
    drawTrace(look);
    const told = (states) => `Step <b>${states.length - 1}</b>${arrived(states) ? ", at rest" : ""}`;
    const unsure = soft.shares.filter((share) => share > 0.1 && share < 0.9).length;
    $("hard-state").innerHTML = `${told(run.hard)}: mean squared distance to the nearer centre <b>${fixed(hard.objective, 4)}</b> sd², which never rises.`;
    $("soft-state").innerHTML = `${told(run.soft)}: mean log-likelihood <b>${fixed(soft.objective, 5)}</b>, which never falls. <b>${whole(unsure)}</b> points between 0.1 and 0.9.`;
    $("sample-told").textContent = `Each point belongs to the upper cluster (filled) or to the lower one (open): wholly for k-means, by its probability for the mixture (the shade). k-means starts at two points of the sample (start ${state.start}) and may end at a local optimum: then try another start. EM starts at that of eight places, four of them ends of k-means, from which its likelihood rises highest. ${whole(run.points.length)} points${state.n > LARGEST ? ` (no more are drawn, though n = ${whole(state.n)})` : ""}, the page's own and not the study's: generator sfc32 with seed ${state.seed}, which was not chosen for its looks, and normals by Box and Muller.`;
    // not `disabled`, which would take the focus from a keyboard
    for (const name of ["step", "run", "end"]) $(name).setAttribute("aria-disabled", String(finished()));
    $("hard").dataset.objectives = JSON.stringify(run.hard.map((s) => s.objective));
    $("soft").dataset.objectives = JSON.stringify(run.soft.map((s) => s.objective));
  }

  // --- all of it
  function draw() {
    for (const name of SLIDERS) {
      const told = name === "n" ? whole(state.n) : name === "eps" ? String(state.eps) : fixed(state[name], name === "weight" ? 3 : 2);
      $(`${name}-value`).textContent = told;
      $(name).setAttribute("aria-valuetext", told);
    }
    const found = compute();
    drawDensity(found);
    drawPlane(found);
    drawPath(found);
    drawMap(found);
    drawNumbers(found);
    const turned = found.plane.way !== "along";
    applies("density", !turned, "k-means has left the line of means: it does not cut here.");
    applies("path", !turned, "k-means has left the line of means: this path does not start at what k-means does now.");
    for (const after of changed) after();
  }

  /* Grey out a figure that says nothing about what k-means does at this noise, and say so. */
  function applies(id, does, why) {
    $(id).closest("figure").classList.toggle("off", !does);
    $(`${id}-off`).textContent = does ? "" : why;
  }

  const changed = []; // what else follows the sliders

  /* The page's limits held against the study's: the largest difference, relative to 1 + the value. */
  function accuracy() {
    const gap = (mine, theirs) => Math.abs(mine - theirs) / (1 + Math.abs(theirs));
    const { line, plane } = DATA.reference;
    const worst = Math.max(
      ...line.flatMap((r) => {
        const k = Limits.kmeans(r.delta, r.weight);
        return [gap(k.distance, r.kmeans), gap(k.lower, r.kmeans_lower), gap(k.avar, r.kmeans_avar), gap(Limits.mixtureAvar(DATA.mixture_avar, r.delta, r.weight), r.mixture_avar), gap(Limits.knownVariance(r.delta, r.weight, r.eps).distance, r.known_variance)];
      }),
      ...plane.flatMap((r) => {
        const found = Limits.plane(r.delta, r.weight, r.noise);
        return [gap(found.distance, r.distance), gap((found.angle * 180) / Math.PI, r.angle)];
      }),
    );
    const bound = Math.max(...Object.values(DATA.bounds));
    const words = worst <= bound ? "" : " This is more than it should be: do not trust the page in this browser.";
    $("accuracy").textContent = `The limits of k-means and of the fit with known variance are solved on the page; the mixture’s standard error is interpolated from a grid of ${DATA.mixture_avar.values.length} × ${DATA.mixture_avar.values[0].length} of the study’s own, the critical weight from ${DATA.critical_weight.values.length} of them: errors are at most ${exponent(bound, 0)} of 1 + the value (10⁻⁴ for a critical τ at which k-means turns rather than jumps). Just now, at ${line.length + plane.length} points of the study, the largest difference was ${exponent(worst, 0)}.${words}`;
    $("accuracy").dataset.worst = worst;
  }

  let waiting = false;
  /* Set parameters as if a hand had moved the sliders. */
  function set(values) {
    Object.assign(state, values);
    write();
    read();
    draw();
    resample();
  }

  function soon(after) {
    soon.after = soon.after || after;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      draw();
      if (soon.after) resample();
      soon.after = false;
      write();
    });
  }

  for (const name of SLIDERS) {
    $(name).addEventListener("input", () => {
      const value = Number($(name).value);
      state[name] = name in LOGARITHMIC ? LOGARITHMIC[name](value) : value;
      soon(name !== "eps" || state.known === "known");
    });
  }
  $("controls").addEventListener("submit", (event) => event.preventDefault());
  $("step").addEventListener("click", () => { stop(); step(); drawSample(); tellSteps(); });
  $("run").addEventListener("click", toggle);
  $("end").addEventListener("click", toTheEnd);
  $("restart").addEventListener("click", restart);
  $("new-start").addEventListener("click", () => { state.start += 1; restart(); write(); });
  $("new-sample").addEventListener("click", () => { state.seed += 1; resample(); write(); });
  $("known").addEventListener("change", () => { state.known = $("known").value; restart(); write(); });
  /* Move sliders by a click or a drag of the mouse in a plot: `values` tells them from the place on its scales. */
  function pointed(id, values) {
    const move = ({ buttons, clientX, clientY }) => {
      if (buttons !== 1) return;
      const { left, top } = $(id).getBoundingClientRect();
      for (const [name, value] of values(plots[id]([clientX - left, clientY - top]))) {
        $(name).value = value;
        $(name).dispatchEvent(new Event("input"));
      }
    };
    for (const kind of ["mousedown", "mousemove"]) $(id).addEventListener(kind, move);
  }
  pointed("map", ([delta, logN]) => [["delta", delta], ["n", logN]]);
  pointed("path", ([eps]) => [["eps", Math.log10(Math.max(eps, 1e-9))]]);

  const arrivals = []; // what else follows the address
  addEventListener("hashchange", () => { read(); draw(); resample(); for (const after of arrivals) after(); });
  let width = document.documentElement.clientWidth;
  addEventListener("resize", () => {
    if (width === document.documentElement.clientWidth) return;
    width = document.documentElement.clientWidth;
    draw();
    drawSample();
    for (const after of resized) after();
  });
  const resized = [];

  read();
  draw();
  resample();
  accuracy();
  return { $, DATA, state, calm, saved, changed, arrivals, resized, plot, range, line, area, text, dot, square, fixed, signed, whole, significant, esc, say, set, write };
})();
