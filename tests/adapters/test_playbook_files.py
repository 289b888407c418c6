"""Playbooks: whatever is wrong with the file, the error names file, place and fix, and nothing half-read is used."""

from copy import deepcopy
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from attune.adapters.playbook_files import load_playbooks, read_playbook
from attune.domain.errors import PlaybookError
from attune.domain.friction import Level
from attune.domain.quiet_hours import DEFAULT_HOURS, Window

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "templates" / "playbooks" / "cart_abandonment.yaml"
GOOD: dict[str, Any] = yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))
MISSING = object()


def changed(place: str, value: object) -> dict[str, Any]:
    """Return the shipped playbook with one place changed, e.g. touches.0.delays."""
    data = deepcopy(GOOD)
    *path, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    target: Any = data
    for part in path:
        target = target.setdefault(part, {}) if isinstance(target, dict) else target[part]
    if value is MISSING:
        del target[last]
    else:
        target[last] = value
    return data


def read(tmp_path: Path, data: object, name: str = "cart_abandonment.yaml"):
    path = tmp_path / name
    path.write_text(data if isinstance(data, str) else yaml.safe_dump(data), encoding="utf-8")
    return read_playbook(path)


def complaint(tmp_path: Path, data: object, name: str = "cart_abandonment.yaml") -> str:
    with pytest.raises(PlaybookError) as caught:
        read(tmp_path, data, name)
    message = str(caught.value)
    assert str(tmp_path / name) in message
    return message


def test_the_shipped_playbook_is_read_as_the_founding_document_wants_it():
    book = read_playbook(SHIPPED)

    assert book.trigger.quiet_period == timedelta(minutes=10)
    assert book.friction_floor is Level.LOW
    assert book.touches[0].offer is None
    assert book.touches[1].when.friction_at_least is Level.HIGH
    assert [touch.offer is not None for touch in book.touches] == [False, False, True]
    assert book.touches[2].when.price_sensitive
    assert book.caps()[0].limit == 1


def test_no_touch_comes_within_the_hours_in_which_reminders_do_harm():
    assert min(read_playbook(SHIPPED).touches[0].delays) >= timedelta(days=1)


@pytest.mark.parametrize("path", sorted(SHIPPED.parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_playbook_parses_and_watches_for_events_that_exist(path):
    assert read_playbook(path).watched().opened_by


@pytest.mark.parametrize(
    ("place", "value", "says"),
    [
        ("id", MISSING, "id: Field required"),
        ("version", 1.0, "version: Input should be a valid string"),
        ("touches", MISSING, "touches: Field required"),
        ("touches", [], "touches"),
        ("touches.0.messages", [], "touches.0"),
        ("touches.0.channels", [], "touches.0"),
        ("touches.0.delays", [], "touches.0"),
        ("touches.0.channels", ["pigeon"], "touches.0.channels.0: Input should be 'email', 'sms' or 'onsite'"),
        ("touches.0.delays", ["tomorrow"], "touches.0.delays.0"),
        ("touches.0.delays", [24], "touches.0.delays.0"),
        ("touches.0.delays", ["-P1D"], "touches.0"),
        ("touches.1.when", {"friction_at_least": "furious"}, "touches.1.when.friction_at_least"),
        ("touches.2.offer", {"code": "X"}, "touches.2.offer.discount: Field required"),
        ("trigger.quiet_period", "PT0S", "trigger"),
        ("trigger.quiet_period", 600, "trigger.quiet_period"),
        ("trigger.opened_by", [], "trigger"),
        ("trigger.colour", "red", "trigger.colour"),
        ("surprise", 1, "surprise: "),
        ("friction_floor", "angry", "friction_floor"),
        ("audience", {"holdout_percent": 101}, "audience: holdout_percent must be from 0 to 100"),
        ("audience", {"rollout_percent": -1}, "audience: rollout_percent must be from 0 to 100"),
        ("limits.sms_per_day", 0, "limits"),
        ("limits.per_week", "many", "limits.per_week"),
        ("expires_after", "PT0S", "expires_after"),
        ("enabled", "perhaps", "enabled"),
        ("hours", {"sms": {"opens": 1200, "closes": "20:00"}}, "hours.sms.opens"),
        ("hours", {"sms": {"opens": "09:00"}}, "hours.sms.closes: Field required"),
        ("hours", {"sms": {"opens": "09:00Z", "closes": "20:00"}}, "hours.sms: opens and closes are local times"),
        ("hours", {"sms": {"opens": "20:00", "closes": "09:00"}}, "hours.sms"),
        ("fallback_time_zone", "Mars/Olympus", "fallback_time_zone 'Mars/Olympus' is not an IANA zone"),
        ("fallback_locale", "english please", "fallback_locale 'english please'"),
        ("id", "another", "id is 'another' but must be the file's name"),
        ("trigger.opened_by", ["Product Addded"], "trigger.opened_by: Product Addded is not an event Attune knows"),
        ("trigger.closed_by", ["order completed"], "trigger.closed_by: order completed"),
        ("trigger.excluded_by", ["Coupon Eaten"], "trigger.excluded_by: Coupon Eaten"),
    ],
)
def test_a_mistake_is_named_with_file_and_place(tmp_path, place, value, says):
    assert says in complaint(tmp_path, changed(place, value))


def test_an_unknown_event_comes_with_the_names_that_are_known(tmp_path):
    assert "Product Added, Product Clicked" in complaint(tmp_path, changed("trigger.opened_by", ["Cart Left"]))


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path):
    data = changed("friction_floor", "angry")
    data["touches"][0]["channels"] = ["pigeon"]

    message = complaint(tmp_path, data)

    assert "friction_floor" in message
    assert "touches.0.channels.0" in message


@pytest.mark.parametrize("text", ["id: [unclosed", "a: b: c", "\tx: 1", "key: &a [*a]"])
def test_what_is_no_yaml_or_no_tree_says_so(tmp_path, text):
    assert complaint(tmp_path, text)


@pytest.mark.parametrize("text", ["", "just words", "[1, 2]", "null"])
def test_a_file_without_fields_says_so(tmp_path, text):
    assert "this playbook does not parse" in complaint(tmp_path, text)


def test_a_file_in_another_encoding_says_so(tmp_path):
    path = tmp_path / "cart_abandonment.yaml"
    path.write_bytes("purpose: Grüße".encode("latin-1"))

    with pytest.raises(PlaybookError, match="UTF-8"):
        read_playbook(path)


def test_a_file_that_is_not_there_says_so(tmp_path):
    with pytest.raises(PlaybookError, match=r"nothing\.yaml"):
        read_playbook(tmp_path / "nothing.yaml")


@pytest.mark.parametrize("name", ["Cart", "cart abandonment", "9cart", "c" * 48])
def test_a_name_that_could_not_name_an_execution_is_refused(tmp_path, name):
    """Executions are called <playbook>-<32 characters>, at most 80, and tags of emails carry the name."""
    assert "lower-case" in complaint(tmp_path, changed("id", name), f"{name}.yaml")


def test_times_that_yaml_reads_as_numbers_are_refused_with_the_fix(tmp_path):
    """YAML 1.1 reads 20:00 without quotes as 1200, which would silently mean 00:20."""
    text = SHIPPED.read_text(encoding="utf-8") + "hours:\n  sms:\n    opens: 09:00\n    closes: 20:00\n"

    message = complaint(tmp_path, text)

    assert "hours.sms.closes" in message
    assert 'in quotes, e.g. "20:00"' in message


def test_durations_come_with_an_example(tmp_path):
    assert "PT10M" in complaint(tmp_path, changed("trigger.quiet_period", 600))


def test_a_playbook_narrows_the_hours_and_keeps_the_sundays_of_the_law(tmp_path):
    book = read(tmp_path, changed("hours", {"sms": {"opens": "10:00", "closes": "18:00"}}))

    hours = book.contact_hours("sms").weekdays
    assert hours[0] == Window(time(10), time(18))
    assert hours[6] == Window(time(12), time(18))
    assert book.contact_hours("email") == DEFAULT_HOURS["email"]


def test_a_playbook_cannot_widen_the_hours_of_the_law(tmp_path):
    book = read(tmp_path, changed("hours", {"sms": {"opens": "05:00", "closes": "23:30"}}))

    assert book.contact_hours("sms") == DEFAULT_HOURS["sms"]


def test_hours_that_leave_nothing_of_a_sunday_leave_it_silent(tmp_path):
    book = read(tmp_path, changed("hours", {"sms": {"opens": "09:00", "closes": "11:00"}}))

    assert 6 not in book.contact_hours("sms").weekdays


def test_a_note_on_the_site_may_have_hours_of_its_own(tmp_path):
    book = read(tmp_path, changed("hours", {"onsite": {"opens": "06:00", "closes": "22:00"}}))

    assert set(book.contact_hours("onsite").weekdays.values()) == {Window(time(6), time(22))}


def test_a_folder_is_read_once_and_by_name(tmp_path):
    (tmp_path / "playbooks").mkdir()
    read(tmp_path / "playbooks", GOOD)

    books = load_playbooks(tmp_path)

    assert list(books) == ["cart_abandonment"]
    assert load_playbooks(tmp_path) is books


def test_one_bad_playbook_stops_the_folder(tmp_path):
    (tmp_path / "playbooks").mkdir()
    read(tmp_path / "playbooks", GOOD)
    (tmp_path / "playbooks" / "bad.yaml").write_text("id: bad", encoding="utf-8")

    with pytest.raises(PlaybookError, match=r"bad\.yaml"):
        load_playbooks(tmp_path)
