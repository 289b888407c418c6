"""Run Liquid inside limits: no files, no clock, few tags, few filters, bounded loops, nesting and output.

The library takes a third of a second to import, so that it is imported when the first template runs: functions
that only choose a text never pay for it.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import TYPE_CHECKING, ClassVar, TextIO

from attune.domain.errors import AttuneError
from attune.domain.liquid_scan import TEXT_FILTERS

if TYPE_CHECKING:
    from liquid import BoundTemplate, Environment, RenderContext

DATA_START, DATA_END = "\ue000", "\ue001"
"""Marks around everything that came from a slot: what is between them is data, never structure."""

LOOP_LIMIT = 500
OUTPUT_LIMIT = 200_000
NESTING_LIMIT = 8

_TEXT_TAGS = frozenset({"if", "unless", "case"})
_FRAME_TAGS = _TEXT_TAGS | {"for"}
_CORE_TAGS = frozenset({"content", "output", "illegal"})


class RenderError(AttuneError):
    """Raised when a template cannot be rendered; the message names the template and what went wrong."""


def run_text(source: str, values: Mapping[str, object], *, name: str) -> str:
    """Render a text's Liquid; every value printed comes out between DATA_START and DATA_END."""
    return _run(source, values, name=name, marked=True)


def run_frame(source: str, values: Mapping[str, object], *, name: str) -> str:
    """Render a layout or page; every value printed is HTML-escaped."""
    return _run(source, values, name=name, marked=False)


def _run(source: str, values: Mapping[str, object], *, name: str, marked: bool) -> str:
    from liquid.exceptions import LiquidError  # noqa: PLC0415 - see the module's docstring

    try:
        return _template(source, marked=marked).render(**values)
    except LiquidError as error:
        message = f"{name} cannot be rendered: {error.message}"
        raise RenderError(message) from error


@lru_cache(maxsize=2048)
def _template(source: str, *, marked: bool) -> "BoundTemplate":
    return _environment(marked=marked).from_string(source)


@cache
def _environment(*, marked: bool) -> "Environment":
    from liquid import Environment, StrictUndefined  # noqa: PLC0415 - see the module's docstring

    class Sandbox(Environment):
        block_nesting_limit: ClassVar[int] = NESTING_LIMIT
        context_depth_limit: ClassVar[int] = NESTING_LIMIT * 2
        loop_iteration_limit: ClassVar[int | None] = LOOP_LIMIT
        local_namespace_limit: ClassVar[int | None] = OUTPUT_LIMIT
        output_stream_limit: ClassVar[int | None] = OUTPUT_LIMIT

    environment = Sandbox(undefined=StrictUndefined, strict_filters=True, autoescape=not marked)
    tags = (_TEXT_TAGS if marked else _FRAME_TAGS) | _CORE_TAGS
    environment.tags = {name: tag for name, tag in environment.tags.items() if name in tags}
    environment.filters = {name: run for name, run in environment.filters.items() if name in TEXT_FILTERS}
    if marked:
        _mark_output(environment)
    return environment


def _mark_output(environment: "Environment") -> None:
    from liquid.builtin.output import Output, OutputNode  # noqa: PLC0415 - see the module's docstring

    class MarkedOutputNode(OutputNode):
        def render_to_output(self, context: "RenderContext", buffer: TextIO) -> int:
            buffer.write(DATA_START)
            written = super().render_to_output(context, buffer)
            buffer.write(DATA_END)
            return written

    class MarkedOutput(Output):
        node_class = MarkedOutputNode

    environment.add_tag(MarkedOutput)
