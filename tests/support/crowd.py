"""A crowd for the question how groups were treated: sixty people on tablets of whom everything is known by their number.

- 0 to 29 speak Italian: 0 to 23 got a message, the first twelve of them with an offer; 24 to 26 went to a person; 27 to 29 heard nothing.
- 30 to 59 speak Portuguese: 30 to 44 got a message without an offer; 45 to 59 heard nothing.
- 0 to 18 are students, too few to be shown; the others are retired.
- One more of each language was held out, one more was a bot, and each told to be a vip: none of them may be counted.
"""

from collections.abc import Iterator
from typing import Any

from attune.domain.decisions import Decision, DecisionKind
from tests.support.history import STUCK, at, told

ITALIANS, PEOPLE, STUDENTS = 30, 60, 19
TRUTH: list[dict[str, Any]] = [
    {"grouped_by": "country", "people_group": "IT", "people": 30, "contacted": 80.0, "handed_over": 10.0, "left_alone": 10.0, "offered": 40.0},
    {"grouped_by": "country", "people_group": "PT", "people": 30, "contacted": 50.0, "handed_over": 0.0, "left_alone": 50.0, "offered": 0.0},
    {"grouped_by": "device", "people_group": "tablet", "people": 60, "contacted": 65.0, "handed_over": 5.0, "left_alone": 30.0, "offered": 20.0},
    {"grouped_by": "locale", "people_group": "it", "people": 30, "contacted": 80.0, "handed_over": 10.0, "left_alone": 10.0, "offered": 40.0},
    {"grouped_by": "locale", "people_group": "pt", "people": 30, "contacted": 50.0, "handed_over": 0.0, "left_alone": 50.0, "offered": 0.0},
    {"grouped_by": "segment", "people_group": "retired", "people": 40, "contacted": 48.8, "handed_over": 7.3, "left_alone": 43.9, "offered": 0.0},
]  # fmt: skip
"""What `fairness_people` says of them, counted by hand."""


def crowd() -> list[Decision]:
    """Return what was decided about everybody."""
    return [one for number in range(PEOPLE) for one in _person(number)] + list(_not_to_be_counted())


def _person(number: int) -> Iterator[Decision]:
    is_italian = number < ITALIANS
    place = {"locale": "it", "country": "IT"} if is_italian else {"locale": "pt", "country": "PT"}
    groups = {**place, "device": "tablet", "segment": "student" if number < STUDENTS else "retired", **STUCK}
    name, handed_over = f"crowd-{number}", 24 <= number <= 26
    yield told(name, DecisionKind.MOMENT, "handed_over" if handed_over else "started", at(1), inputs=groups)
    if number < 24 or 30 <= number < 45:
        offer = {**groups, "channel": "email", "offer": number < 12}
        yield told(name, DecisionKind.CONTACT, "sent", at(2), touch=1, inputs=offer)


def _not_to_be_counted() -> Iterator[Decision]:
    for locale, country in (("it", "IT"), ("pt", "PT")):
        for choice, why in (("holdout", "holdout"), ("withheld", "bot")):
            groups = {"locale": locale, "country": country, "device": "tablet", "segment": "vip", **STUCK}
            yield told(f"{why}-{locale}", DecisionKind.MOMENT, choice, at(1), why=why, inputs=groups)
