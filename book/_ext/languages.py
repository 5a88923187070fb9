"""English and Chinese pages side by side: a switch on every page, and the page's language."""

from pathlib import Path

from sphinx.application import Sphinx

TEMPLATES = Path(__file__).with_name("templates")
ENGLISH, CHINESE = "book/", "book/zh/"
WELCOME = "intro"
LANGUAGES = {"en": "English", "zh-CN": "中文"}


def language_of(pagename: str) -> str:
    """Language tag of a page, by its folder."""
    return "zh-CN" if pagename.startswith(CHINESE) else "en"


def counterpart(pagename: str) -> str:
    """The page's name in the other language; pages without a chapter lead to the welcome page."""
    if pagename.startswith(CHINESE):
        return ENGLISH + pagename.removeprefix(CHINESE)
    if pagename.startswith(ENGLISH):
        return CHINESE + pagename.removeprefix(ENGLISH)
    return CHINESE + WELCOME


def offer_language(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Tell the templates the page's language and where the other one is."""
    context["language"] = language_of(pagename)
    (other,) = set(LANGUAGES) - {context["language"]}
    candidates = (counterpart(pagename), counterpart(ENGLISH + WELCOME))
    found = [name for name in candidates if name in app.env.found_docs]
    if not found:
        return
    url = context["pathto"](found[0])
    context["other_language"] = {"tag": other, "name": LANGUAGES[other], "url": url}
    link = f'<link rel="alternate" hreflang="{other}" href="{url}" />'
    context["metatags"] = context.get("metatags", "") + link


def write_again(app: Sphinx, env) -> list[str]:
    """Chinese pages quote numbers of English ones, which may have changed since."""
    return [name for name in env.found_docs if language_of(name) != "en"]


def add_switch(app: Sphinx, config) -> None:
    """Put the switch before the theme's own buttons."""
    config.templates_path = [*config.templates_path, str(TEMPLATES)]
    config.html_theme_options["article_header_end"] = [
        "language-switch.html",
        "article-header-buttons.html",
    ]


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    app.connect("config-inited", add_switch)
    app.connect("env-updated", write_again)
    app.connect("html-page-context", offer_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
