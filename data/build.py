"""Build the analysis panel and the readers' template from the tables, and record checksums.

Run it after every change of a table: ``python data/build.py``.
"""

from spillover import datasets


def main() -> None:
    """Write ``provinces/panel.csv``, ``local/template.csv`` and ``SHA256SUMS``."""
    datasets.build_panel().to_csv(datasets.PROVINCES / "panel.csv")
    datasets.template().to_csv(datasets.LOCAL_PANEL.with_name("template.csv"))
    lines = [f"{digest}  {name}\n" for name, digest in datasets.checksums().items()]
    datasets.CHECKSUMS.write_text("".join(lines))
    print(f"wrote the panel, the template and {len(lines)} checksums")


if __name__ == "__main__":
    main()
