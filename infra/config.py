"""Everything that differs between the stages, in one place."""

from dataclasses import replace

from aws_cdk.aws_logs import RetentionDays

from infra.stage import Stage
from infra.stage_checks import ConfigError, checked

_LOCAL = Stage(
    name="local",
    retain_state=False,
    host_platform=True,
    operations=False,
    canary=False,
    log_retention=RetentionDays.ONE_DAY,
    archive_days=1,
    lake_days=400,
    max_concurrency=4,
    allows_fast_clock=True,
    dry_run=False,
    sending_enabled=True,
    email_from="Attune Care <care@shop.example>",
    email_reply_to="care@shop.example",
    manages_email_identity=True,
    sms_sender_id="Attune",
    # Made-up numbers: nothing leaves a local AWS. They let the shipped texts ask for replies.
    sms_numbers={"DE": "+4915100000001", "GB": "+447700900999", "US": "+18005550100"},
    site_url="https://shop.example",
    # Without TLS as well: a page on this machine can then stand in for the shop.
    site_origins=("https://shop.example", "http://shop.example"),
    company_name="Example Shop",
    postal_address="Example Shop, 1 Example Street, 12345 Example",
    support_phone="+1 555 0100",
    report_recipients=("owners@shop.example",),
)

_DEV = replace(
    _LOCAL,
    name="dev",
    retain_state=True,
    host_platform=False,
    operations=True,
    log_retention=RetentionDays.TWO_WEEKS,
    archive_days=7,
    max_concurrency=5,
    allows_fast_clock=False,
    dry_run=True,
    manages_email_identity=False,
    sms_numbers={},
    site_origins=(),
    report_recipients=(),
)

_PROD = replace(
    _DEV,
    name="prod",
    canary=True,
    log_retention=RetentionDays.THREE_MONTHS,
    archive_days=30,
    max_concurrency=20,
    email_senders=20,
    # Starts silent: switch off once the sender is verified and a week of decisions has been read.
    dry_run=True,
)

STAGES = {stage.name: stage for stage in (_LOCAL, _DEV, _PROD)}


def load_stage(name: str, *, clock_speed: str = "1", clock_anchor: str = "") -> Stage:
    """Return the stage called `name` with its clock.

    `clock_speed` is how many clock seconds pass in a real one; `clock_anchor` is "<real ISO>/<clock ISO>", the instant
    where the two clocks meet. Raises ConfigError for a stage or a clock that is not allowed.
    """
    if name not in STAGES:
        raise ConfigError(f"There is no stage {name!r}: use one of {', '.join(STAGES)} (cdk -c stage=...).")
    stage = STAGES[name]
    speed = _parse_speed(clock_speed)
    if speed == 1:
        if clock_anchor:
            raise ConfigError("clock_anchor means something only together with a clock_speed other than 1.")
        return checked(stage)
    if name == "prod" or not stage.allows_fast_clock:
        raise ConfigError(
            f"The stage {name!r} lives in real time: clock_speed={clock_speed} is refused, "
            "because real customers would get days of messages within seconds. Only the local stage may live faster."
        )
    if clock_anchor.count("/") != 1:
        raise ConfigError('A clock_speed other than 1 needs -c clock_anchor="<real ISO instant>/<clock ISO instant>".')
    return checked(replace(stage, clock_speed=speed, clock_anchor=clock_anchor))


def _parse_speed(text: str) -> float:
    try:
        speed = float(text)
    except ValueError as error:
        raise ConfigError(f"clock_speed={text!r} is not a number.") from error
    if not 0 < speed < float("inf"):
        raise ConfigError(f"clock_speed={text!r} must be a finite number above 0.")
    return speed
