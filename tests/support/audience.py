"""Rules of an account that lists people on every platform, and customers with reasons to be listed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from attune.domain.audience.rules import AudienceRules, IdentifierKind, ListRule, Platform, PlatformRule, Why

STAGE = "prod"
EVERY_REASON: dict[Why, timedelta | None] = {
    Why.IN_JOURNEY: None,
    Why.FRUSTRATED: timedelta(days=7),
    Why.CONVERTED: timedelta(days=14),
    Why.OPTED_OUT: None,
    Why.OPEN_CASE: None,
}
KINDS = {
    Platform.GOOGLE: frozenset({IdentifierKind.EMAIL, IdentifierKind.PHONE}),
    Platform.META: frozenset(IdentifierKind),
    Platform.MICROSOFT: frozenset({IdentifierKind.EMAIL}),
    Platform.GENERIC: frozenset(IdentifierKind),
}


def rules(**changes: Any) -> AudienceRules:
    """Return rules with one list of every reason on every platform, however few are on it."""
    platforms = {
        platform: PlatformRule(stages=frozenset({STAGE}), identifiers=kinds, smallest_list=1)
        for platform, kinds in KINDS.items()
    }
    lists = {"keep_away": ListRule(platforms=frozenset(Platform), reasons=EVERY_REASON)}
    return replace(AudienceRules(version="audience-test", platforms=platforms, lists=lists), **changes)
