"""Which other accounts may put events on a stage's bus, and in whose name: pure data, no construct."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

RESERVED = ("attune", "aws")
"""First words of sources that are nobody's but ours and AWS's: what we publish, and what partners and SES say."""
LONGEST_SOURCE = 256
MOST_POLICY = 10_240
"""Characters that EventBridge keeps of the policies of one bus."""
LONG_ARN = "arn:aws-us-gov:events:us-gov-west-1:000000000000:event-bus/" + "b" * 100


def statement_id(account: str) -> str:
    """Return what the statement of an account is called on the bus."""
    return f"PublishFrom{account}"


def statement(*, principal: str, bus_arn: str, account: str, sources: Sequence[str]) -> dict[str, Any]:
    """Return what lets an account put events on the bus, as long as all of them carry one of its sources.

    One request may hold events of several sources: each has to be allowed (`ForAllValues`), and there must be one (`Null`).
    """
    return {
        "Sid": statement_id(account),
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "events:PutEvents",
        "Resource": bus_arn,
        "Condition": {
            "ForAllValues:StringEquals": {"events:source": sorted(set(sources))},
            "Null": {"events:source": "false"},
        },
    }


def problem_of(publishers: Mapping[str, Sequence[str]], *, has_operations: bool) -> str:
    """Return what is wrong with a stage's publishers of other accounts, or nothing."""
    if publishers and not has_operations:
        return "has publisher_accounts but no operations stack, which holds the bus's policy: set operations, or leave them out."
    for account, sources in publishers.items():
        if not isinstance(account, str) or not re.fullmatch(r"[0-9]{12}", account):
            return f"lets the account {account!r} publish: an account is its 12 digits in quotes, as '111122223333'."
        if isinstance(sources, str) or not sources:
            return f"names the sources of account {account} as {sources!r}: write one or more in brackets, as ('app.shop',)."
        for source in sources:
            if problem := _problem_of_source(source):
                return f"lets account {account} publish as {source!r}: {problem}"
    if _size(publishers) > MOST_POLICY:
        return (
            f"has publisher_accounts whose policies have up to {_size(publishers):,} characters, more than the {MOST_POLICY:,} "
            "that EventBridge keeps for a bus: give some a bus of their own that forwards, or fewer sources."
        )
    return ""


def _problem_of_source(source: str) -> str:
    if source.lower().partition(".")[0] in RESERVED:
        return "sources that begin with attune or aws say what Attune, AWS and its partners say. Use a name of its own, as app.shop."
    if not re.fullmatch(r"[A-Za-z0-9._/@-]+", source) or len(source) > LONGEST_SOURCE:
        return "a source is written out in letters, digits and . _ / @ -, up to 256 of them. Patterns would let in what nobody named."
    return ""


def _size(publishers: Mapping[str, Sequence[str]]) -> int:
    """Return about how long the bus's policy gets, rather too long than too short."""
    root = "arn:aws-us-gov:iam::000000000000:root"
    return sum(
        len(json.dumps(statement(principal=root, bus_arn=LONG_ARN, account=account, sources=sources)))
        for account, sources in publishers.items()
    )
