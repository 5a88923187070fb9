"""What archives and reviewers ask for, written from what the project knows about itself.

``python book/passport.py`` writes ``CITATION.cff``, ``codemeta.json``, ``.zenodo.json``,
``codecheck.yml`` and ``ro-crate-metadata.json``; title, author and address come from
``_config.yml``, the version from the package. The day of the release is kept in ``CITATION.cff``
alone. What is not configured is left out.
"""

import json
import sys
import tomllib
from datetime import date
from pathlib import Path

import yaml

from spillover import __version__
from spillover.project import ROOT

ABSTRACT = (
    "A book that derives the model of a Chinese economics paper with a computer algebra system, "
    "runs its spatial econometrics on public figures, checks its printed numbers, and says claim "
    "by claim what holds; with the Python package behind it."
)
CODE_LICENCE, TEXT_LICENCE = "MIT", "CC-BY-4.0"
KEYWORDS = [
    "new economic geography",
    "spatial econometrics",
    "knowledge spillovers",
    "reproducible research",
]
UNNAMED = "Anonymous"  # a citation must name somebody
PARTS = {
    "README.md": "How to build the book and use the package",
    "_toc.yml": "Table of contents of the book",
    "requirements.txt": "Locked versions of all software",
    "data/SHA256SUMS": "Checksums of official and published figures",
    "data/paper/claims.csv": "The paper's claims",
    "data/paper/verdicts.csv": "What became of each claim, with evidence",
    "CITATION.cff": "How to cite",
}
OUTPUTS = {
    "data/paper/verdicts.csv": "verdicts on all claims, decided anew by `make verify`",
    "_build/latex/book.pdf": "the book, built by `make book`",
    "_build/results.txt": "all numbers of the built book, written by `make results`",
}


def known(project: Path) -> dict[str, str]:
    """Title, author, address, version and date; what is not configured is empty."""
    config = yaml.safe_load((project / "_config.yml").read_text("utf-8"))
    citation = yaml.safe_load((project / "CITATION.cff").read_text("utf-8"))
    python = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    return {
        "title": f"{config['title']}: a computational audit",
        "author": (config.get("author") or "").strip(),
        "address": (config["sphinx"]["config"].get("repository_address") or "").strip(),
        "version": __version__,
        "date": str(citation["date-released"]),
        "python": python["requires-python"],
    }


def _given(**fields: object) -> dict:
    """The fields that have a value."""
    return {name.rstrip("_"): value for name, value in fields.items() if value}


def citation(about: dict[str, str]) -> dict:
    """Citation File Format 1.2."""
    repository = {"repository-code": about["address"]} if about["address"] else {}
    return {
        "cff-version": "1.2.0",
        "message": "If you use this book or its package, please cite it as below.",
        "title": about["title"],
        "type": "software",
        "version": about["version"],
        "date-released": date.fromisoformat(about["date"]),
        "license": CODE_LICENCE,
        **repository,
        "authors": [{"name": about["author"] or UNNAMED}],
        "keywords": KEYWORDS,
    }


def codemeta(about: dict[str, str]) -> dict:
    """CodeMeta 3.0."""
    author = [{"type": "Organization", "name": about["author"]}] if about["author"] else []
    return {
        "@context": "https://w3id.org/codemeta/3.0",
        "type": "SoftwareSourceCode",
        **_given(
            name=about["title"],
            description=ABSTRACT,
            version=about["version"],
            dateModified=about["date"],
            author=author,
            codeRepository=about["address"],
            programmingLanguage="Python",
            runtimePlatform=f"Python {about['python']}",
            license=f"https://spdx.org/licenses/{CODE_LICENCE}",
        ),
    }


def zenodo(about: dict[str, str]) -> dict:
    """Metadata of a Zenodo deposit."""
    return _given(
        title=about["title"],
        description=ABSTRACT,
        version=about["version"],
        publication_date=about["date"],
        upload_type="software",
        license=CODE_LICENCE,
        creators=[{"name": about["author"]}] if about["author"] else [],
        keywords=KEYWORDS,
    )


def codecheck(about: dict[str, str]) -> dict:
    """CODECHECK configuration: what a checker should find after the build."""
    return {
        "version": "https://codecheck.org.uk/spec/config/1.0/",
        "paper": _given(
            title=about["title"],
            authors=[{"name": about["author"]}] if about["author"] else [],
            reference=about["address"],
        ),
        "manifest": [{"file": file, "comment": comment} for file, comment in OUTPUTS.items()],
        "summary": "Run `make book`, `make test` and `make verify`; compare results.txt.",
    }


def crate(about: dict[str, str]) -> dict:
    """RO-Crate 1.1: the project, its main files, its licences."""
    licences = [f"https://spdx.org/licenses/{name}" for name in (CODE_LICENCE, TEXT_LICENCE)]
    author = [{"@id": "#author"}] if about["author"] else []
    root = {"@id": "./", "@type": "Dataset"} | _given(
        name=about["title"],
        description=ABSTRACT,
        version=about["version"],
        datePublished=about["date"],
        license=[{"@id": address} for address in licences],
        author=author,
        url=about["address"],
        hasPart=[{"@id": file} for file in PARTS],
    )
    people = (
        [{"@id": "#author", "@type": "Organization", "name": about["author"]}] if author else []
    )
    descriptor = {
        "@id": "ro-crate-metadata.json",
        "@type": "CreativeWork",
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
        "about": {"@id": "./"},
    }
    kinds = [{"@id": address, "@type": "CreativeWork", "name": address} for address in licences]
    files = [{"@id": file, "@type": "File", "name": what} for file, what in PARTS.items()]
    context = "https://w3id.org/ro/crate/1.1/context"
    return {"@context": context, "@graph": [descriptor, root, *people, *kinds, *files]}


def documents(project: Path = ROOT) -> dict[str, str]:
    """Text of every file of the passport, by its name."""
    about = known(project)
    written = {
        "codemeta.json": codemeta(about),
        ".zenodo.json": zenodo(about),
        "ro-crate-metadata.json": crate(about),
    }
    texts = {n: json.dumps(d, indent=2, ensure_ascii=False) + "\n" for n, d in written.items()}
    plain = {"CITATION.cff": citation(about), "codecheck.yml": codecheck(about)}
    return texts | {n: yaml.safe_dump(d, sort_keys=False, width=100) for n, d in plain.items()}


def main() -> int:
    """Write the files; with ``--check`` only say which are out of date."""
    stale = {n: t for n, t in documents().items() if not _same(ROOT / n, t)}
    if "--check" in sys.argv:
        print("\n".join(stale))
        return bool(stale)
    for name, text in stale.items():
        (ROOT / name).write_text(text, "utf-8")
    return 0


def _same(file: Path, text: str) -> bool:
    return file.exists() and file.read_text("utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
