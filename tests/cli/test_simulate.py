"""`attune simulate`: the same code as deployed, caps and consent kept under every policy, and results that are honest."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from attune.adapters.hours_file import load_contact_calendar
from attune.adapters.playbook_files import load_playbooks
from attune.domain.playbook_rules import Limits
from attune.domain.quiet_hours import next_permitted
from attune.domain.signals import SignalKind
from attune_cli.main import app
from attune_cli.simulating.assumptions import SHIPPED, read_assumptions
from attune_cli.simulating.comparing import NO_EFFECT, NOBODY, counts, estimate, paired, unpaired
from attune_cli.simulating.effects import Effects, interpolated, moved
from attune_cli.simulating.journeys import OUTCOMES
from attune_cli.simulating.population import populate
from attune_cli.simulating.remembering import RememberingCalendar
from attune_cli.simulating.running import Plan, people_of, run_all, simulate
from attune_cli.simulating.sensitivity import scaled
from attune_cli.simulating.stage import Rules
from attune_cli.simulating.strategies import strategies
from attune_cli.simulating.world import World

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
PLAYBOOK = load_playbooks(TEMPLATES)["cart_abandonment"]
ASSUMED = read_assumptions()
POLICIES = ("no_messages", "fixed_delay", "fixed_1_hour", "send_always", "adaptive")


def plan(customers=40, days=12, seed=1, playbook=PLAYBOOK, assumptions=ASSUMED):
    return Plan(playbook, assumptions, TEMPLATES, customers, days, seed)


def worlds(planned):
    """Run every policy and return the worlds, so that what is stored can be looked at."""
    people, rules = people_of(planned), Rules.read(TEMPLATES)
    found = {one.name: World(planned.assumptions, people, rules, one) for one in strategies(planned.playbook)}
    for world in found.values():
        world.outcome = world.run()
    return found


@cache
def month():
    """Return the outcomes of enough people to tell the policies apart."""
    planned = plan(customers=4000, days=30)
    return {one.strategy.name: one for one in run_all(planned, people_of(planned), strategies(PLAYBOOK))}


def everybody(world):
    return [world.stage.customers[life.customer_id] for life in world._lives.values()]


def sent(customer):
    return sorted((one for one in customer.ledger.contacts if one.counts), key=lambda one: one.at)


def test_the_same_seed_gives_the_same_figures_in_another_process():
    command = (sys.executable, "-m", "attune_cli.main", "simulate", "cart_abandonment", "--json")
    once, again = (
        subprocess.run(
            [*command, "--customers", "40", "--days", "12"],
            cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    )

    assert once == again
    assert sum(json.loads(once)["policies"][1]["messages_by_local_hour"]) > 0


def test_another_seed_gives_other_people():
    one, other = (populate(ASSUMED, PLAYBOOK.watched(), customers=5, days=20, seed=seed) for seed in (1, 2))

    assert [len(person.visits) for person in one.people] != [len(person.visits) for person in other.people]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    seed=st.integers(0, 10_000),
    per_day=st.integers(1, 2),
    per_week=st.integers(1, 4),
    visits=st.sampled_from([2.0, 6.0]),
)
def test_no_policy_ever_exceeds_a_cap(seed, per_day, per_week, visits):
    limits = Limits(
        per_day=per_day, per_week=per_week, email_per_day=per_day, email_per_week=per_week, playbook_per_week=per_week
    )
    busy = ASSUMED.changed(visits={"per_week": visits})
    planned = plan(customers=12, days=14, seed=seed, playbook=replace(PLAYBOOK, limits=limits), assumptions=busy)

    for name, world in worlds(planned).items():
        for customer in everybody(world):
            contacts = sent(customer)
            for cap in planned.playbook.caps():
                covered = [one.at for one in contacts if cap.covers(one)]
                for at in covered:
                    within = [other for other in covered if at - cap.window < other <= at]
                    assert len(within) <= cap.limit, (name, cap.name)


def test_nobody_is_written_to_on_a_channel_they_did_not_allow_or_after_they_refused_it():
    eager = ASSUMED.changed(
        annoyance={"unsubscribes": {"email": 0.4, "sms": 0.4, "onsite": 0.4}}, visits={"per_week": 4.0}
    )

    channels = Counter()
    refusals = 0
    for name, world in worlds(plan(customers=150, assumptions=eager)).items():
        for life, customer in zip(world._lives.values(), everybody(world), strict=True):
            before = life.person.customer.consent
            for contact in sent(customer):
                channels[contact.channel] += 1
                assert before.allows(contact.channel), name
                word = customer.consent.channels.get(contact.channel)
                if word is not None and not word.granted:
                    refusals += 1
                    assert contact.at <= word.at, name
    assert min(channels[channel] for channel in ("email", "sms", "onsite")) > 0
    assert refusals > 0


def test_every_message_is_sent_within_the_hours_of_its_channel_where_the_customer_is():
    calendar = load_contact_calendar(TEMPLATES)

    seen = 0
    for strategy, world in zip(strategies(PLAYBOOK), worlds(plan(customers=120)).values(), strict=True):
        for life, customer in zip(world._lives.values(), everybody(world), strict=True):
            zone = life.person.zone if customer.profile.time_zone else None
            for contact in sent(customer):
                seen += 1
                if zone is not None:
                    hours = calendar.hours(customer, strategy.playbook, contact.channel, promotional=False)
                    assert next_permitted(contact.at, zone, hours) == contact.at, strategy.name
    assert seen > 50


def test_without_messages_nobody_is_written_to_and_people_still_buy():
    outcome = month()["no_messages"]

    assert outcome.tally.total("messages") == 0
    assert outcome.tally.total("cases") == 0
    assert outcome.tally.total("orders") > 0


def test_a_fixed_hour_sells_less_than_no_messages_as_the_evidence_says():
    found = month()
    difference = paired(counts(found["fixed_1_hour"], "orders"), counts(found["no_messages"], "orders"))

    assert difference.high < 0


def test_a_day_or_two_sells_more_than_no_messages_as_the_evidence_says():
    found = month()

    for name in ("fixed_delay", "adaptive"):
        assert paired(counts(found[name], "orders"), counts(found["no_messages"], "orders")).low > 0, name


def test_the_adaptive_policy_keeps_most_of_what_the_best_fixed_delay_gains_and_harms_no_more():
    """Its middle delay is the best one by the shipped assumptions: who explores others, pays for it."""
    found = month()
    orders = {name: counts(one, "orders") for name, one in found.items()}
    gain = paired(orders["fixed_delay"], orders["no_messages"]).value
    lost = paired(orders["adaptive"], orders["fixed_delay"])

    assert lost.low > -gain / 4
    assert paired(counts(found["adaptive"], "harms"), counts(found["fixed_delay"], "harms")).low <= 0


def test_sending_always_writes_more_and_annoys_more():
    found = month()

    assert paired(counts(found["send_always"], "messages"), counts(found["adaptive"], "messages")).low > 0
    assert paired(counts(found["send_always"], "harms"), counts(found["adaptive"], "harms")).low > 0


def test_messages_that_do_nothing_are_claimed_to_do_nothing():
    inert = scaled(ASSUMED, gain=0.0, loss=0.0).changed(support={"effect": 0.0})
    found = simulate(plan(customers=400, days=20, assumptions=inert))

    for policy in found["policies"][1:]:
        orders = policy["against_no_messages"]["orders"]
        assert (orders["value"], orders["claim"]) == (0.0, NO_EFFECT)
        assert policy["totals"]["messages"] > 0


def test_the_people_held_out_are_the_same_under_every_policy_that_asks_for_the_same_friction():
    found = month()

    held_out = found["fixed_delay"].held_out
    assert held_out
    assert held_out == found["adaptive"].held_out == found["fixed_1_hour"].held_out


def test_the_adaptive_policy_learns_from_its_own_outcomes():
    world = worlds(plan(customers=300, days=25))["adaptive"]

    policies = world.stage.policies
    assert policies.version > 0
    told = sum(counts.total for counts in policies.counts["cart_abandonment#1#*"].values())
    assert told > 10


def test_what_a_simulated_journey_does_with_an_answer_is_what_the_first_state_machine_did():
    """The line that is deployed asks the same functions and leaves what follows to the review, to the same effect."""
    definition = json.loads((ROOT / "tests/support/journey_before_the_line.asl.json").read_text(encoding="utf-8"))

    for name, outcomes in OUTCOMES.items():
        conditions = " ".join(choice["Condition"] for choice in definition["States"][name]["Choices"])
        assert set(re.findall(r"outcome = '(\w+)'", conditions)) == outcomes


def test_the_remembering_calendar_permits_what_the_original_permits():
    original = load_contact_calendar(TEMPLATES)
    remembering = RememberingCalendar(original)
    people = populate(ASSUMED, PLAYBOOK.watched(), customers=60, days=10, seed=3).people
    start = datetime(2026, 12, 20, tzinfo=UTC)

    for number, person in enumerate(people):
        for channel in ("sms", "email", "onsite"):
            for promotional in (True, False):
                given = (person.customer, PLAYBOOK, channel)
                at = start + timedelta(hours=7 * number)
                mine = next_permitted(at, person.zone, remembering.hours(*given, promotional=promotional))
                assert mine == next_permitted(at, person.zone, original.hours(*given, promotional=promotional))


def test_a_visit_is_remembered_as_the_session_would_remember_it():
    people = populate(ASSUMED, PLAYBOOK.watched(), customers=200, days=30, seed=4).people
    visited = [person for person in people if person.visits]

    for person in visited:
        state = person.visits[-1].session.checkpoint
        assert state.visits == len(person.visits)
        ordered = sum(visit.ordered for visit in person.visits)
        assert bool(state.last_at.get(SignalKind.ORDERED)) == bool(ordered)


@given(st.floats(0.01, 0.99), st.floats(-3, 3))
def test_a_message_moves_a_chance_the_way_it_says(chance, shift):
    assert (moved(chance, shift) >= chance) == (shift >= 0) or abs(moved(chance, shift) - chance) < 1e-9


@given(st.floats(0, 400))
def test_recent_contacts_wear_help_out_and_never_harm(hours):
    effects = Effects(ASSUMED.messages, ASSUMED.annoyance)
    fresh, tired = (
        effects.shift(timedelta(hours=hours), channel="email", struggles=1, recent=recent) for recent in (0, 3)
    )

    assert tired == fresh if fresh <= 0 else 0 < tired < fresh
    assert effects.unsubscribes("email", 3) == 8 * effects.unsubscribes("email", 0)


def test_between_given_hours_lies_a_straight_line():
    assert interpolated((1.0, 3.0), (0.0, 1.0), 2.0) == 0.5
    assert interpolated((1.0, 3.0), (0.0, 1.0), 0.0) == 0.0
    assert interpolated((1.0, 3.0), (0.0, 1.0), 9.0) == 1.0


def test_an_interval_that_holds_zero_claims_nothing():
    assert paired([1, 0, 1, 0], [0, 1, 0, 1]).claim == NO_EFFECT
    assert paired([1] * 50 + [0] * 50, [0] * 100).claim == "more"
    assert paired([0] * 100, [1] * 50 + [0] * 50).claim == "fewer"
    assert unpaired([], [1.0]).claim == NOBODY


def attune(*arguments):
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def changed_file(tmp_path, change):
    tree = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
    change(tree)
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda tree: tree["visits"].update(per_week="many"), "visits.per_week"),
        (lambda tree: tree["visits"].update(by_local_hour=[1, 2]), "24 numbers"),
        (lambda tree: tree["people"]["devices"].update(phone=0.9), "shares of devices sum to 1.28"),
        (lambda tree: tree["people"]["places"][0].update(time_zone="Mars/Base"), "people.places.0"),
        (lambda tree: tree["people"]["allows"].update(fax=0.5), "allows.fax is no channel"),
        (lambda tree: tree["struggle"].update(typing_rhythm={"share": 1, "times": 1, "server_saw": True}), "struggle"),
        (lambda tree: tree["messages"].update(surprise=1), "messages.surprise"),
        (lambda tree: tree["buying"].update(later_after=9), "write a time with its unit"),
        (lambda tree: tree["buying"].update(at_once=[0.4, 0.2]), "buying.at_once"),
        (lambda tree: tree.pop("annoyance"), "annoyance"),
    ],
)
def test_assumptions_that_cannot_be_used_are_told_with_place_and_fix(tmp_path, change, told):
    path = changed_file(tmp_path, change)
    result = attune("cart_abandonment", "--assumptions", path)

    assert result.exit_code == 2
    said = " ".join(result.stderr.split())
    assert told in said
    assert "mine.yaml" in said
    assert "docs/simulation.md" in said
    assert "Traceback" not in result.output


@pytest.mark.parametrize(("text", "told"), [("visits: [", "not YAML"), ("- 1", "these assumptions cannot be used")])
def test_a_file_that_is_no_assumptions_file_is_told(tmp_path, text, told):
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")

    result = attune("cart_abandonment", "--assumptions", path)

    assert result.exit_code == 2
    assert told in " ".join(result.stderr.split())


def test_a_playbook_that_is_not_there_is_told_with_those_that_are():
    result = attune("no_such_playbook")

    assert result.exit_code == 2
    assert "cart_abandonment" in result.stderr


def test_the_table_says_what_was_assumed_and_what_it_is_worth():
    result = attune("cart_abandonment", "--customers", 60, "--days", 6)

    assert result.exit_code == 0
    said = " ".join(result.stdout.split())
    assert "only as good as its assumptions" in said
    assert "effect_by_hours" in said
    assert NO_EFFECT in said


def test_everything_is_in_the_json_and_on_the_page(tmp_path):
    result = attune(
        "cart_abandonment", "--customers", 60, "--days", 6, "--json", "--html", "--out", tmp_path, "--sensitivity"
    )

    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert [one["policy"] for one in found["policies"]] == list(POLICIES)
    assert "only as good as its assumptions" in found["honesty"]
    assert found["assumptions"]["visits"]["per_week"] == ASSUMED.visits.per_week
    assert {row["varied"] for row in found["sensitivity"]} > {"as assumed"}
    page = (tmp_path / "cart_abandonment.html").read_text(encoding="utf-8")
    assert "only as good as its assumptions" in page
    assert page.count("<svg") == 3
    assert "If one thing were otherwise" in page
    assert not re.findall(r'(?:src|href)="', page)


def test_what_never_happened_may_still_be_as_frequent_as_three_in_so_many():
    assert estimate([0] * 1000).high == 3.0
    assert estimate([0] * 1000, possible=False).high == 0.0
