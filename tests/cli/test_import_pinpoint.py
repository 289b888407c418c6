"""`attune import pinpoint`: playbooks that can be read, and not one field of an export that nobody accounts for."""

import json
from copy import deepcopy
from datetime import timedelta

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from attune.adapters.playbook_files import read_playbook
from attune_cli.importing.accounting import Account, Fate, leaves, prefixes
from attune_cli.importing.exports import _model, read_exports
from attune_cli.importing.graph import MESSAGES, kind_of
from attune_cli.importing.journeys import import_journey
from attune_cli.importing.names import LONGEST, as_id
from attune_cli.importing.report import Report, as_markdown
from attune_cli.importing.segments import import_segment
from attune_cli.importing.times import duration, iso
from attune_cli.importing.writing import write
from attune_cli.main import app
from tests.support.world import TEMPLATES

EXAMPLES = TEMPLATES.parent / "examples" / "pinpoint"
JOURNEY = json.loads((EXAMPLES / "cart_reminder.journey.json").read_text(encoding="utf-8"))["JourneyResponse"]
SEGMENT = json.loads((EXAMPLES / "loyal.segment.json").read_text(encoding="utf-8"))["SegmentResponse"]
NAMES = {SEGMENT["Id"]: "loyal_customers"}


def run(*arguments):
    return CliRunner().invoke(app, ["import", "pinpoint", *map(str, arguments)])


def imported(tree=JOURNEY, segments=NAMES):
    return import_journey("here", tree, segments, set())


def journey(activities=None, start="", **fields):
    """Return a journey with these activities, each after the other unless they say."""
    return {
        "Id": "j",
        "ApplicationId": "a",
        "Name": "A journey",
        "StartActivity": start,
        "Activities": activities,
        **fields,
    }


def mail(after="", template="Hello"):
    return {"EMAIL": {"TemplateName": template, "NextActivity": after}}


def wait(span, after):
    return {"Wait": {"WaitTime": {"WaitFor": span}, "NextActivity": after}}


def fate_of(found, path):
    """Return what became of a field: said of it itself, or of what it is part of."""
    return next(f for part in prefixes(path) for f in found.account.findings if f.path == part)


def saved(tmp_path, found):
    """Write a journey's playbook as the command does, and return it as any playbook is read."""
    [path, _] = write(Report((found,), {}), tmp_path, replace=True)
    return read_playbook(path)


def test_the_example_becomes_a_playbook_that_means_what_it_says(tmp_path):
    playbook = saved(tmp_path, imported())

    assert not playbook.enabled
    first, second = playbook.touches
    assert (first.messages, first.channels) == (("cart_reminder_a", "cart_reminder_b"), ("email",))
    assert first.delays == (timedelta(hours=4),)
    assert (second.messages, second.channels) == (("cart_reminder_sms",), ("sms",))
    assert first.patience + second.delays[0] == timedelta(days=2, hours=12), "the waits between them, all together"
    assert playbook.trigger.opened_by == ("Product Added",)
    assert (playbook.audience.segments, playbook.audience.holdout_percent) == (("loyal_customers",), 10)
    assert (playbook.re_entry.at_most, playbook.re_entry.after) == (3, timedelta(days=14))
    assert (playbook.limits.playbook_per_day, playbook.limits.playbook_per_week, playbook.limits.per_day) == (2, 3, 1)
    assert (playbook.hours["sms"].opens.hour, playbook.hours["sms"].closes.hour) == (9, 20)
    assert (playbook.hours["email"].opens.hour, playbook.hours["email"].closes.hour) == (10, 18)


@pytest.mark.parametrize(
    ("path", "fate"),
    [
        ("Activities/two-days", Fate.CARRIED),
        ("Activities/hold-out", Fate.CHANGED),
        ("Activities/which-words", Fate.CHANGED),
        ("Activities/opened", Fate.CHANGED),
        ("Activities/push-too", Fate.NONE),
        ("Activities/tell-crm", Fate.NONE),
        ("QuietTime/Start", Fate.CHANGED),
        ("WaitForQuietTime", Fate.CHANGED),
        ("OpenHours/EMAIL/MONDAY/0/StartTime", Fate.CHANGED),
        ("ClosedDays/EMAIL/0/Name", Fate.NONE),
        ("Limits/DailyCap", Fate.CHANGED),
        ("Limits/EndpointReentryInterval", Fate.CARRIED),
        ("Limits/MessagesPerSecond", Fate.NONE),
        ("Schedule/EndTime", Fate.NONE),
        ("StartCondition/EventStartCondition/EventFilter/Dimensions/EventType/Values/0", Fate.CARRIED),
        ("StartCondition/EventStartCondition/EventFilter/Dimensions/EventType/Values/1", Fate.DECIDE),
        ("StartCondition/EventStartCondition/EventFilter/Dimensions/Attributes/country", Fate.NONE),
        ("tags/team", Fate.NONE),
    ],
)
def test_each_part_of_the_example_has_its_fate(path, fate):
    assert fate_of(imported(), path).fate is fate


def test_texts_that_have_to_be_written_are_listed_with_their_templates():
    assert [(text.message, text.template, text.channel) for text in imported().texts] == [
        ("cart_reminder_a", "Cart-Reminder-A", "email"),
        ("cart_reminder_b", "Cart-Reminder-B", "email"),
        ("cart_reminder_sms", "Cart-Reminder-SMS", "sms"),
    ]


def test_waits_add_up_to_the_time_between_two_messages(tmp_path):
    ways = {"w": wait("PT30M", "a"), "a": mail("x"), "x": wait("PT2H", "y"), "y": wait("P4D", "b"), "b": mail("")}

    first, second = saved(tmp_path, imported(journey(ways, "w"))).touches

    assert first.delays == (timedelta(minutes=30),)
    assert first.patience + second.delays[0] == timedelta(days=4, hours=2)


def test_a_wait_until_a_date_is_no_wait_here():
    ways = {"w": {"Wait": {"WaitTime": {"WaitUntil": "2026-01-01T00:00:00Z"}, "NextActivity": "a"}}, "a": mail()}

    found = imported(journey(ways, "w"))

    assert fate_of(found, "Activities/w").fate is Fate.NONE
    assert found.playbook["touches"][0]["delays"] == ["P0D"]


def test_a_journey_that_comes_back_to_itself_ends():
    found = imported(journey({"a": mail("w"), "w": wait("P1D", "a")}, "a"))

    assert len(found.playbook["touches"]) == 1
    assert any("comes back here" in finding.told for finding in found.account.findings)


def test_of_several_ways_the_one_with_most_messages_is_taken_and_the_others_are_named():
    ways = {
        "s": {
            "MultiCondition": {
                "Branches": [{"Condition": {"SegmentCondition": {"SegmentId": "x"}}, "NextActivity": "one"}],
                "DefaultActivity": "two",
            }
        },
        "one": mail("", "Once"),
        "two": mail("more", "Twice"),
        "more": mail("", "Again"),
    }

    found = imported(journey(ways, "s"))

    assert [text.template for text in found.texts] == ["Twice", "Again"]
    assert "way by 'two' was taken" in fate_of(found, "Activities/s").told
    assert fate_of(found, "Activities/one").fate is Fate.NONE


@pytest.mark.parametrize("kind", ["PUSH", "CUSTOM", "ContactCenter"])
def test_a_journey_of_nothing_attune_sends_makes_no_playbook_and_says_why(tmp_path, kind):
    found = imported(journey({"a": {kind: {"NextActivity": ""}}}, "a"))

    assert found.playbook is None
    assert "nothing is left for a playbook to say" in as_markdown(Report((found,), {}))
    assert [path.name for path in write(Report((found,), {}), tmp_path, replace=False)] == ["report.md"]


def test_a_segment_that_was_not_exported_is_to_be_decided():
    found = imported(segments={})

    assert "segments" not in found.playbook["audience"]
    assert fate_of(found, "StartCondition/EventStartCondition/SegmentId").fate is Fate.DECIDE


def test_quiet_in_the_middle_of_the_day_is_not_turned_into_contact_hours():
    found = imported({**JOURNEY, "OpenHours": {}, "QuietTime": {"Start": "12:00", "End": "14:00"}})

    assert "hours" not in found.playbook
    assert fate_of(found, "QuietTime").fate is Fate.NONE


def test_the_command_writes_playbooks_and_a_report_and_never_over_what_is_there(tmp_path):
    first = run(EXAMPLES, "--out", tmp_path)
    again = run(EXAMPLES, "--out", tmp_path)

    assert first.exit_code == 0, first.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cart_reminder_2025.yaml", "report.md"]
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert run(EXAMPLES, "--out", tmp_path, "--replace").exit_code == 0
    file = (tmp_path / "cart_reminder_2025.yaml").read_text(encoding="utf-8")
    assert "# To decide: trigger" in file
    tree = json.loads(run(EXAMPLES, "--out", tmp_path, "--replace", "--json").stdout)
    assert tree["journeys"][0]["playbook"] == yaml.safe_load(file)
    assert list(tree["segments"]) == ["loyal_customers"]


LISTED = {"JourneysResponse": {"Item": [JOURNEY, {**JOURNEY, "Id": "other"}]}}


@pytest.mark.parametrize(
    ("tree", "journeys"),
    [({"JourneyResponse": JOURNEY}, 1), (JOURNEY, 1), ([JOURNEY, SEGMENT], 1), (LISTED, 2)],
    ids=["wrapped", "bare", "several", "listed"],
)
def test_every_shape_in_which_the_aws_cli_prints_them_is_read(tmp_path, tree, journeys):
    path = tmp_path / "export.json"
    path.write_text(json.dumps(tree), encoding="utf-8")

    result = run(path, "--out", tmp_path / "out", "--json")

    found = json.loads(result.stdout)["journeys"]
    assert len({one["playbook"]["id"] for one in found}) == len(found) == journeys


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "bad.json:1:2: this is not JSON"),
        ("[]", "there is no journey and no segment"),
        ('"x"', "this is a str, not a journey or segment"),
        ('{"Items": []}', "neither a journey nor a segment"),
        (json.dumps({"JourneysResponse": {"Item": [], "NextToken": "t"}}), "one page of several"),
        (json.dumps({**JOURNEY, "Activities": []}), "Activities"),
        (json.dumps({**JOURNEY, "Surprise": 1}), 'Unknown field of a journey: "Surprise"'),
        (json.dumps({"JourneyResponse": {"Name": "x"}}), "Missing required field of a journey"),
    ],
)
def test_what_is_no_export_is_refused_with_its_place_and_what_to_do(tmp_path, text, told):
    path = tmp_path / "bad.json"
    path.write_text(text, encoding="utf-8")

    result = run(path, "--out", tmp_path / "out")

    assert result.exit_code == 2
    assert told in result.output.replace("\n", " ")
    assert "try:" in result.output
    assert not (tmp_path / "out").exists()


def test_a_folder_without_files_and_a_file_that_is_not_there_are_told(tmp_path):
    assert "there is no .json file in it" in run(tmp_path).output
    assert "cannot be read" in run(tmp_path / "nothing.json").output


def test_both_examples_are_what_the_service_prints():
    exports = read_exports([EXAMPLES])

    assert [tree["Name"] for _, tree in exports.journeys] == ["Cart reminder 2025"]
    assert list(exports.segments) == [SEGMENT["Id"]]


# Exports as the service's own model allows them, whatever sense they make.

WORDS = st.text("abcXYZ 0-/|`.é", min_size=1, max_size=8)
SPANS = st.sampled_from(["PT1H", "P2D", "P1DT12H", "PT0S", "soon", "P400D"])
TIMES = st.sampled_from(["08:00", "20:30", "23:59", "noon"])
ACTIVITIES = ("a", "b", "c", "d")
NEXT = st.sampled_from(["", "gone", *ACTIVITIES])
SPECIAL = {
    "WaitFor": SPANS,
    "EndpointReentryInterval": SPANS,
    "Start": TIMES,
    "End": TIMES,
    "StartTime": TIMES,
    "EndTime": TIMES,
    "Timezone": st.sampled_from(["UTC", "UTC+01", "UTC-0930", "Europe/Berlin", "nowhere"]),
    "TimezoneEstimationMethods": st.just(["PHONE_NUMBER"]),
    "StartActivity": NEXT,
    "NextActivity": NEXT,
    "TrueActivity": NEXT,
    "FalseActivity": NEXT,
    "DefaultActivity": NEXT,
    "Percentage": st.integers(0, 100),
}


PLAIN = {
    "integer": st.integers(0, 40),
    "double": st.floats(0, 9),
    "boolean": st.booleans(),
    "timestamp": st.just("2026-01-01T00:00:00Z"),
}


def of_shape(shape, name=""):
    """Return what the model allows under a name."""
    if name in SPECIAL:
        return SPECIAL[name]
    match shape.type_name:
        case "structure":
            required = {
                key: of_shape(inner, key) for key, inner in shape.members.items() if key in shape.required_members
            }
            optional = {key: of_shape(inner, key) for key, inner in shape.members.items() if key not in required}
            return st.fixed_dictionaries(required, optional=optional)
        case "list":
            return st.lists(of_shape(shape.member), max_size=2)
        case "map":
            keys = st.sampled_from(ACTIVITIES) if name == "Activities" else WORDS
            return st.dictionaries(keys, of_shape(shape.value), max_size=3)
        case kind if kind in PLAIN:
            return PLAIN[kind]
        case _:
            return st.sampled_from(shape.enum) if shape.enum else WORDS


def exported(name):
    return st.deferred(lambda: of_shape(_model().shape_for(name)))


UNHURRIED = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


def everything_is_accounted_for(account: Account):
    noted = {finding.path for finding in account.findings}
    assert [path for path in leaves(account.of) if not any(part in noted for part in prefixes(path))] == []


@UNHURRIED
@given(tree=exported("JourneyResponse"))
def test_whatever_a_journey_says_is_accounted_for_and_the_playbook_can_be_read(tmp_path, tree):
    before = deepcopy(tree)

    found = imported(tree)

    assert tree == before
    everything_is_accounted_for(found.account)
    told = {finding.path.split("/")[1] for finding in found.account.findings if finding.path.startswith("Activities/")}
    assert told >= {name.split("/")[0] for name in tree.get("Activities") or {}}
    if found.playbook is not None:
        playbook = saved(tmp_path, found)
        assert not playbook.enabled
        assert len(playbook.touches) <= sum(kind_of(one) in MESSAGES for one in tree["Activities"].values())
    report = as_markdown(Report((found,), {}))
    assert all(line.count("|") - line.count("\\|") in (4, 5) for line in report.splitlines() if line.startswith("|"))


@UNHURRIED
@given(tree=exported("SegmentResponse"))
def test_whatever_a_segment_says_is_accounted_for(tree):
    everything_is_accounted_for(import_segment(tree, "name"))


@given(name=st.text(max_size=80), taken=st.sets(st.sampled_from(["a", "text", "text_2", "ab"])))
def test_ids_are_ids_whatever_the_name_was(name, taken):
    made = as_id(name, prefix="text", taken=taken)

    assert made not in taken
    assert len(made) <= LONGEST
    assert made[0].isalpha()
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789_")


@given(seconds=st.integers(0, 10**8))
def test_durations_are_read_as_they_are_written(seconds):
    assert duration(iso(timedelta(seconds=seconds))) == timedelta(seconds=seconds)
