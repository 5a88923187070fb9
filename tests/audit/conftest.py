from pathlib import Path

import pytest

from spillover import audit
from spillover.audit.tables import Paper
from spillover.project import ROOT

PAPERS = ROOT.parent / "shared" / "papers"


@pytest.fixture(scope="session")
def transcriptions():
    """Files of published tables that lie beside the project, if they do."""
    found = sorted(PAPERS.glob("*.toml"))
    return found or pytest.skip("no transcriptions of published tables beside the project")


@pytest.fixture(scope="session")
def audited(transcriptions):
    """Audit of one of the transcriptions by the beginning of its name."""
    known: dict[str, audit.Audit] = {}

    def find(key: str) -> audit.Audit:
        if key not in known:
            path = next(p for p in transcriptions if p.stem.startswith(key))
            known[key] = audit.run(audit.read(path))
        return known[key]

    return find


@pytest.fixture
def paper(tmp_path: Path):
    """A paper from the text of a TOML file."""

    def make(text: str) -> Paper:
        file = tmp_path / "paper.toml"
        file.write_text(text, "utf-8")
        return audit.read(file)

    return make
