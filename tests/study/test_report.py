"""The report: complete, self-contained, never half-written, never over anything else."""

import json
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from spillover.present.chain_tables import significant
from spillover.study import report
from spillover.study.chain import run
from spillover.study.exhibits import exhibits, summary
from spillover.study.question import study_from_columns
from spillover.study.report import latex_table, markdown_table, write_report
from spillover.study.specification_curve import CHOICES, interior
from spillover.study.template import template_panel
from spillover.text import tex, typeset


@pytest.fixture(scope="module")
def chain():
    panel = template_panel().rename(columns={"focus": "R&D_share", "outcome": "产出 <y>"})
    study = study_from_columns(
        panel.set_index(["region", "year"]),
        "产出 <y>",
        "R&D_share",
        ["control"],
        coordinates=["latitude", "longitude"],
    )
    return run(study)


@pytest.fixture(scope="module")
def folder(chain, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "report"
    write_report(chain, folder, settings={"Command": "spillover run <x>"})
    return folder


class Collector(HTMLParser):
    """Tags, outside addresses, anchors and links of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.sources, self.ids, self.links = [], [], [], []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        self.sources += [attrs[key] for key in ("src", "data") if key in attrs]
        self.links += [attrs["href"]] if "href" in attrs else []
        self.ids += [attrs["id"]] if "id" in attrs else []


@pytest.fixture(scope="module")
def page(folder):
    collector = Collector()
    collector.feed((folder / "report.html").read_text("utf-8"))
    return collector


def test_the_page_needs_nothing_from_outside(folder, page):
    assert all(source.startswith("data:") for source in page.sources)
    assert all(link.startswith("#") for link in page.links)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "iframe")]
    text = (folder / "report.html").read_text("utf-8")
    assert not re.search(r"@import|url\(", text)


def test_every_link_leads_somewhere_and_every_picture_is_described(page):
    assert {link[1:] for link in page.links} <= set(page.ids)
    pictures = [attrs for tag, attrs in page.tags if tag == "img"]
    assert len(pictures) == 7 and all(len(p["alt"]) > 30 for p in pictures)


def test_names_with_special_characters_are_shown_as_they_are(folder):
    text = (folder / "report.html").read_text("utf-8")
    assert "产出 &lt;y&gt;" in text and "<y>" not in text
    assert "spillover run &lt;x&gt;" in text
    assert r"R\&D\_share" in (folder / "tables" / "impacts.tex").read_text("utf-8")


def test_every_exhibit_has_its_files(chain, folder):
    for exhibit in exhibits(chain):
        kinds = ["tables/{}.csv"]
        kinds += ["tables/{}.tex", "tables/{}.md"] if exhibit.layout is not None else []
        kinds += ["figures/{}.svg", "figures/{}.pdf"] if exhibit.draw else []
        for kind in kinds:
            assert (folder / kind.format(exhibit.key)).stat().st_size > 50
    assert (folder / "figures" / "impacts.pdf").read_bytes().startswith(b"%PDF")
    ElementTree.parse(folder / "figures" / "specification_curve.svg")


def test_csv_files_hold_the_figures_in_full(chain, folder):
    read = pd.read_csv(folder / "tables" / "impacts.csv")
    expected = chain.impacts["estimate"].to_numpy()
    pd.testing.assert_series_equal(
        read["estimate"], pd.Series(expected, name="estimate"), rtol=1e-14
    )


def test_the_run_is_recorded(folder):
    record = json.loads((folder / "run.json").read_text("utf-8"))
    assert record["Command"] == "spillover run <x>" and "spillover" in record


def test_two_runs_write_the_same_bytes(chain, folder, tmp_path):
    again = tmp_path / "again"
    write_report(chain, again, settings={"Command": "spillover run <x>"})
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes(), path.name


def test_the_summary_quotes_the_headline_estimate(chain):
    first = chain.variants.iloc[0]
    text = " ".join(summary(chain))
    assert significant(first["direct"]) in text and significant(first["indirect"]) in text
    assert f"of {len(chain.left_out)} fits without one region or year" in text
    assert f"of {len(interior(chain.curve)):,} specifications" in text


@pytest.fixture
def one_exhibit(monkeypatch):
    monkeypatch.setattr(report, "exhibits", lambda chain: exhibits(chain)[:1])


@pytest.mark.usefixtures("one_exhibit")
def test_an_earlier_report_is_replaced_only_by_force_and_only_untouched(chain, tmp_path):
    folder = tmp_path / "report"
    write_report(chain, folder)
    with pytest.raises(FileExistsError, match="earlier report: use --force"):
        write_report(chain, folder)
    write_report(chain, folder, force=True)
    (folder / "notes.txt").write_text("mine")
    with pytest.raises(FileExistsError, match=r"holds notes\.txt"):
        write_report(chain, folder, force=True)
    assert (folder / "notes.txt").read_text() == "mine"


@pytest.mark.usefixtures("one_exhibit")
@pytest.mark.parametrize("earlier", [False, True])
def test_a_failure_half_way_leaves_everything_as_it_was(chain, tmp_path, monkeypatch, earlier):
    folder = tmp_path / "report"
    if earlier:
        write_report(chain, folder)
    before = sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*"))

    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(report, "write_record", fail)
    with pytest.raises(OSError, match="the disk is full"):
        write_report(chain, folder, force=True)
    assert sorted(p.relative_to(tmp_path) for p in tmp_path.rglob("*")) == before


def test_tables_as_markdown_and_latex(chain):
    frame = pd.DataFrame({"a|b": ["1*"]}, index=pd.Index(["x"], name="term"))
    assert markdown_table(frame) == "| term | a\\|b |\n| --- | --- |\n| x | 1* |"
    tex = latex_table(next(e for e in exhibits(chain) if e.key == "impacts"))
    assert tex.count(r"\begin{tabular}") == tex.count(r"\end{tabular}") == 1
    assert r"\toprule" in tex and r"\multicolumn{3}{c}{Inverse distance}" in tex
    tests = latex_table(next(e for e in exhibits(chain) if e.key == "specification_tests"))
    assert r"\multirow" not in tests and tests.count("Wald") == 1


def test_the_curves_file_holds_no_figures_at_the_boundary(chain):
    curve = chain.curve.copy()
    curve.loc[3, ["direct_se", "direct_lower", "direct_upper"]] = np.nan
    curve.loc[3, "direct"] = -33414.43
    exhibit = next(e for e in exhibits(replace(chain, curve=curve)) if e.key.endswith("curve"))
    figures = exhibit.data.drop(columns=[*CHOICES, "loglik"])
    assert figures.loc[3].isna().all() and figures.drop(index=3).notna().all(axis=None)


def test_heads_of_columns_begin_with_a_capital(chain):
    layouts = {e.key: e.layout for e in exhibits(chain) if e.layout is not None}
    heads = [name for layout in layouts.values() for name in layout.index.names]
    assert {"Year", "Term", "Weights", "Check", "Variant"} <= set(heads)
    assert all(name[0].isupper() for name in heads)


def test_p_values_of_tests_are_never_printed_as_zero(chain):
    tests = chain.lm.iloc[:3].assign(p_value=[0.0004, 0.0312, np.nan])
    layout = next(e for e in exhibits(replace(chain, lm=tests)) if e.key == "lm_tests").layout
    assert layout["p-value"].tolist() == ["<0.001", "0.031", ""]


def test_text_that_a_spreadsheet_would_run_is_marked_and_numbers_are_not():
    index = pd.Index(["-b", "c"], name="+d")
    quiet = report.inert(pd.DataFrame({"=a": ["=1+1", "1+1"], "x": [-0.5, 2]}, index))
    assert quiet.columns.tolist() == ["'=a", "x"]
    assert (quiet.index.tolist(), quiet.index.name) == (["'-b", "c"], "'+d")
    assert quiet["'=a"].tolist() == ["'=1+1", "1+1"]
    assert quiet["x"].tolist() == [-0.5, 2]


def test_markdown_and_latex_tables_keep_their_notes(chain, folder):
    printed = [item for item in exhibits(chain) if item.layout is not None]
    assert len(printed) > 10
    for item in printed:
        for form in ("md", "tex"):
            text = (folder / "tables" / f"{item.key}.{form}").read_text("utf-8")
            note = typeset(item.note) if form == "md" else tex(item.note)
            assert "Notes." in text and note in text, f"{item.key}.{form}"
