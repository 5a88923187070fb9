// Check a printed row: which readings of the parentheses fit the stars, and do the sums agree? The
// rules are those of spillover.audit.rules; figures stand for all numbers that are printed so.
function moving_row(root, say, data) {
  const page = movingPage(root, say, say("Which readings of the printed row are possible"));
  const READINGS = { se: say("standard errors"), z: say("z or t statistics"), p: say("p-values") };

  // Complementary error function: a series for small x, a continued fraction for large.
  function erfc(x) {
    if (x < 2.5) {
      let term = x, sum = x;
      for (let n = 1; n < 100; n++) { term *= -x * x / n; sum += term / (2 * n + 1); }
      return 1 - 2 / Math.sqrt(Math.PI) * sum;
    }
    let tail = 0;
    for (let n = 60; n > 0; n--) tail = n / 2 / (x + tail);
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / (x + tail);
  }
  const twoSided = (z) => (Number.isFinite(z) ? erfc(z / Math.SQRT2) : 0);
  function interval(text) {
    const found = /^[-+]?(?:\d+(?:\.(\d*))?|\.(\d+))$/.exec(text);
    if (!found) return null;
    const half = 0.5 * 10 ** -(found[1] ?? found[2] ?? "").length;
    return [Number(text) - half, Number(text) + half];
  }
  const plus = (a, b) => [a[0] + b[0], a[1] + b[1]];
  const size = ([low, high]) => low <= 0 && high >= 0 ? [0, Math.max(-low, high)]
    : [Math.min(Math.abs(low), Math.abs(high)), Math.max(Math.abs(low), Math.abs(high))];
  const meets = (a, b) => a[0] <= b[1] + 1e-12 && b[0] <= a[1] + 1e-12;

  function pValues(estimate, parentheses, reading) {
    if (reading === "p")
      return parentheses[1] >= 0 && parentheses[0] <= 1 ? [Math.max(parentheses[0], 0), Math.min(parentheses[1], 1)] : null;
    if (reading === "z") return size(parentheses).map(twoSided).reverse();
    if (parentheses[1] <= 0) return null;
    const top = size(estimate), low = Math.max(parentheses[0], 0);
    return [top[0] / parentheses[1], low > 0 ? top[1] / low : Infinity].map(twoSided).reverse();
  }
  function checkRow({ estimate, parentheses, stars, ladder }) {
    const [e, b] = [interval(estimate), interval(parentheses)];
    if (!e || !b) return null;
    const levels = ladder.split(", ").map(Number);
    return Object.fromEntries(Object.keys(READINGS).map((reading) => {
      const p = pValues(e, b, reading);
      if (p === null) return [reading, { stars: [], fits: false }];
      const fewest = levels.filter((level) => p[1] < level).length, most = levels.filter((level) => p[0] <= level).length;
      const allowed = Array.from({ length: most - fewest + 1 }, (_, k) => fewest + k);
      return [reading, { p, stars: allowed, fits: allowed.includes(stars === "none" ? 0 : stars.length) }];
    }));
  }
  function checkSum({ direct, indirect, total }) {
    const parts = [direct, indirect, total].map(interval);
    if (parts.includes(null)) return null;
    const sum = plus(parts[0], parts[1]);
    return { sum, rounded: meets(sum, parts[2]) };
  }
  // With rows that add up to one, the total impact is (beta + theta) / (1 - rho).
  function impliedTotal({ estimate, theta, rho }) {
    const parts = [estimate, theta, rho].map(interval);
    if (parts.includes(null) || parts[2][1] >= 1) return null;
    const top = plus(parts[0], parts[1]), below = [1 - parts[2][1], 1 - parts[2][0]];
    const all = top.flatMap((a) => below.map((b) => a / b));
    return [Math.min(...all), Math.max(...all)];
  }
  const texts = { estimate: say("estimate"), parentheses: say("in parentheses"), theta: say("estimate of its spatial lag"), rho: "ρ",
    direct: say("direct impact"), indirect: say("indirect impact"), total: say("total impact") };
  for (const [name, text] of Object.entries(texts)) page.entry(name, text, data[name]);
  page.choice("stars", say("stars"), ["none", "*", "**", "***"], data.stars);
  page.choice("ladder", say("levels of *, **, ***"), ["0.1, 0.05, 0.01", "0.05, 0.01, 0.001"]);
  root.moving = { checkRow, checkSum, impliedTotal };
  page.start((state) => {
    const rows = checkRow(state), sum = checkSum(state), implied = impliedTotal(state);
    const statements = Object.entries(READINGS).map(([reading, name]) => {
      const row = rows?.[reading];
      const [low, high] = (row?.p ?? []).map((each) => page.number(each, 4));
      const range = row?.p ? say("p from {low} to {high}", { low, high }) : rows ? say("impossible") : say("no figure");
      return `${row?.fits ? "✓" : "✗"} ${say("read as {name}: {range}", { name, range })}`;
    });
    const said = [];
    if (rows) {
      const fit = Object.keys(READINGS).filter((reading) => rows[reading].fits).map((reading) => READINGS[reading]);
      said.push(fit.length ? say("The stars fit if the parentheses hold {readings}.", { readings: fit.join(say(" or ")) }) : say("The stars fit no reading."));
    }
    const ends = ([low, high]) => {
      const digits = page.number(low) === page.number(high) ? 4 : 3;
      return { low: page.number(low, digits), high: page.number(high, digits) };
    };
    if (sum) said.push(sum.rounded ? say("Direct and indirect add up to the total within rounding.")
      : say("Direct and indirect add up to {low} to {high}: not to the total.", ends(sum.sum)));
    if (implied && interval(state.total)) said.push(meets(implied, interval(state.total))
      ? say("With rows that add up to one the coefficients imply a total of {low} to {high}: as printed.", ends(implied))
      : say("With rows that add up to one the coefficients imply a total of {low} to {high}: not what is printed.", ends(implied)));
    const summary = said.join(say(" ")) || say("Type figures as they are printed, for instance −0.409.");
    page.tell([...statements, summary].join("\n"));
  });
}
