// Moran's I of a variable under links of gravity that the reader chooses.
function moving_moran(root, say, data) {
  const page = movingPage(root, say, say("Scatter of each province against its neighbours"));
  const N = data.names.length;

  function weights({ power, links }) {
    return data.mass.map((own, i) => {
      const row = data.mass.map((other, j) => (i === j ? 0 : own * other / data.distance[i][j] ** power));
      const sum = row.reduce((a, b) => a + b, 0);
      return links === "row-standardised" ? row.map((w) => w / sum) : row;
    });
  }
  function moran(values, W) {
    const mean = values.reduce((a, b) => a + b, 0) / N;
    const z = values.map((value) => value - mean);
    const lag = W.map((row) => row.reduce((sum, w, j) => sum + w * z[j], 0));
    const all = W.flat().reduce((a, b) => a + b, 0);
    const square = z.reduce((sum, each) => sum + each * each, 0);
    const cross = z.reduce((sum, each, i) => sum + each * lag[i], 0);
    return { I: (N / all) * (cross / square), z, lag: lag.map((each) => each * N / all) };
  }
  page.choice("variable", say("figure"), Object.keys(data.values));
  page.choice("links", say("links"), ["row-standardised", "raw"]);
  page.slider("power", say("power of distance"), 0, 3, 0.1, 2);
  root.moving = { moran: (state) => moran(data.values[state.variable], weights(state)).I };
  page.start((state) => {
    const { I, z, lag } = moran(data.values[state.variable], weights(state));
    const wide = Math.max(...z.map(Math.abs)), high = Math.max(...lag.map(Math.abs), Math.abs(I) * wide);
    const x = (value) => 320 + 270 * value / wide, y = (value) => 150 - 130 * value / high;
    page.view(640, 320);
    page.draw("path", { class: "axis", d: `M40 ${y(0)}H610M320 10V300` });
    page.draw("path", { class: "line", d: `M${x(-wide)} ${y(-I * wide)}L${x(wide)} ${y(I * wide)}` });
    z.forEach((each, i) => {
      const dot = page.draw("circle", { class: "dot", cx: x(each), cy: y(lag[i]), r: 4 });
      const name = document.createElementNS("http://www.w3.org/2000/svg", "title");
      name.textContent = say(data.names[i]);
      dot.append(name);
    });
    page.draw("text", { x: 610, y: 314, "text-anchor": "end" }, say("own value, from the mean"));
    page.draw("text", { x: 326, y: 20 }, say("weighted neighbours"));
    page.tell(say("Moran's I = {I}; without any pattern one expects {expected}. The slope of the line is I.",
      { I: page.number(I), expected: page.number(-1 / (N - 1)) }));
  });
}
