"""What axe finds inaccessible on an open page."""

from axe_playwright_python.sync_playwright import Axe

CONTRAST = {"type": "rule", "values": ["color-contrast"]}
WCAG_AA = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}

# Most of axe's time goes into the contrast of thousands of equal cells and tokens of code. Contrast
# depends only on the style of a text and on what is painted behind it: where one text stands out,
# so do all that are alike. A text that does not stand out, or may not, says nothing of others.
ONE_OF_A_KIND = """
(() => {
    const FILL = "webkitTextFillColor";  // the colour, unless it has one of its own
    const TEXT = [FILL, "webkitTextStroke", "textShadow", "fontSize", "fontWeight"];
    const GROUND = ["backgroundColor", "opacity", "mixBlendMode"];
    const check = axe._audit.checks["color-contrast"], look = check.evaluate;
    const numbers = new Map(), grounds = new Map(), fine = new Set();
    const numbered = (kind) => numbers.get(kind) ?? numbers.set(kind, numbers.size).get(kind);
    const said = (style, properties) => properties.map((each) => style[each]);
    const ground = (box) => {
        if (!box) return "";
        if (!grounds.has(box)) {
            const own = said(getComputedStyle(box), GROUND);
            grounds.set(box, numbered([...own, ground(box.parentElement)].join()));
        }
        return grounds.get(box);
    };
    check.evaluate = function (element, ...rest) {
        const [behind = []] = axe.commons.dom.getTextElementStack(element);
        const kind = [...said(getComputedStyle(element), TEXT), ...behind.map(ground)].join();
        if (fine.has(kind)) return true;
        const standsOut = look.call(this, element, ...rest);
        if (standsOut) fine.add(kind);
        return standsOut;
    };
})();
"""
AXE = Axe(Axe().axe_script + ONE_OF_A_KIND)


def inaccessible(page, rules: dict, axe: Axe = AXE) -> list[str]:
    """Elements of an open page that break a rule, each with the rule."""
    options = {
        "runOnly": rules,
        "resultTypes": ["violations"],
        "preload": False,  # asks for the style sheets once more
    }
    # The text that MathJax hides for screen readers is its own affair.
    result = axe.run(page, context={"exclude": [["mjx-container"]]}, options=options)
    violations = result.response["violations"]
    return [f"{each['id']}: {node['html'][:200]}" for each in violations for node in each["nodes"]]
