"""The groups that decisions can be asked by: told by applications, never finer than a country."""

from attune.domain.customers import Customer, Profile
from attune.domain.decision_groups import GROUPS, groups_of

SECRET = "ab" * 16


def customer(**traits: str) -> Customer:
    return Customer(profile=Profile(customer_id="c-1", subject_secret=SECRET, **traits))


def test_a_customer_belongs_to_the_groups_that_applications_told() -> None:
    told = {"segment": "vip", "lifecycle": "new", "locale": "de-AT", "country": "AT"}

    assert groups_of(customer(**told)) == {**told, "device": ""}


def test_every_group_is_there_and_empty_where_nobody_told() -> None:
    assert groups_of(customer()) == dict.fromkeys(GROUPS, "")


def test_the_playbooks_language_stands_in_where_none_was_told() -> None:
    assert groups_of(customer(), fallback_locale="en")["locale"] == "en"
    assert groups_of(customer(locale="fr"), fallback_locale="en")["locale"] == "fr"


def test_groups_hold_nothing_that_names_a_person() -> None:
    named = {"first_name": "Ada", "email": "ada@shop.example", "phone": "+447700900001", "region": "ENG"}

    assert set(groups_of(customer(**named)).values()) == {""}
