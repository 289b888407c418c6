"""Secrets stand in Secrets Manager and nowhere else: not in an environment, an output, a definition or a default."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from math import log2
from typing import Any

import pytest

from tests.infra.everything_on import synthesised
from tests.infra.templates import Synthesised

SAYS_SECRET = re.compile(r"KEY|SECRET|TOKEN|PASSWORD|CREDENTIAL", re.IGNORECASE)
LOOKS_SECRET = re.compile(
    r"AKIA[0-9A-Z]{16}|ASIA[0-9A-Z]{16}|-----BEGIN|\bsk_live_|\bxox[abp]-|\bghp_|eyJ[A-Za-z0-9_-]{20,}\."
)
RESOLVES = "{{resolve:"
LONG_WORD = re.compile(r"[A-Za-z0-9+/=_-]{24,}")
RANDOM_BITS = 4.0
"""Bits a character: words of people stay below, keys of 64 drawn characters lie above 5."""


def environments(resources: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the environment of each function."""
    for name, resource in resources.items():
        if resource["Type"] == "AWS::Lambda::Function":
            yield name, resource["Properties"].get("Environment", {}).get("Variables", {})


def bits(word: str) -> float:
    """Return how many bits a character of a word carries, if its characters were drawn."""
    return -sum(n / len(word) * log2(n / len(word)) for n in Counter(word).values())


def looks_drawn(text: str) -> bool:
    """Whether a text holds a long word that a person would not have written."""
    return any(bits(word) > RANDOM_BITS and re.search(r"\d", word) for word in LONG_WORD.findall(text))


@pytest.fixture(scope="module")
def everything(every_stage: Synthesised) -> dict[str, Any]:
    """The resources of all stacks."""
    return {
        f"{stack}/{name}": resource
        for stack, template in every_stage.templates.items()
        for name, resource in template["Resources"].items()
    }


def test_no_setting_of_a_function_holds_a_secret(everything: dict[str, Any]) -> None:
    """Where a setting's name speaks of a secret, its value is where the secret is: a reference, made at deployment."""
    referring = 0
    for function, variables in environments(everything):
        for name, value in variables.items():
            if SAYS_SECRET.search(name):
                assert isinstance(value, dict), f"{function} {name}"
                assert "Secret" in str(value) or "ImportValue" in str(value), f"{function} {name}"
                referring += 1
            text = json.dumps(value)
            assert RESOLVES not in text, f"{function} {name}"
            assert not LOOKS_SECRET.search(text), f"{function} {name}"
            assert isinstance(value, dict) or not looks_drawn(value), f"{function} {name}"

    assert referring >= 8


def test_a_key_in_a_setting_would_be_found() -> None:
    """The scan itself: 64 characters as Secrets Manager draws them, and words as people write them."""
    assert looks_drawn("kX9vQ2mL7pR4tY8wZ1nB5cD3fG6hJ0sAkX9vQ2mL7pR4tY8wZ1nB5cD3fG6hJ0sA")
    assert looks_drawn("lead " + "Zk3v" * 2 + "q8RtY1pLmW0xS7uN")
    assert not looks_drawn("Attune Care <care@shop.example>, 1 Example Street, 12345 Example")
    assert LOOKS_SECRET.search("AKIAIOSFODNN7EXAMPLE")


def test_the_value_of_a_secret_is_drawn_by_aws_and_written_nowhere(every_stage: Synthesised) -> None:
    for name, secret in every_stage.resources("AWS::SecretsManager::Secret"):
        assert "SecretString" not in secret["Properties"], name
        assert secret["Properties"]["GenerateSecretString"]["PasswordLength"] >= 64, name
    for template in every_stage.templates.values():
        assert RESOLVES not in json.dumps(template)


def test_outputs_name_secrets_and_do_not_show_them(every_stage: Synthesised) -> None:
    for template in every_stage.templates.values():
        for name, output in template.get("Outputs", {}).items():
            if "Secret" in name:
                assert set(output["Value"]) <= {"Ref", "Fn::ImportValue"}, name


def test_what_is_forwarded_with_takes_its_credentials_from_secrets_manager_at_deployment() -> None:
    """A connection of EventBridge needs the value itself: it is a reference that CloudFormation resolves, in one place."""
    found = 0
    for resources in synthesised().values():
        for name, resource in resources.items():
            if RESOLVES in json.dumps(resource):
                assert resource["Type"] == "AWS::Events::Connection", name
                found += 1
        for function, variables in environments(dict(resources)):
            assert RESOLVES not in json.dumps(variables), function

    assert found
