"""One bar that moves with the work."""

from collections.abc import Iterable, Iterator

from tqdm import tqdm


class Bar(tqdm):
    """Wraps iterations over steps, specifications and files; the total grows as they are known."""

    def __call__(self, items: Iterable) -> Iterator:
        items = list(items)
        self.total += len(items)
        self.refresh()
        for item in items:
            yield item
            self.update()
