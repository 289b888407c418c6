"""`attune demo`: the main job on a local AWS, told on the terminal."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from attune.adapters.playbook_files import load_playbooks
from attune.domain.decisions import DecisionKind
from attune_cli.auditing.asking import PATIENCE, Answer, Auditor
from attune_cli.auditing.queries import Query, load_queries
from attune_cli.cdk import ROOT
from attune_cli.console import err, out
from attune_cli.demo.cast import cast
from attune_cli.demo.observing import Observer, Row
from attune_cli.demo.pace import idle_share, pace_for
from attune_cli.demo.people import Person
from attune_cli.demo.playing import Play
from attune_cli.demo.report import Story, live_line, show
from attune_cli.errors import CommandError, InputError
from attune_cli.local_aws import HOME, LocalAws
from attune_cli.warming import LOOK_INTO_THE_LOG

OPENS_AT = datetime(2026, 11, 24, 10, tzinfo=UTC)
BEFORE = timedelta(hours=46)
EXPORT_SECONDS = 180.0
GOES_ON = {"RUNNING", "SUCCEEDED"}
"""States of an execution that has come to no harm, though a step of one that runs may be tried again."""


def demo(
    *,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Also write the whole story as data.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the local AWS running, and say how to look around.")
    ] = False,
    speed: Annotated[
        float | None,
        typer.Option(
            min=60,
            max=20_000,
            help="How many seconds of the story pass in one; too fast blurs it. Without it: as many as this machine can follow.",
        ),
    ] = None,
) -> None:
    """Play a week in a shop on a local AWS that the real CDK deploys to, and tell what became of whom and why."""
    if json_file is not None and not json_file.parent.is_dir():
        raise InputError(f"{json_file.parent} is not a folder, so {json_file.name} cannot be written there")
    aws = LocalAws(home=HOME, progress=lambda line: err.print(f"  {line}"))
    if aws.running is not None:
        raise CommandError(f"a local AWS already runs at {aws.endpoint}", "attune local down, then the demo again")
    seconds: dict[str, float] = {}
    kept = False
    try:
        with _phase(seconds, "start and deploy", "Starting a local AWS and deploying Attune to it with the CDK"):
            play = _opened(aws, speed)
        story = _play(aws, play, seconds)
        show(story, out)
        if json_file is not None:
            data = json.dumps(story.as_data(seconds), indent=2, ensure_ascii=False)
            json_file.write_text(f"{data}\n", encoding="utf-8")
            err.print(f"the story as data: {json_file}")
        if keep:
            _say_how_to_look_around(aws)
            kept = True
    finally:
        if not kept:
            aws.stop()
    err.print("  ".join(f"{phase} {duration:.0f} s" for phase, duration in seconds.items()))
    for name, why in story.stuck.items():
        err.print(f"[yellow]could not go on: {escape(name)}: {escape(why)}", soft_wrap=True)
    if story.journeys.keys() - GOES_ON:
        raise CommandError("a run of a journey ended with an error", LOOK_INTO_THE_LOG)


def _opened(aws: LocalAws, speed: float | None) -> Play:
    """Start, deploy and rehearse: what would stop every journey stops the demo, and says why."""
    aws.start()
    aws.deploy()
    clock = aws.set_clock(speed or pace_for(idle_share()), OPENS_AT - BEFORE)
    play = Play(Observer(aws, clock, cast(load_playbooks(ROOT / "templates"))), _tell)
    err.print("  warming up the functions, and running a journey of nobody …")
    play.rehearse()
    return play


def _play(aws: LocalAws, play: Play, seconds: dict[str, float]) -> Story:
    observer, people = play.observer, play.observer.people
    pace = f"the clock runs {observer.clock.scale.speed:,.0f} times as fast"
    with _phase(seconds, "introductions", f"{len(people)} people sign up; {pace}"):
        play.introduce()
        opens = _next_opening(observer.clock.now())
        play.wait_until(opens)
    with _phase(seconds, "story", f"The shop opens: it is {opens:%A, %H:%M} UTC"):
        play.perform(opens)
    with _phase(seconds, "evidence", "Reading messages, cases and the decision log in S3"):
        story = Story(
            people=people,
            subjects=observer.subjects(),
            decisions=observer.decisions(),
            messages=observer.messages(),
            cases=observer.cases(),
            quarantined=observer.quarantined(),
            journeys=observer.journeys(),
            stuck=observer.stuck(),
            answers=_ask(aws, observer, people),
            published=play.published,
        )
    err.print(
        f"  {story.published} events published, {len(story.decisions)} decisions, {len(story.messages)} messages, "
        f"{len(story.cases)} cases, journeys: {', '.join(f'{n} {state.lower()}' for state, n in story.journeys.items())}"
    )
    return story


def _ask(aws: LocalAws, observer: Observer, people: tuple[Person, ...]) -> list[tuple[Query, str, Answer]]:
    """Ask Athena about the first customer and about what was withheld, once the lake has everything."""
    queries = load_queries()
    auditor = Auditor(aws.stage().athena(patience=PATIENCE), is_local=True)
    since = log_begins(datetime.now(UTC)).isoformat()
    expected = len(observer.decisions())
    latest = time.monotonic() + EXPORT_SECONDS
    while _exported(auditor, queries, since) < expected:
        if time.monotonic() > latest:
            raise CommandError(f"the lake did not get all {expected} decisions within {EXPORT_SECONDS:.0f} s")
        time.sleep(0.5)
    first = next(person for person in people if person.name == "Hanna")
    customer = observer.customer(first)
    key = customer.profile.subject_key if customer else ""
    about_first = auditor.ask(queries["why_customer"], {"since": since, "subject_key": key})
    withheld = auditor.ask(queries["withheld_by_reason"], {"since": since})
    return [
        (queries["why_customer"], f" --customer {first.customer_id}", about_first),
        (queries["withheld_by_reason"], "", withheld),
    ]


def log_begins(now: datetime) -> date:
    """Return a day before everything in the log: the deployment is dated by the real clock, the story by the stage's."""
    return (min(now, OPENS_AT - BEFORE) - timedelta(days=1)).date()


def _exported(auditor: Auditor, queries: dict[str, Query], since: str) -> int:
    rows = auditor.ask(queries["decisions_by_kind"], {"since": since}).records()
    return sum(int(row["decisions"] or 0) for row in rows)


def _next_opening(now: datetime) -> datetime:
    """Return the first opening, or the next one on a weekday if introductions took longer."""
    opens = OPENS_AT
    while opens < now or opens.weekday() > 3:  # noqa: PLR2004 - from Monday to Thursday, so that days later are weekdays
        opens += timedelta(days=1)
    return opens


def _tell(at: datetime, row: Row, person: Person | None) -> None:
    if row["kind"] != DecisionKind.CHANGE:  # what was deployed: about no customer, and from before the story
        err.print(live_line(at, row, person), no_wrap=True, overflow="ellipsis")


@contextmanager
def _phase(seconds: dict[str, float], name: str, title: str) -> Iterator[None]:
    err.print(f"[bold]{title}")
    began = time.monotonic()
    yield
    seconds[name] = time.monotonic() - began


def _say_how_to_look_around(aws: LocalAws) -> None:
    outputs = aws.outputs()
    out.rule("[bold]Look around with the plain AWS CLI")
    for line in (
        aws.exports,
        f"aws dynamodb scan --table-name {outputs['DecisionsTable']} --max-items 5",
        f"aws stepfunctions list-executions --state-machine-arn {outputs['JourneyArn']}",
        # AWS CLI 1 obeys AWS_ENDPOINT_URL for every service but SQS.
        f"aws sqs receive-message --queue-url {outputs['SupportQueueUrl']} --endpoint-url {aws.endpoint}",
        f"aws s3 ls --recursive s3://{outputs['LakeBucket']}",
        "attune audit withheld_by_reason",
        "attune local down      # when you have seen enough",
    ):
        out.print(line, soft_wrap=True)
