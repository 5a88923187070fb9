"""The built book, and a one-page book in a temporary folder."""

import os
import shutil
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import sync_playwright
from sphinx_external_toc.parsing import parse_toc_yaml

from spillover.project import ROOT

PAGE = """---
jupytext:
  text_representation: {extension: .md, format_name: myst, format_version: 0.13}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# One page

```{code-cell} ipython3
CODE
```
"""


def built(path: Path) -> Path:
    """A file or folder of the built book; without it the test is skipped, in CI it fails."""
    if not path.exists():
        message = f"{path.relative_to(ROOT)} is missing: run `make book` first"
        if os.environ.get("SPILLOVER_BOOK_REQUIRED"):
            pytest.fail(message)
        pytest.skip(message)
    return path


@pytest.fixture(scope="session")
def html() -> Path:
    return built(ROOT / "_build" / "html")


@pytest.fixture(scope="session")
def pdf() -> Path:
    return built(ROOT / "_build" / "latex" / "book.pdf")


@pytest.fixture(scope="session")
def chapters() -> list[str]:
    """Document names of all chapters, in reading order."""
    return list(parse_toc_yaml(ROOT / "_toc.yml"))


class SmallBook:
    """A book of one page that uses this project's configuration and build script."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "book").mkdir()
        (folder / "lib" / "spillover" / "present" / "fonts").mkdir(parents=True)
        (folder / "data").mkdir()
        for name in ("_ext", "_static"):
            shutil.copytree(ROOT / "book" / name, folder / "book" / name)
        shutil.copy(ROOT / "book" / "references.bib", folder / "book")
        shutil.copy(ROOT / "_config.yml", folder)
        shutil.copy(ROOT / "requirements.txt", folder)
        (folder / "_toc.yml").write_text("format: jb-book\nroot: book/page\n")

    def write(self, code: str) -> None:
        (self.folder / "book" / "page.md").write_text(PAGE.replace("CODE", code))

    def build(self) -> subprocess.CompletedProcess:
        command = [sys.executable, ROOT / "book" / "build.py", "html", "--project", self.folder]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path}
        return subprocess.run(command, capture_output=True, text=True, env=environment)

    def page(self) -> str:
        return (self.folder / "_build" / "html" / "book" / "page.html").read_text()


@pytest.fixture
def small_book(tmp_path) -> SmallBook:
    return SmallBook(tmp_path)


CHROMIUM_OPTIONS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    "--js-flags=--min-semi-space-size=64 --max-semi-space-size=128",  # a quarter less of axe's time
]


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium, the one that Debian packages."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser")
    if executable is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def served(html):
    """Address of a local server of the built pages."""
    handler = partial(QuietHandler, directory=html)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files without a log line for each, anew to each visit."""

    def end_headers(self):
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *_):
        pass
