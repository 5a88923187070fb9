"""Shows the Chinese twin of an output in the Chinese edition, and nothing of it in the English."""

from dataclasses import replace

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from sphinx.addnodes import only

from spillover.words import TWIN_MIME

BUILDERS = {"html": ("text/html", "image/svg+xml"), "latex": ("application/pdf",)}


class TwinRenderer:
    """A plugin of MyST-NB; `pyproject.toml` names it."""

    mime_priority_overrides = tuple((builder, TWIN_MIME, 1) for builder in BUILDERS)

    @staticmethod
    def handle_mime(
        renderer: NbElementRenderer, data: MimeData, inline: bool
    ) -> list[nodes.Element] | None:
        """Show a twin, and leave all other data to MyST-NB.

        Parameters
        ----------
        renderer, data
            Of MyST-NB, and the output.
        inline
            Whether it stands in a sentence; twins do not.

        Returns
        -------
        list of docutils.nodes.Element or None
            Nodes of a twin for HTML and for LaTeX; none in English; None for all other data.
        """
        if data.mime_type != TWIN_MIME:
            return None
        if renderer.renderer.sphinx_env.config.language == "en":
            return []
        return [
            only("", *_rendered(renderer, data, kinds), expr=builder)
            for builder, kinds in BUILDERS.items()
        ]


def _rendered(
    renderer: NbElementRenderer, data: MimeData, kinds: tuple[str, ...]
) -> list[nodes.Element]:
    """The first of several kinds that the twin has, the best kind first."""
    kind = next(kind for kind in kinds if kind in data.content)
    return renderer.render_mime_type(replace(data, mime_type=kind, content=data.content[kind]))
