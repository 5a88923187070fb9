"""Record how long each chapter of the built book took: ``make run-time``, after `make book`."""

from pathlib import Path

import pandas as pd
from jupyter_cache import get_cache

from execute import chapters, read

PROJECT = Path(__file__).resolve().parents[1]
TARGET = PROJECT / "data" / "replication" / "run_time.csv"


def run_time(project: Path) -> pd.DataFrame:
    """Seconds of each chapter in the notebook cache, as executed for the book."""
    cache = get_cache(project / "_build" / ".jupyter_cache")
    records = {path.stem: cache.match_cache_notebook(read(path)) for path in chapters(project)}
    rows = [(stem, round(each.data["execution_seconds"])) for stem, each in records.items()]
    return pd.DataFrame(rows, columns=["chapter", "seconds"])


if __name__ == "__main__":
    run_time(PROJECT).to_csv(TARGET, index=False)
