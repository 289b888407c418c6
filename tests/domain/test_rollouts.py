"""Which version of a playbook a customer gets, and what the switches stop."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.decisions import Reason
from attune.domain.holdout import in_holdout
from attune.domain.playbook_rules import Audience
from attune.domain.playbooks import version_order
from attune.domain.rollouts import in_rollout, pinned_version, version_for
from attune.domain.switches import NOT_KNOWN, RollOut, Switches
from tests.support.builders import hours, playbook

MANY = [f"customer-{n}" for n in range(20_000)]
versions = st.builds("{}.{}.{}".format, *[st.integers(0, 30)] * 3)


class Shelf:
    """Versions at hand, in memory."""

    def __init__(self, *books):
        self.books = {book.version: book for book in books}

    def get(self, _playbook, version):
        return self.books.get(version)

    def older(self, _playbook):
        return sorted(self.books, key=version_order, reverse=True)


OLD, OLDER = playbook(version="1.9.0", purpose="old"), playbook(version="1.2.0")
NEW = playbook(version="1.10.0", audience=Audience(rollout_percent=25))


def share(version, percent):
    return {name for name in MANY if in_rollout(name, playbook="cart", version=version, percent=percent)}


def served(customer_id, rollout=None, *, deployed=NEW, shelf=None):
    found = version_for(customer_id, deployed, rollout, shelf or Shelf(OLD, OLDER))
    return found.code if isinstance(found, Reason) else found.version


@given(st.text(), st.text(max_size=9), st.floats(0, 100), st.floats(0, 100))
def test_raising_the_percentage_only_adds_people(customer_id, version, one, other):
    small, large = sorted((one, other))

    assert in_rollout(customer_id, playbook="cart", version=version, percent=large) or not in_rollout(
        customer_id, playbook="cart", version=version, percent=small
    )


@given(st.text())
def test_nobody_at_zero_and_everybody_at_a_hundred(customer_id):
    assert not in_rollout(customer_id, playbook="cart", version="1.0.0", percent=0)
    assert in_rollout(customer_id, playbook="cart", version="1.0.0", percent=100)


@pytest.mark.parametrize("percent", [1, 25, 50])
def test_the_share_is_about_what_was_asked_for(percent):
    assert len(share("1.0.0", percent)) / len(MANY) == pytest.approx(percent / 100, rel=0.15)


def test_who_comes_first_is_another_draw_for_each_version_and_than_the_holdout():
    first, second = share("1.0.0", 20), share("1.1.0", 20)
    held = {name for name in MANY if in_holdout(name, salt="cart", percent=20)}

    assert len(first & second) / len(first) == pytest.approx(0.2, abs=0.03)
    assert len(first & held) / len(first) == pytest.approx(0.2, abs=0.03)


def test_without_a_rollout_on_the_stage_the_file_says_how_many_and_others_get_the_version_before():
    chosen = {name: served(name) for name in MANY[:4000]}

    assert set(chosen.values()) == {"1.10.0", "1.9.0"}
    assert {name for name, version in chosen.items() if version == "1.10.0"} == share("1.10.0", 25) & set(chosen)


def test_a_first_version_that_is_not_for_everybody_leaves_the_others_alone():
    assert {served(name, shelf=Shelf()) for name in MANY[:100]} == {"1.10.0", "not_rolled_out"}


def test_a_version_that_is_newer_than_the_deployed_one_is_nobodys_version_before():
    assert {served(name, shelf=Shelf(playbook(version="2.0.0"))) for name in MANY[:100]} == {"1.10.0", "not_rolled_out"}


@pytest.mark.parametrize(
    ("rollout", "found"),
    [
        (RollOut(version="1.9.0", percent=100), "1.9.0"),
        (RollOut(version="1.10.0", percent=0, previous="1.2.0"), "1.2.0"),
        (RollOut(version="1.10.0", percent=0), "not_rolled_out"),
        (RollOut(version="1.8.0", percent=100), "version_missing"),
        (RollOut(version="1.10.0", percent=0, previous="1.8.0"), "version_missing"),
    ],
)
def test_what_the_stage_says_goes_before_the_file(rollout, found):
    assert served("ada", rollout) == found


def test_an_earlier_version_is_found_by_the_trigger_that_is_deployed_and_goes_with_the_switch_of_the_file():
    deployed = replace(NEW, enabled=False, trigger=replace(NEW.trigger, quiet_period=hours(3)))

    found = version_for("ada", deployed, RollOut(version="1.9.0", percent=100), Shelf(OLD))
    assert (found.purpose, found.trigger.quiet_period, found.enabled) == ("old", hours(3), False)


def test_a_running_journey_goes_on_with_the_version_it_began_with():
    assert pinned_version("cart", "1.10.0", NEW, Shelf(OLD)) is NEW
    assert pinned_version("cart", "1.9.0", NEW, Shelf(OLD)) == OLD
    assert pinned_version("cart", "1.8.0", NEW, Shelf(OLD)) is NEW
    assert pinned_version("cart", "1.9.0", None, Shelf(OLD)) == OLD
    assert pinned_version("cart", "1.8.0", None, Shelf(OLD)) is None
    assert pinned_version("cart", "1.9.0", replace(NEW, enabled=False), Shelf(OLD)).enabled is False


@given(versions, versions)
def test_versions_are_ordered_number_by_number(one, other):
    numbers = [tuple(map(int, version.split("."))) for version in (one, other)]

    assert (version_order(one) < version_order(other)) == (numbers[0] < numbers[1])


@pytest.mark.parametrize(
    ("switches", "code"),
    [
        (Switches(), None),
        (Switches(system_off=True), "kill_switch"),
        (Switches(playbooks_off=frozenset({"cart"})), "kill_switch"),
        (Switches(playbooks_off=frozenset({"delivery"})), None),
        (Switches(withdrawn=frozenset({"cart@1.0.0"})), "version_withdrawn"),
        (Switches(withdrawn=frozenset({"cart@1.0.1"})), None),
        (NOT_KNOWN, "switches_unknown"),
    ],
)
def test_a_switch_stops_what_it_is_about_and_nothing_else(switches, code):
    reason = switches.why_off("cart", "1.0.0")

    assert (reason.code if reason else None) == code


def test_a_channel_is_switched_off_alone():
    switches = Switches(channels_off=frozenset({"sms"}))

    assert [channel for channel in ("email", "sms", "onsite") if switches.lets_pass(channel)] == ["email", "onsite"]
    assert not NOT_KNOWN.lets_pass("email")
