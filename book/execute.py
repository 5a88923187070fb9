"""Run the chapters, several at a time, into the notebook cache that the book is built from."""

import asyncio
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn, JupyterCacheAbstract
from jupyter_client import KernelManager
from myst_nb.core.read import is_myst_markdown_notebook, read_myst_markdown_notebook
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from sphinx_external_toc.parsing import parse_toc_yaml
from traitlets.config import Config

import edition
from in_chinese import translate
from kernels import ForkedKernel, Nursery
from spillover.words import TWIN_MIME, TWINS, catalogue

TIMEOUT = 600  # seconds for one cell


@dataclass(frozen=True)
class Run:
    """One executed chapter; `fault` names the cell and the error when it failed."""

    chapter: Path
    notebook: nbformat.NotebookNode
    seconds: float
    fault: str = ""


def chapters(project: Path) -> list[Path]:
    """Chapters with code, in the order of the table of contents."""
    documents = parse_toc_yaml(project / "_toc.yml")
    files = [project / f"{name}.md" for name in documents]
    return [file for file in files if is_myst_markdown_notebook(file.read_text("utf-8"))]


def read(chapter: Path) -> nbformat.NotebookNode:
    """The chapter as a notebook without outputs."""
    return read_myst_markdown_notebook(chapter.read_text("utf-8"), path=str(chapter))


def numbered_code(notebook: nbformat.NotebookNode) -> list[tuple[str, nbformat.NotebookNode]]:
    """Code cells, each with a heading that names its number and holds its source."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [(f"code cell {n}:\n{cell.source}", cell) for n, cell in enumerate(code, start=1)]


def error_of(notebook: nbformat.NotebookNode) -> str:
    """Number, source and error of the cell that raised."""
    return next(
        f"{heading}\n{output.ename}: {output.evalue}"
        for heading, cell in numbered_code(notebook)
        for output in cell.outputs
        if output.output_type == "error"
    )


def last_cell(notebook: nbformat.NotebookNode) -> str:
    """Number and source of the cell at which the kernel stopped."""
    done = [heading for heading, cell in numbered_code(notebook) if cell.execution_count]
    waiting = [heading for heading, cell in numbered_code(notebook) if not cell.execution_count]
    return (waiting or done)[0]


class Client(NotebookClient):
    """Executes a notebook in a folder, in a kernel of a nursery that is spoken to over files."""

    def __init__(
        self, notebook: nbformat.NotebookNode, folder: Path, sockets: str, nursery: Nursery
    ) -> None:
        super().__init__(
            notebook,
            config=Config(ConnectionFileMixin={"transport": "ipc", "ip": f"{sockets}/kernel"}),
            timeout=TIMEOUT,
            coalesce_streams=True,  # where a print is cut in two depends on the time
            record_timing=False,  # the cache's key holds the cells' metadata
            resources={"metadata": {"path": str(folder)}},
        )
        self.nursery = nursery

    def create_kernel_manager(self) -> KernelManager:
        """A manager of one kernel of the nursery."""
        manager = super().create_kernel_manager()
        manager.provisioner = ForkedKernel(self.nursery, manager)
        return manager


def run(chapter: Path, nursery: Nursery) -> Run:
    """Execute one chapter in its own folder."""
    notebook = read(chapter)
    start = time.perf_counter()
    fault = ""
    try:
        with TemporaryDirectory() as sockets:
            asyncio.run(Client(notebook, chapter.parent, sockets, nursery).async_execute())
    except CellExecutionError:
        fault = error_of(notebook)
    except (CellTimeoutError, DeadKernelError) as stop:
        fault = f"{last_cell(notebook)}\n{type(stop).__name__}"
    return Run(chapter, notebook, time.perf_counter() - start, fault)


def is_cached(cache: JupyterCacheAbstract, chapter: Path) -> bool:
    """Whether the chapter's code has been executed as it stands, its twins with today's words."""
    try:
        record = cache.match_cache_notebook(read(chapter))
    except KeyError:
        return False
    return says_as_now(cache.get_cache_bundle(record.pk).nb)


def says_as_now(notebook: nbformat.NotebookNode) -> bool:
    """Whether the Chinese twins say what the catalogues of the package say now."""
    labels, words = catalogue("figures"), catalogue("widgets")
    return all(
        twin.get("words", words) == words
        and all(labels.get(message, "") == said for message, said in twin["messages"].items())
        for _, twin in twins(notebook)
    )


def run_all(pending: list[Path], workers: int) -> Iterator[Run]:
    """Execute chapters in parallel and yield each as it ends."""
    os.environ[TWINS] = "zh"  # the kernels inherit it
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # there is a kernel for every processor
    several = len(pending) > workers
    with Nursery(prepared=several) as nursery, ThreadPoolExecutor(workers) as pool:
        for future in as_completed([pool.submit(run, chapter, nursery) for chapter in pending]):
            yield future.result()


def execute(project: Path) -> list[str]:
    """Execute what is not cached yet, with a line of progress a chapter.

    Returns
    -------
    list of str
        One message for each chapter that failed, naming the chapter and the cell.
    """
    cache = get_cache(project / "_build" / ".jupyter_cache")
    pending = [chapter for chapter in chapters(project) if not is_cached(cache, chapter)]
    faults = []
    for count, done in enumerate(run_all(pending, os.cpu_count() or 1), start=1):
        name = done.chapter.relative_to(project)
        print(f"[{count}/{len(pending)}] {name}: {done.seconds:.0f} s", flush=True)
        if done.fault:
            faults.append(f"{name}, {done.fault}")
        else:
            bundle = CacheBundleIn(
                done.notebook, str(done.chapter), data={"execution_seconds": done.seconds}
            )
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    return faults


def executed(project: Path) -> Iterator[tuple[Path, nbformat.NotebookNode]]:
    """Every chapter with its cached outputs."""
    cache = get_cache(project / "_build" / ".jupyter_cache")
    for chapter in chapters(project):
        yield chapter, cache.merge_match_into_notebook(read(chapter))[1]


def twins(notebook: nbformat.NotebookNode) -> Iterator[tuple[dict, dict]]:
    """Outputs that have a Chinese twin, each with it; the twin is taken out of the notebook."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if twin := output.get("data", {}).pop(TWIN_MIME, None):
                yield output.data, twin


def save_executed(project: Path) -> None:
    """Write every executed chapter as a notebook of each edition, for the reader to download."""
    for chapter, notebook in executed(project):
        name = chapter.relative_to(project)
        found = list(twins(notebook))
        write_notebook(notebook, project / "_build" / "executed", name)
        for shown, twin in found:
            shown.update({kind: data for kind, data in twin.items() if kind in shown})
        page = edition.known(project, str(name.with_suffix("")))
        translate(notebook, page, edition.known(project, "maths"))
        write_notebook(notebook, project / "_build" / "executed_zh", name)


def write_notebook(notebook: nbformat.NotebookNode, folder: Path, name: Path) -> None:
    """Write a notebook below a folder."""
    target = (folder / name).with_suffix(".ipynb")
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, target)
