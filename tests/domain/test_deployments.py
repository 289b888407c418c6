"""What a deployment puts into effect: everything that no roll-out holds back, and nothing that one does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attune.domain.announcements import LONGEST_SUBJECT, announcement_of_deployment
from attune.domain.deployments import Deployed, Held, effects_of
from attune.domain.playbook_rules import Audience, Limits
from attune.domain.switches import RollOut, Switches
from tests.support.builders import hours, playbook

OLD = playbook(moment="Somebody left a cart.")
NEW = replace(OLD, version="1.1.0", limits=Limits(per_week=1))
ON = Switches()
BEFORE = Deployed(playbooks={OLD.id: Held(file=OLD)}, sending="sends")


def after(file=OLD, kept=(), **parts):
    held = Held(file=file, kept={one.version: one for one in kept})
    return replace(BEFORE, playbooks={file.id: held}, **parts)


def pinned(version, percent=100.0, previous=""):
    return Switches(rollouts={OLD.id: RollOut(version=version, percent=percent, previous=previous)})


def lines(before, now, switches=ON):
    return [line for effect in effects_of(before, now, switches) for line in effect.lines]


def test_the_same_again_changes_nothing():
    assert effects_of(BEFORE, after(), ON) == ()


def test_a_new_version_without_a_roll_out_takes_effect_and_says_how():
    [effect] = effects_of(BEFORE, after(NEW, kept=[OLD]), ON)

    assert (effect.playbook, effect.before, effect.after) == (OLD.id, "1.0.0 100 %", "1.1.0 100 %")
    assert effect.lines == ("version 1.0.0 becomes 1.1.0", "limits.per_week: 3 becomes 1")
    assert effect.served == NEW


def test_a_version_that_waits_for_its_roll_out_changes_nothing():
    assert effects_of(BEFORE, after(NEW, kept=[OLD]), pinned("1.0.0")) == ()


def test_a_trigger_and_the_switch_in_the_file_take_effect_whichever_version_is_rolled_out():
    watched = replace(NEW, trigger=replace(OLD.trigger, quiet_period=hours(2)), enabled=False)

    assert lines(BEFORE, after(watched, kept=[OLD]), pinned("1.0.0")) == [
        "trigger.quiet_period: 10 minutes becomes 2 hours",
        "enabled: yes becomes no",
    ]


@pytest.mark.parametrize(
    ("audience", "says"),
    [
        (Audience(holdout_percent=10), "audience.holdout_percent: 0 becomes 10"),
        (Audience(segments=("gold",)), "audience.segments: none becomes gold"),
        (Audience(rollout_percent=20), "100 % of customers becomes 20 %"),
    ],
)
def test_experiments_and_audiences_are_told(audience, says):
    assert says in lines(BEFORE, after(replace(NEW, audience=audience), kept=[OLD]))


def test_a_version_that_says_something_else_under_its_number_is_told_as_that():
    changed = replace(OLD, limits=Limits(per_week=1))

    assert lines(BEFORE, after(changed))[0].startswith("version 1.0.0 is another than before: journeys that run by it")


def test_what_the_others_get_is_told_where_a_roll_out_is_not_for_all():
    older, newer = replace(OLD, limits=Limits(per_week=2)), NEW
    before = after(newer, kept=[OLD])
    now = after(newer, kept=[older])

    assert lines(before, now, pinned("1.1.0", 25, "1.0.0")) == ["all others, limits.per_week: 3 becomes 2"]
    assert lines(before, now, pinned("1.1.0", 100, "1.0.0")) == []


def test_a_version_that_is_rolled_out_and_not_held_any_more_is_told():
    before = after(NEW, kept=[OLD])

    assert lines(before, after(NEW), pinned("1.0.0")) == [
        "version 1.0.0 is not held any more: its customers get nothing"
    ]


def test_playbooks_that_come_and_go_are_told():
    other = replace(OLD, id="other")

    assert lines(BEFORE, replace(BEFORE, playbooks={"other": Held(file=other)})) == [
        "it is gone: its journeys end at their next step",
        "it is new here",
    ]


def test_who_goes_and_who_stays_of_words_and_rules_is_told_and_that_a_stage_begins_to_send():
    before = after(texts={"a (email, en)": "1", "b (sms, en)": "1"}, rules={"hours.yaml": "1"}, sending="sends nothing")
    now = after(texts={"a (email, en)": "2", "c (sms, de)": "1"}, rules={"hours.yaml": "2"})

    assert lines(before, now) == [
        "the stage sends; before, it sends nothing",
        "the rules in hours.yaml are changed",
        "the text a (email, en) is changed",
        "the text b (sms, en) is gone",
        "the text c (sms, de) is new",
    ]


def test_of_many_texts_the_first_are_named_and_the_others_counted():
    now = after(texts={f"text {number:02} (email, en)": "1" for number in range(23)})

    found = lines(BEFORE, now)
    assert len(found) == 21
    assert found[-1] == "and 3 more texts"


def test_the_journey_map_reaches_nobody():
    assert effects_of(BEFORE, after(replace(OLD, owner="others", moment="Another.")), ON) == ()


def test_the_announcement_says_what_whom_how_much_and_how_back():
    effects = effects_of(BEFORE, after(NEW, kept=[OLD]), ON)

    told = announcement_of_deployment(effects, stage="prod", by="deployment of code abc", is_first=False)

    assert told.subject == "Attune prod: a deployment changes cart"
    for words in (
        "- limits.per_week: 3 becomes 1",
        "Version and share: 1.1.0 100 % (it was 1.0.0 100 %)",
        "Whom it reaches: 100 % of customers of every segment, for new journeys.",
        "at most 1 a day and 1 a week to one customer",
        "attune switch off --playbook cart --stage prod",
        "deployment of code abc",
    ):
        assert words in told.text, told.text


PLAYBOOKS = st.builds(
    lambda n, version, week, percent: replace(
        OLD,
        id=f"playbook_{n}",
        version=version,
        limits=Limits(per_week=week),
        audience=Audience(rollout_percent=percent),
    ),
    st.integers(0, 4),
    st.sampled_from(["1.0.0", "1.1.0", "2.0.0"]),
    st.integers(1, 3),
    st.sampled_from([0, 50, 100]),
)
STAGES = st.lists(PLAYBOOKS, max_size=5).map(
    lambda found: Deployed(playbooks={one.id: Held(file=one) for one in found}, sending="sends")
)


@given(before=STAGES | st.none(), now=STAGES)
def test_whatever_is_deployed_twice_is_told_once_and_what_differs_is_told(before, now):
    effects = effects_of(before, now, ON)

    assert effects_of(now, now, ON) == ()
    differing = {name for name in now.playbooks if before is None or before.playbooks.get(name) != now.playbooks[name]}
    assert differing <= {effect.playbook for effect in effects}
    if effects:
        told = announcement_of_deployment(effects, stage="prod", by="x", is_first=before is None)
        assert len(told.subject) <= LONGEST_SUBJECT
        assert all(effect.playbook in told.text for effect in effects)
