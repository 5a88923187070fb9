"""One bar that moves with the work."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Self

from tqdm import tqdm


class Bar:
    """Wraps iterations over steps, specifications and files; the total grows as they are known."""

    def __init__(self, quiet: bool = False) -> None:
        self._bar = tqdm(total=0, disable=quiet, leave=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.close()

    def __call__(self, items: Iterable) -> Iterator:
        items = items if isinstance(items, Sequence) else list(items)
        self._bar.total += len(items)
        self._bar.refresh()
        for item in items:
            yield item
            self._bar.update()
