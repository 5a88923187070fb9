// One province's regressor rises by one unit: who feels how much of it under rho and theta.
function moving_shock(root, say, data) {
  const page = movingPage(root, say, say("Tile map of impacts by province"));
  const N = data.names.length;

  function solve(A, b) {
    const M = A.map((row, i) => [...row, b[i]]);
    for (let k = 0; k < N; k++) {
      let pivot = k;
      for (let i = k + 1; i < N; i++) if (Math.abs(M[i][k]) > Math.abs(M[pivot][k])) pivot = i;
      [M[k], M[pivot]] = [M[pivot], M[k]];
      for (let i = k + 1; i < N; i++) {
        const factor = M[i][k] / M[k][k];
        for (let j = k; j <= N; j++) M[i][j] -= factor * M[k][j];
      }
    }
    const x = Array(N).fill(0);
    for (let i = N - 1; i >= 0; i--) {
      let sum = M[i][N];
      for (let j = i + 1; j < N; j++) sum -= M[i][j] * x[j];
      x[i] = sum / M[i][i];
    }
    return x;
  }
  function impacts({ rho, beta, theta }, origin) {
    const A = data.W.map((row, i) => row.map((w, j) => (i === j ? 1 : 0) - rho * w));
    return solve(A, data.W.map((row, i) => (i === origin ? beta : 0) + theta * row[origin]));
  }
  function averages(state) {
    const columns = data.names.map((_, j) => impacts(state, j));
    const direct = columns.reduce((sum, column, j) => sum + column[j], 0) / N;
    const total = columns.flat().reduce((a, b) => a + b, 0) / N;
    return { direct, indirect: total - direct, total };
  }
  page.choice("province", say("where it rises"), data.names, data.start);
  page.slider("rho", say("ρ: outcomes follow neighbours' outcomes"), -0.9, 0.9, 0.05, data.rho);
  page.slider("beta", say("β: at home"), -1, 1, 0.05, data.beta);
  page.slider("theta", say("θ: from neighbours' regressors"), -1, 1, 0.05, data.theta);
  root.moving = { impacts: (state) => impacts(state, data.names.indexOf(state.province)), averages };
  page.start((state) => {
    const origin = data.names.indexOf(state.province);
    const felt = impacts(state, origin), means = averages(state);
    const most = Math.max(...felt.map(Math.abs)) || 1;
    const [rows, columns] = [0, 1].map((axis) => 1 + Math.max(...data.tiles.map((tile) => tile[axis])));
    page.view(20 + 62 * columns, 12 + 48 * rows);
    felt.forEach((value, i) => {
      const [row, column] = data.tiles[i], x = 12 + 62 * column, y = 6 + 48 * row;
      const strength = Math.sqrt(Math.abs(value) / most);
      const colour = value < 0 ? "178, 24, 43" : "33, 102, 172";
      page.draw("rect", { x, y, width: 58, height: 44, rx: 4, fill: `rgba(${colour}, ${strength})`,
        class: i === origin ? "tile origin" : "tile" });
      const ink = strength > 0.62 ? "#fff" : "currentColor";
      const label = { class: "in-tile", x: x + 29, "text-anchor": "middle", style: `fill: ${ink}` };
      page.draw("text", { ...label, y: y + 18 }, say(data.codes[i]));
      page.draw("text", { ...label, y: y + 35 }, page.number(value, 2));
    });
    const others = felt.reduce((a, b) => a + b, 0) - felt[origin];
    const [direct, indirect, total] = [means.direct, means.indirect, means.total].map((each) => page.number(each));
    page.tell([
      say("One unit more in {province}: {home} at home, {others} on all others together.",
        { province: say(state.province), home: page.number(felt[origin]), others: page.number(others) }),
      say("Mean over provinces: direct {direct}, indirect {indirect}, total {total}.", { direct, indirect, total }),
    ].join(say(" ")));
  });
}
