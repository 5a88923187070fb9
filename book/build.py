"""Build the book: execute every chapter, then write HTML and PDF; any warning is an error."""

import argparse
import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import edition
import fingerprints
import hand_outs
from course import write_course
from execute import chapters, execute, save_executed
from print_faults import faults
from slides import write_slides
from spillover.project import ROOT
from spillover.words import CHINESE, ENGLISH

PDF_TOOLS = ("xelatex", "latexmk", "pdftotext")
APPENDIX = "book/appendix-"
MATHJAX = ("startup.js", "core.js", "input/tex.js", "output/chtml.js", "a11y/assistive-mml.js")
COURSE, LECTURE = f"{APPENDIX}course", f"{APPENDIX}lecture"
UNCHANGED = "Nothing has changed since the book was built."
SPHINX_OPTIONS = ("-W", "-n", "--keep-going")


class BuildError(Exception):
    """The book could not be built; the message says why."""


def forget_pages(project: Path) -> None:
    """Drop Sphinx's parsed pages, so that every warning is raised again."""
    for output in (project / "_build", edition.output(project)):
        shutil.rmtree(output / ".doctrees", ignore_errors=True)


def forget_stale(project: Path) -> None:
    """Drop executed chapters when the package, the data or the environment has changed."""
    stamp = project / "_build" / "inputs.sha256"
    current = fingerprints.of_execution(project)
    if not stamp.exists() or stamp.read_text() != current:
        shutil.rmtree(project / "_build" / ".jupyter_cache", ignore_errors=True)
        forget_pages(project)
    stamp.parent.mkdir(exist_ok=True)
    stamp.write_text(current)


def vendor_mathjax(project: Path) -> None:
    """Copy MathJax out of its wheel, so that formulas show without a network."""
    source = files("mathjax") / "static" / "mathjax" / "es5"
    target = project / "_build" / "vendored" / "mathjax"
    if not all((target / part).exists() for part in MATHJAX):
        # In place only when it is whole: an interrupted copy is made anew.
        copy = target.with_name("mathjax.part")
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(source / "output" / "chtml", copy / "output" / "chtml")
        for part in MATHJAX:
            (copy / part).parent.mkdir(exist_ok=True)
            shutil.copy(source / part, copy / part)
        shutil.rmtree(target, ignore_errors=True)
        copy.rename(target)


def run_chapters(project: Path) -> None:
    """Execute the chapters whose numbers may have changed."""
    forget_stale(project)
    if faults := execute(project):
        raise BuildError("\n\n".join(faults))
    save_executed(project)


def jupyter_books(project: Path) -> list[list[str]]:
    """Arguments of Jupyter Book for each edition."""
    if not edition.exists(project):
        return [[]]
    folder = edition.prepare(project)
    files = [f"--config={folder / '_config.yml'}", f"--toc={folder / '_toc.yml'}"]
    return [[], [f"--path-output={folder}", *files]]


def sphinx_says(project: Path, builder: str, arguments: list[str]) -> str:
    """Write the executed chapters of one edition as HTML or LaTeX; what is wrong, or nothing."""
    environment = {**os.environ, "PYTHONHASHSEED": "0", "NO_COLOR": "1"}
    command = ["jupyter-book", "build", ".", "--builder", builder, *SPHINX_OPTIONS, *arguments]
    done = subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)
    return done.stderr.strip() or "Sphinx failed" if done.returncode else ""


def run_sphinx(project: Path, builder: str) -> None:
    """Write all editions, side by side; say only what is wrong."""
    with ThreadPoolExecutor() as pool:
        books = jupyter_books(project)
        faults = pool.map(lambda arguments: sphinx_says(project, builder, arguments), books)
    if said := "\n".join(filter(None, faults)):
        forget_pages(project)
        raise BuildError(f"{said}\n{builder}: Sphinx warned; see the messages above")


def typeset(folder: Path) -> Path:
    """Run xelatex on the LaTeX of a folder and return the PDF, or say what is wrong in it."""
    command = ["latexmk", "-xelatex", "-interaction=nonstopmode", "-halt-on-error", "book.tex"]
    environment = {**os.environ, "max_print_line": "10000"}  # the log's lines stay whole
    with (folder / "latexmk.txt").open("w") as log:
        failed = subprocess.run(
            command, cwd=folder, env=environment, stdout=log, stderr=log
        ).returncode
    found = faults(folder / "book.pdf")
    if failed or found:
        raise BuildError("\n".join(["pdf:", *found, f"see {folder}/book.log"]))
    return folder / "book.pdf"


def missing_pdf_tools() -> list[str]:
    """Programs that the PDF needs and this machine lacks."""
    return [tool for tool in PDF_TOOLS if shutil.which(tool) is None]


def decks(project: Path) -> list[str]:
    """Pages that get slides: the chapters with code, the lecture and the course."""
    pages = [f"{c.relative_to(project).with_suffix('')}" for c in chapters(project)]
    lectures = [page for page in pages if not page.startswith(APPENDIX) or page == LECTURE]
    return lectures + [COURSE] * (project / f"{COURSE}.md").exists()


def offer_hand_outs(latex: Path, html: Path) -> None:
    """Put the PDF of each chapter, where there is one, beside the pages."""
    made = latex / hand_outs.FOLDER
    shutil.rmtree(html / "pdf", ignore_errors=True)
    if made.exists():
        shutil.copytree(made, html / "pdf")


def put_beside(output: Path, pages: list[str], executed: Path, language: str = ENGLISH) -> Path:
    """Put slides, hand-outs and what a course needs beside the pages of an edition."""
    html = output / "html"
    write_slides(html, pages)
    offer_hand_outs(output / "latex", html)
    write_course(executed / "book", html, language)
    return html


def build_html(project: Path) -> list[Path]:
    """Build the HTML book with its slides, each edition, and return their first pages."""
    run_sphinx(project, "html")
    pages, build = decks(project), project / "_build"
    html = put_beside(build, pages, build / "executed")
    if not edition.exists(project):
        return [html / "index.html"]
    chinese = put_beside(edition.output(project), pages, build / "executed_zh", CHINESE)
    shutil.rmtree(html / "zh", ignore_errors=True)
    shutil.copytree(chinese, html / "zh")
    return [html / "index.html", html / "zh" / "index.html"]


def build_pdf(project: Path) -> list[Path]:
    """Build the PDF book, each edition, and return both."""
    if missing := missing_pdf_tools():
        packages = " ".join((ROOT / "apt.txt").read_text().split())
        raise BuildError(
            f"no PDF: {' and '.join(missing)} not found; as root: apt-get install "
            f"--no-install-recommends {packages}"
        )
    run_sphinx(project, "latex")
    folders = [project / "_build" / "latex"]
    if edition.exists(project):
        folders.append(edition.output(project) / "latex")
    with ThreadPoolExecutor() as pool:
        english, *others = pool.map(typeset, folders)
    for pdf in (english, *others):
        hand_outs.cut(pdf)
    return [english, *(shutil.copyfile(other, folders[0] / "book-zh.pdf") for other in others)]


BUILDERS = {"html": build_html, "pdf": build_pdf}


def is_built(project: Path, builders: list[str]) -> bool:
    """Whether these outputs stand as a build from these very files left them."""
    stamp = project / "_build" / "built.json"
    if not stamp.exists():
        return False
    built = json.loads(stamp.read_text())
    return (
        {*builders} <= {*built["builders"]}
        and built["outputs"] == fingerprints.of_outputs(project)
        and built["sources"] == fingerprints.of_sources(project)
    )


def build(project: Path, builders: list[str]) -> None:
    """Execute what has changed, write these outputs, and note from what they came."""
    stamp = project / "_build" / "built.json"
    stamp.unlink(missing_ok=True)
    sources = fingerprints.of_sources(project)
    vendor_mathjax(project)
    run_chapters(project)
    for builder in builders:
        print(f"{builder}:", *BUILDERS[builder](project), flush=True)
    outputs = fingerprints.of_outputs(project)
    stamp.write_text(json.dumps({"builders": builders, "sources": sources, "outputs": outputs}))


def main() -> int:
    """Build what the command line names; return a non-zero status when anything is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("builders", nargs="+", choices=list(BUILDERS))
    parser.add_argument("--project", type=Path, default=ROOT)
    options = parser.parse_args()
    try:
        if is_built(options.project, options.builders):
            print(UNCHANGED)
        else:
            build(options.project, options.builders)
    except BuildError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    for line in edition.lagging(options.project):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
