"""Lint one text: all rules that need nothing but the text and what is known around it. No files are read here."""

from collections.abc import Callable, Iterator

from attune.domain.linting import (
    apology_rules,
    language_rules,
    link_rules,
    loudness_rules,
    offer_rules,
    reading_rules,
    slot_rules,
    subject_rules,
    wording_rules,
)
from attune.domain.linting.findings import Finding
from attune.domain.linting.reading import LintContext, Places, Reading
from attune.domain.texts import Text

_CHECKS: tuple[Callable[[Reading], Iterator[Finding]], ...] = (
    wording_rules.find_wording,
    wording_rules.find_counting_slots,
    wording_rules.find_feigned_reply,
    wording_rules.find_strong_calls,
    wording_rules.find_contractions,
    loudness_rules.find_shouting,
    loudness_rules.find_volleys,
    loudness_rules.find_hidden_words,
    subject_rules.find_broken_promises,
    apology_rules.find_apologies,
    offer_rules.find_offers,
    offer_rules.find_promotion,
    offer_rules.find_missing_way_out,
    slot_rules.find_slots,
    slot_rules.find_holes,
    link_rules.find_links,
    link_rules.find_images,
    link_rules.find_own_frame,
    reading_rules.find_hard_words,
    reading_rules.find_long_sentences,
    reading_rules.find_long_sms,
    language_rules.find_foreign_words,
    language_rules.find_copied_body,
    language_rules.find_missing_list,
)


LONGEST = 20_000
"""In characters; patterns that look far ahead would take long over more, and nobody reads it."""


def lint_text(text: Text, context: LintContext, places: Places | None = None) -> list[Finding]:
    """Return everything that is wrong with a text, in the order of its lines; each rule speaks once about a place."""
    reading = Reading(text, context, places or Places(path=text.name))
    if len(text.body) + len(text.subject) > LONGEST:
        problem = f"{len(text.body)} characters are more than a text can need"
        return [reading.at("broken-file", reading.places.body, 1, problem, fix=f"Stay below {LONGEST} characters")]
    found = {(finding.rule, finding.line, finding.column): finding for check in _CHECKS for finding in check(reading)}
    return sorted(found.values())
