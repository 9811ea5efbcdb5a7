"""The terminal as tables are printed to it: what stands in lists cannot control it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import IO, Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from matcher.reports.sentences.run import CONTROLS


class PlainConsole(Console):
    """A console that drops control characters of what is printed: names and headings are other people's text."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Segments of a renderable, without control characters in their text.

        Parameters
        ----------
        renderable : RenderableType
        options : ConsoleOptions, optional
        """
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=segment.text.translate(CONTROLS))


def terminal(file: IO[str] | None = None, **options: Any) -> PlainConsole:
    r"""Console of a file, by default of standard output.

    Parameters
    ----------
    file : text file, optional
    **options : object
        Of :class:`rich.console.Console`.

    Examples
    --------
    >>> import io
    >>> used = terminal(io.StringIO(), width=40)
    >>> used.print("Bank \x1b[2mNoord")
    >>> used.file.getvalue()
    'Bank [2mNoord\n'
    """
    return PlainConsole(file=file, highlight=False, **options)
