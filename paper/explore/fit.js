"use strict";

/* k-means with two clusters and maximum likelihood of two normal components with a common variance, both at their
   global optimum, for numbers on the line; and what is read from pasted text. */
const Fit = (() => {
  const sum = (values) => {
    // compensated (Neumaier), so that large offsets cost no digits
    let [total, rest] = [0, 0];
    for (const v of values) {
      const next = total + v;
      rest += Math.abs(total) >= Math.abs(v) ? total - next + v : v - next + total;
      total = next;
    }
    return total + rest;
  };
  // of sorted values; that of equal ones is exact
  const mean = (values) => (values[0] === values.at(-1) ? values[0] : sum(values) / values.length);
  const squares = (values, about) => sum(values.map((v) => (v - about) ** 2));

  /* Numbers from text, one column of them: `numbers`, or `problem`, a line that says what is wrong and where. */
  function read(text) {
    const lines = text.split(/\r\n|\r|\n/);
    const single = lines.filter((line) => line.trim()).length === 1 && !/[\s;]/.test(text.trim());
    const numbers = [];
    let header = null;
    for (const [i, line] of lines.entries()) {
      if (!single && /\d,\d/.test(line)) {
        return { problem: `Line ${i + 1}: “${line.match(/\S*\d,\d\S*/)[0]}” may be one number with a decimal comma or two numbers. Write a decimal point, or a space after the comma.` };
      }
      const words = line.split(/[\s;,]+/).filter(Boolean);
      const wrong = words.find((word) => !/^[+\-−]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(word) || !Number.isFinite(Number(word.replace("−", "-"))));
      if (wrong !== undefined) {
        if (numbers.length || header !== null) return { problem: `Line ${i + 1}: “${wrong.slice(0, 40)}” is not a number. Leave it out, or write the number.` };
        header = line.trim().slice(0, 40);
      } else numbers.push(...words.map((word) => Number(word.replace("−", "-"))));
    }
    if (numbers.length < 3) return { problem: `${numbers.length ? `There ${numbers.length === 1 ? "is one number" : "are two numbers"}` : "There are no numbers"}: two groups need at least three.` };
    if (numbers.length > 100000) return { problem: `There are ${numbers.length} numbers; the page takes 100000. For more use ./run fit.` };
    if (numbers.every((v) => v === numbers[0])) return { problem: "All numbers are the same: there are no two groups." };
    return { numbers, header };
  }

  /* The best split of sorted numbers into two clusters. */
  function kmeans(sorted) {
    const n = sorted.length;
    const middle = mean(sorted);
    const centred = sorted.map((v) => v - middle);
    let [left, best, at] = [0, -Infinity, 1];
    for (let i = 1; i < n; i++) {
      left += centred[i - 1];
      // the variance between the pieces, since the centred numbers have the sum zero
      const between = (left * left * n) / (i * (n - i));
      if (between > best && sorted[i] > sorted[i - 1]) [best, at] = [between, i];
    }
    const pieces = [sorted.slice(0, at), sorted.slice(at)];
    const centers = pieces.map((piece) => mean(piece));
    const within = squares(pieces[0], centers[0]) + squares(pieces[1], centers[1]);
    return { centers, distance: centers[1] - centers[0], within, sizes: pieces.map((piece) => piece.length) };
  }

  // --- the mixture: at every maximum it has the sample's mean and variance. With these 0 and 1 two parameters are
  // left, t, the logit of the upper weight, and h, the logarithm of the variance between over that within.

  const softplus = (u) => Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u)));
  const logistic = (u) => (u >= 0 ? 1 / (1 + Math.exp(-u)) : Math.exp(u) / (1 + Math.exp(u)));

  /* Coefficients of L = c + mean softplus(a + b z) and their derivatives. */
  function coefficients(t, h) {
    const k = Math.exp(h);
    const up = Math.exp(t);
    const s = Math.sqrt(k + k * k);
    const [cosh, sinh] = [Math.cosh(t / 2), Math.sinh(t / 2)];
    const sh = (k + 2 * k * k) / (2 * s);
    const shh = (k + 4 * k * k) / (2 * s) - (k + 2 * k * k) ** 2 / (4 * s ** 3);
    const p = logistic(t);
    return {
      a: { v: t + k * Math.sinh(t), t: 1 + k * Math.cosh(t), h: k * Math.sinh(t), tt: k * Math.sinh(t), th: k * Math.cosh(t), hh: k * Math.sinh(t) },
      b: { v: 2 * cosh * s, t: sinh * s, h: 2 * cosh * sh, tt: (cosh * s) / 2, th: sinh * sh, hh: 2 * cosh * shh },
      c: {
        v: -softplus(t) + Math.log1p(k) / 2 - (1 + k + k * up) / 2 - Math.log(2 * Math.PI) / 2,
        t: -p - (k * up) / 2, tt: -p * (1 - p) - (k * up) / 2, th: (-k * up) / 2,
        h: k / (2 * (1 + k)) - (k + k * up) / 2, hh: k / (2 * (1 + k) ** 2) - (k + k * up) / 2,
      },
    };
  }

  /* Mean log-likelihood on nodes `z` with shares `w`; with its gradient and Hessian if `all`. */
  function likelihood({ z, w }, t, h, all = true) {
    const { a, b, c } = coefficients(t, h);
    const m = { v: 0, a: 0, b: 0, aa: 0, ab: 0, bb: 0 };
    for (let i = 0; i < z.length; i++) {
      const u = a.v + b.v * z[i];
      const e = Math.exp(-Math.abs(u));
      m.v += w[i] * (Math.max(u, 0) + Math.log1p(e));
      if (!all) continue;
      const p = u >= 0 ? 1 / (1 + e) : e / (1 + e);
      const q = (w[i] * e) / (1 + e) ** 2;
      m.a += w[i] * p;
      m.b += w[i] * p * z[i];
      m.aa += q;
      m.ab += q * z[i];
      m.bb += q * z[i] * z[i];
    }
    const first = (x) => c[x] + m.a * a[x] + m.b * b[x];
    const second = (x, y, xy) => c[xy] + m.a * a[xy] + m.b * b[xy] + m.aa * a[x] * a[y] + m.ab * (a[x] * b[y] + a[y] * b[x]) + m.bb * b[x] * b[y];
    return { t, h, value: c.v + m.v, ...(all && { gt: first("t"), gh: first("h"), tt: second("t", "t", "tt"), th: second("t", "h", "th"), hh: second("h", "h", "hh") }) };
  }

  const HIGHEST = 14; // of h: components 2,200 standard deviations apart
  const LARGEST = 12; // of |t|

  /* Climb by Newton's method, damped until the Hessian is negative definite and the value rises. */
  function climb(nodes, t, h, steps = 60) {
    let at = likelihood(nodes, t, h);
    let damping = 0;
    for (let i = 0; i < steps; i++) {
      const trace = at.tt + at.hh;
      const top = trace / 2 + Math.sqrt(((at.tt - at.hh) / 2) ** 2 + at.th ** 2); // the larger eigenvalue
      const shift = Math.max(damping, top > -1e-9 ? top + 0.1 * Math.abs(trace) + 1e-3 : 0);
      const [tt, hh] = [at.tt - shift, at.hh - shift];
      const determinant = tt * hh - at.th ** 2;
      let [dt, dh] = [(at.th * at.gh - hh * at.gt) / determinant, (at.th * at.gt - tt * at.gh) / determinant];
      const length = Math.hypot(dt, dh);
      if (length > 1) [dt, dh] = [dt / length, dh / length];
      const next = likelihood(nodes, at.t + dt, at.h + dh);
      if (next.value >= at.value - 1e-14) {
        at = next;
        damping = damping > 1e-8 ? damping / 8 : 0;
        if (Math.hypot(dt, dh) < 1e-13) break;
      } else damping = damping ? 4 * damping : 1e-3;
      if (at.h < -12 || at.h > HIGHEST || Math.abs(at.t) > LARGEST || damping > 1e6) break;
    }
    return at;
  }

  /* Fewer nodes with shares in place of many sorted numbers: blocks of neighbours, single where they are extreme. */
  function compressed(z, count) {
    const n = z.length;
    if (n <= count) return { z, w: new Float64Array(n).fill(1 / n) };
    const ends = 16;
    const inner = count - 2 * ends;
    const cuts = Array.from({ length: inner + 1 }, (_, i) => ends + Math.round(((n - 2 * ends) * i) / inner));
    const all = [...Array(ends).keys(), ...cuts, ...Array.from({ length: ends }, (_, i) => n - ends + 1 + i)];
    const [nodes, shares] = [[], []];
    for (let i = 1; i < all.length; i++) {
      const block = z.slice(all[i - 1], all[i]);
      if (!block.length) continue;
      nodes.push(block.reduce((s, v) => s + v, 0) / block.length);
      shares.push(block.length / n);
    }
    return { z: nodes, w: shares };
  }

  /* Every hill of the likelihood that a grid on few nodes finds, best first. */
  function hills(nodes, n) {
    const reach = Math.min(LARGEST, Math.log(2 * n) + 1);
    const [ts, hs] = [[], []];
    for (let t = -reach; t <= reach + 1e-9; t += reach / 16) ts.push(t);
    for (let h = -3; h <= 9; h += 0.5) hs.push(h);
    const values = ts.map((t) => hs.map((h) => likelihood(nodes, t, h, false).value));
    const found = [];
    for (let i = 0; i < ts.length; i++) {
      for (let j = 0; j < hs.length; j++) {
        const around = [-1, 0, 1].flatMap((di) => [-1, 0, 1].map((dj) => values[i + di]?.[j + dj] ?? -Infinity));
        if (values[i][j] >= Math.max(...around)) found.push([ts[i], hs[j], values[i][j]]);
      }
    }
    return found.sort((one, other) => other[2] - one[2]).slice(0, 12);
  }

  /* Where components are so far apart that rounding drowns the profile: EM itself from k-means' split. */
  function farApart(sorted, hard) {
    let [low, high] = hard.centers;
    let upper = hard.sizes[1] / sorted.length;
    let variance = hard.within / sorted.length;
    for (let i = 0; i < 500; i++) {
      const odds = Math.log(upper / (1 - upper));
      const shares = sorted.map((v) => logistic(odds + ((high - low) * (v - (low + high) / 2)) / variance));
      const mass = sum(shares);
      const before = [low, high];
      high = sum(sorted.map((v, j) => shares[j] * v)) / mass;
      low = sum(sorted.map((v, j) => (1 - shares[j]) * v)) / (sorted.length - mass);
      upper = mass / sorted.length;
      variance = sum(sorted.map((v, j) => (1 - shares[j]) * (v - low) ** 2 + shares[j] * (v - high) ** 2)) / sorted.length;
      if (low === before[0] && high === before[1]) break;
    }
    return { weights: [1 - upper, upper], means: [low, high], sd: Math.sqrt(variance), distance: high - low };
  }

  /* The likeliest mixture. `status`: converged, merged (one component is as likely) or degenerate (two values). `gain`
     is by how much its log-likelihood exceeds that of one normal; `fast` is for many samples, on few nodes at first. */
  function mixture(sorted, hard = kmeans(sorted), fast = false) {
    const n = sorted.length;
    if (hard.within === 0) return { status: "degenerate" };
    const middle = mean(sorted);
    const scale = Math.sqrt(squares(sorted, middle) / n);
    const full = { z: Float64Array.from(sorted, (v) => (v - middle) / scale), w: new Float64Array(n).fill(1 / n) };
    const nodes = compressed(full.z, fast ? 120 : 400);
    const single = -Math.log(2 * Math.PI) / 2 - 0.5;
    let tops = hills(nodes, n).map(([t, h]) => climb(nodes, t, h)).filter((top) => top.h > -12 && Number.isFinite(top.value));
    tops.sort((one, other) => other.value - one.value);
    tops = tops.filter((top, i) => !tops.slice(0, i).some((other) => Math.hypot(top.t - other.t, top.h - other.h) < 1e-4));
    const best = tops.slice(0, fast ? 2 : 6).map((top) => climb(full, top.t, top.h)).reduce((one, other) => (other.value > one.value ? other : one), { value: -Infinity });
    const split = hard.sizes[0] * hard.sizes[1] * (hard.distance / n) ** 2 / (hard.within / n);
    if (split > Math.exp(7.5)) {
      const found = farApart(sorted, hard);
      const apart = full.z.reduce((total, z) => {
        const [a, b] = found.means.map((m, k) => Math.log(found.weights[k]) - (z * scale + middle - m) ** 2 / (2 * found.sd ** 2));
        return total + Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
      }, 0) / n - Math.log(2 * Math.PI) / 2 - Math.log(found.sd / scale);
      if (!(best.value > apart + 1e-9)) return { ...found, status: "converged", gain: n * (apart - single) };
    }
    if (!(best.value > single + 1e-13)) return { status: "merged", gain: 0 };
    const k = Math.exp(best.h);
    const p = logistic(best.t);
    const distance = scale * Math.sqrt(k / (1 + k)) * 2 * Math.cosh(best.t / 2);
    return {
      status: "converged", gain: n * (best.value - single),
      weights: [logistic(-best.t), p],
      means: [middle - p * distance, middle + logistic(-best.t) * distance],
      sd: scale / Math.sqrt(1 + k), distance,
    };
  }

  return { read, kmeans, mixture };
})();

if (typeof module !== "undefined") module.exports = Fit;
