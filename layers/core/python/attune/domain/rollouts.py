"""Which version of a playbook a customer gets: new journeys by the roll-out, running ones the version they began with."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from attune.domain.decisions import Reason
from attune.domain.holdout import is_among
from attune.domain.playbooks import Playbook, version_order
from attune.domain.switches import RollOut, Switches


class Versions(Protocol):
    """Every version of the playbooks that is at hand."""

    def get(self, playbook: str, version: str) -> Playbook | None:
        """Return one version, or None."""

    def older(self, playbook: str) -> Sequence[str]:
        """Return the versions that are kept beside the deployed one, the newest first."""


def in_rollout(customer_id: str, *, playbook: str, version: str, percent: float) -> bool:
    """Whether a customer gets a version: stable, and raising the percentage only adds people.

    Each version begins with other people, so that it is not always the same ones who get what is new.
    """
    return is_among(f"rollout:{playbook}@{version}:{customer_id}", percent=percent)


def version_for(customer_id: str, deployed: Playbook, rollout: RollOut | None, versions: Versions) -> Playbook | Reason:
    """Return the playbook by which a new moment of a customer is answered, or why it is answered by none.

    Without a roll-out on the stage the deployed file's own percentage counts. What is watched for, and whether the
    playbook is enabled, is always what is deployed: moments are found before anybody asks who gets which version.
    """
    if rollout is None:
        earlier = (one for one in versions.older(deployed.id) if version_order(one) < version_order(deployed.version))
        before = next(earlier, "")
        rollout = RollOut(version=deployed.version, percent=deployed.audience.rollout_percent, previous=before)
    chosen = rollout.version
    if not in_rollout(customer_id, playbook=deployed.id, version=rollout.version, percent=rollout.percent):
        chosen = rollout.previous
    if not chosen:
        return Reason(
            "not_rolled_out", f"Version {rollout.version} is rolled out to {rollout.percent:g} % of customers."
        )
    found = deployed if chosen == deployed.version else versions.get(deployed.id, chosen)
    if found is None:
        return Reason("version_missing", f"Version {chosen} is what this customer should get, and it is not at hand.")
    if found is deployed:
        return deployed
    return replace(found, trigger=deployed.trigger, enabled=found.enabled and deployed.enabled)


def answering_version(
    customer_id: str, deployed: Playbook, switches: Switches, versions: Versions
) -> tuple[Playbook, Reason | None]:
    """Return by which version a new moment of a customer is answered, and why it is not, as the switches stand now."""
    found = version_for(customer_id, deployed, switches.rollouts.get(deployed.id), versions)
    if isinstance(found, Reason):
        return deployed, switches.why_off(deployed.id) or found
    return found, switches.why_off(found.id, found.version)


def pinned_version(playbook_id: str, version: str, deployed: Playbook | None, versions: Versions) -> Playbook | None:
    """Return the version that a running journey began with; the deployed one where that is not at hand any more.

    Whether the journey may go on under the deployed one is asked by `why_journey_is_over`. None where there is neither.
    """
    if deployed is not None and deployed.version == version:
        return deployed
    archived = versions.get(playbook_id, version)
    if archived is None:
        return deployed
    return replace(archived, enabled=archived.enabled and (deployed is None or deployed.enabled))
