"""Two editions of one book: every page says its language and leads to its twin."""

from pathlib import Path

from sphinx.application import Sphinx
from sphinx_external_toc.parsing import parse_toc_yaml
from translation import catalogue

from spillover.book.still import say_in

SCRIPTS, SITE = "scripts", "sphinx"  # catalogues of the words of scripts and of the site
SEARCH = "Search this book..."  # what the theme writes into the search box
TEMPLATES = Path(__file__).with_name("templates")
WELCOME = "book/intro"
TO_CHINESE, TO_ENGLISH = "zh/", "../"
TAGS = {"en": "en", "zh_CN": "zh-CN"}
NAMES = {"en": "English", "zh-CN": "中文"}


def twin(app: Sphinx, pagename: str) -> str:
    """Address of a page in the other edition, from the root of this one."""
    if app.config.language == "en":
        return f"{TO_CHINESE}{pagename}.html"
    english = set(parse_toc_yaml(Path(app.srcdir, "_toc.yml")))
    only_chinese = pagename in app.env.found_docs and pagename not in english
    return f"{TO_ENGLISH}{WELCOME if only_chinese else pagename}.html"


def offer_language(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Tell the templates the page's language and where the other one is."""
    context["language"] = TAGS[app.config.language]
    if not any(Path(app.srcdir, folder).exists() for folder in app.config.locale_dirs):
        return
    (other,) = set(NAMES) - {context["language"]}
    url = context["pathto"](twin(app, pagename), 1)
    context["other_language"] = {"tag": other, "name": NAMES[other], "url": url}
    link = f'<link rel="alternate" hreflang="{other}" href="{url}" />'
    context["metatags"] = context.get("metatags", "") + link


def add_switch(app: Sphinx, config) -> None:
    """Put the switch before the theme's own buttons."""
    config.templates_path = [str(TEMPLATES), *config.templates_path]
    config.html_theme_options["article_header_end"] = [
        "language-switch.html",
        "article-header-buttons.html",
    ]


def name_search(app: Sphinx, config) -> None:
    """Say the word of the search box; a setting for it would replace all other theme options."""
    if config.language != "en":
        config.html_theme_options["search_bar_text"] = catalogue(app, SITE).get(SEARCH, SEARCH)


def add_words(app: Sphinx, config) -> None:
    """Let the site's own scripts say their words in the language of the page."""
    words = catalogue(app, SCRIPTS) if config.language != "en" else {}
    app.add_js_file(None, body=say_in(words))


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect the above to Sphinx."""
    app.connect("config-inited", add_switch)
    app.connect("config-inited", name_search)
    app.connect("config-inited", add_words)
    app.connect("html-page-context", offer_language)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
