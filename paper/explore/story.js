"use strict";

/* A story in five steps: each has one thing to do, one sentence and one question. */
(() => {
  const { $, state, fixed } = Page;
  const limit = (delta) => fixed(Limits.kmeans(delta, 0.5).distance, 3);
  const error = (delta) => fixed(Limits.kmeans(delta, 0.5).distance - delta, 2);
  const START = { delta: 2, weight: 0.5, noise: 1, eps: 0.5, n: 1000 };
  const STEPS = [
    {
      told: `k-means cuts two overlapping groups in the middle and takes the means of the pieces, which are ${limit(2)} apart where the groups’ own means are 2 apart.`,
      button: "Bring the groups closer", does: () => Page.set({ ...START, delta: 1 }), at: "density",
      question: "Does the error of k-means grow or shrink when the groups overlap more?",
      answer: `It grows, from ${error(2)} on a distance of 2 to ${error(1)} on a distance of 1: each piece loses more of its own group’s tail and takes more of the other’s.`,
    },
    {
      told: "More data make both methods surer, but only one of them surer of the truth.",
      button: "Let n grow", does: () => { Page.set({ ...START }); $("grow").click(); }, at: "growth",
      question: "Where does each of the two lines settle?",
      answer: `The mixture’s at 2, the truth; that of k-means at ${limit(2)}, whatever the sample. That is what inconsistent means.`,
    },
    {
      told: "In small samples of groups that are close the mixture is so uncertain that k-means, wrong as it is, can be the better guess.",
      button: "Draw 200 small samples", does: () => { Page.set({ ...START, delta: 1, n: 50 }); $("many").click(); }, at: "histogram",
      question: "In how many of the samples is k-means closer to the truth, and why do the two histograms differ in width?",
      answer: "The mixture must tell the spread within a group from the distance between groups, which fifty numbers hardly allow: its estimates scatter widely. Those of k-means scatter little, about the wrong value.",
    },
    {
      told: "k-means looks for pieces that explain variance, so that it would rather halve a large group than find a small one.",
      button: "Shrink one group to 1 %", does: () => Page.set({ ...START, delta: 6, weight: 0.01 }), at: "density",
      question: "Raise the lower weight with its slider: at which weight does k-means find the small group?",
      answer: "At the critical weight, which the table of numbers gives for each separation: the cut jumps there. The mixture finds the small group at every weight, given data enough.",
    },
    {
      told: "All this holds for your own numbers as well, as far as two normal groups with the same variance describe them.",
      button: "Fit an example", does: () => { Page.set({ ...START }); Own.example(); }, at: "own-section",
      question: "Paste numbers of your own: how far are the two methods apart, and which of them answers your question?",
      answer: "If you want groups of similar observations, k-means gives them. If you want the means of the populations behind them, correct k-means or fit the mixture.",
    },
  ];

  const place = () => Math.min(Math.max(state.story, 1), STEPS.length);

  function draw() {
    const { told, button, question, answer } = STEPS[place() - 1];
    $("story-told").textContent = `${place()} of ${STEPS.length}. ${told}`;
    $("story-do").textContent = button;
    $("story-question").textContent = question;
    $("story-answer").textContent = answer;
    $("story-details").open = false;
    // not `disabled`, which would take the focus from a keyboard
    $("story-back").setAttribute("aria-disabled", String(place() === 1));
    $("story-next").setAttribute("aria-disabled", String(place() === STEPS.length));
  }

  function go(step) {
    state.story = Math.min(Math.max(place() + step, 1), STEPS.length);
    Page.write();
    draw();
  }

  $("story-do").addEventListener("click", () => {
    const { does, at } = STEPS[place() - 1];
    state.story = place();
    does();
    $(at).scrollIntoView({ block: "center", behavior: Page.calm.matches ? "auto" : "smooth" });
  });
  $("story-back").addEventListener("click", () => go(-1));
  $("story-next").addEventListener("click", () => go(1));
  Page.arrivals.push(draw);
  draw();
})();
