// Shows what a link leads to when it is pointed at or reached by keyboard. The texts are loaded once,
// at the first such link, as a script, so that it works from a file as well.
document.addEventListener("DOMContentLoaded", () => {
  const root = new URL(document.documentElement.dataset.content_root || "./", location.href);
  const box = document.createElement("div");
  box.className = "link-preview";
  box.id = "link-preview";
  box.setAttribute("role", "tooltip");
  box.hidden = true;
  document.body.append(box);
  let loading = null;

  const texts = () => loading ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = new URL("_static/previews-data.js", root);
    script.onload = () => done(window.previews);
    script.onerror = () => done({});
    document.head.append(script);
  });
  const key = (link) => {
    const url = new URL(link.href);
    return url.href.slice(root.href.length);
  };
  async function show(link) {
    const text = (await texts())[key(link)];
    if (!text || !link.matches(":hover, :focus")) return;
    box.textContent = text;
    box.hidden = false;
    link.setAttribute("aria-describedby", box.id);
    const place = link.getBoundingClientRect(), width = Math.min(420, innerWidth - 24);
    box.style.width = `${width}px`;
    box.style.left = `${Math.max(12, Math.min(place.left, innerWidth - width - 12))}px`;
    box.style.top = `${place.bottom + 6}px`;
    if (text.includes("\\[")) await window.MathJax?.typesetPromise?.([box]);
    const below = box.getBoundingClientRect();
    if (below.bottom > innerHeight && place.top > below.height) box.style.top = `${place.top - below.height - 6}px`;
  }
  function hide(link) {
    box.hidden = true;
    link?.removeAttribute("aria-describedby");
  }
  for (const link of document.querySelectorAll("article a.internal[href*='#']")) {
    link.addEventListener("mouseenter", () => show(link));
    link.addEventListener("focus", () => show(link));
    link.addEventListener("mouseleave", () => hide(link));
    link.addEventListener("blur", () => hide(link));
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(null); });
  document.addEventListener("scroll", () => { box.hidden = true; }, { passive: true });
});
