"""What the policy learns in a simulation: once a day, from the outcomes of its own contacts.

Outcomes are attributed to a customer's latest contact within the window. A contact is settled once: as helped or harmed
when it did, else as neither when its window is over; what comes later is lost to learning, never to the count of outcomes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from attune.domain.beliefs import Counts
from attune.domain.decisions import Decision
from attune_cli.simulating.in_memory import LearntPolicies


@dataclass
class Watched:
    """A contact whose outcome is not known yet."""

    decision: Decision
    at: datetime
    fate: str = ""


class Learner:
    """Collects outcomes and adds them to what is believed."""

    def __init__(self, policies: LearntPolicies, window: timedelta) -> None:
        """Begin with nothing learnt."""
        self._policies, self._window = policies, window
        self._watched: dict[str, Watched] = {}
        self._latest: dict[str, str] = {}

    def contacted(self, contact_id: str, customer_id: str, decision: Decision, at: datetime) -> None:
        """Watch a contact that was made after a delay was chosen."""
        self._watched[contact_id] = Watched(decision, at)
        self._latest[customer_id] = contact_id

    def outcome(self, customer_id: str, fate: str, at: datetime) -> None:
        """Hear that something `helped` or `harmed` a customer; harm outweighs help."""
        watched = self._watched.get(self._latest.get(customer_id, ""))
        if watched is not None and at - watched.at <= self._window and watched.fate != "harmed":
            watched.fate = fate

    def learn(self, now: datetime) -> None:
        """Add what became known since the last time."""
        settled = [
            contact_id
            for contact_id, watched in self._watched.items()
            if watched.fate or now - watched.at > self._window
        ]
        for contact_id in settled:
            watched = self._watched.pop(contact_id)
            decision, fate = watched.decision, watched.fate
            counts = Counts(
                helped=float(fate == "helped"), did_not=float(not fate), harmed=float(fate == "harmed"), as_of=now
            )
            context = str(decision.inputs["context"])
            self._policies.add(decision.playbook, decision.touch, context, arm=decision.choice, counts=counts)
        if settled:
            self._policies.version += 1
