"use strict";

/* Inconsistency in motion: one sample that grows, and two hundred samples of one size. */
(() => {
  const { $, state, calm, plot, range, line, area, text, fixed, whole, say } = Page;
  const SIZES = range(1, 4.5, 57).map((power) => Math.round(10 ** power));
  const SAMPLES = 200;
  const MOST = 2000; // size of each of them
  const COLOURS = [["kmeans", "k-means"], ["mixture", "mixture"]];
  let growth = [];
  let many = [];
  let running = null;

  const sorted = (values) => Float64Array.from(values).sort();
  const numbers = (seed, n) => Sample.draw({ seed, n, delta: state.delta, weight: state.weight, noise: 1 }).map((p) => p.x);

  function fits(values) {
    const sample = Array.from(sorted(values));
    const hard = Fit.kmeans(sample);
    const soft = Fit.mixture(sample, hard, true);
    return [hard.distance, soft.status === "merged" ? 0 : soft.distance];
  }

  const limit = () => Limits.kmeans(state.delta, state.weight).distance;

  function drawGrowth() {
    const top = 1.5 * Math.max(limit(), state.delta);
    const power = (k) => [10 ** k, `10${["", "¹", "²", "³", "⁴"][k]}`];
    const p = plot("growth", 260, { x: [10, 10 ** 4.6], y: [0, top], xScale: Math.log10, xTicks: [1, 2, 3, 4].map(power), xName: "sample size n", yName: "distance (sd)" });
    const goals = [[limit(), "kmeans", "k-means’ limit"], [state.delta, "truth", "truth"]].sort((one, other) => other[0] - one[0]);
    const levels = goals.map(([v, kind]) => line([[p.box.left, p.py(v)], [p.box.right, p.py(v)]], `stroke-${kind} dots`)).join("");
    const courses = COLOURS.map(([kind], k) => (growth.length ? line(growth.map(([n, ...d]) => p.at([n, d[k]])), `stroke-${kind}${k ? " dashes" : ""}`) : "")).join("");
    const words = goals.map(([v, , name], i) => text(p.box.right, p.py(v) + (i ? 16 : -6), name, 'text-anchor="end" class="halo"')).join("");
    const last = growth.at(-1);
    p.finish(levels + courses, words, last ? `At n = ${last[0]} k-means' distance is ${fixed(last[1], 3)}, the mixture's ${fixed(last[2], 3)}.` : "Nothing drawn yet.", { columns: ["n", "kmeans", "mixture"], rows: growth });
    $("growth-state").innerHTML = last ? `At <i>n</i> = <b>${whole(last[0])}</b>: k-means <b>${fixed(last[1], 3)}</b>, which settles at <b>${fixed(limit(), 3)}</b>; mixture <b>${fixed(last[2], 3)}</b>, which settles at the truth, <b>${fixed(state.delta, 3)}</b>.` : "Press the button: both estimates follow a sample to which more and more numbers are added.";
  }

  function drawHistogram() {
    const values = many.flat();
    const reach = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1.5 * Math.max(limit(), state.delta)];
    const [low, high] = [Math.min(reach[0], state.delta, limit()), Math.max(reach[1], state.delta, limit())];
    const pad = 0.06 * (high - low || 1);
    const x = [low - pad, high + pad];
    const bins = 40;
    const counts = COLOURS.map((_, k) => {
      const count = Array(bins).fill(0);
      for (const pair of many) count[Math.min(Math.floor(((pair[k] - x[0]) / (x[1] - x[0])) * bins), bins - 1)]++;
      return count;
    });
    const top = Math.max(5, ...counts.flat()) * 1.15;
    const p = plot("histogram", 260, { x, y: [0, top], xName: "distance (sd)", yName: "samples" });
    const edge = (i) => x[0] + ((x[1] - x[0]) * i) / bins;
    const bars = COLOURS.map(([kind], k) => area([p.at([x[0], 0]), ...counts[k].flatMap((c, i) => [p.at([edge(i), c]), p.at([edge(i + 1), c])]), p.at([x[1], 0])], `class="fill-${kind} stroke-${kind}${k ? " dashes" : ""}" fill-opacity=".35"`)).join("");
    const guides = [[limit(), "kmeans"], [state.delta, "truth"]].map(([v, kind]) => line([p.at([v, 0]), p.at([v, top])], `stroke-${kind} dots`)).join("");
    const closer = many.filter(([hard, soft]) => Math.abs(hard - state.delta) < Math.abs(soft - state.delta)).length;
    const n = Math.min(state.n, MOST);
    p.finish(bars + guides, "", many.length ? `Histogram of both distances in ${many.length} samples of ${n}; k-means is closer to the truth in ${closer}.` : "Nothing drawn yet.", { columns: ["kmeans", "mixture"], rows: many });
    $("histogram-state").innerHTML = many.length ? `<b>${many.length}</b> samples of <i>n</i> = <b>${whole(n)}</b>${state.n > MOST ? " (the most that is drawn here)" : ""}: <span class="kmeans">k-means</span> (solid outline) about its limit <b>${fixed(limit(), 3)}</b>, <span class="mixture">mixture</span> (dashed) about the truth <b>${fixed(state.delta, 3)}</b>. k-means is closer to the truth in <b>${closer}</b>.` : `Press the button: each sample has <i>n</i> = <b>${whole(n)}</b> numbers.`;
  }

  function stop() {
    cancelAnimationFrame(running);
    running = null;
  }

  /* Repeat `step` frame by frame, or at once where motion is not wanted, until it returns true. */
  function animate(step, draw, told) {
    stop();
    const frame = () => {
      const until = performance.now() + 25;
      let done = step();
      while (!done && (calm.matches || performance.now() < until)) done = step();
      draw();
      running = done ? null : requestAnimationFrame(frame);
      if (done) say(told());
    };
    frame();
  }

  function grow() {
    growth = [];
    const all = numbers(state.seed, SIZES.at(-1));
    animate(() => {
      const n = SIZES[growth.length];
      growth.push([n, ...fits(all.slice(0, n))]);
      return growth.length === SIZES.length;
    }, drawGrowth, () => $("growth").getAttribute("aria-label"));
  }

  function draw200() {
    many = [];
    animate(() => {
      many.push(fits(numbers(state.seed * 1000 + many.length, Math.min(state.n, MOST))));
      return many.length === SAMPLES;
    }, drawHistogram, () => $("histogram").getAttribute("aria-label"));
  }

  let shown = "";
  function follow() {
    const { delta, weight, n, seed } = state;
    const key = [delta, weight, n, seed].join();
    if (key === shown) return;
    shown = key;
    stop();
    [growth, many] = [[], []];
    redraw();
  }

  function redraw() {
    $("motion-told").innerHTML = `On the line of means, with <i>δ</i> = <b>${fixed(state.delta, 2)}</b> and <i>w</i> = <b>${fixed(state.weight, 3)}</b>: each sample is fitted anew by both methods, at their global optimum. Seed ${state.seed}.`;
    drawGrowth();
    drawHistogram();
  }

  $("grow").addEventListener("click", grow);
  $("many").addEventListener("click", draw200);
  Page.changed.push(follow);
  Page.resized.push(redraw);
  follow();
})();
