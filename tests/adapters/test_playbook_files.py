"""Playbooks: whatever is wrong with the file, the error names file, place and fix, and nothing half-read is used."""

from copy import deepcopy
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from attune.adapters.playbook_archive import load_archive
from attune.adapters.playbook_files import load_playbooks, read_playbook
from attune.adapters.playbook_problems import repeated_fields
from attune.domain.errors import PlaybookError
from attune.domain.friction_levels import Level
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
        ("trigger.quite_period", "PT1M", "trigger.quite_period: there is no such field; did you mean 'quiet_period'?"),
        ("goals", ["Order Complete"], "goals.0: Order Complete is not an event that Attune knows; did you mean"),
        (
            "hours",
            {"sms": {"open": "09:00", "closes": "20:00"}},
            "hours.sms.open: there is no such field; did you mean 'opens'?",
        ),
        ("version", "1.0", "version must be three numbers"),
        ("re_entry", {"within": "P400D"}, "re_entry counts at most expires_after and 90 days back"),
        ("zzz", 1, "zzz: there is no such field; known here: audience, enabled, "),
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
        (
            "fallback_time_zone",
            "Mars/Olympus",
            "fallback_time_zone: 'Mars/Olympus' is not an IANA zone; such as Europe/Berlin",
        ),
        ("fallback_locale", "english please", "fallback_locale: 'english please'"),
        ("id", "another", "id: is 'another' but must be the file's name"),
        (
            "trigger.opened_by",
            ["Product Addded"],
            "trigger.opened_by.0: Product Addded is not an event that Attune knows; did you mean 'Product Added'?",
        ),
        (
            "trigger.closed_by",
            ["order completed"],
            "trigger.closed_by.0: order completed is not an event that Attune knows; did you mean 'Order Completed'?",
        ),
        ("trigger.excluded_by", ["Coupon Eaten"], "trigger.excluded_by.0: Coupon Eaten"),
    ],
)
def test_a_mistake_is_named_with_file_and_place(tmp_path, place, value, says):
    assert says in complaint(tmp_path, changed(place, value))


def test_an_unknown_event_comes_with_the_names_that_are_known(tmp_path):
    assert "Product Added, Product Clicked" in complaint(tmp_path, changed("trigger.opened_by", ["Xyzzy"]))


def test_a_mistake_is_named_with_the_line_it_stands_in(tmp_path):
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    wrong = {
        "friction_floor: low": "friction_floor: angry",
        "  quiet_period: PT10M": "  quite_period: PT10M",
        "      friction_at_least: high": "      friction_at_least: hihg",
        "      discount: 10 %": "      discont: 10 %",
        "  closed_by: [Order Completed]": "  closed_by: [Order Completed, Order Completd]",
    }
    at = {lines.index(right) + 1: mistake for right, mistake in wrong.items()}
    parsed = {number: mistake for number, mistake in at.items() if "Completd" not in mistake}

    told = complaint(tmp_path, "\n".join(parsed.get(n, line) for n, line in enumerate(lines, start=1)))
    for number, mistake in parsed.items():
        field = mistake.strip().partition(":")[0]
        assert any(f":{number}: " in line and field in line for line in told.splitlines()), (number, told)

    (number, mistake), *_ = (item for item in at.items() if "Completd" in item[1])
    told = complaint(tmp_path, "\n".join(mistake if n == number else line for n, line in enumerate(lines, start=1)))
    assert f"cart_abandonment.yaml:{number}: trigger.closed_by.1: Order Completd is not an event" in told


def test_a_field_that_is_missing_is_looked_for_where_it_belongs(tmp_path):
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if line != "      discount: 10 %")

    assert f":{lines.index('    offer:') + 1}: touches.2.offer.discount: Field required; add it" in complaint(
        tmp_path, text
    )


def test_a_text_that_is_no_yaml_says_in_which_line(tmp_path):
    assert "cart_abandonment.yaml:2: this is not YAML" in complaint(tmp_path, "id: cart_abandonment\nversion: 1: 2\n")


def test_a_field_that_stands_twice_is_found():
    """YAML keeps the last and says nothing."""
    text = "id: a\nlimits:\n  per_day: 1\n  per_day: 9\nid: b\n"

    assert [(one.line, one.place) for one in repeated_fields(text)] == [(4, "limits.per_day"), (5, "id")]


def test_an_earlier_version_lies_in_a_folder_of_its_playbook(tmp_path):
    folder = tmp_path / "playbooks" / "cart_abandonment"
    folder.mkdir(parents=True)
    for version in ("1.9.0", "1.10.0"):
        (folder / f"{version}.yaml").write_text(yaml.safe_dump(GOOD | {"version": version}), encoding="utf-8")
    archive = load_archive(tmp_path)

    assert archive.older("cart_abandonment") == ["1.10.0", "1.9.0"]
    assert archive.get("cart_abandonment", "1.9.0").version == "1.9.0"
    assert archive.get("cart_abandonment", "1.9.0") is archive.get("cart_abandonment", "1.9.0")
    assert archive.get("cart_abandonment", "2.0.0") is None
    assert archive.get("../cart_abandonment", "1.9.0") is None
    assert archive.older("unknown") == []


def test_an_earlier_version_under_another_name_is_refused(tmp_path):
    folder = tmp_path / "playbooks" / "cart_abandonment"
    folder.mkdir(parents=True)
    (folder / "1.1.0.yaml").write_text(yaml.safe_dump(GOOD), encoding="utf-8")

    with pytest.raises(PlaybookError, match=r"version: is '1.0.0' but must be the file's name; '1.1.0'"):
        load_archive(tmp_path).get("cart_abandonment", "1.1.0")


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
