"""What a paper says of how it was estimated, and the script that estimates it again."""

import hashlib
import subprocess
from dataclasses import replace

import pytest

from spillover.study import methods
from spillover.study.errors import covariance
from spillover.study.question import study_from_columns
from spillover.study.template import template_panel


@pytest.fixture(scope="module")
def study():
    return study_from_columns(
        template_panel().set_index(["region", "year"]),
        "outcome",
        "focus",
        "control",
        coordinates=["latitude", "longitude"],
    )


def test_the_paragraph_names_model_and_errors_as_a_paper_does(study):
    text = methods.paragraph(study)
    assert "The model is a spatial Durbin model with fixed region and year effects" in text
    assert "Standard errors are those of maximum likelihood." in text
    for kind, words in (
        ("robust", "robust to heteroskedasticity"),
        ("clustered", "clustered by region"),
        ("dk", "robust to correlation between regions and over time [@driscoll-kraay-1998]"),
    ):
        by_kind = replace(study, covariance=covariance(kind, study.places))
        assert f"Standard errors are {words}." in methods.paragraph(by_kind)
    conley = replace(study, covariance=covariance("conley", study.places, 1200))
    assert "spatial correlation up to 1,200 km [@conley-1999]." in methods.paragraph(conley)
    assert "conley-1999" in methods.bibliography(conley)
    serial = methods.paragraph(replace(study, covariance=None))
    assert "classic or, where errors are serially correlated, clustered." in serial


def test_only_what_is_used_is_cited(study):
    books = methods.bibliography(study)
    assert "lee-yu-2010" in books
    assert not [key for key in ("conley-1999", "driscoll-kraay-1998") if key in books]
    bare = replace(study, effects="none")
    assert "lee-yu" not in methods.paragraph(bare) + methods.bibliography(bare)


def test_the_script_checks_the_inputs_and_runs_again_beside_the_first_report(tmp_path):
    (tmp_path / "in").mkdir()
    panel = tmp_path / "in" / "panel.csv"
    panel.write_text("a,b\n")
    sha = hashlib.sha256(panel.read_bytes()).hexdigest()
    settings = {"Data": f"in/panel.csv, SHA-256 {sha}", "Command": "spillover run --out first"}
    (tmp_path / "rerun.sh").write_text(methods.script(settings))
    command = tmp_path / "bin" / "spillover"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\necho "$@"\n')
    command.chmod(0o755)

    def again(*words):
        return subprocess.run(
            ["sh", "rerun.sh", *words],
            cwd=tmp_path,
            env={"PATH": f"{command.parent}:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )

    assert again().stdout.splitlines()[-1] == "run --out first --out again"
    assert again("third").stdout.splitlines()[-1] == "run --out first --out third"
    panel.write_text("a,c\n")
    assert again().returncode != 0 and "run" not in again().stdout
