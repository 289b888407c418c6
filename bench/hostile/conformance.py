"""Requests that schemathesis makes of docs/openapi.yaml, held against the document and against what belongs to others.

    python -m bench.hostile.conformance [--count 10000] [--seed 1] [--json]

Each operation is asked in both ways, with what its schemas allow and with what they do not, half of the time by somebody with
a right of their own. Ends with status 1 where an answer breaks the document, a function fails, or data crosses customers.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bench.hostile.gateway import TOKEN, Gateway
from bench.hostile.requests import Route, routes_of
from bench.hostile.run import (
    KEPT,
    OPENAPI,
    SECRET_WORDS,
    THEIRS,
    Found,
    handle,
    in_a_stage,
    own_tokens,
    report,
    rows_of,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def operations(gateway: Gateway, document: Path = OPENAPI) -> Iterator[APIOperation[Any, Any, Any, Any]]:
    """Yield what the document describes, as schemathesis reads it; requests go to the gateway, and none to the network."""
    schema = schemathesis.openapi.from_path(document)
    schema.app = gateway
    for result in schema.get_all_operations():
        yield result.ok()


def put_to_the_test(count: int, chance: int, *, path: str = "") -> Found:
    """Make about `count` requests, each operation its share, and say what became of them; inside a stage of two.

    The same `chance` makes the same requests. With a `path`, only its operations are asked.
    """
    found, before, began = Found(), rows_of(THEIRS), time.perf_counter()
    gateway, tokens = Gateway(routes_of(OPENAPI), _handled), own_tokens()
    known = [one for one in operations(gateway) if path in {"", one.path}]
    for operation in known:
        for mode in MODES:
            asking = _Asking(gateway, tokens, found)
            _share(operation, mode, max(1, count // (len(known) * len(MODES))), chance)(asking)
    found.seconds = time.perf_counter() - began
    if rows_of(THEIRS) != before:
        found.leaks.append("what is stored of the other customer changed")
    return found


def _handled(request: Mapping[str, Any]) -> Mapping[str, Any]:
    return handle(request)


def _share(
    operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, count: int, chance: int
) -> Callable[["_Asking"], None]:
    """Return what has one operation asked `count` times in one way."""

    def share(asking: "_Asking") -> None:
        @seed(chance)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), entitled=st.booleans())
        def ask(case: Case, entitled: bool) -> None:  # noqa: FBT001 - Hypothesis hands it over
            asking(case, entitled=entitled)

        ask()

    return share


class _Asking:
    """Sends cases to the gateway and notes what is wrong with an answer."""

    def __init__(self, gateway: Gateway, tokens: Mapping[str, str], found: Found) -> None:
        self._gateway, self._tokens, self._found = gateway, tokens, found

    def __call__(self, case: Case, *, entitled: bool) -> None:
        found = self._found
        if entitled:
            self._entitle(case)
        found.sent += 1
        found.entitled += entitled
        found.by_route[f"{case.method} {case.operation.path}"] += 1
        try:
            response = case.call()
        except Exception as error:  # noqa: BLE001 - that nothing is raised is what is measured
            self._note(found.faults, case, f"{type(error).__name__}: {error}")
            return
        found.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=CHECKS)
        except FailureGroup as failures:
            for failure in failures.exceptions:
                kept = found.faults if response.status_code >= 500 else found.undocumented  # noqa: PLR2004 - HTTP's own
                self._note(kept, case, f"{response.status_code} {failure}")
        told = json.dumps(self._gateway.answered)
        if SECRET_WORDS in told or THEIRS in told:
            self._note(found.leaks, case, str(response.status_code))
        if not entitled and response.status_code < 300:  # noqa: PLR2004 - HTTP's own
            self._note(found.leaks, case, f"{response.status_code} without a right to be there")

    def _entitle(self, case: Case) -> None:
        """Give a request the attacker's own right: a link, a token of their site, a sender's key."""
        purpose = Route(case.method, case.operation.path, frozenset()).purpose
        token = self._tokens.get(purpose, "")
        if TOKEN in case.operation.path:
            case.path_parameters = {"token": token}
        elif purpose == "onsite":
            case.headers["authorization"] = f"Bearer {token}"
        elif purpose == "events":
            case.headers["x-attune-key"] = token

    def _note(self, kept: list[str], case: Case, what: str) -> None:
        if len(kept) < KEPT:
            kept.append(f"{what}: {case.as_curl_command()[:600]}")


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = in_a_stage(lambda: put_to_the_test(options.count, options.seed))
    report(found, as_json=options.json)
    sys.exit(not found.clean)


if __name__ == "__main__":
    main()
