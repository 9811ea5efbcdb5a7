"""Log lines on the terminal, in the reader's language and without signs that control it."""

from __future__ import annotations

import logging
import sys

from matcher.i18n.language import Language
from matcher.messages import in_language
from matcher.reports.sentences.run import CONTROLS


def log_to_terminal(language: Language, *, verbose: bool) -> None:
    """Print what the package logs to standard error.

    Parameters
    ----------
    language : Language
    verbose : bool
        Whether to log progress too, and not warnings only.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_InLanguage(language))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])


class _InLanguage(logging.Formatter):
    """Formats messages and problems in a language."""

    def __init__(self, language: Language) -> None:
        super().__init__("%(message)s")
        self.language = language

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (the name is that of logging)
        """Line of a record, in the language."""
        text = in_language(record.msg, self.language)
        if record.args:
            values = record.args if isinstance(record.args, tuple) else (record.args,)
            text = str(text) % tuple(in_language(value, self.language) for value in values)
        line = str(text).translate(CONTROLS)
        return self.language.phrase("warning: {text}", text=line) if record.levelno >= logging.WARNING else line
