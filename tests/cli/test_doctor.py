"""`attune doctor`: each line tells pass, warn or fail by what AWS and DNS answer, and a fail has something to do."""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingUDPServer
from types import SimpleNamespace
from typing import Any

import boto3
import dns.flags
import dns.message
import dns.rdatatype
import dns.rrset
import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from botocore.stub import Stubber
from dns.resolver import Resolver
from moto import mock_aws
from typer.testing import CliRunner

from attune_cli.commands.doctor import show
from attune_cli.doctoring.account import BOOTSTRAP, account_lines
from attune_cli.doctoring.deployed import deployed_lines
from attune_cli.doctoring.dns import DnsError, txt_records
from attune_cli.doctoring.lines import Line, State, is_well
from attune_cli.doctoring.mail import mail_lines
from attune_cli.doctoring.texting import text_lines
from attune_cli.doctoring.wanted import Load, Wanted
from attune_cli.main import app
from infra.config import STAGES
from tests.support import ses_account  # noqa: F401 - moto does not know the account's quota

ROOT = Path(__file__).resolve().parents[2]
SENDS = replace(
    STAGES["prod"],
    dry_run=False,
    email_from="Shop <care@mail.shop.com>",
    email_reply_to="care@shop.com",
    site_url="https://shop.com",
    company_name="Shop",
    postal_address="1 High Street",
    alarm_email="ops@shop.com",
    sms_numbers={"GB": "+447700900999"},
    sms_provider="end_user_messaging",
)
ACCOUNT = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": 0.0},
    "PricingAttributes": {"CurrentPlan": "NONE"},
}
IDENTITY = {
    "VerifiedForSendingStatus": True,
    "DkimAttributes": {"SigningEnabled": True, "Status": "SUCCESS"},
    "MailFromAttributes": {
        "MailFromDomain": "bounce.shop.com",
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": "USE_DEFAULT_VALUE",
    },
}
DNS = {
    "bounce.shop.com": ("v=spf1 include:amazonses.com ~all",),
    "_dmarc.shop.com": ("v=DMARC1; p=quarantine; rua=mailto:dmarc@shop.com",),
}
NUMBER = {
    "PhoneNumberArn": "arn:aws:sms-voice:eu-west-1:123456789012:phone-number/phone-1",
    "PhoneNumber": "+447700900999",
    "Status": "ACTIVE",
    "IsoCountryCode": "GB",
    "MessageType": "TRANSACTIONAL",
    "NumberCapabilities": ["SMS"],
    "NumberType": "LONG_CODE",
    "MonthlyLeasingPrice": "1.00",
    "TwoWayEnabled": True,
    "SelfManagedOptOutsEnabled": False,
    "OptOutListName": "Default",
    "DeletionProtectionEnabled": True,
    "CreatedTimestamp": 0,
}
MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:journey"

NOT_DEPLOYED = {"cloudformation": [("describe_stacks", "ValidationError")] * 3}

type Answers = Mapping[str, list[tuple[str, Any]]]


class Answering:
    """A session whose clients answer as told, each answer held against AWS's own model; others are moto's."""

    region_name = "eu-west-1"

    def __init__(self, answers: Answers) -> None:
        self._real = boto3.Session(region_name=self.region_name)
        self._answers = answers
        self.get_partition_for_region = self._real.get_partition_for_region
        self.get_available_regions = self._real.get_available_regions

    def client(self, service: str) -> Any:
        client = self._real.client(service)
        if service in self._answers:
            stubber = Stubber(client)
            for operation, answer in self._answers[service]:
                if isinstance(answer, str):
                    stubber.add_client_error(operation, answer, "Stack with id s does not exist")
                else:
                    stubber.add_response(operation, answer)
            stubber.activate()
        return client


def wanted(answers: Answers, **changes: Any) -> Wanted:
    load = changes.pop("load", Load())
    return Wanted(stage=replace(SENDS, **changes), session=Answering(answers), load=load)  # type: ignore[arg-type]


def states(lines: list[Line], name: str) -> list[str]:
    return [line.state.value for line in lines if line.name == name]


def mail(
    account: Any = None, identity: Any = None, txt: Mapping[str, tuple[str, ...]] = DNS, **changes: Any
) -> list[Line]:
    answers = {"sesv2": [("get_account", ACCOUNT if account is None else account)]}
    again = {"sesv2": [("get_email_identity", one) for one in (identity or [IDENTITY])]}

    class Both(Answering):
        def client(self, service: str) -> Any:
            self._answers = {"sesv2": [*answers["sesv2"], *again["sesv2"]]}
            return super().client(service)

    asked = Wanted(stage=replace(SENDS, **changes), session=Both({}), load=changes.pop("load", Load()))  # type: ignore[arg-type]
    return mail_lines(asked, lambda name: txt.get(name, ()))


@pytest.fixture(autouse=True)
def _aws() -> Iterator[None]:
    with mock_aws():
        yield


def test_mail_of_an_account_that_is_ready_passes_in_every_line() -> None:
    lines = mail()

    assert [line.name for line in lines] == ["sandbox", "plan", "quota", "identity", "DKIM", "SPF", "DMARC"]
    assert {line.state for line in lines} == {State.PASS}


@pytest.mark.parametrize(
    ("change", "name", "state"),
    [
        ({"ProductionAccessEnabled": False}, "sandbox", "fail"),
        ({"EnforcementStatus": "PROBATION"}, "sending", "warn"),
        ({"EnforcementStatus": "SHUTDOWN"}, "sending", "fail"),
        ({"SendingEnabled": False}, "sending", "fail"),
        ({"PricingAttributes": {"CurrentPlan": "ESSENTIALS"}}, "plan", "warn"),
        ({"PricingAttributes": {}}, "plan", "warn"),
        ({"SendQuota": {"Max24HourSend": 200.0, "MaxSendRate": 1.0}}, "quota", "fail"),
        ({"SendQuota": {"Max24HourSend": -1.0, "MaxSendRate": 100.0}}, "quota", "pass"),
        ({"SendQuota": {"Max24HourSend": 6_000.0, "MaxSendRate": 0.1}}, "quota", "warn"),
    ],
)
def test_what_ses_says_about_the_account(change: Any, name: str, state: str) -> None:
    lines = mail({**ACCOUNT, **change})

    assert states(lines, name) == [state]
    assert all(line.fix for line in lines if line.state is not State.PASS)


@pytest.mark.parametrize(
    ("identity", "name", "state"),
    [
        (["NotFoundException", "NotFoundException"], "identity", "fail"),
        (["NotFoundException", IDENTITY], "identity", "pass"),
        ([{**IDENTITY, "VerifiedForSendingStatus": False}], "identity", "fail"),
        ([{**IDENTITY, "DkimAttributes": {"SigningEnabled": True, "Status": "PENDING"}}], "DKIM", "fail"),
        ([{**IDENTITY, "DkimAttributes": {"SigningEnabled": False, "Status": "NOT_STARTED"}}], "DKIM", "fail"),
        ([{name: part for name, part in IDENTITY.items() if name != "MailFromAttributes"}], "SPF", "warn"),
        (["AccessDeniedException"], "identity", "warn"),
    ],
)
def test_what_ses_says_about_the_sender(identity: list[Any], name: str, state: str) -> None:
    assert states(mail(identity=identity), name) == [state]


@pytest.mark.parametrize(
    ("records", "name", "state"),
    [
        ({}, "DMARC", "fail"),
        ({"_dmarc.mail.shop.com": ("v=DMARC1; p=none",)}, "DMARC", "warn"),
        ({"_dmarc.mail.shop.com": ("v=DMARC1; p=reject",)}, "DMARC", "pass"),
        ({"_dmarc.shop.com": ("v=DMARC1; p=reject", "v=DMARC1; p=none")}, "DMARC", "fail"),
        ({"_dmarc.shop.com": ("v=DMARC1; rua=mailto:a@shop.com",)}, "DMARC", "fail"),
        ({"_dmarc.shop.com": ("something else",)}, "DMARC", "fail"),
        ({}, "SPF", "fail"),
        ({"bounce.shop.com": ("v=spf1 include:other.com -all",)}, "SPF", "fail"),
        ({"bounce.shop.com": ("v=spf1 include:amazonses.com -all", "v=spf1 -all")}, "SPF", "fail"),
        ({"bounce.shop.com": ("google-site-verification=1", "v=spf1 include:amazonses.com -all")}, "SPF", "pass"),
    ],
)
def test_what_dns_says_about_the_sender(records: Any, name: str, state: str) -> None:
    assert states(mail(txt=records), name) == [state]


def test_before_a_stage_sends_what_is_missing_warns_and_does_not_fail() -> None:
    lines = mail({**ACCOUNT, "ProductionAccessEnabled": False}, dry_run=True)

    assert states(lines, "sandbox") == ["warn"]
    assert is_well(lines)


def test_dns_that_does_not_answer_is_a_warning_and_no_verdict() -> None:
    def silent(name: str) -> tuple[str, ...]:
        raise DnsError(f"DNS does not tell about {name}: timed out")

    class One(Answering):
        pass

    asked = wanted({"sesv2": [("get_account", ACCOUNT), ("get_email_identity", IDENTITY)]})
    lines = mail_lines(asked, silent)

    assert states(lines, "DMARC") == ["warn"]


def texts(service_answers: list[tuple[str, Any]], **changes: Any) -> list[Line]:
    return text_lines(wanted({"pinpoint-sms-voice-v2": service_answers}, **changes))


def voice(
    tier: str = "PRODUCTION", limit: int = 100, number: Any = None, registrations: Any = ()
) -> list[tuple[str, Any]]:
    limits = {
        "Name": "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT",
        "EnforcedLimit": limit,
        "MaxLimit": limit,
        "Overridden": False,
    }
    return [
        ("describe_account_attributes", {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": tier}]}),
        ("describe_spend_limits", {"SpendLimits": [limits]}),
        ("describe_phone_numbers", {"PhoneNumbers": [{**NUMBER, **(number or {})}]}),
        ("describe_registrations", {"Registrations": list(registrations)}),
    ]


REGISTRATION = {
    "RegistrationArn": "arn:aws:sms-voice:eu-west-1:123456789012:registration/r-1",
    "RegistrationId": "r-1",
    "RegistrationType": "US_TOLL_FREE_REGISTRATION",
    "RegistrationStatus": "REQUIRES_UPDATES",
    "CurrentVersionNumber": 1,
    "CreatedTimestamp": 0,
}


@pytest.mark.parametrize(
    ("answers", "name", "state"),
    [
        (voice(), "sandbox", "pass"),
        (voice(tier="SANDBOX"), "sandbox", "fail"),
        (voice(limit=1), "spend limit", "fail"),
        (voice(), "numbers", "pass"),
        (voice(number={"Status": "PENDING"}), "numbers", "fail"),
        (voice(number={"TwoWayEnabled": False}), "numbers", "fail"),
        (voice(number={"PhoneNumber": "+447700900111"}), "numbers", "fail"),
        (voice(registrations=[REGISTRATION]), "registrations", "warn"),
        (voice(registrations=[{**REGISTRATION, "RegistrationStatus": "COMPLETE"}]), "registrations", "pass"),
    ],
)
def test_what_end_user_messaging_says(answers: Any, name: str, state: str) -> None:
    assert states(texts(answers), name) == [state]


def test_a_stage_without_numbers_and_names_is_asked_nothing_about_sms() -> None:
    (line,) = texts([], sms_numbers={}, sms_sender_id="")

    assert line.state is State.PASS


@pytest.mark.parametrize(("bootstrap", "state"), [("", "fail"), ("6", "fail"), ("28", "pass")])
def test_the_account_is_bootstrapped_or_told_how(bootstrap: str, state: str) -> None:
    if bootstrap:
        boto3.client("ssm", "eu-west-1").put_parameter(Name=BOOTSTRAP, Value=bootstrap, Type="String")
    limits = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": 1000}
    lines = account_lines(wanted({"lambda": [("get_account_settings", {"AccountLimit": limits})]}))

    assert states(lines, "bootstrap") == [state]
    assert states(lines, "services") == ["pass"]
    assert states(lines, "concurrency") == ["pass"]


@pytest.mark.parametrize(("free", "state"), [(10, "fail"), (100, "warn"), (900, "pass")])
def test_a_new_account_s_ten_concurrent_executions_are_told(free: int, state: str) -> None:
    limits = {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": free}
    lines = account_lines(wanted({"lambda": [("get_account_settings", {"AccountLimit": limits})]}))

    assert states(lines, "concurrency") == [state]


def test_made_up_words_about_who_speaks_fail_a_stage_that_sends() -> None:
    lines = account_lines(wanted({}, postal_address="1 Example Street"))

    assert states(lines, "who speaks") == ["fail"]
    assert states(account_lines(wanted({})), "who speaks") == []


def test_expected_journeys_are_held_against_what_step_functions_keeps_open() -> None:
    lines = account_lines(wanted({}, load=Load(events_a_day=100_000_000)))

    assert states(lines, "journeys") == ["warn"]


def stack(status: str, **outputs: str) -> dict[str, Any]:
    listed = [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()]
    return {"Stacks": [{"StackName": "s", "CreationTime": 0, "StackStatus": status, "Outputs": listed}]}


def deployed(
    *, status: str = "UPDATE_COMPLETE", weights: tuple[int, ...] = (100,), mapping: str = "Enabled", secret: Any = None
) -> list[Line]:
    routes = [{"stateMachineVersionArn": f"{MACHINE}:{n}", "weight": weight} for n, weight in enumerate(weights, 3)]
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:attune-prod-service-Ingest"
    source = "arn:aws:sqs:eu-west-1:123456789012:Events"
    described = secret or {"VersionIdsToStages": {"v" * 32: ["AWSCURRENT"]}}
    answers = {
        "cloudformation": [
            ("describe_stacks", stack("UPDATE_COMPLETE", SwitchesParameter="switches", ZendeskSecret="z")),
            ("describe_stacks", stack(status, JourneyArn=MACHINE)),
            ("describe_stacks", stack("UPDATE_COMPLETE")),
        ],
        "stepfunctions": [("describe_state_machine_alias", {"routingConfiguration": routes} if weights else "ResourceNotFound")],
        "secretsmanager": [("describe_secret", described)],
        "lambda": [
            ("list_event_source_mappings", {"EventSourceMappings": [{"FunctionArn": arn, "EventSourceArn": source, "State": mapping}]})
        ],
    }  # fmt: skip
    boto3.client("ssm", "eu-west-1").put_parameter(Name="switches", Value="{}", Type="String", Overwrite=True)
    return deployed_lines(wanted(answers))


def test_a_deployed_stage_that_is_whole_passes_but_for_a_secret_that_nobody_filled() -> None:
    lines = deployed()

    assert [line.name for line in lines if line.state is State.WARN] == ["secrets"]
    assert is_well(lines)
    assert states(lines, "switches") == ["pass"]


@pytest.mark.parametrize(
    ("change", "name", "expected"),
    [
        ({"status": "UPDATE_ROLLBACK_COMPLETE"}, "stacks", "warn"),
        ({"status": "ROLLBACK_COMPLETE"}, "stacks", "fail"),
        ({"weights": ()}, "alias", "fail"),
        ({"weights": (90, 10)}, "alias", "warn"),
        ({"weights": (100, 0)}, "alias", "pass"),
        ({"mapping": "Disabled"}, "queues", "fail"),
        ({"secret": {"VersionIdsToStages": {}}}, "secrets", "fail"),
        ({"secret": {"VersionIdsToStages": {"a" * 32: ["AWSPREVIOUS"], "b" * 32: ["AWSCURRENT"]}}}, "secrets", "pass"),
    ],
)
def test_what_a_deployed_stage_lacks(change: Any, name: str, expected: str) -> None:
    assert expected in states(deployed(**change), name)


def test_a_stage_that_is_not_deployed_yet_says_so_and_fails_nothing() -> None:
    (line,) = deployed_lines(wanted(NOT_DEPLOYED))

    assert (line.state, line.name) == (State.WARN, "stacks")
    assert line.fix == "make deploy STAGE=prod"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["doctor", *arguments])


def test_the_command_tells_everything_about_a_new_account_and_ends_with_one(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = SimpleNamespace(session=Answering(NOT_DEPLOYED))
    monkeypatch.setattr("attune_cli.commands.doctor.chosen_stage", lambda *_: stage)
    monkeypatch.setitem(STAGES, "dev", replace(STAGES["dev"], sms_sender_id=""))  # moto knows no sandbox of SMS
    result = run("--stage", "dev", "--json")
    tree = json.loads(result.stdout)

    assert result.exit_code == 1
    assert tree["well"] is False
    assert "bootstrap" in [line["name"] for line in tree["lines"] if line["state"] == "fail"]
    assert all(line["fix"] for line in tree["lines"] if line["state"] != "pass")
    assert "npx cdk bootstrap" in run("--stage", "dev").stdout


def test_a_stage_that_does_not_exist_is_told_with_those_that_do(monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("--stage", "staging")

    assert result.exit_code == 2
    assert "local, dev, prod" in result.output


def test_the_table_has_a_line_for_each_and_how_many_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    show("stage prod", [Line("email", "DMARC", State.FAIL, "no policy", "publish one")])

    assert "not well: 0 pass, 0 warn, 1 fail" in capsys.readouterr().out


@contextmanager
def a_name_server(records: Mapping[str, tuple[str, ...]]) -> Iterator[Resolver]:
    """Run a name server on this machine that knows these TXT records."""

    class Answer(BaseRequestHandler):
        def handle(self) -> None:
            data, socket = self.request
            query = dns.message.from_wire(data)
            response = dns.message.make_response(query)
            name = query.question[0].name
            texts = records.get(str(name).rstrip("."), ())
            if texts:
                response.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *texts))
            response.flags |= dns.flags.RA
            socket.sendto(response.to_wire(), self.client_address)

    with ThreadingUDPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], server.server_address[1]
        yield resolver
        server.shutdown()


def test_txt_records_are_read_whole_by_the_real_resolver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attune_cli.doctoring.dns.PATIENCE_SECONDS", 60)  # for the slowest machine
    with a_name_server({"shop.com": ('"v=spf1 include:ama" "zonses.com ~all"', '"other"')}) as resolver:
        assert sorted(txt_records("shop.com", resolver)) == ["other", "v=spf1 include:amazonses.com ~all"]
        assert txt_records("nothing.shop.com", resolver) == ()


def test_a_server_that_is_not_there_says_nothing_about_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("attune_cli.doctoring.dns.PATIENCE_SECONDS", 0.2)
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], 9

    with pytest.raises(DnsError, match="about shop"):
        txt_records("shop.com", resolver)


def test_the_page_allows_every_call_that_doctor_makes_and_no_other() -> None:
    page = (ROOT / "docs" / "doctor.md").read_text(encoding="utf-8")
    (policy,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    allowed = set(json.loads(policy)["Statement"][0]["Action"])
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "cli/attune_cli/doctoring").glob("*.py"))
    called = set(re.findall(r"\.((?:get|describe|list)_[a-z_]+)\(", code)) | set(
        re.findall(r'get_paginator\("([a-z_]+)"\)', code)
    )
    offline = {"get_paginator", "get_partition_for_region", "get_available_regions", "get_caller_identity"}

    assert {action.partition(":")[2].lower() for action in allowed} == {
        name.replace("_", "") for name in called - offline
    }


@pytest.mark.parametrize("refusal", [NoCredentialsError(), ClientError({"Error": {"Code": "ExpiredToken"}}, "Asked")])
def test_where_aws_answers_nothing_that_fails_and_nothing_else_is_asked(
    refusal: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Silent(boto3.Session):
        def client(self, service_name: str, **_: Any) -> Any:  # type: ignore[override]
            asked.append(service_name)
            raise refusal

    stage = SimpleNamespace(session=Silent(region_name="eu-west-1"))
    monkeypatch.setattr("attune_cli.commands.doctor.chosen_stage", lambda *_: stage)
    result = run("--stage", "dev", "--json")
    first, *others = json.loads(result.stdout)["lines"]

    assert result.exit_code == 1
    assert asked == ["sts"]
    assert (first["name"], first["state"]) == ("credentials", "fail")
    assert "AWS_PROFILE" in first["fix"]
    assert {"services", "configuration"} <= {line["name"] for line in others}
