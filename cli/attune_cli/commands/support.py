"""`attune support`: what a support agent does with cases."""

import sys
import time
from collections.abc import Callable
from typing import Annotated

import typer

from attune.domain.go_aheads import Answer
from attune_cli.commands.options import EndpointOption, StageOption, chosen_stage
from attune_cli.console import err, out
from attune_cli.errors import CommandError, ErrorReportingGroup, InputError
from attune_cli.support.desk import Desk
from attune_cli.support.go_ahead_desk import GoAheadDesk
from attune_cli.support.go_ahead_tables import request_list, whole_request
from attune_cli.support.queues import Waiting
from attune_cli.support.reply_lint import lint_reply
from attune_cli.support.schema_file import stale, write
from attune_cli.support.tables import case_list, whole_case
from attune_cli.support.wiring import desk_of

REQUEST = "go-"
"""How the ids of requests for a go-ahead begin."""

app = typer.Typer(
    cls=ErrorReportingGroup,
    help="See, claim, answer and resolve the cases on support's queues.",
    no_args_is_help=True,
)

CaseArgument = Annotated[str, typer.Argument(help="The id of a case, as `pull` shows it.")]
RequestArgument = Annotated[str, typer.Argument(help="The id of a request, as `pull` shows it.")]
NoteOption = Annotated[str, typer.Option("--note", help="Why, for colleagues: kept with the customer, not in the log.")]
AgentOption = Annotated[str, typer.Option("--agent", envvar="ATTUNE_AGENT", help="Who you are; written on the case.")]
LeaseOption = Annotated[float, typer.Option("--lease", help="How many minutes a claim lasts; 1 to 720.")]


@app.command()
def pull(
    *,
    agent: AgentOption = "",
    mine: Annotated[
        str, typer.Option("--mine", metavar="NAME", help="Only cases assigned to this agent of record.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print cases and requests as JSON, one a line.")] = False,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """List the cases that wait on both queues, the most urgent first, and what waits for a yes. Nothing is taken."""
    desk = desk_of(chosen_stage(stage, endpoint_url), agent_id=agent or "nobody", lease_minutes=30)
    listed, strange = desk.pull()
    if mine:
        # A queue cannot be asked for some of its messages: all were looked at, and all lie there again by now.
        listed = [one for one in listed if one.is_for(mine)]
    asked = [] if mine else GoAheadDesk(desk).waiting()
    if as_json:
        sys.stdout.writelines(one.waiting.case.model_dump_json() + "\n" for one in listed)
        sys.stdout.writelines(request.model_dump_json() + "\n" for request in asked)
    elif listed:
        out.print(case_list(listed, desk.customers.clock.now()))
    else:
        out.print(f"no case is waiting for {mine}" if mine else "no case is waiting", markup=False)
    if asked and not as_json:
        out.print(request_list(asked, desk.customers.clock.now()))
    for problem in strange:
        err.print(problem, markup=False)


@app.command()
def show(
    case: CaseArgument, *, agent: AgentOption = "", stage: StageOption = "local", endpoint_url: EndpointOption = ""
) -> None:
    """Show one case (who it is, what happened, what could be said), or one request for a go-ahead, by its id."""
    desk = desk_of(chosen_stage(stage, endpoint_url), agent_id=agent or "nobody", lease_minutes=30)
    if case.startswith(REQUEST):
        out.print(whole_request(GoAheadDesk(desk).shown(case), desk.customers.clock.now()))
        return
    out.print(whole_case(desk.shown(case), desk.customers.clock.now()))


@app.command()
def claim(
    case: Annotated[str, typer.Argument(help="The id of a case; without one the most urgent free case.")] = "",
    *,
    hold: Annotated[bool, typer.Option("--hold", help="Stay, and keep the claim until Ctrl-C.")] = False,
    agent: AgentOption = "",
    lease: LeaseOption = 30,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Take a case, so that nobody else has it. Claim it again to hold it longer; a claim that runs out gives it back."""
    desk = desk_of(chosen_stage(stage, endpoint_url), agent_id=agent, lease_minutes=lease)
    mine = desk.claim(case)
    held = desk.shown(mine.case.case_id)
    out.print(whole_case(held, desk.customers.clock.now()))
    out.print(f"yours for {lease:g} minutes; claiming it again starts them anew")
    if hold:
        keep(desk, mine.case.case_id, time.sleep)


def keep(desk: Desk, case_id: str, sleep: Callable[[float], None]) -> None:
    """Claim a case again and again, until somebody ends it; whoever dies meanwhile loses it when the claim runs out."""
    try:
        while True:
            sleep(desk.lease.total_seconds() / 3)
            desk.claim(case_id)
    except KeyboardInterrupt:
        err.print("no longer held by this terminal; the claim lasts until it runs out")


@app.command()
def reply(
    case: CaseArgument,
    *,
    text: Annotated[str, typer.Option(help="What to send; - reads it from standard input.")] = "",
    suggestion: Annotated[int, typer.Option(help="Send a suggested reply as it is, by its number.", min=0)] = 0,
    channel: Annotated[str, typer.Option(help="email, sms or onsite; by default how they wrote.")] = "",
    subject: Annotated[str, typer.Option(help="The subject of an email; by default the company's name.")] = "",
    reply_id: Annotated[
        str, typer.Option(help="A name of your own for the reply: under one name it is sent once.")
    ] = "",
    agent: AgentOption = "",
    lease: LeaseOption = 30,
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Answer the customer of a case you have claimed. Consent and quiet hours are asked; the lint only warns."""
    desk = desk_of(chosen_stage(stage, endpoint_url), agent_id=agent, lease_minutes=lease)
    about = desk.shown(case).waiting
    words = _words(about, text, suggestion)
    by = channel or _channel(about)
    for finding in lint_reply(words, channel=by, locale=about.case.locale, subject=subject):
        err.print(f"warning: {finding.words!r}: {finding.reason}. {finding.fix}", markup=False)
    result = desk.reply(case, text=words, channel=by, subject=subject, reply_id=reply_id)
    match result["outcome"]:
        case "sent":
            out.print(f"sent by {by}")
        case "uncertain":
            raise CommandError("nobody knows whether it was sent; it is not sent again", "ask the customer, or call")
        case _:
            until = f"possible from {result['until']} on" if "until" in result else "another --channel, or a call"
            raise CommandError(f"not sent: {result['text']}", until)


@app.command()
def approve(
    request: RequestArgument,
    *,
    note: NoteOption = "",
    agent: AgentOption = "",
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Say yes to a touch that waits for a person. The first answer stands; the gate is asked once more before it leaves."""
    heard_by = _answer(request, Answer.APPROVED, note, desk_for(agent, stage, endpoint_url))
    out.print(f"approved: it leaves by {heard_by}, or when contact hours begin, if nothing speaks against it then")


@app.command()
def decline(
    request: RequestArgument,
    *,
    note: NoteOption = "",
    agent: AgentOption = "",
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Say no to a touch that waits for a person: it is not made, and the journey goes on without it."""
    _answer(request, Answer.DECLINED, note, desk_for(agent, stage, endpoint_url))
    out.print("declined: nothing is sent")


@app.command()
def resolve(
    case: CaseArgument,
    *,
    outcome: Annotated[str, typer.Option(help="How it ended, a code such as solved, no_answer, duplicate.")] = "solved",
    tag: Annotated[list[str] | None, typer.Option(help="What it was about, a code; may be given again.")] = None,
    agent: AgentOption = "",
    stage: StageOption = "local",
    endpoint_url: EndpointOption = "",
) -> None:
    """Close a case you have claimed; from then on journeys may speak to the customer again."""
    desk = desk_of(chosen_stage(stage, endpoint_url), agent_id=agent, lease_minutes=30)
    desk.resolve(case, outcome=outcome, tags=tag or [])
    out.print(f"{case} is resolved: {outcome}")


@app.command()
def release(
    case: CaseArgument, *, agent: AgentOption = "", stage: StageOption = "local", endpoint_url: EndpointOption = ""
) -> None:
    """Give a case back at once, for others to take."""
    desk_of(chosen_stage(stage, endpoint_url), agent_id=agent, lease_minutes=30).release(case)
    out.print(f"{case} is free again")


def desk_for(agent: str, stage: str, endpoint_url: str) -> GoAheadDesk:
    """Return where an agent answers requests for a go-ahead."""
    return GoAheadDesk(desk_of(chosen_stage(stage, endpoint_url), agent_id=agent, lease_minutes=30))


def _answer(request: str, answer: Answer, note: str, desk: GoAheadDesk) -> str:
    """Answer a request and show what it was about; return by when the journey has heard it."""
    answered = desk.answer(request, answer, note=note)
    if answered.message is not None:
        out.print(whole_request(answered.message, desk.now))
    return f"{answered.heard_by:%H:%M} UTC"


def _words(about: Waiting, text: str, suggestion: int) -> str:
    if bool(text) == bool(suggestion):
        raise InputError("either --text or --suggestion", "--text 'Hello Ada, …' or --suggestion 1")
    if text:
        words = (sys.stdin.read() if text == "-" else text).strip()
        if not words:
            raise InputError("there is nothing to send")
        return words
    chosen = next((reply.text for reply in about.case.suggested_replies if reply.rank == suggestion), None)
    if chosen is None:
        raise InputError(f"the case suggests no reply {suggestion}", f"attune support show {about.case.case_id}")
    return chosen


def _channel(about: Waiting) -> str:
    """Return how to answer where nobody says: as they wrote, else as they prefer, else the first that is allowed."""
    case = about.case
    wished = (case.wrote_by, case.preferred_contact, *case.channels_permitted)
    return next((channel for channel in wished if channel in ("email", "sms", "onsite")), "email")


@app.command()
def schema(
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Only say whether the file is current; ends with 1 if not.")
    ] = False,
    do_write: Annotated[bool, typer.Option("--write", help="Write the file.")] = False,
) -> None:
    """Keep docs/cases current: the JSON Schemas of what lies on support's queues."""
    if check == do_write:
        raise InputError("either --check or --write")
    if do_write:
        out.print(f"wrote {', '.join(write())}")
    elif old := stale():
        raise CommandError(f"{', '.join(old)} in docs/cases is not current", "attune support schema --write")
    else:
        out.print("docs/cases is current")
