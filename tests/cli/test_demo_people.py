"""What people in the demo say, whenever the shop opens."""

from datetime import UTC, datetime, timedelta

from attune.adapters.playbook_files import load_playbooks
from attune_cli.cdk import ROOT
from attune_cli.demo.cast import cast
from attune_cli.demo.people import AGO, AHEAD, as_told, track, with_days

OPENS_LATE = datetime(2027, 3, 2, 10, tzinfo=UTC)


def test_a_day_to_come_is_counted_from_when_it_is_told() -> None:
    call = with_days(track("Note Recorded", topic="trip"), date=timedelta(days=10))

    assert as_told(call, OPENS_LATE)["properties"] == {"topic": "trip", "date": "2027-03-12"}


def test_nobody_in_the_cast_names_a_day_that_is_over_when_the_shop_opens_late() -> None:
    people = cast(load_playbooks(ROOT / "templates"))
    told = [as_told(call, OPENS_LATE) for one in people for act in one.acts for call in act.calls]
    days = [call["properties"][name] for call in told for name in ("date", "new_date") if name in call["properties"]]

    assert len(days) >= 2
    assert min(days) > OPENS_LATE.date().isoformat()
    assert all(AGO not in call and AHEAD not in call for call in told)
