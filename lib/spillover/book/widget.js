// Draws one economy and redraws it whenever a slider moves. `economies` holds the model's own
// expressions, printed by sympy; nothing of the model is written here but who moves where.
function tpWidget(root, say, economies, start) {
  const NS = "http://www.w3.org/2000/svg", POINTS = 400, HALVINGS = 100;
  const LEFT = 62, RIGHT = 626, TOP = 14, BOTTOM = 306;
  const svg = root.querySelector("svg"), readout = root.querySelector(".tp-readout");
  const inputs = [...root.querySelectorAll("[data-name]")];
  const state = {};

  const inside = (name, lam) =>
    economies[state.accounts][name](lam, state.mu, state.sigma, state.phi, state.beta, state.g, state.g_star);
  function regime(lam) {
    const share = inside("share", lam);
    if (share >= inside("highest", lam)) return 2;
    return share <= inside("lowest", lam) ? 3 : 1;
  }
  const taste = (lam) => (state.psi > 0 ? state.psi * Math.log(lam / (1 - lam)) : 0);
  const gap = (lam) => inside("gap" + regime(lam), lam) - taste(lam);
  const share = (odds) => 1 / (1 + Math.exp(-odds));
  const gapAtOdds = (odds) => gap(share(odds));
  const effect = (lam) => inside("effect" + regime(lam), lam);

  // As in spillover.theory.bifurcation.rest_points: signs on a grid that straddles 1/2 and crowds
  // towards the corners; the first and the last cell too, in log-odds where the gap is infinite.
  function bisect(pull, low, high) {
    const sign = Math.sign(pull(low));
    for (let k = 0; k < HALVINGS; k++) {
      const middle = (low + high) / 2;
      if (Math.sign(pull(middle)) === sign) low = middle; else high = middle;
    }
    return (low + high) / 2;
  }
  function locate(low, high) {
    if (Number.isFinite(gap(low)) && Number.isFinite(gap(high))) return bisect(gap, low, high);
    const start = low === 0 ? Math.log(high / (1 - high)) : Math.log(low / (1 - low));
    const sign = Math.sign(gapAtOdds(start));
    let outer = start + (low === 0 ? -1 : 1);
    while (Math.sign(gapAtOdds(outer)) === sign) outer *= 2;
    return share(bisect(gapAtOdds, start, outer));
  }
  function equilibria() {
    const grid = Array.from({ length: POINTS }, (_, k) => Math.sin(Math.PI / 2 * k / (POINTS - 1)) ** 2);
    const signs = grid.map((lam) => Math.sign(gap(lam)));
    const told = signs.map((_, k) => k).filter((k) => signs[k] !== 0);
    const first = signs[told[0]], last = signs[told[told.length - 1]], found = [];
    if (signs[0] === 0 || first < 0) found.push({ share: 0, stable: first < 0 });
    for (let k = 1; k < told.length; k++) {
      const left = told[k - 1], right = told[k];
      if (signs[left] !== signs[right]) found.push({ share: locate(grid[left], grid[right]), stable: signs[left] > 0 });
    }
    if (signs[POINTS - 1] === 0 || last > 0) found.push({ share: 1, stable: last > 0 });
    return found;
  }

  function add(name, attributes, text) {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    svg.querySelector("g").appendChild(element);
  }
  const across = (lam) => LEFT + lam * (RIGHT - LEFT);
  function axes(most, up) {
    add("path", { class: "tp-axis", d: `M${LEFT} ${TOP}V${BOTTOM}M${LEFT} ${up(0)}H${RIGHT}` });
    for (const tick of [-most, -most / 2, 0, most / 2, most])
      add("text", { x: LEFT - 8, y: up(tick) + 5, "text-anchor": "end" }, String(tick).replace("-", "\u2212"));
    for (const tick of [0, 0.25, 0.5, 0.75, 1])
      add("text", { x: across(tick), y: BOTTOM + 20, "text-anchor": "middle" }, tick);
    add("text", { x: (LEFT + RIGHT) / 2, y: BOTTOM + 44, "text-anchor": "middle" }, say("creative people in the East, λ"));
    add("text", { x: LEFT + 8, y: TOP + 10 }, state.psi > 0 ? "ΔV − ψ ln(λ/(1−λ))" : "ΔV");
  }
  function draw() {
    svg.querySelector("g").replaceChildren();
    const grid = Array.from({ length: 301 }, (_, k) => Math.min(Math.max(k / 300, 1e-6), 1 - 1e-6));
    const values = grid.map(gap);
    const heights = values.slice(6, -6).map(Math.abs);
    const most = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].find((each) => each >= Math.max(...heights)) || 100;
    const up = (value) => (TOP + BOTTOM) / 2 - Math.max(-1, Math.min(1, value / most)) * (BOTTOM - TOP) / 2;
    axes(most, up);
    const shown = grid.map((lam, k) => [across(lam), up(values[k])].map((each) => each.toFixed(1)).join(" "));
    add("path", { class: "tp-curve", d: "M" + shown.join("L") });
    const found = equilibria();
    for (const each of found) {
      if (!each.stable) add("path", { class: "tp-threshold", d: `M${across(each.share)} ${TOP}V${BOTTOM}` });
      add("circle", { class: each.stable ? "tp-stable" : "tp-unstable", cx: across(each.share), cy: up(0), r: 6 });
    }
    here(up);
    tell(found);
  }
  function here(up) {
    const lam = Math.min(Math.max(state.lam, 1e-9), 1 - 1e-9), x = across(lam), y = up(gap(lam));
    const way = state.lam > 0 && state.lam < 1 ? Math.sign(gap(lam)) : 0;
    add("circle", { class: "tp-here", cx: x, cy: y, r: 5 });
    if (way) add("path", { class: "tp-arrow", d: `M${x} ${y}h${30 * way}m${-8 * way} -6l${8 * way} 6l${-8 * way} 6` });
  }
  const number = (value, digits) => value.toFixed(digits).replace("-", "\u2212");
  function tell(found) {
    const lam = Math.min(Math.max(state.lam, 1e-9), 1 - 1e-9);
    const where = [say("firms in both regions"), say("all firms in the East"), say("all firms in the West")][regime(lam) - 1];
    const list = found.map((each) => say("λ = {share} ({kind})", { share: number(each.share, 3), kind: each.stable ? say("stable") : say("unstable") }));
    const thresholds = found.filter((each) => !each.stable).map((each) => number(each.share, 3)).join(say(", "));
    const at = number(state.lam, 2), shown = [gap(lam), effect(lam)].map((each) => number(each, 3));
    readout.textContent = [
      say("At λ = {at}: utility gap {gap}, d(gap)/dg {effect}, {where}.", { at, gap: shown[0], effect: shown[1], where }),
      say("Equilibria: {list}.", { list: list.join(say(", ")) }),
      thresholds ? say("Threshold: {thresholds}.", { thresholds }) : say("No threshold: every start ends in the same place."),
    ].join(say(" "));
  }

  function read() {
    for (const input of inputs) {
      const name = input.dataset.name;
      state[name] = name === "accounts" ? input.value : Number(input.value);
      const shown = root.querySelector(`[data-value="${name}"]`);
      if (shown) shown.textContent = Number(input.value).toFixed(2);
    }
    draw();
  }
  function reset() {
    for (const input of inputs) input.value = start[input.dataset.name];
    read();
  }
  for (const input of inputs) input.addEventListener("input", read);
  root.querySelector("button").addEventListener("click", reset);
  root.tp = { state, gap, effect, regime, equilibria };
  reset();
}
