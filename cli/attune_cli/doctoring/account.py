"""What a stage needs of its account and region before anything is deployed: bootstrap, services, quotas, configuration."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from attune_cli.doctoring.lines import Area, Line
from attune_cli.doctoring.wanted import DAYS_OF_A_JOURNEY, Wanted

BOOTSTRAP = "/cdk-bootstrap/hnb659fds/version"
LEAST_BOOTSTRAP = 8
"""Deploying asks for 6; the role that `cdk diff` reads with came with 8."""
SERVICES = ("apigatewayv2", "athena", "codedeploy", "dynamodb", "events", "firehose", "glue", "lambda", "scheduler",
            "schemas", "secretsmanager", "sesv2", "sns", "sqs", "ssm", "stepfunctions")  # fmt: skip
CALLED_ALL_DAY = 11
"""Functions that queues, pages and journeys call (tests/infra/test_canary.py counts them)."""
OPEN_JOURNEYS = 1_000_000
"""How many executions an account may have open, as AWS documents it."""
JOURNEYS_OF_EVENTS = 0.01
"""One journey for a hundred events: an assumption, ten times that of docs/costs.md's month of a shop is still safe."""


def not_reached(wanted: Wanted) -> Line | None:
    """Return the line that says why AWS answers nobody here: nothing else can be asked then; None where it answers."""
    try:
        wanted.session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        fix = "sign in (aws sso login), set AWS_PROFILE, or look at the network; then run doctor again"
        return Area("account").failed("credentials", f"AWS was asked nothing: {error}", fix)
    return None


def unasked_lines(wanted: Wanted) -> list[Line]:
    """Return what can be told of a stage without asking AWS."""
    area = Area("account")
    return [*_services(area, wanted), *_configuration(wanted), _journeys(area, wanted)]


def account_lines(wanted: Wanted) -> list[Line]:
    """Return everything about the account itself."""
    area = Area("account")
    session = wanted.session
    return [
        *area.asked("credentials", lambda: _identity(area, wanted, session.client("sts").get_caller_identity())),
        *_services(area, wanted),
        *area.asked("bootstrap", lambda: _bootstrap(area, session.client("ssm"))),
        *_configuration(wanted),
        *area.asked("concurrency", lambda: _concurrency(area, wanted, session.client("lambda"))),
        _journeys(area, wanted),
    ]


def _identity(area: Area, wanted: Wanted, caller: Any) -> Iterator[Line]:
    seen = f"account {caller['Account']} in {wanted.session.region_name}, as {caller['Arn'].rpartition(':')[2]}"
    if caller["Arn"].endswith(":root"):
        yield area.failed("credentials", seen, "use a role: the root user deploys nothing")
    else:
        yield area.passed("credentials", seen)


def _services(area: Area, wanted: Wanted) -> Iterator[Line]:
    region, stage = wanted.session.region_name, wanted.stage
    needed = [*SERVICES]
    needed += ["pinpoint-sms-voice-v2"] if stage.sms_provider == "end_user_messaging" else []
    needed += ["comprehend"] if stage.sentiment == "comprehend" else []
    missing = [name for name in needed if not _is_there(wanted, name, region)]
    if missing:
        fix = "another region, or look whether AWS has added it: this reads the SDK's list"
        yield area.warned("services", f"{region} seems to lack {', '.join(missing)}", fix)
    else:
        yield area.passed("services", f"{region} has all {len(needed)} services")


def _is_there(wanted: Wanted, name: str, region: str) -> bool:
    partition = wanted.session.get_partition_for_region(region)
    return region in wanted.session.get_available_regions(name, partition_name=partition)


def _bootstrap(area: Area, ssm: Any) -> Iterator[Line]:
    try:
        version = int(ssm.get_parameter(Name=BOOTSTRAP)["Parameter"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        yield area.failed(
            "bootstrap", "the CDK's bucket and roles are not there", "npx cdk bootstrap, once an account and region"
        )
        return
    if version < LEAST_BOOTSTRAP:
        seen = f"bootstrap version {version}, at least {LEAST_BOOTSTRAP} is needed"
        yield area.failed("bootstrap", seen, "npx cdk bootstrap again")
    else:
        yield area.passed("bootstrap", f"version {version}")


def _configuration(wanted: Wanted) -> Iterator[Line]:
    area, stage = Area("stage", severe=wanted.sends), wanted.stage
    how = (
        "sends"
        if wanted.sends
        else "sends nothing (dry_run)"
        if stage.dry_run
        else "sends nothing (sending_enabled off)"
    )
    yield area.passed("configuration", f"{stage.name} is valid and {how}")
    made_up = [
        name
        for name in ("email_from", "email_reply_to", "site_url", "company_name", "postal_address")
        if ".example" in (value := str(getattr(stage, name))) or "Example" in value
    ]
    if made_up:
        fix = "say who speaks, in infra/config.py: the law wants it under every email"
        yield area.failed("who speaks", f"still made up: {', '.join(made_up)}", fix)
    if not stage.alarm_email and stage.operations:
        yield area.warned("alarms", "nobody hears alarms", "set alarm_email, deploy, and confirm SNS's mail")


def _concurrency(area: Area, wanted: Wanted, client: Any) -> Iterator[Line]:
    limits = client.get_account_settings()["AccountLimit"]
    total, free = limits["ConcurrentExecutions"], limits["UnreservedConcurrentExecutions"]
    most = wanted.stage.max_concurrency * CALLED_ALL_DAY
    seen = f"{free:,} of {total:,} concurrent executions are free; the stage takes {most:,} at most"
    fix = "ask Service Quotas for more concurrent executions of Lambda (new accounts begin with 10)"
    if free <= wanted.stage.max_concurrency:
        yield area.failed("concurrency", seen, fix)
    elif free < most:
        yield area.warned("concurrency", seen, fix)
    else:
        yield area.passed("concurrency", seen)


def _journeys(area: Area, wanted: Wanted) -> Line:
    expected = int(wanted.load.events_a_day * JOURNEYS_OF_EVENTS * DAYS_OF_A_JOURNEY)
    seen = f"about {expected:,} journeys open at a time are expected; an account may have {OPEN_JOURNEYS:,}"
    if expected > OPEN_JOURNEYS // 2:
        return area.warned("journeys", seen, "ask Service Quotas about open executions of Step Functions")
    return area.passed("journeys", seen)
