"""The logger of every function: Powertools' own, with what customers wrote taken out of the messages of exceptions."""

import logging
import re
import traceback
from typing import Any, override

from aws_lambda_powertools import Logger as PowertoolsLogger
from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter
from pydantic import ValidationError

_QUOTED = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|«[^»]*»|“[^”]*”""", re.DOTALL)
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+|\+?\d[\d ().-]{6,}\d")
_LONGEST = 300
"""Characters of a message that are kept: who prints a whole item into an error does so after its first words."""


def masked(text: str) -> str:
    """Return a message without what it quotes, without addresses and telephone numbers, and not at length."""
    return _ADDRESS.sub("[removed]", _QUOTED.sub("[removed]", text))[:_LONGEST]


def told_safely(error: BaseException) -> str:
    """Return what an exception says of itself without the values that it is about.

    Errors of pydantic name where and which rule, never the input; every other message is masked.
    """
    if isinstance(error, ValidationError):
        rules = [f"{'.'.join(map(str, one['loc']))}: {one['type']}" for one in error.errors(include_input=False)]
        return masked(f"{error.error_count()} errors: {'; '.join(rules)}")
    return masked(str(error))


class SafeFormatter(LambdaPowertoolsFormatter):
    """Formats as Powertools does; of an exception it writes types, frames and masked messages."""

    @override
    def formatException(self, ei: Any) -> str:
        """Return the traceback of an exception and of those it came from, the first cause first."""
        _, error, _ = ei
        lines: list[str] = []
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            frames = "".join(traceback.format_tb(error.__traceback__))
            lines.insert(0, f"{frames}{type(error).__module__}.{type(error).__qualname__}: {told_safely(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n\nand then\n\n".join(lines)

    @override
    def _extract_log_exception(self, log_record: logging.LogRecord) -> Any:
        # Notes are free text that code adds to an error: they are left out.
        exception, name, _ = super()._extract_log_exception(log_record)
        return exception, name, None


class Logger(PowertoolsLogger):
    """Powertools' logger, formatted safely. What is logged on purpose is the caller's: ids, counts and codes."""

    def __init__(self, *, child: bool = False) -> None:
        """Make the logger of the service, or a child that writes where it does."""
        super().__init__(child=child, logger_formatter=SafeFormatter(serialize_stacktrace=False))
