// Marks the questions of a page: a number within a tolerance, or one item of a list. Nothing is sent.
document.addEventListener("DOMContentLoaded", () => {
  const number = (text) => text.trim() === "" ? NaN : Number(text.trim().replace("\u2212", "-"));
  document.querySelectorAll(".self-check").forEach((box) => {
    const { kind, tolerance } = box.dataset;
    const answer = number(box.querySelector(".self-check-value").textContent);
    box.dataset.state = "";
    const form = document.createElement("form");
    const said = document.createElement("output");
    said.setAttribute("aria-live", "polite");
    let given;
    if (kind === "number") {
      const input = document.createElement("input");
      input.type = "text";
      input.inputMode = "decimal";
      input.setAttribute("aria-label", say("your answer"));
      form.append(input);
      given = () => number(input.value);
    } else {
      box.querySelectorAll("li").forEach((item, place) => {
        const input = document.createElement("input");
        input.type = "radio";
        input.name = box.id;
        input.value = place + 1;
        const label = document.createElement("label");
        label.append(input, " ", ...item.childNodes);
        item.append(label);
      });
      given = () => Number(box.querySelector("input:checked")?.value ?? NaN);
    }
    const button = document.createElement("button");
    button.textContent = say("Check");
    form.append(button, said);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const value = given();
      const right = Math.abs(value - answer) <= Number(tolerance) + 1e-12;
      said.textContent = Number.isNaN(value) ? say("Answer first.") : right ? say("Right.") : say("Not yet: think again.");
      box.dataset.state = Number.isNaN(value) ? "" : right ? "right" : "wrong";
    });
    box.append(form);
  });
});
