"use strict";

/* The limits that the page shows, for the pair w N(-d/2, 1) + (1 - w) N(d/2, 1) and noise across the line of means.

   k-means and the fit with known variance are solved here from their equations, so that nothing is smeared where a
   limit jumps; what needs the Fisher information or a search over weights is interpolated from the study's grids. */
const Limits = (() => {
  const HALVING = Math.sqrt(2 / Math.PI); // half the distance between the centres of one halved N(0, 1)

  // --- the normal distribution: Taylor series of the distribution function about a table's nearest node
  const PER_UNIT = 64;
  const REACH = 9;
  const cdfs = [];
  const densities = [];
  for (let i = -REACH * PER_UNIT; i <= REACH * PER_UNIT; i++) {
    const z = Math.abs(i) / PER_UNIT;
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    let term = z;
    let sum = z;
    for (let k = 3; term > 1e-18 * sum; k += 2) {
      term *= (z * z) / k;
      sum += term;
    }
    cdfs.push(0.5 + Math.sign(i) * density * sum);
    densities.push(density);
  }

  const pdf = (z) => Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);

  function cdf(z) {
    if (z <= -REACH) return 0;
    if (z >= REACH) return 1;
    const i = Math.round((z + REACH) * PER_UNIT);
    const a = i / PER_UNIT - REACH;
    const u = z - a;
    const a2 = a * a;
    const tail = u * ((a2 - 1) / 6 + u * ((a * (3 - a2)) / 24 + (u * (a2 * (a2 - 6) + 3)) / 120));
    return cdfs[i] + densities[i] * u * (1 + u * (-a / 2 + tail));
  }

  // --- k-means

  /* What a cut at t does: masses, means and variances of the two pieces. */
  function cut(delta, weight, t) {
    const m = delta / 2;
    const low = cdf(t + m);
    const high = cdf(t - m);
    const lowDensity = pdf(t + m);
    const highDensity = pdf(t - m);
    const mass = weight * low + (1 - weight) * high;
    const first = weight * (-m * low - lowDensity) + (1 - weight) * (m * high - highDensity);
    const mean = (1 - 2 * weight) * m;
    return {
      t, mass, mean,
      lower: first / mass,
      upper: (mean - first) / (1 - mass),
      density: weight * lowDensity + (1 - weight) * highDensity,
      second: weight * ((m * m + 1) * low - (t - m) * lowDensity) + (1 - weight) * ((m * m + 1) * high - (t + m) * highDensity),
    };
  }

  const pull = (c) => c.lower + c.upper - 2 * c.t;

  /* Every local optimum of the cut, best first: t is half way between the means of the pieces. */
  function optima(delta, weight) {
    const found = [];
    const step = 0.04;
    const end = delta / 2 + 4;
    let before = cut(delta, weight, -end);
    for (let t = -end + step; t < end + step; t += step) {
      const here = cut(delta, weight, t);
      if (pull(before) > 0 && pull(here) <= 0) found.push(polish(delta, weight, before.t, t));
      before = here;
    }
    return found.sort((one, other) => one.within - other.within);
  }

  function polish(delta, weight, low, high) {
    let t = (low + high) / 2;
    let c;
    for (let i = 0; i < 60; i++) {
      c = cut(delta, weight, t);
      const gap = pull(c) / 2;
      if (gap > 0) low = t;
      else high = t;
      if (Math.abs(gap) < 1e-15 * (1 + delta)) break;
      // Newton: the derivative of Lloyd's map is f(t) D / (4 F (1 - F))
      const newton = t + gap / (1 - (c.density * (c.upper - c.lower)) / (4 * c.mass * (1 - c.mass)));
      const next = newton > low && newton < high ? newton : (low + high) / 2;
      if (Math.abs(next - t) < 1e-15) break;
      t = next;
    }
    const total = 1 + weight * (1 - weight) * delta * delta;
    const between = c.mass * (1 - c.mass) * (c.upper - c.lower) ** 2;
    return { ...c, distance: c.upper - c.lower, within: total - between, between };
  }

  /* The limit of k-means on the line of means, with the limit of n times the variance of its distance (Pollard). */
  function kmeans(delta, weight) {
    const all = optima(delta, weight);
    const best = all[0];
    const a = (best.density * best.distance) / 2;
    const [g11, g22] = [2 * best.mass - a, 2 * (1 - best.mass) - a];
    const lowerPart = best.second - best.mass * best.lower ** 2;
    const upperPart = best.within - lowerPart;
    const determinant = g11 * g22 - a * a;
    // rows of the inverse Hessian [[g22, a], [a, g11]] / determinant, upper minus lower
    const [onLower, onUpper] = [(a - g22) / determinant, (g11 - a) / determinant];
    const avar = 4 * (lowerPart * onLower ** 2 + upperPart * onUpper ** 2);
    return { ...best, avar, others: all.slice(1) };
  }

  // --- noise of standard deviation tau across the line of means

  function seen(delta, weight, tau, angle) {
    const along = Math.cos(angle);
    const scale = Math.hypot(along, tau * Math.sin(angle));
    const best = optima((delta * along) / scale, weight)[0];
    return { best, scale, explained: scale * scale * best.between };
  }

  /* The angle to the line of means along which k-means splits, in radians; an axis wherever it is as good. */
  function bestAngle(delta, weight, tau) {
    const explained = (angle) => seen(delta, weight, tau, angle).explained;
    const right = Math.PI / 2;
    const steps = 18;
    const values = Array.from({ length: steps + 1 }, (_, i) => explained((right * i) / steps));
    const axis = values[0] >= values[steps] ? 0 : right;
    const at = values.indexOf(Math.max(...values));
    let low = (right * Math.max(at - 1, 0)) / steps;
    let high = (right * Math.min(at + 1, steps)) / steps;
    const golden = (Math.sqrt(5) - 1) / 2;
    let a = high - golden * (high - low);
    let b = low + golden * (high - low);
    let [fa, fb] = [explained(a), explained(b)];
    for (let i = 0; i < 28; i++) {
      if (fa > fb) {
        [high, b, fb] = [b, a, fa];
        a = high - golden * (high - low);
        fa = explained(a);
      } else {
        [low, a, fa] = [a, b, fb];
        b = low + golden * (high - low);
        fb = explained(b);
      }
    }
    const gain = Math.max(fa, fb) - Math.max(values[0], values[steps]);
    return gain > 1e-12 * variance(delta, weight) ? (fa > fb ? a : b) : axis;
  }

  /* The limit of k-means in the plane: along the line of means, across it, or at an angle between (avar null). */
  function plane(delta, weight, tau) {
    const angle = bestAngle(delta, weight, tau);
    const { best, scale, explained } = seen(delta, weight, tau, angle);
    const direction = [Math.cos(angle), Math.sin(angle)];
    const mean = (0.5 - weight) * delta;
    const centres = [best.lower, best.upper].map((c) => {
      const along = scale * (c - best.mean);
      return [mean + along * direction[0], along * direction[1]];
    });
    const way = angle === 0 ? "along" : angle === Math.PI / 2 ? "across" : "oblique";
    const avar = { along: () => kmeans(delta, weight).avar, across: () => 4 * tau * tau * (1 - HALVING * HALVING), oblique: () => null };
    return {
      angle, way, centres,
      cut: mean * direction[0] + scale * (best.t - best.mean),
      mass: best.mass,
      distance: scale * best.distance,
      within: variance(delta, weight) + tau * tau - explained,
      avar: avar[way](),
    };
  }

  /* The noise beyond which k-means no longer splits along the line of means. It jumps where the split across
     explains as much, or begins to turn where the explained variance at the angle a, cos^2 a (1 + q) B(d / sqrt(1 + q))
     with q = (noise tan a)^2 and B the variance between the pieces, has no maximum at a = 0; a jump to another angle
     is looked for by bisection. */
  function criticalNoise(delta, weight) {
    const best = optima(delta, weight)[0];
    const jump = Math.sqrt(best.between) / HALVING;
    const rest = best.between - (delta * slope(delta, weight, best)) / 2;
    let high = rest > 0 ? Math.min(jump, Math.sqrt(best.between / rest)) : jump;
    if (bestAngle(delta, weight, high * (1 - 1e-4)) === 0) return high;
    let low = 0;
    while (high - low > 1e-5 * high) {
      const middle = (low + high) / 2;
      if (bestAngle(delta, weight, middle) === 0) low = middle;
      else high = middle;
    }
    return low;
  }

  /* Derivative in delta of the variance between the pieces, at the best cut. */
  function slope(delta, weight, best) {
    const m = delta / 2;
    const [low, high] = [weight * pdf(best.t + m), (1 - weight) * pdf(best.t - m)];
    const masses = (1 - weight) * cdf(best.t - m) - weight * cdf(best.t + m);
    const mass = low - high;
    const first = masses + best.t * mass;
    const between = best.mass * (best.lower - best.mean); // its square over F (1 - F) is the variance
    const moved = first - mass * best.mean - best.mass * (1 - 2 * weight);
    const spread = best.mass * (1 - best.mass);
    return (between * moved) / spread - ((between / spread) ** 2 * (1 - 2 * best.mass) * mass) / 2;
  }

  // --- the mixture fitted with weights 1/2 and a variance eps that it takes as known

  const variance = (delta, weight) => 1 + weight * (1 - weight) * delta * delta;

  const LEGENDRE = legendre(48);

  /* Nodes and weights of Gauss and Legendre on [-1, 1]. */
  function legendre(n) {
    return Array.from({ length: n }, (_, i) => {
      let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
      let slope;
      for (let step = 0; step < 50; step++) {
        let [p, q] = [1, 0];
        for (let k = 1; k <= n; k++) [p, q] = [((2 * k - 1) * x * p - (k - 1) * q) / k, p];
        slope = (n * (x * p - q)) / (x * x - 1);
        x -= p / slope;
        if (Math.abs(p / slope) < 1e-15) break;
      }
      return [x, 2 / ((1 - x * x) * slope * slope)];
    });
  }

  /* Value, gradient, Hessian and outer product of the score of the expected log-likelihood at centre c, half
     distance h. The panels of the quadrature end where the responsibilities have become 0 and 1. */
  function likelihood(delta, weight, eps, c, h) {
    const m = delta / 2;
    const [left, right] = [-m - 9, m + 9];
    const width = Math.min((19 * eps) / h, right - left);
    const ends = [left, Math.max(c - width, left), c, Math.min(c + width, right), right];
    const sum = { value: 0, c: 0, h: 0, cc: 0, ch: 0, hh: 0, bcc: 0, bch: 0, bhh: 0 };
    for (let panel = 0; panel < 4; panel++) {
      const half = (ends[panel + 1] - ends[panel]) / 2;
      const middle = (ends[panel + 1] + ends[panel]) / 2;
      if (!(half > 0)) continue;
      for (const [node, share] of LEGENDRE) {
        const x = middle + half * node;
        const w = half * share * (weight * pdf(x + m) + (1 - weight) * pdf(x - m));
        const u = x - c;
        const z = Math.abs((h * u) / eps);
        const tail = Math.exp(-2 * z);
        const t = Math.sign(u) * ((1 - tail) / (1 + tail));
        const s = (1 - t * t) / (eps * eps);
        const [dc, dh] = [(u - h * t) / eps, (u * t - h) / eps];
        sum.value += w * (z + Math.log1p(tail) - (u * u + h * h) / (2 * eps));
        sum.c += w * dc;
        sum.h += w * dh;
        sum.cc += w * (h * h * s - 1 / eps);
        sum.ch += w * (-t / eps - h * u * s);
        sum.hh += w * (u * u * s - 1 / eps);
        sum.bcc += w * dc * dc;
        sum.bch += w * dc * dh;
        sum.bhh += w * dh * dh;
      }
    }
    return sum;
  }

  /* Climb from (c, h): Newton's step where the Hessian is negative definite and the value rises, else one of EM. */
  function climb(delta, weight, eps, c, h) {
    let at = likelihood(delta, weight, eps, c, h);
    for (let i = 0; i < 500; i++) {
      const determinant = at.cc * at.hh - at.ch * at.ch;
      const em = [eps * at.c, eps * at.h]; // EM moves by eps times the gradient
      const newton = [(at.ch * at.h - at.hh * at.c) / determinant, (at.ch * at.c - at.cc * at.h) / determinant];
      const bold = at.cc < 0 && determinant > 0 && h + newton[1] > 0;
      let [dc, dh] = bold ? newton : em;
      let next = likelihood(delta, weight, eps, c + dc, h + dh);
      if (bold && next.value < at.value - 1e-13) {
        [dc, dh] = em;
        next = likelihood(delta, weight, eps, c + dc, h + dh);
      }
      [c, h, at] = [c + dc, h + dh, next];
      if (Math.hypot(dc, dh) < 1e-12 * (1 + h) || h < 1e-12) break;
    }
    return { c, h, at };
  }

  /* The limit of the fit: the best of the climbs from `starts` (c, h), by default every optimum of k-means, and from
     pairs that halve the larger component or all of the data, since the best fit with weights 1/2 may do that. */
  function knownVariance(delta, weight, eps, starts) {
    const critical = variance(delta, weight);
    if (eps >= critical) return { merged: true, distance: 0, centre: (0.5 - weight) * delta, avar: null, climbs: [] };
    const from = starts ?? optima(delta, weight).map((o) => [o.t, o.distance / 2]);
    const halved = [[delta / 2, HALVING], [(0.5 - weight) * delta, Math.sqrt(critical - eps)]];
    const climbs = [...from, ...halved].map(([c, h]) => climb(delta, weight, eps, c, h));
    const { c, h, at } = climbs.reduce((best, one) => (one.at.value > best.at.value + 1e-13 ? one : best));
    // the sandwich for h: row of the inverse Hessian, then the outer product of the score
    const determinant = at.cc * at.hh - at.ch * at.ch;
    const [rc, rh] = [-at.ch / determinant, at.cc / determinant];
    const avar = 4 * (rc * rc * at.bcc + 2 * rc * rh * at.bch + rh * rh * at.bhh);
    return { merged: false, distance: 2 * h, centre: c, avar, climbs: climbs.slice(0, from.length).map((one) => [one.c, one.h]) };
  }

  /* Pairs (eps, distance) along a rising sequence below the critical eps, each climb starting where the last ended;
     where the distance jumps between neighbours, both sides of the jump are put in. */
  function path(delta, weight, values) {
    const points = [];
    let starts;
    let before;
    for (const eps of values) {
      const found = knownVariance(delta, weight, eps, starts);
      if (before && before.distance - found.distance > 0.2 * before.distance && eps < 0.99 * variance(delta, weight)) {
        let [low, high] = [{ eps: before.eps, distance: before.distance }, { eps, distance: found.distance }];
        while (high.eps - low.eps > 1e-4 * high.eps) {
          const middle = (low.eps + high.eps) / 2;
          const { distance } = knownVariance(delta, weight, middle, starts);
          if (Math.abs(distance - low.distance) < Math.abs(distance - high.distance)) low = { eps: middle, distance };
          else high = { eps: middle, distance };
        }
        points.push([low.eps, low.distance], [high.eps, high.distance]);
      }
      points.push([eps, found.distance]);
      starts = found.climbs;
      before = { eps, distance: found.distance };
    }
    return points;
  }

  // --- what is interpolated from the study's grids

  /* Values at Chebyshev's points cos(pi i / n), i = 0..n, as weights for the value at x in [-1, 1]. */
  function barycentric(n, x) {
    const weights = [];
    for (let i = 0; i <= n; i++) {
      const gap = x - Math.cos((Math.PI * i) / n);
      if (gap === 0) return Array.from({ length: n + 1 }, (_, k) => Number(k === i));
      weights.push(((i % 2 ? -1 : 1) * (i === 0 || i === n ? 0.5 : 1)) / gap);
    }
    const sum = weights.reduce((a, b) => a + b);
    return weights.map((w) => w / sum);
  }

  const place = (value, [low, high]) => (2 * value - low - high) / (high - low);

  /* The limit of n times the variance of the mixture's distance. */
  function mixtureAvar(grid, delta, weight) {
    const across = barycentric(grid.values.length - 1, place(Math.log(delta), grid.log_delta));
    const down = barycentric(grid.values[0].length - 1, place(Math.abs(Math.log((1 - weight) / weight)) / 2, grid.log_odds));
    let sum = 0;
    grid.values.forEach((row, i) => row.forEach((value, j) => (sum += across[i] * down[j] * value)));
    const odds = 1 / (weight * (1 - weight));
    return sum * (odds + 1.5 * (2 / delta) ** 6 * (odds / 4) ** 2);
  }

  /* The weight below which k-means ignores the smaller component; null before the cusp. */
  function criticalWeight(grid, delta) {
    if (delta < grid.delta[0]) return null;
    const weights = barycentric(grid.values.length - 1, place(delta, grid.delta));
    return grid.values.reduce((sum, value, i) => sum + weights[i] * value, 0) / (delta * delta);
  }

  // --- who wins at a sample size

  /* Bias, standard error and root mean squared error of the two distances at n, and the n where these are equal. */
  function contest(hard, softAvar, delta, n) {
    const bias = hard.distance - delta;
    const soft = Math.sqrt(softAvar / n);
    if (hard.avar === null) return { bias, soft, se: null, rmse: null, ratio: null, crossover: null };
    const rmse = Math.sqrt(bias * bias + hard.avar / n);
    return { bias, soft, se: Math.sqrt(hard.avar / n), rmse, ratio: rmse / soft, crossover: level(hard, softAvar, delta, 1) };
  }

  /* The sample size at which the ratio of k-means' RMSE to the mixture's is `ratio`: 0 if it is larger at every n,
     infinite if it is never reached. */
  function level(hard, softAvar, delta, ratio) {
    const n = (ratio * ratio * softAvar - hard.avar) / (hard.distance - delta) ** 2;
    return Math.max(n, 0);
  }

  return {
    cdf, pdf, variance, optima, kmeans, plane, criticalNoise, knownVariance, path, mixtureAvar, criticalWeight, contest, level,
  };
})();

if (typeof module !== "undefined") module.exports = Limits;
