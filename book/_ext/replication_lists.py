"""The directive ``{replication}``: lists read from the chapters whenever one of them changes."""

import re

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
IN_CHINESE = {
    r"The book has (\S+) exhibits: (\S+) figures, (\S+) tables, (\S+) numbered equations and (\S+) "
    r"numbers in the prose\.": r"全书有结果\1项：图\2幅，表\3张，编号公式\4个，正文数字\5个。",
    r"In the text: (.*)\.$": r"正文：\1。",
    r"Cell (\d+): ": r"单元格\1：",
    r"\. With (.*?)\.(?= Rests|$)": r"。所用函数：\1。",
    r"\.? Rests on ([\d, ]+)\.$": r"依赖单元格\1。",
    r"\.$": "。",
    r"(?<=`)( = \d+): ": r"\1：",
    r", ": "、",
}


def in_chinese(line: str) -> str:
    """A line of a list in Chinese."""
    for english, chinese in IN_CHINESE.items():
        line = re.sub(english, chinese, line)
    return line


class ReplicationList(SphinxDirective):
    """Insert one of the lists, as MyST."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Parse the list in place of the directive."""
        for path in chapter_paths():
            self.env.note_dependency(str(path))
        place = nodes.container(classes=["ragged"])
        lines = LISTS[self.arguments[0]]().splitlines()
        if self.config.language != "en":
            lines = [in_chinese(line) for line in lines]
        self.state.nested_parse(lines, self.content_offset, place)
        for text in place.findall(nodes.TextElement):
            if not isinstance(text, nodes.Inline):
                text["translatable"] = False  # new in every build, so in no catalogue
        return [place]


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("replication", ReplicationList)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
