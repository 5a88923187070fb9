// Walk the specification curve: choose, and see where the choice lands among all.
function moving_curve(root, say, data) {
  const page = movingPage(root, say, say("All direct impacts in order, the chosen one marked"));
  const names = Object.keys(data.choices);

  const place = (state) => names.reduce(
    (sum, name) => sum * data.choices[name].length + data.choices[name].indexOf(state[name]), 0);
  const found = (state) => {
    const [direct, indirect] = [data.direct[place(state)], data.indirect[place(state)]];
    return direct === null ? null : { direct, indirect };
  };
  const sorted = data.direct.filter((value) => value !== null).sort((a, b) => a - b);
  // Few extremes would flatten all others: what lies beyond is drawn on the edge.
  const quantile = (share) => sorted[Math.round(share * (sorted.length - 1))];
  for (const name of names) page.choice(name, say(name), data.choices[name]);
  root.moving = { found };
  page.start((state) => {
    const here = found(state), [low, high] = [quantile(0.01), quantile(0.99)];
    const x = (rank) => 84 + 536 * rank / (sorted.length - 1);
    const y = (value) => 250 - 230 * (Math.min(Math.max(value, low), high) - low) / (high - low);
    page.view(640, 280);
    page.draw("path", { class: "axis", d: `M84 ${y(0)}H620M84 10V260` });
    for (const [tick, sign] of [[low, "≤"], [0, ""], [high, "≥"]]) {
      if (tick !== 0 && Math.abs(y(tick) - y(0)) < 16) continue;  // the label of zero stands there
      page.draw("text", { x: 76, y: y(tick) + 5, "text-anchor": "end" }, sign + page.number(tick, 2));
    }
    const step = Math.ceil(sorted.length / 600);
    const points = sorted.filter((_, k) => k % step === 0).map((value, k) => `${x(k * step).toFixed(1)} ${y(value).toFixed(1)}`);
    page.draw("path", { class: "line", d: `M${points.join("L")}` });
    if (here === null) {
      page.tell(say("With these choices the estimate ends at the boundary of its interval: there is no standard error, and the curve leaves it out."));
      return;
    }
    const rank = sorted.findIndex((value) => value >= here.direct);
    page.draw("circle", { class: "mark", cx: x(rank), cy: y(here.direct), r: 7 });
    page.tell([
      say("Direct {direct}, indirect {indirect}.", { direct: page.number(here.direct), indirect: page.number(here.indirect) }),
      here.direct < 0 && here.indirect > 0 ? say("Both signs are the paper's.")
        : here.direct < 0 ? say("Only the direct sign is the paper's.")
          : here.indirect > 0 ? say("Only the indirect sign is the paper's.") : say("Neither sign is the paper's."),
      say("{share}% of all specifications have a lower direct impact.", { share: Math.round(100 * rank / sorted.length) }),
    ].join(say(" ")));
  });
}
