"""The Chinese edition: Jupyter Book's two files, made from the English ones and the catalogues."""

from collections.abc import Iterator
from pathlib import Path

import polib
import yaml

from spillover.words import translations

LANGUAGE = "zh_CN"
ONLY_CHINESE = {"Judging": "book/authors-zh"}  # part of the book -> a page that it alone has


def catalogues(project: Path) -> Path:
    """Folder of the Chinese edition's catalogues."""
    return project / "book" / "locale" / LANGUAGE / "LC_MESSAGES"


def output(project: Path) -> Path:
    """Where Jupyter Book writes the Chinese edition."""
    return project / "_build" / "zh" / "_build"


def templates(project: Path) -> Path:
    """Where a build of the Chinese edition leaves the messages of each page."""
    return output(project) / "templates"


def exists(project: Path) -> bool:
    """Whether the book has a Chinese edition."""
    return catalogues(project).exists()


def merged(base: dict, changes: dict) -> dict:
    """One tree of settings over another; of two leaves the second counts."""
    both = {
        key: merged(base[key], value)
        if isinstance(value, dict) and isinstance(base.get(key), dict)
        else value
        for key, value in changes.items()
    }
    return {**base, **both}


def configuration(project: Path) -> dict:
    """Settings of the Chinese edition: the English ones, changed where they must be."""
    english = yaml.safe_load((project / "_config.yml").read_text("utf-8"))
    changes = yaml.safe_load((catalogues(project).parent / "_config.yml").read_text("utf-8"))
    settings = merged(english, changes)
    settings["execute"]["cache"] = str(project / "_build" / ".jupyter_cache")
    folders = settings["sphinx"]["local_extensions"]
    settings["sphinx"]["local_extensions"] = {n: str(project / f) for n, f in folders.items()}
    return settings


def contents(project: Path) -> dict:
    """The table of contents with Chinese captions, and with what only the Chinese edition has."""
    toc = yaml.safe_load((project / "_toc.yml").read_text("utf-8"))
    words = known(project, "sphinx")
    for part in toc.get("parts", []):
        if extra := ONLY_CHINESE.get(part["caption"]):
            part["chapters"].append({"file": extra})
        part["caption"] = words.get(part["caption"], part["caption"])
    return toc


def prepare(project: Path) -> Path:
    """Write both files below `_build/zh` and return that folder."""
    folder = project / "_build" / "zh"
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in (("_config", configuration(project)), ("_toc", contents(project))):
        (folder / f"{name}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return folder


def known(project: Path, page: str) -> dict[str, str]:
    """Valid translations of a page such as ``book/intro``, by message."""
    return translations(catalogues(project) / f"{page}.po")


def lagging(project: Path) -> Iterator[str]:
    """A line for each page of the built Chinese edition that is partly in English."""
    for template in sorted(templates(project).rglob("*.pot")):
        name = template.relative_to(templates(project)).with_suffix("")
        messages = {entry.msgid for entry in polib.pofile(str(template))}
        if left := messages - known(project, str(name)).keys():
            yield f"{name}: {len(left)} of {len(messages)} messages not translated"
