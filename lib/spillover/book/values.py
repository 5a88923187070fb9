"""Numbers that the prose quotes: computed in a cell, glued under a key, shown in a sentence."""

from myst_nb import glue


def record(**values: str) -> None:
    """Store formatted values for the ``{glue:text}`` role.

    Parameters
    ----------
    **values
        Key and text as it is to be read, for instance ``intro_regions=f"{n:d}"``.
    """
    for key, value in values.items():
        glue(key, value, display=False)
