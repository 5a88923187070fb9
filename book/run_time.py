"""Record how long each chapter of the built book took: ``make run-time``, after `make book`."""

import pandas as pd
from jupyter_cache import get_cache

from execute import chapters, read
from spillover.book.replication import RUN_TIME
from spillover.project import ROOT


def run_time() -> pd.DataFrame:
    """Seconds of each chapter in the notebook cache, as executed for the book."""
    cache = get_cache(ROOT / "_build" / ".jupyter_cache")
    records = {path.stem: cache.match_cache_notebook(read(path)) for path in chapters(ROOT)}
    rows = [(stem, round(each.data["execution_seconds"])) for stem, each in records.items()]
    return pd.DataFrame(rows, columns=["chapter", "seconds"])


if __name__ == "__main__":
    run_time().to_csv(RUN_TIME, index=False)
