"""What several extensions ask of the tree of a page, and put into it."""

from collections.abc import Iterator

from docutils import nodes


def ancestors(node: nodes.Node) -> Iterator[nodes.Element]:
    """The elements that a node stands in, from the inside."""
    while node := node.parent:
        yield node


def in_a_box(node: nodes.Node) -> bool:
    """Whether it lies in an exercise, a solution or another box: nothing floats or breaks there."""
    return any(isinstance(each, nodes.Admonition) for each in ancestors(node))


def cell_of(node: nodes.Node) -> nodes.Element | None:
    """The cell of a notebook that a node stands in, with code and output; None if in none."""
    return next((each for each in ancestors(node) if "cell" in each.get("classes", [])), None)


def latex(text: str) -> nodes.raw:
    """LaTeX that stands in print as it is."""
    return nodes.raw("", text, format="latex")


def put_before(node: nodes.Node, new: nodes.Node) -> None:
    """Put a node before another one."""
    node.parent.insert(node.parent.index(node), new)


def put_behind(node: nodes.Node, new: nodes.Node) -> None:
    """Put a node behind another one."""
    node.parent.insert(node.parent.index(node) + 1, new)


def put_into(environment: str, node: nodes.Element) -> None:
    """Let print set all that a node holds in an environment of LaTeX."""
    node.insert(0, latex(f"\n\\begin{{{environment}}}\n"))
    node.append(latex(f"\n\\end{{{environment}}}\n"))
