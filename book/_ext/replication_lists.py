"""The directive ``{replication}``: lists read from the chapters whenever one of them changes."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from spillover.book import replication
from spillover.book.exhibit_list import chapter_paths, exhibits

LISTS = {
    "count": lambda: replication.count(exhibits()),
    "exhibits": lambda: replication.by_cell(exhibits()),
    "seeds": replication.seeds,
}


class ReplicationList(SphinxDirective):
    """Insert one of the lists, as MyST."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Parse the list in place of the directive."""
        for path in chapter_paths():
            self.env.note_dependency(str(path))
        place = nodes.container()
        lines = LISTS[self.arguments[0]]().splitlines()
        self.state.nested_parse(lines, self.content_offset, place)
        return place.children


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("replication", ReplicationList)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
