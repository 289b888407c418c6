"""`attune replay`: what the deployed functions would do, exactly, and nothing of the recording dropped in silence."""

import gzip
import itertools
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from typer.testing import CliRunner

from attune.adapters.playbook_files import load_playbooks
from attune_cli.main import app
from attune_cli.replaying import stage as replay_stage
from attune_cli.replaying.comparing import side_by_side
from attune_cli.replaying.page import page_of
from attune_cli.replaying.recordings import Event, read_recording
from attune_cli.replaying.running import Plan, replay
from attune_cli.replaying.stage import Rules
from attune_cli.replaying.stories import Line
from attune_cli.replaying.world import BATCH, World, batches
from tests.support.events import call, envelope, identify, track
from tests.support.otto import SAMPLE, moments, sessions
from tests.support.world import TEMPLATES
from tests.support.world import World as WorldOfTests

ROOT = TEMPLATES.parent
RECORDED = ROOT / "examples" / "replay" / "recorded.ndjson"
NEW = ROOT / "examples" / "replay" / "cart_abandonment.yaml"
PLAYBOOKS = dict(load_playbooks(TEMPLATES))
CART = PLAYBOOKS["cart_abandonment"]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def one_day(playbook=CART, *, channels=("email",), version="9.0.0"):
    """Return a version that leaves nothing to chance: one touch by email after a day, nobody held out."""
    touch = replace(playbook.touches[0], messages=("cart_help_offer",), delays=(DAY,), channels=channels, on_phone=())
    audience = replace(playbook.audience, holdout_percent=0)
    return replace(playbook, version=version, touches=(touch,), audience=audience)


def trouble(name, at, **more):
    """Return the events of somebody who can be reached, fills a cart and fails at the form."""
    return [
        identify(name, at, firstName=name, email=f"{name}@example.com", locale="en", timezone="Europe/London"),
        track(name, "Consent Granted", at, channels=["email"]),
        track(name, "Product Added", at + timedelta(seconds=10), cart_id=more.get("cart", f"cart-{name}")),
        track(name, "Form Failed", at + timedelta(seconds=20)),
        track(name, "Form Failed", at + timedelta(seconds=30)),
        *more.get("then", ()),
    ]


def later(days=20):
    """Return an event long after, so that the recording does not end in the silences that matter."""
    return track("somebody-else", "Product Viewed", NOON + days * DAY)


def written(folder, *calls):
    path = folder / "recorded.ndjson"
    path.write_text("".join(envelope(one) + "\n" for one in calls), encoding="utf-8")
    return path


def plan(path, new=None, old=None, **more):
    return Plan(read_recording(path), new or one_day(), old, more.pop("beside", {}), TEMPLATES, **more)


def run(*arguments):
    return CliRunner().invoke(app, ["replay", *map(str, arguments)])


def test_a_replay_decides_exactly_what_the_deployed_functions_decide(tmp_path, monkeypatch):
    """The same events through the real functions over moto's tables: the same decisions, at the same instants."""
    people, in_replay = itertools.count(1), itertools.count(1)
    monkeypatch.setattr(replay_stage, "_secret", lambda key, name: f"{next(in_replay):064x}")
    ada = trouble("ada", NOON, then=[track("ada", "Order Completed", NOON + 3 * DAY, order_id="o-1")])
    bob = trouble("bob", NOON + timedelta(hours=3))
    visitor = {k: v for k, v in track("", "Product Added", NOON + DAY, cart_id="c").items() if k != "userId"}
    calls = sorted(
        [*ada, *bob, {**visitor, "anonymousId": "d-1"}, {**identify("bob", NOON + 2 * DAY), "anonymousId": "d-1"}],
        key=lambda one: one["timestamp"],
    )
    path = written(tmp_path, *calls, later())
    events = read_recording(path).events

    with mock_aws():
        world = WorldOfTests(NOON)
        world.deploy({CART.id: CART})
        world.customers._new_secret = lambda: f"{next(people):064x}"
        for batch in batches(events):
            world.run(batch[-1].arrives_at - world.now)
            assert world.deliver(*(event.body for event in batch)) == []
        world.run(20 * DAY)
        expected = sorted(
            (row["time"], row["kind"], row["choice"], row["reason_code"], row["journey_id"])
            for row in world.decisions()
        )
        played = World(Rules.read(TEMPLATES), dict(world.steps.playbooks), events, seed=1).run()

    decided = [decision for rows in played.log._by_subject.values() for decision in rows]
    found = sorted(
        (
            one.time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            one.kind.value,
            str(one.choice),
            one.reasons[0].code if one.reasons else "",
            one.journey_id,
        )
        for one in decided
    )
    assert found == expected
    assert Counter(row[1:3] for row in found)["contact", "sent"] >= 2


def test_the_same_seed_gives_the_same_answer():
    new = one_day(version="1.1.0")
    once, again = (replay(plan(RECORDED, new, CART, seed=7)) for _ in range(2))

    assert once.found == again.found
    assert once.changed == again.changed
    assert once.found["people_who_would_notice"] > 0


def test_a_version_against_itself_changes_nothing_for_anybody():
    found = replay(plan(RECORDED, replace(CART, version="1.0.1"), CART)).found

    assert found["before"] == found["after"]
    assert (found["people_who_would_notice"], found["people_with_other_reasons"]) == (0, 0)
    assert found["after"]["messages"]


def test_against_nothing_every_message_is_a_difference(tmp_path):
    found = replay(plan(written(tmp_path, *trouble("ada", NOON), *trouble("bob", NOON), later()))).found

    assert found["before"]["messages"] == {}
    assert found["before"]["moments"] == {"cart_abandonment: withheld": 2}
    assert found["after"]["messages"] == {"email": 2}
    assert found["after"]["people"] == {"with a journey": 2, "who get a message": 2, "with a case": 0}
    assert found["people_who_would_notice"] == 2


def test_a_message_on_another_day_is_told_line_by_line(tmp_path):
    path = written(tmp_path, *trouble("ada", NOON), later())
    slower = replace(one_day(), touches=(replace(one_day().touches[0], delays=(2 * DAY,)),))

    [ada] = replay(plan(path, slower, one_day())).changed

    marked = [(sign, line.at.date().isoformat(), line.told) for sign, line in side_by_side(ada.before, ada.after)]
    message = "cart_abandonment: touch 1, cart_help_offer by email: sent (sent)"
    assert marked[1:] == [("-", "2026-11-25", message), ("+", "2026-11-26", message)]
    assert marked[0][0] == " "
    assert ada.noticed


def test_messages_are_counted_at_the_hour_of_the_customer(tmp_path):
    at = datetime(2026, 11, 24, 20, tzinfo=UTC)  # noon in Los Angeles
    calls = [
        {**one, "traits": {**one["traits"], "timezone": "America/Los_Angeles"}} if "traits" in one else one
        for one in trouble("ada", at)
    ]

    found = replay(plan(written(tmp_path, *calls, later()))).found

    [hours] = found["after"]["messages_by_local_hour"].values()
    assert hours.index(1) == 12
    assert sum(hours) == 1


def test_an_order_that_was_recorded_stops_the_message_and_the_rule_is_counted(tmp_path):
    ordered = track("ada", "Order Completed", NOON + timedelta(hours=5), order_id="o-1")

    found = replay(plan(written(tmp_path, *trouble("ada", NOON, then=[ordered]), later()))).found

    assert found["after"]["messages"] == {}
    assert found["after"]["withheld"] == {"goal_reached": 1}


def test_a_call_for_help_is_a_case_and_support_answers_it_when_it_is_due(tmp_path):
    help_me = track("ada", "Message Replied", NOON + timedelta(hours=1), text="I need help", channel="email")
    again = trouble("ada", NOON + 8 * DAY, cart="another cart")[2:]

    found = replay(plan(written(tmp_path, *trouble("ada", NOON, then=[help_me]), *again, later()))).found

    assert found["after"]["cases"] == {"asked_for_help": 1}
    assert found["after"]["answers"] == {"email: sent": 1}
    assert found["after"]["people"]["with a case"] == 1
    assert found["after"]["journeys"] == {"cart_abandonment": 2}, "the case of the first week is closed"


def test_moments_that_are_days_away_are_found_as_the_hourly_job_finds_them(tmp_path):
    signed_up = [*trouble("ada", NOON)[:2], track("ada", "Signed Up", NOON + timedelta(minutes=1), plan="basic")]
    stall = PLAYBOOKS["onboarding_stall"]

    found = replay(plan(written(tmp_path, *signed_up, later()), stall)).found

    assert sum(found["before"]["moments"].values()) == 1
    assert found["after"]["moments"] in ({f"{stall.id}: started": 1}, {f"{stall.id}: holdout": 1})


def test_who_is_not_in_a_roll_out_gets_the_version_it_is_held_against(tmp_path):
    everybody = [one for number in range(12) for one in trouble(f"person-{number}", NOON + timedelta(minutes=number))]
    by_text = one_day(channels=("onsite",), version="10.0.0")
    half = replace(by_text, audience=replace(by_text.audience, rollout_percent=50))

    found = replay(plan(written(tmp_path, *everybody, later()), half, one_day())).found

    messages = found["after"]["messages"]
    assert found["before"]["messages"] == {"email": 12}
    assert set(messages) == {"email", "onsite"}
    assert sum(messages.values()) == 12
    assert found["people_who_would_notice"] == messages["onsite"]


def test_the_end_of_the_recording_is_no_silence(tmp_path):
    found = replay(plan(written(tmp_path, *trouble("ada", NOON)))).found

    assert found["after"]["moments"] == {}
    assert found["recording"]["silences_that_outlast_it"] == 1


def test_whoever_cannot_be_reached_is_only_with_the_option_that_says_so(tmp_path):
    nobody = [one for one in trouble("ada", NOON) if one.get("event") not in (None, "Consent Granted")]
    path = written(tmp_path, *nobody, later())

    told, assumed = (replay(plan(path, reachable=reachable)).found for reachable in (False, True))

    assert told["after"]["messages"] == {}
    assert assumed["after"]["messages"] == {"email": 1}
    assert "made-up email address" in assumed["honesty"]
    assert "made-up" not in told["honesty"]


def test_every_line_is_read_or_named_with_its_place_and_reason(tmp_path):
    good, path = envelope(track("ada", "Product Added", NOON)), tmp_path / "recorded.ndjson"
    unknown = json.dumps({"id": "e", "source": "x", "time": NOON.isoformat(), "detail": {"type": "dance"}})
    timeless = json.dumps({"id": "e", "source": "x", "detail": {"type": "track", "userId": "a", "event": "E"}})
    own = json.dumps({"id": "e", "source": "attune", "time": NOON.isoformat(), "detail": {"type": "track"}})
    path.write_text(f"{good}\n{{broken\n[1]\n\n{timeless}\n{unknown}\n{own}\n{good}", encoding="utf-8")

    recording = replay(plan(path)).found["recording"]

    assert [one["place"] for one in recording["unread"]] == [f"recorded.ndjson:{n}" for n in (2, 3, 5)]
    assert [one["reason"][:22] for one in recording["unread"]] == [
        "this is not JSON (Expe",
        "an event is a JSON obj",
        "it does not say when i",
    ]
    assert [one["place"] for one in recording["not_understood"]] == ["recorded.ndjson:6"]
    assert "dance" in recording["not_understood"][0]["reason"]
    assert recording["left_out"] == {"told by Attune itself": 1}
    assert recording["duplicates"] == 1
    lines = 7
    counted = recording["events"] + len(recording["unread"]) + sum(recording["left_out"].values())
    assert counted == lines


BODY = json.loads(envelope(call("track", "ada", NOON, event="Product Added")))
SHAPES = {
    "events": [BODY],
    "calls": [BODY["detail"]],
    "queue messages": [{"messageId": "q-1", "body": json.dumps(BODY)}],
    "notifications": [
        {"Type": "Notification", "TopicArn": "arn", "Timestamp": NOON.isoformat(), "Message": json.dumps(BODY)}
    ],
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("form", ["lines", "list", "records", "gz"])
def test_every_shape_in_which_events_are_kept_is_read(tmp_path, shape, form):
    entries = SHAPES[shape]
    if form in ("lines", "gz"):
        text = "".join(json.dumps(entry) + "\n" for entry in entries)
    else:
        text = json.dumps(entries if form == "list" else {"Records": entries}, indent=1)
    path = tmp_path / ("recorded.json.gz" if form == "gz" else "recorded.json")
    path.write_bytes(gzip.compress(text.encode()) if form == "gz" else text.encode())

    recording = read_recording(tmp_path)

    assert [event.arrives_at for event in recording.events] == [NOON]
    assert recording.unread == []


@pytest.mark.skipif(
    not SAMPLE.is_file(), reason=f"THE REAL SESSIONS ARE NOT AT {SAMPLE}: NOTHING WAS COMPARED WITH THEM"
)
def test_real_sessions_bring_the_moments_that_are_counted_from_the_file_alone():
    recording = read_recording(SAMPLE.parent)
    end = recording.ends + DAY
    recording.events.append(Event(end, envelope(track("somebody-else", "Product Viewed", end)), "afterwards"))

    found = replay(Plan(recording, CART, None, {}, TEMPLATES)).found

    assert sum(found["after"]["moments"].values()) == sum(map(moments, sessions()))
    assert found["people"] == len(sessions()) + 1


def test_what_is_told_on_the_terminal_and_on_the_page_is_what_was_counted(tmp_path):
    result = run(RECORDED, "--playbook", NEW, "--html", "--out", tmp_path, "--diff", "1")

    assert result.exit_code == 0, result.output
    assert "cart_abandonment@1.1.0 against cart_abandonment@1.0.0" in result.output
    found = json.loads(run(RECORDED, "--playbook", NEW, "--json").stdout)
    notice = f"{found['people_who_would_notice']} of {found['people']} people would get other messages or cases"
    assert notice in result.output.replace("\n", " ")
    page = (tmp_path / "cart_abandonment.html").read_text(encoding="utf-8")
    assert notice in page
    assert not re.search(r"(?:src|href)=|url\(|@import", page), "the page needs nothing else"
    assert page.count("<svg") >= 2
    for channel, number in found["after"]["messages"].items():
        assert re.search(rf"^ +{channel} +\d+ +{number} ", result.output, re.MULTILINE)


def test_names_in_a_recording_cannot_become_markup(tmp_path):
    name = "<script>alert(1)</script>"

    result = replay(plan(written(tmp_path, *trouble(name, NOON), later())))

    assert [one.customer_id for one in result.changed] == [name]
    assert "<script>" not in page_of(result.found, result.changed)


def test_one_customers_stories_are_shown_alone():
    found = json.loads(run(RECORDED, "--playbook", NEW, "--json").stdout)
    [first, *_], same = [one["customer"] for one in found["stories"]], "c-2"

    shown = run(RECORDED, "--playbook", NEW, "--customer", first)
    assert shown.stdout.splitlines()[0] == first
    assert re.search(r"^  [-+] ", shown.stdout, re.MULTILINE)
    assert run(RECORDED, "--playbook", NEW, "--customer", "nobody").exit_code == 2
    assert (
        same in {one["customer"] for one in found["stories"]}
        or "Nothing differs" in run(RECORDED, "--playbook", NEW, "--customer", same).output
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere", "--playbook", NEW], "there is no such file or folder"),
        ([NEW, "--playbook", NEW], "no event in it that can be replayed"),
        ([TEMPLATES / "layouts", "--playbook", NEW], "no file in it ends in .ndjson"),
        ([RECORDED, "--playbook", "surprise"], "there is no playbook 'surprise'"),
        ([RECORDED, "--playbook", "cart_abandonment"], "nothing to hold it against"),
        ([RECORDED, "--playbook", TEMPLATES / "none.yaml"], "cannot be read"),
    ],
)
def test_what_cannot_be_replayed_is_told_with_what_to_do(arguments, told):
    result = run(*arguments)

    assert result.exit_code == 2
    assert told in result.output.replace("\n", " ")
    assert "Traceback" not in result.output


lines_of_a_story = st.lists(
    st.builds(
        Line,
        at=st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 3), timezones=st.just(UTC)),  # noqa: DTZ001
        told=st.sampled_from(["a", "b"]),
        reaches=st.booleans(),
    ),
    max_size=6,
)


@given(before=lines_of_a_story, after=lines_of_a_story)
def test_two_stories_side_by_side_are_both_stories_whole(before, after):
    merged = side_by_side(before, after)

    assert Counter(line for sign, line in merged if sign in " -") == Counter(before)
    assert Counter(line for sign, line in merged if sign in " +") == Counter(after)
    assert [line.at for _, line in merged] == sorted(line.at for _, line in merged)


@given(pauses=st.lists(st.integers(0, 2000), min_size=1, max_size=60))
def test_batches_hold_every_event_once_in_order_and_never_too_many(pauses):
    at = itertools.accumulate((timedelta(milliseconds=pause) for pause in pauses), initial=NOON)
    events = [Event(time, "", str(number)) for number, time in enumerate(at)]

    found = list(batches(events))

    assert [event for batch in found for event in batch] == events
    assert all(1 <= len(batch) <= BATCH for batch in found)
    assert all(batch[-1].arrives_at - batch[0].arrives_at < timedelta(seconds=1) for batch in found)
