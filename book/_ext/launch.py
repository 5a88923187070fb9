"""Buttons that open a chapter on Binder or Colab, made from the repository's address alone."""

import re

from sphinx.application import Sphinx
from sphinx.errors import ConfigError
from sphinx.locale import _

_GITHUB = re.compile(r"https://github\.com/(?P<name>[\w.-]+/[\w.-]+?)(?:\.git)?/?")
NOTEBOOKS_BRANCH = "notebooks"  # where the workflow puts the notebooks that Colab opens


def repository(address: str) -> str:
    """The ``owner/name`` of a repository on GitHub, the one place that both services read."""
    found = _GITHUB.fullmatch(address)
    if found is None:
        raise ConfigError(
            f"repository_address: {address!r} is not of the form https://github.com/owner/name"
        )
    return found["name"]


def links(name: str, page: str) -> dict[str, str]:
    """Where Binder and Colab open a chapter, for instance ``book/intro``."""
    chapter = page.removeprefix("book/")
    return {
        "Binder": f"https://mybinder.org/v2/gh/{name}/HEAD?urlpath=lab/tree/notebooks/{chapter}.ipynb",
        "Colab": f"https://colab.research.google.com/github/{name}/blob/{NOTEBOOKS_BRANCH}/{chapter}.ipynb",
    }


def button(url: str, tooltip: str, icon: str, label: str, text: str = "") -> dict[str, str]:
    """A button of the theme that leads somewhere; one in a menu has a text."""
    look = {"text": text, "tooltip": tooltip, "icon": f"fas fa-{icon}", "label": label}
    return {"type": "link", "url": url, **look}


def on_service(service: str, url: str) -> dict[str, str]:
    """One entry of the menu."""
    tip = _("Run this chapter on %s") % service
    return button(url, tip, "rocket", f"launch-{service.lower()}", service)


def add_buttons(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Add a launch menu to the header of each chapter with code."""
    address = app.config.repository_address
    if address and "kernelspec" in app.env.metadata.get(page, {}):
        context["header_buttons"].append(
            {
                "type": "group",
                "tooltip": _("Run this chapter online"),
                "icon": "fas fa-rocket",
                "buttons": [on_service(*each) for each in links(repository(address), page).items()],
                "label": "launch-buttons",
            }
        )


def check(app: Sphinx, config) -> None:
    """Refuse an address that no button can be made from."""
    if config.repository_address:
        repository(config.repository_address)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the configuration value and the buttons."""
    app.add_config_value("repository_address", "", "html", types=[str])
    app.connect("config-inited", check)
    app.connect("html-page-context", add_buttons, priority=502)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
