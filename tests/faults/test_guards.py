"""The harness would tell: take one guard out of the product, and a fault is caught by the invariant that it breaks."""

from dataclasses import replace
from typing import Any

import pytest

from attune.domain import channels, gate
from attune.domain.contacts import ContactState
from bench.faults.faults import FAULTS
from bench.faults.running import Outcome, play
from bench.faults.stories import TURNS
from functions.escalate.escalating import Escalator
from functions.export_decisions.exporting import Exporter
from functions.find_moments import finding
from functions.ingest_events.ingesting import Ingest
from functions.send_message.sending import Sending

SEED, CUSTOMERS = 2, 6
BY_NAME = {fault.name: fault for fault in FAULTS}


def _reservations_mean_nothing(patch: pytest.MonkeyPatch) -> None:
    contact_once = Sending._contact_once

    def forgetful(self: Sending, opened: Any) -> Any:
        ledger = opened.situation.customer.ledger
        kept = tuple(known for known in ledger.contacts if known.state is not ContactState.RESERVED)
        customer = replace(opened.situation.customer, ledger=replace(ledger, contacts=kept))
        return contact_once(self, replace(opened, situation=replace(opened.situation, customer=customer)))

    patch.setattr(Sending, "_contact_once", forgetful)


def _failed_events_are_done_with(patch: pytest.MonkeyPatch) -> None:
    batch = Ingest.batch
    patch.setattr(Ingest, "batch", lambda self, records: ([], batch(self, records)[1]))


def _nobody_finishes_what_another_began(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Escalator, "_finish", lambda *_: None)


def _nobody_sweeps(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(finding, "sweep", lambda *_: "left")


def _firehose_is_believed(patch: pytest.MonkeyPatch) -> None:
    export = Exporter.export

    def deaf(self: Exporter, records: Any) -> Any:
        def put(**asked: Any) -> dict[str, int]:
            return {**self.client.put_record_batch(**asked), "FailedPutCount": 0}

        return export(replace(self, client=type("Deaf", (), {"put_record_batch": staticmethod(put)})()), records)

    patch.setattr(Exporter, "export", deaf)


def _caps_are_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(gate, "RULES", tuple(rule for rule in gate.RULES if rule.__name__ != "_frequency_caps"))


ASKS, MORE_TROUBLE = ("asks_twice",), ("trouble_again",)
CASES = {
    "at most one message for a touch": (_reservations_mean_nothing, "killed around the provider's call", TURNS),
    "what was said is known": (_failed_events_are_done_with, "DynamoDB throttles", TURNS),
    "every case reaches support": (_nobody_finishes_what_another_began, "killed on a case's way to support", ASKS),
    "every journey ends": (_nobody_sweeps, "every execution aborted", TURNS),
    "every decision is in the lake": (_firehose_is_believed, "Firehose refuses records", TURNS),
    "no cap is exceeded": (_caps_are_not_asked_for, "nothing breaks", MORE_TROUBLE),
}


@pytest.mark.parametrize("invariant", CASES)
def test_a_guard_that_is_out_is_missed(invariant: str, monkeypatch) -> None:
    remove, fault, turns = CASES[invariant]
    calm = play(BY_NAME["nothing breaks"], SEED, customers=CUSTOMERS, turns=turns) if "known" in invariant else None
    remove(monkeypatch)

    memory = calm.memory if calm else None
    outcome = play(BY_NAME[fault], SEED, customers=CUSTOMERS, calm=memory, turns=turns)

    assert invariant in {name for name, _ in outcome.findings.wrong}


# Who takes back their consent to a channel does so here for the very one on which a message is planned. Three looks stand
# between: planning asks the channel's rules, and just before it sends, the gate asks consent and then suppression.

ALL_RULES = gate.RULES
CHANGING = {"seed": 3, "customers": 4, "turns": ("changes_mind",)}


def _gate_without(patch: pytest.MonkeyPatch, *rules: str) -> Outcome:
    kept = tuple(rule for rule in ALL_RULES if rule.__name__ not in rules)
    assert len(kept) == len(ALL_RULES) - len(rules)
    patch.setattr(gate, "RULES", kept)
    return play(BY_NAME["nothing breaks"], **CHANGING)


def test_a_no_between_plan_and_send_is_missed_where_the_gate_does_not_look_again(monkeypatch) -> None:
    outcome = _gate_without(monkeypatch, "_consent", "_suppression")

    assert {name for name, _ in outcome.findings.wrong} == {"none after a no"}


@pytest.mark.parametrize("rule", ["_consent", "_suppression"])
def test_either_rule_of_the_gate_holds_a_no_up_alone_and_no_journey_breaks_on_it(rule: str, monkeypatch) -> None:
    outcome = _gate_without(monkeypatch, rule)

    assert outcome.findings.wrong == ()
    assert outcome.findings.stakes["contacts"] > 0
    assert outcome.findings.stakes["failed"] == 0


def test_the_gate_holds_every_no_up_also_where_planning_does_not_ask(monkeypatch) -> None:
    monkeypatch.setattr(channels, "ask_channel_rules", lambda _: None)

    outcome = play(BY_NAME["nothing breaks"], **CHANGING)

    assert outcome.findings.wrong == ()
    assert outcome.findings.stakes["contacts"] > 0
