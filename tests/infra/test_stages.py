"""What a stage may be, and what every stage must pass."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from infra.app import build
from infra.config import STAGES, load_stage
from infra.stage import PartnerBus
from infra.stage_checks import ConfigError
from tests.infra.templates import Synthesised, app

ROOT = Path(__file__).resolve().parents[2]
ANCHOR = "2026-11-01T00:00:00Z/2026-11-01T00:00:00Z"


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_a_stage_with_real_customers_refuses_a_fast_clock(name: str) -> None:
    with pytest.raises(ConfigError, match=rf"stage '{name}' lives in real time: clock_speed=3600 is refused"):
        build(app(stage=name, clock_speed="3600", clock_anchor=ANCHOR))


def test_prod_refuses_a_fast_clock_even_where_its_configuration_allows_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STAGES, "prod", replace(STAGES["prod"], allows_fast_clock=True))

    with pytest.raises(ConfigError, match="lives in real time"):
        load_stage("prod", clock_speed="2", clock_anchor=ANCHOR)


def test_the_local_stage_lives_faster_in_every_function() -> None:
    service = build(app(stage="local", clock_speed="3600", clock_anchor=ANCHOR)).service
    functions = Template.from_stack(service).find_resources("AWS::Lambda::Function")
    clocks = {
        (variables["ATTUNE_CLOCK_SPEED"], variables["ATTUNE_CLOCK_ANCHOR"])
        for variables in (function["Properties"]["Environment"]["Variables"] for function in functions.values())
    }

    assert clocks == {("3600", ANCHOR)}


@pytest.mark.parametrize(
    ("speed", "anchor", "message"),
    [
        ("fast", "", "is not a number"),
        ("0", "", "above 0"),
        ("-1", "", "above 0"),
        ("inf", ANCHOR, "finite"),
        ("nan", ANCHOR, "finite"),
        ("3600", "", "needs -c clock_anchor"),
        ("1", ANCHOR, "only together with a clock_speed"),
    ],
)
def test_a_clock_that_makes_no_sense_is_refused_with_a_reason(speed: str, anchor: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_stage("local", clock_speed=speed, clock_anchor=anchor)


def test_an_unknown_stage_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="local, dev, prod"):
        load_stage("staging")


def test_a_stage_does_not_really_send_from_the_made_up_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STAGES, "prod", replace(STAGES["prod"], dry_run=False))

    with pytest.raises(ConfigError, match="would really send"):
        load_stage("prod")


@pytest.mark.parametrize(
    ("partners", "message"),
    [
        ((PartnerBus(name="shop-bus"),), "begins with aws.partner/"),
        ((PartnerBus(name="aws.partner/a/b"), PartnerBus(name="aws.partner/a/b")), "names a bus twice"),
        ((PartnerBus(name="aws.partner/a/b", pattern={"detailtype": ["x"]}),), "has the field 'detailtype'"),
    ],
)
def test_a_bus_of_a_partner_that_could_not_be_heard_is_refused_with_a_reason(
    monkeypatch: pytest.MonkeyPatch, partners: tuple[PartnerBus, ...], message: str
) -> None:
    monkeypatch.setitem(STAGES, "prod", replace(STAGES["prod"], partner_buses=partners))

    with pytest.raises(ConfigError, match=message):
        load_stage("prod")


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*",
        "http://www.shop.com",
        "https://www.shop.com/",
        "https://www.shop.com/cart",
        "www.shop.com",
        "null",
    ],
)
def test_an_origin_that_could_be_anybodys_or_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, origin: str) -> None:
    monkeypatch.setitem(STAGES, "prod", replace(STAGES["prod"], site_origins=("https://www.shop.com", origin)))

    with pytest.raises(ConfigError, match="site_origins"):
        load_stage("prod")


def test_without_origins_of_its_own_a_stage_believes_its_sites(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STAGES, "prod", replace(STAGES["prod"], site_url="https://www.shop.com/en"))

    assert load_stage("prod").onsite_origins == ("https://www.shop.com",)
    several = ("https://www.shop.com", "https://help.shop.com:8443")
    monkeypatch.setitem(STAGES, "prod", replace(STAGES["prod"], site_origins=several))
    assert load_stage("prod").onsite_origins == several


def test_every_stage_passes_both_packs_of_checks(every_stage: Synthesised) -> None:
    # Synthesising raises on a finding; that the checks do look is the next test.
    assert set(every_stage.templates) >= {"state", "service"}


def test_the_checks_do_look() -> None:
    checked = app(stage="local")
    stacks = build(checked)
    s3.Bucket(stacks.service, "Careless")

    with pytest.raises(RuntimeError, match="AwsSolutions-S10"):
        checked.synth()


def test_only_aws_gets_the_operations_stack() -> None:
    assert {name: stage.operations for name, stage in STAGES.items()} == {"local": False, "dev": True, "prod": True}


def test_reading_the_stages_prints_nothing_on_any_node_that_the_project_runs_on() -> None:
    """The CDK's runtime complains of an old Node, in bytes as Python prints them, unless its major version is named."""
    nowhere = {name: value for name, value in os.environ.items() if not name.startswith("JSII_")}
    command = [sys.executable, "-c", "import infra.config"]
    done = subprocess.run(command, env=nowhere, cwd=ROOT, check=False, capture_output=True, text=True)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
