"""The evidence passport says what is so, in the forms that archives ask for."""

import json
import re
import shutil
import sys

import pytest
import yaml

from spillover.project import ROOT

sys.path.insert(0, str(ROOT / "book"))
from passport import PARTS, documents

FILES = (
    *("CITATION.cff", "codemeta.json", ".zenodo.json"),
    *("ro-crate-metadata.json", "codecheck.yml"),
)


@pytest.fixture
def nameless(tmp_path):
    """A copy of what the passport reads, without author and address."""
    for name in ("_config.yml", "CITATION.cff", "pyproject.toml", *PARTS):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    config = tmp_path / "_config.yml"
    config.write_text(re.sub(r"(?m)^author: .*$", 'author: ""', config.read_text()))
    return tmp_path


def test_the_files_are_up_to_date():
    for name, text in documents().items():
        assert (ROOT / name).read_text("utf-8") == text, f"run `make passport`: {name}"


def test_the_crate_is_whole():
    graph = json.loads(documents()["ro-crate-metadata.json"])["@graph"]
    entities = {entity["@id"]: entity for entity in graph}
    assert len(entities) == len(graph)
    descriptor, root = entities["ro-crate-metadata.json"], entities["./"]
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"]["@id"].startswith("https://w3id.org/ro/crate/1.")
    assert {"name", "description", "datePublished", "license", "hasPart"} <= set(root)
    for part in root["hasPart"] + root["license"] + root.get("author", []):
        assert part["@id"] in entities
    for part in root["hasPart"]:
        assert (ROOT / part["@id"]).is_file(), part


def test_each_form_has_what_it_must_have():
    texts = documents()
    code, deposit = json.loads(texts["codemeta.json"]), json.loads(texts[".zenodo.json"])
    assert code["@context"] == "https://w3id.org/codemeta/3.0"
    assert {"type", "name", "description", "version", "license", "author"} <= set(code)
    assert {"title", "description", "upload_type", "license", "creators"} <= set(deposit)
    check = yaml.safe_load(texts["codecheck.yml"])
    assert {"version", "paper", "manifest"} <= set(check)
    assert all({"file", "comment"} <= set(entry) for entry in check["manifest"])
    cited = yaml.safe_load(texts["CITATION.cff"])
    assert {"cff-version", "message", "title", "authors"} <= set(cited)  # what its schema asks for
    assert {code["version"], deposit["version"]} == {cited["version"]}
    assert cited["title"] == code["name"]


def test_one_author_stands_in_every_file():
    author = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["author"]
    for name, text in documents().items():
        assert author in text, name


def test_nothing_else_is_lost_without_an_author(nameless):
    with_author, without = documents(), documents(nameless)
    assert set(without) == set(FILES)
    code, bare = (json.loads(texts["codemeta.json"]) for texts in (with_author, without))
    assert set(code) - set(bare) == {"author"}
    graph = json.loads(without["ro-crate-metadata.json"])["@graph"]
    assert not any(entity["@id"] == "#author" for entity in graph)
    assert not any("author" in entity for entity in graph)
    cited, nobody = (yaml.safe_load(texts["CITATION.cff"]) for texts in (with_author, without))
    assert set(cited) == set(nobody) and nobody["authors"] != cited["authors"]
