"""Maps of provinces: what their labels say and where they stand."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from spillover import datasets
from spillover.present import maps, networks

REGIONS = datasets.load_regions()


@pytest.fixture(autouse=True)
def close():
    yield
    plt.close("all")


def test_tiles_have_a_true_minus_and_no_negative_zero():
    values = pd.Series(np.linspace(-0.3, 0.3, len(REGIONS)), REGIONS.index) - 1e-9
    said = [text.get_text() for text in maps.tile_map(values, REGIONS, "effect").texts]
    assert "0.0" in said
    assert "−0.3" in said
    assert not [text for text in said if "-" in text or text == "−0.0"]


def bubbles(mass: pd.Series) -> dict[str, tuple]:
    links = pd.DataFrame({"region": ["Hunan"], "neighbour": ["Hubei"], "weight": [1.0]})
    return {
        "bubbles": (maps.bubble_map(mass, REGIONS, "people"), maps.LARGEST),
        "links": (networks.link_map(links, mass, REGIONS), networks.LARGEST),
    }


@pytest.mark.parametrize("name", ["bubbles", "links"])
def test_a_code_stands_in_its_bubble_or_beside_it(name):
    mass = datasets.load_rd_projects_2009()["personnel_fte"]
    ax, largest = bubbles(mass)[name]
    ax.figure.draw_without_rendering()
    points = 72 / ax.figure.dpi
    regions = dict(zip(REGIONS["code"], REGIONS.index, strict=True))
    boxes = {text.get_text(): text.get_window_extent() for text in ax.texts}
    assert boxes.keys() == regions.keys()
    for text in ax.texts:
        x, y = ax.transData.transform(text.xy)
        region, box = regions[text.get_text()], boxes[text.get_text()]
        radius = np.sqrt(largest * mass[region] / mass.max() / np.pi)
        middle = np.hypot((box.x0 + box.x1) / 2 - x, (box.y0 + box.y1) / 2 - y) * points
        aside = max(box.x0 - x, x - box.x1, 0), max(box.y0 - y, y - box.y1, 0)
        assert middle < 2 or np.hypot(*aside) * points > radius, region
    touching = [pair for pair in combinations(boxes, 2) if boxes[pair[0]].overlaps(boxes[pair[1]])]
    assert not touching
