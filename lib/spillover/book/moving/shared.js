// What the moving pages share: controls with labels, a drawing, a line that tells, numbers as in print.
function movingPage(root, say, heading) {
  const NS = "http://www.w3.org/2000/svg";
  const make = (tag, attributes = {}, text) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const svg = document.createElementNS(NS, "svg");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", heading);
  const told = make("p", { class: "moving-told", role: "status", "aria-live": "polite" });
  const controls = make("div", { class: "moving-controls" });
  root.querySelector("img")?.remove();
  root.append(svg, told, controls);
  let redraw = () => {};
  let count = 0;

  function labelled(text, input) {
    input.id = `${root.id}-${++count}`;
    const label = make("label", { for: input.id }, text);
    const box = make("div");
    box.append(label, input);
    controls.append(box);
    input.addEventListener("input", () => redraw());
    return label;
  }
  const page = {
    state: {},
    number: (value, digits = 3) => {
      const text = value.toFixed(digits).replace("-", "\u2212");
      return /[1-9]/.test(text) ? text : text.replace("\u2212", "");
    },
    view: (width, height) => {
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.style.maxWidth = `${1.2 * width}px`;
    },
    clear: () => svg.replaceChildren(),
    draw(tag, attributes, text) {
      const element = document.createElementNS(NS, tag);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      if (text !== undefined) element.textContent = text;
      svg.append(element);
      return element;
    },
    tell: (text) => { told.textContent = text; },
    slider(name, text, low, high, step, value) {
      const input = make("input", { type: "range", min: low, max: high, step, "data-name": name });
      input.value = value;
      const label = labelled(text, input);
      const shown = make("output", { for: input.id });
      label.append(" ", shown);
      page.readers.push(() => {
        page.state[name] = Number(input.value);
        shown.textContent = page.number(page.state[name], 2);
      });
    },
    choice(name, text, options, value) {
      const select = make("select", { "data-name": name });
      for (const option of options) select.add(new Option(say(option), option, false, option === value));
      labelled(text, select);
      page.readers.push(() => { page.state[name] = select.value; });
    },
    entry(name, text, value) {
      const input = make("input", { type: "text", inputmode: "decimal", "data-name": name });
      input.value = value;
      labelled(text, input);
      page.readers.push(() => { page.state[name] = input.value.trim().replace("\u2212", "-"); });
    },
    readers: [],
    start(show) {
      redraw = () => { page.readers.forEach((read) => read()); page.clear(); show(page.state); };
      redraw();
    },
  };
  return page;
}
