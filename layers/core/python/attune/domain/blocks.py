"""The blocks that a rendered text is made of: what a message shows, however it is shown."""

from dataclasses import dataclass
from enum import StrEnum


class BlockKind(StrEnum):
    """What a block is."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    BUTTON = "button"


@dataclass(frozen=True)
class Part:
    """A stretch of words; a link when `url` is not empty."""

    text: str
    url: str = ""

    def __str__(self) -> str:
        """Write the words, and where they lead."""
        return f"{self.text}: {self.url}" if self.url else self.text


@dataclass(frozen=True)
class Block:
    """A paragraph or button (one item) or a list (several); each item is a row of parts."""

    kind: BlockKind
    items: tuple[tuple[Part, ...], ...]
