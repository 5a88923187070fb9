"""How all tests run."""

import gc

from hypothesis import settings

# A property's test has no deadline: how long an example takes says how busy the machine is.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
# To look for garbage after every 700 objects takes a quarter of the time of tests that parse pages.
gc.set_threshold(50_000)


def pytest_collection_modifyitems(items):
    """The wheel comes first: at the end its process would be the only one that still works."""
    items.sort(key=lambda item: item.path.name != "test_wheel.py")
