"""How hard it looked for groups: each person once by the hardest moment, and the calm who said that something was wrong."""

from attune.domain.fairness.limits import Dimension
from attune.reporting.fairness_friction import friction_by_group
from tests.support.fairness import rules
from tests.support.results import decision, results_from

PHONE = (Dimension.DEVICE, "phone")


def moment(who, level, *, days=0.0, **groups):
    choice = "calm" if level == "calm" else "started"
    return decision(who, "moment", choice, days=days, level=level, **groups)


def case(who, why, *, days=1.0, choice="opened"):
    return decision(who, "escalation", choice, days=days, why=why, case_id=f"case-{who}")


def found(*rows):
    return results_from(rows).log.friction


def test_a_person_counts_once_with_the_hardest_moment_in_the_groups_of_the_first():
    told = found(
        moment("a", "calm", device="phone", locale="de"),
        moment("a", "high", days=1, device="desktop"),
        moment("a", "low", days=2, device="phone"),
        moment("b", "low", device="phone"),
    )

    assert told[PHONE].levels == {"high": 1, "low": 1}
    assert told[Dimension.LOCALE, "de"].levels == {"high": 1}
    assert (Dimension.DEVICE, "desktop") not in told


def test_only_the_calm_who_said_that_something_was_wrong_were_missed():
    told = found(
        moment("asked", "calm", device="phone"), case("asked", "asked_for_help"),
        moment("angry", "calm", device="phone"), case("angry", "sentiment_dip", choice="joined"),
        moment("quiet", "calm", device="phone"),
        moment("seen", "high", device="phone"), case("seen", "asked_for_help"),
        moment("vip", "calm", device="phone"), case("vip", "vip"),
        moment("gesture", "calm", device="phone"), case("gesture", "personal_moment"),
    )  # fmt: skip

    assert (told[PHONE].missed, told[PHONE].levels["calm"], told[PHONE].people) == (2, 5, 6)


def test_nobody_is_in_a_group_that_is_not_known_and_nobody_counts_whose_visits_were_not_looked_at():
    told = found(moment("a", "low"), case("b", "asked_for_help"))

    assert not told


def test_the_page_shows_declared_groups_that_are_large_enough_in_tens_and_says_that_it_only_describes():
    german = [moment(f"de{number}", "calm", locale="de") for number in range(96)]
    said = [case(f"de{number}", "wants_a_person") for number in range(24)]
    french = [moment(f"fr{number}", "calm", locale="fr", device="phone") for number in range(19)]

    shown = friction_by_group(found(*german, *said, *french), rules())

    assert "described, not compared" in shown
    assert ">100<" in shown  # 96 people, in tens
    assert "25.0\N{NO-BREAK SPACE}% (18.5 to 32.9)" in shown
    assert "fr" not in [cell.partition("</th>")[0] for cell in shown.split('<th scope="row" class="left">')]
    assert "phone" not in shown
    assert friction_by_group(found(*french), rules()) == ""
