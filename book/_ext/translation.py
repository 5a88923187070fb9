"""What gettext needs to know about this book: computed messages, numbers, pages that lag.

Numbers in computed outputs stay out of the catalogues: "12 of 30 cases" is the message
"⟨1⟩ of ⟨2⟩ cases", and its translation gets the numbers back. New results therefore leave every
translation valid.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from docutils import nodes
from myst_nb.ext.glue.roles import PasteTextRole
from page_tree import ancestors, put_behind
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.index_entries import split_index_msg
from sphinx.util.nodes import extract_messages, traverse_translatable_index
from sphinx_exercise.nodes import solution_node

from spillover.words import (
    CHINESE,
    LANGUAGES,
    LOCALE,
    translations,
    with_numbers,
    without_numbers,
    words_in_formulas,
)

MATHS_OR_CODE = re.compile(r"(\$[^$]*\$|`[^`]*`)")
REFERENCE = re.compile(r"\{(?:ref|numref|eq|doc|cite|cite:\w+|glue:\w*)\}`[^`<]*`")
ROLE_TEXT = re.compile(r"\{[a-z:]+\}`([^`<]*)(?:<[^`]*>)?`")
BRACKETED = re.compile("（([^（）]+)）")
LONG = 12  # characters of a cell
VALUES = "values"  # catalogue of the words that cells record for the prose
MATHS = "maths"  # ... and of the words inside formulas
TWIN_CATALOGUES = [  # of what is shown in the place of an English output
    LOCALE / LANGUAGES[CHINESE] / "LC_MESSAGES" / f"{name}.po" for name in ("figures", "widgets")
]
WELCOME = ("{Welcome}", "{欢迎}")  # the one heading that is written in LaTeX
LAG = "本页有 {} 处文字尚未译出，或译文落后于英文版，暂以英文显示。"


def has_words(message: str) -> bool:
    """Whether there is anything to translate besides maths, code, references and numbers."""
    rest = REFERENCE.sub("", message)
    text = ROLE_TEXT.sub(r"\1", rest)
    is_list = rest != message and ", " in rest  # of references, with a comma of its own
    return is_list or bool(re.search("[A-Za-z]{2}", MATHS_OR_CODE.sub("", text)))


def blocks(parent: nodes.Element) -> Iterator[nodes.TextElement]:
    """Elements that hold text and are no inline markup."""
    return (x for x in parent.findall(nodes.TextElement) if not isinstance(x, nodes.Inline))


def computed(document: nodes.document) -> Iterator[nodes.TextElement]:
    """Text that a code cell wrote, but for the plain form of what has a better one."""
    for output in document.findall(nodes.container):
        if output.get("nb_element") == "cell_code_output":
            for block in blocks(output):
                if not is_second_choice(block) and not any(
                    map(is_left_in_english, ancestors(block))
                ):
                    yield block


def is_second_choice(block: nodes.Element) -> bool:
    """Whether a text stands beside a picture or a table that is shown in its place."""
    return (
        isinstance(block, nodes.literal_block)
        and len(block.parent.parent.children) > 1
        and (block.parent.parent.get("nb_element") == "mime_bundle")
    )


def is_left_in_english(node: nodes.Node) -> bool:
    """Whether this is a docstring, a table of docstrings, or no part of the text."""
    if isinstance(node, nodes.tbody):
        cell = next((x for x in ancestors(node) if x.get("nb_element") == "cell_code"), {})
        return "tag_docstrings" in cell.get("classes", [])
    return isinstance(node, addnodes.desc | nodes.docinfo | nodes.field_list)


def is_translation(document: nodes.document) -> bool:
    """Whether Sphinx is parsing a translated message, not a page."""
    return str(document["source"]).endswith("<translated>")


class MarkMessages(SphinxTransform):
    """Say which texts are messages, and keep numbers out of them."""

    default_priority = 5

    def apply(self, **kwargs) -> None:
        """Mark every block of the page."""
        if is_translation(self.document):
            return
        for block in computed(self.document):
            mark_computed(block)
        for block in blocks(self.document):
            self.mark(block)
        for part in self.document.findall(is_left_in_english):
            for text in part.findall(nodes.TextElement):
                if not isinstance(text, nodes.Inline) or "translatable" in text:
                    text["translatable"] = False  # Sphinx unwraps inline text that has the word

    def mark(self, block: nodes.TextElement) -> None:
        """Give a hand-written table its source; leave out what has no words."""
        if not block.source:
            block.source, block.line = self.document["source"], block.line or 0
        if isinstance(block, nodes.math_block) or not has_words(block.rawsource):
            block["translatable"] = False


def mark_computed(block: nodes.TextElement) -> None:
    """Make printed text a message too, and take the numbers out."""
    if isinstance(block, nodes.literal_block):
        block.rawsource = block.rawsource or block.astext()
        block["translatable"] = True
    block.rawsource, numbers = without_numbers(block.rawsource)
    if numbers:
        block["numbers"] = numbers


class Translated(SphinxTransform):
    """Base of what only a translated edition needs."""

    def apply(self, **kwargs) -> None:
        """Do it on the pages of a translated edition."""
        if self.config.language != "en" and not is_translation(self.document):
            self.translate()

    def translate(self) -> None:
        """What the transform does."""
        raise NotImplementedError


class CollectMessages(Translated):
    """Note the page's messages, and how many have no valid translation."""

    default_priority = 18

    def translate(self) -> None:
        """Compare the page with its catalogue."""
        messages = list(dict.fromkeys(page_messages(self.document)))
        known = catalogue(self.app, self.env.docname)
        for path in (catalogue_path(self.app, VALUES), *TWIN_CATALOGUES):
            self.env.note_dependency(str(path))
        self.document["lag"] = sum(message not in known for message in messages)
        self.env.metadata[self.env.docname].update(messages=messages)


def page_messages(document: nodes.document) -> Iterator[str]:
    """Messages of a page, in their order; then those of its index."""
    yield from (message for _, message in extract_messages(document))
    for _, entries in traverse_translatable_index(document):
        for kind, value, *_ in entries:
            yield from split_index_msg(kind, value)


class TranslatePrinted(Translated):
    """Translate printed text, which is not parsed."""

    default_priority = 19

    def translate(self) -> None:
        """Replace what code cells printed."""
        known = catalogue(self.app, self.env.docname)
        for block in computed(self.document):
            if isinstance(block, nodes.literal_block):
                if text := known.get(block.rawsource):
                    set_text(block, text)
                block["translatable"] = False


def set_text(node: nodes.Element, text: str) -> None:
    """Replace what an element holds."""
    node.clear()
    node += nodes.Text(text)


class RestoreNumbers(Translated):
    """Put computed numbers into translated messages."""

    default_priority = 21

    def translate(self) -> None:
        """Fill the places."""
        for block in self.document.findall(
            lambda node: "numbers" in getattr(node, "attributes", {})
        ):
            for text in list(block.findall(nodes.Text)):
                if with_numbers(text, block["numbers"]) != text:
                    text.parent.replace(text, nodes.Text(with_numbers(text, block["numbers"])))


class AdoptTranslations(Translated):
    """Make translated text part of its page: each was parsed as a document of its own."""

    default_priority = 22

    def translate(self) -> None:
        """Forget those documents, each of which would store all that Sphinx knows of the book."""
        for node in self.document.findall():
            node.document = self.document


class ShowLag(Translated):
    """Tell the reader that a page is partly in English."""

    default_priority = 26

    def translate(self) -> None:
        """Put a note below the title."""
        if count := self.document["lag"]:
            note = nodes.note("", nodes.paragraph("", LAG.format(count)), classes=["lag"])
            put_behind(next(self.document.findall(nodes.title)), note)


class TranslatedAtLast(SphinxPostTransform):
    """Base of what only a translated edition needs, once pages know of each other."""

    def is_supported(self) -> bool:
        """Whether the book is translated."""
        return self.config.language != "en" and super().is_supported()


class TranslateRecorded(TranslatedAtLast):
    """Translate words that a cell recorded for the prose, and LaTeX of the welcome page."""

    default_priority = 6  # after numbers of other pages are in place

    def run(self, **kwargs) -> None:
        """Look each up among the recorded values."""
        known = catalogue(self.app, VALUES)
        for value in list(self.document.findall(nodes.inline)):
            if "pasted-text" in value["classes"]:
                message, numbers = without_numbers(value.astext())
                text = known.get(message, message.replace(", ", "、"))  # numbers alone
                set_text(value, with_numbers(text, numbers))
        for raw in self.document.findall(nodes.raw):
            set_text(raw, raw.astext().replace(*WELCOME))


class TranslateMaths(TranslatedAtLast):
    """Translate the words inside formulas: what stands in ``\\text``."""

    default_priority = 7

    def run(self, **kwargs) -> None:
        """Look each up; the formula around it stays."""
        known = catalogue(self.app, MATHS)
        for kind in (nodes.math, nodes.math_block):
            for formula in list(self.document.findall(kind)):
                set_text(formula, words_in_formulas(formula.astext(), known))


class BracketsOutside(SphinxPostTransform):
    """Link the number of an equation without its brackets: full-width ones are half empty."""

    default_priority = 11  # once references are links

    def run(self, **kwargs) -> None:
        """Put the brackets around the link."""
        for link in list(self.document.findall(nodes.reference)):
            if found := BRACKETED.fullmatch(link.astext()):
                set_text(link, found[1])
                link.parent.replace(link, [nodes.Text("（"), link, nodes.Text("）")])


class NameSolutions(TranslatedAtLast):
    """Say whose solution it is as Chinese does: "解答：练习2.1"."""

    default_priority = 23  # once sphinx-exercise has made the titles

    def run(self, **kwargs) -> None:
        """Put a colon between the words, and no space into the second."""
        for solution in self.document.findall(solution_node):
            title = solution[0]
            number = title[1].astext().split()[-1]
            title[0] = nodes.Text(f"{title[0].astext()}：")
            set_text(title[1], self.config.numfig_format["exercise"] % number)


class MarkLongCells(TranslatedAtLast):
    """Mark cells of a table that a phone should not fold into a column of few characters."""

    default_priority = 9
    formats = ("html",)

    def run(self, **kwargs) -> None:
        """Chinese breaks anywhere, so that browsers give a cell the least room."""
        for cell in self.document.findall(nodes.entry):
            if len(cell.astext()) > LONG:
                cell["classes"].append("long")


class KeepPrinted(SphinxPostTransform):
    """Let LaTeX fold printed text, whose rawsource was its message, as any other verbatim text."""

    default_priority = 8

    def run(self, **kwargs) -> None:
        """Make the text the source again."""
        for block in self.document.findall(nodes.literal_block):
            if "translatable" in block:
                block.rawsource = block.astext()


class GlueText(PasteTextRole):
    """`glue:text` that also works in a translated message, which Sphinx parses on its own."""

    def run(self):
        """Name the page that the number comes from."""
        if "nb_renderer" not in self.document and "::" not in self.text:
            self.text = (
                f"/{self.document.settings.env.docname}.md::{self.text.removesuffix(':s')}:s"
            )
        return super().run()


def catalogue_path(app: Sphinx, name: str) -> Path:
    """Where a catalogue is, of a page or of recorded values."""
    (folder,) = app.config.locale_dirs
    return Path(app.srcdir, folder, app.config.language, "LC_MESSAGES", f"{name}.po")


def catalogue(app: Sphinx, name: str) -> dict[str, str]:
    """Valid translations of a page; none if it has no catalogue."""
    return translations(catalogue_path(app, name))


def recorded_words(folder: Path) -> list[str]:
    """Recorded values that hold words, without their numbers."""
    values = [
        output["data"].get("text/plain", "").strip("'\"")
        for path in sorted(folder.rglob("*.glue.json"))
        for output in json.loads(path.read_text("utf-8")).values()
    ]
    return sorted({without_numbers(value)[0] for value in values if has_words(value)})


def write_templates(app: Sphinx, exception: Exception | None) -> None:
    """Write the messages of each page as a template of its catalogue."""
    if app.config.language == "en" or exception:
        return
    templates = Path(app.outdir).parent / "templates"
    recorded = recorded_words(Path(app.env.mystnb_config.output_folder))
    write_template(templates / f"{VALUES}.pot", recorded)
    for name in app.env.found_docs:
        write_template(templates / f"{name}.pot", app.env.metadata[name]["messages"])


def write_template(path: Path, messages: list[str]) -> None:
    """Write messages without translations."""
    template = polib.POFile(wrapwidth=100)
    template.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    template.extend(polib.POEntry(msgid=message) for message in messages)
    path.parent.mkdir(parents=True, exist_ok=True)
    template.save(str(path))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_post_transform(TranslateRecorded)
    app.add_post_transform(TranslateMaths)
    app.add_post_transform(BracketsOutside)
    app.add_post_transform(NameSolutions)
    app.add_post_transform(MarkLongCells)
    app.add_post_transform(KeepPrinted)
    app.add_transform(MarkMessages)
    for transform in (
        CollectMessages,
        TranslatePrinted,
        RestoreNumbers,
        AdoptTranslations,
        ShowLag,
    ):
        app.add_transform(transform)
    app.add_role_to_domain("glue", "text", GlueText(), override=True)
    app.connect("build-finished", write_templates)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
