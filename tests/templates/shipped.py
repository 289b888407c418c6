"""The texts that the project ships, and the values a sender gives beside a text's own slots."""

from pathlib import Path

from attune.adapters.text_library import load
from attune.domain.rendering import Rendered, render
from attune.domain.texts import Text, TextLibrary

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

REQUIRED = {
    "company_name": "Acme",
    "postal_address": "Acme GmbH, Musterweg 1, 10115 Berlin",
    "unsubscribe_url": "https://m.example/unsubscribe/token",
}
SENDER = {
    **REQUIRED,
    "feedback_url_yes": "https://m.example/feedback/token?helpful=yes",
    "feedback_url_no": "https://m.example/feedback/token?helpful=no",
    "help_url": "https://shop.example/help",
}


def library() -> TextLibrary:
    return load(TEMPLATES)


def samples(text: Text) -> dict[str, str]:
    return {slot.name: slot.sample for slot in text.slots}


def rendered(text: Text, values: dict[str, str]) -> Rendered:
    return render(text, values, layout=library().layout)
