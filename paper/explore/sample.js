"use strict";

/* A sample of the pair in the plane, and the two algorithms, one step at a time. */
const Sample = (() => {
  /* Uniforms on (0, 1): the generator sfc32 (Doty-Humphrey), its state filled from the seed. */
  function uniforms(seed) {
    let [a, b, c, counter] = [seed | 0, 0x9e3779b9, 0x243f6a88, 1];
    const next = () => {
      const sum = (((a + b) | 0) + counter) | 0;
      counter = (counter + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + sum) | 0;
      return ((sum >>> 0) + 0.5) / 4294967296;
    };
    for (let i = 0; i < 16; i++) next();
    return next;
  }

  /* n points: a uniform chooses the component, two more make two normals (Box and Muller). The same seed gives the
     same uniforms whatever the parameters, so that points move with the sliders and do not jump. */
  function draw({ seed, n, delta, weight, noise }) {
    const uniform = uniforms(seed);
    return Array.from({ length: n }, () => {
      const lower = uniform() < weight;
      const radius = Math.sqrt(-2 * Math.log(uniform()));
      const turn = 2 * Math.PI * uniform();
      return { x: (lower ? -delta : delta) / 2 + radius * Math.cos(turn), y: noise * radius * Math.sin(turn), lower };
    });
  }

  /* Two points of the sample, the same for both algorithms. */
  function start(points, seed) {
    const uniform = uniforms(seed ^ 0x5bd1e995);
    const first = Math.floor(uniform() * points.length);
    const second = (first + 1 + Math.floor(uniform() * (points.length - 1))) % points.length;
    const pair = [points[first], points[second]].map(({ x, y }) => [x, y]);
    return pair.sort((one, other) => one[0] - other[0]);
  }

  const distance = (means) => Math.hypot(means[1][0] - means[0][0], means[1][1] - means[0][1]);
  const squared = (p, [x, y]) => (p.x - x) ** 2 + (p.y - y) ** 2;

  /* Means of the points weighted by `shares`, each the share of the upper cluster; an empty cluster keeps its mean. */
  function means(points, shares, before) {
    const sums = [[0, 0, 0], [0, 0, 0]];
    points.forEach((p, i) => {
      [1 - shares[i], shares[i]].forEach((share, k) => {
        sums[k][0] += share;
        sums[k][1] += share * p.x;
        sums[k][2] += share * p.y;
      });
    });
    return sums.map(([mass, x, y], k) => (mass > 0 ? [x / mass, y / mass] : before[k]));
  }

  /* k-means: every point belongs to the nearer centre. Its objective is the mean squared distance to it. */
  function kmeans(points, centres) {
    const shares = points.map((p) => Number(squared(p, centres[1]) < squared(p, centres[0])));
    const sum = points.reduce((total, p, i) => total + squared(p, centres[shares[i]]), 0);
    return { means: centres, shares, objective: sum / points.length, distance: distance(centres) };
  }

  /* A step of Lloyd's algorithm: each centre moves to the mean of its points. */
  const lloyd = (points, state) => kmeans(points, means(points, state.shares, state.means));

  /* The mixture: every point belongs to both components, by its posterior probability. Its objective is the mean
     log-likelihood. `known` is a known variance with weights 1/2, or null: free weights and one free variance for
     each coordinate, common to the components; or "equal": the same with weights 1/2. */
  function mixture(points, parameters) {
    const { means: [low, high], weight, variances: [vx, vy] } = parameters;
    let sum = 0;
    const shares = points.map((p) => {
      const a = Math.log(weight) - (p.x - low[0]) ** 2 / (2 * vx) - (p.y - low[1]) ** 2 / (2 * vy);
      const b = Math.log(1 - weight) - (p.x - high[0]) ** 2 / (2 * vx) - (p.y - high[1]) ** 2 / (2 * vy);
      const top = Math.max(a, b);
      sum += top + Math.log(Math.exp(a - top) + Math.exp(b - top));
      return 1 / (1 + Math.exp(a - b));
    });
    const objective = sum / points.length - Math.log(2 * Math.PI) - Math.log(vx * vy) / 2;
    return { ...parameters, shares, objective, distance: distance(parameters.means) };
  }

  /* Where EM starts: at the given means, with weights 1/2 and the variances of the whole sample. */
  function begin(points, centres, known) {
    const n = points.length;
    const moment = (coordinate) => {
      const mean = points.reduce((sum, p) => sum + p[coordinate], 0) / n;
      return points.reduce((sum, p) => sum + (p[coordinate] - mean) ** 2, 0) / n;
    };
    const variances = typeof known === "number" ? [known, known] : [moment("x"), moment("y")];
    return mixture(points, { means: centres, weight: 0.5, variances, known });
  }

  const proper = (weight, known, least) => (known === "equal" ? 0.5 : Math.min(Math.max(weight, least), 1 - least));

  /* Where EM starts from a partition: at its means, weights and variances within. */
  function split(points, hard, known) {
    const pooled = ["x", "y"].map((coordinate, axis) =>
      points.reduce((sum, p, i) => sum + (p[coordinate] - hard.means[hard.shares[i]][axis]) ** 2, 0) / points.length,
    );
    const upper = hard.shares.reduce((sum, share) => sum + share, 0) / points.length;
    return mixture(points, {
      means: hard.means, weight: proper(1 - upper, known, 1 / (2 * points.length)),
      variances: pooled.map((v) => Math.max(v, 1e-6)), known,
    });
  }

  const STARTS = 4;

  /* Where EM starts so that no sample shows a poor local optimum: of k-means' ends and of pairs of points, the start
     from which some steps lead to the highest likelihood. */
  function goodStart(points, seed, known) {
    const candidates = Array.from({ length: STARTS }, (_, i) => start(points, seed + 104729 * i)).flatMap((pair) => {
      let hard = kmeans(points, pair);
      for (let i = 0; i < 100; i++) {
        const next = lloyd(points, hard);
        if (still(hard, next)) break;
        hard = next;
      }
      // a cluster of one point invites a variance of zero
      const fair = hard.shares.filter((share) => share === 1).length;
      const clusters = typeof known !== "number" && fair > 1 && fair < points.length - 1 ? split(points, hard, known) : begin(points, hard.means, known);
      return [clusters, begin(points, pair, known)];
    });
    const reached = (state) => {
      for (let i = 0; i < 150; i++) state = em(points, state);
      return state.objective;
    };
    const values = candidates.map(reached);
    return candidates[values.indexOf(Math.max(...values))];
  }

  /* A step of EM: every parameter becomes its estimate weighted by the posterior probabilities. */
  function em(points, state) {
    const centres = means(points, state.shares, state.means);
    if (typeof state.known === "number") return mixture(points, { ...state, means: centres });
    const n = points.length;
    const variances = ["x", "y"].map((coordinate, axis) =>
      points.reduce((sum, p, i) => {
        const [a, b] = [p[coordinate] - centres[0][axis], p[coordinate] - centres[1][axis]];
        return sum + (1 - state.shares[i]) * a * a + state.shares[i] * b * b;
      }, 0) / n,
    );
    const upper = state.shares.reduce((sum, share) => sum + share, 0) / n;
    return mixture(points, { means: centres, weight: proper(1 - upper, state.known, 1e-12), variances, known: state.known });
  }

  /* Whether a step changed nothing that can be seen. */
  const still = (before, after) =>
    before.means.every((mean, k) => Math.hypot(mean[0] - after.means[k][0], mean[1] - after.means[k][1]) < 1e-6);

  return { uniforms, draw, start, goodStart, kmeans, lloyd, begin, em, still };
})();

if (typeof module !== "undefined") module.exports = Sample;
