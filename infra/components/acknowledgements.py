"""Say, beside the resource, why a finding of cdk-nag is accepted there."""

from collections.abc import Mapping

from aws_cdk import Acknowledgment, Validations
from constructs import IConstruct


def acknowledge(scope: IConstruct, reasons: Mapping[str, str]) -> None:
    """Accept findings on `scope` and below: granular finding id -> a sentence that says why."""
    Validations.of(scope).acknowledge(*(Acknowledgment(id=key, reason=reason) for key, reason in reasons.items()))
