"""Whether a moment is answered by a journey: the first decision about it, also when the answer is no."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from attune.domain.customers import Customer, keyed_hash
from attune.domain.decisions import Reason
from attune.domain.dues import is_still_silent
from attune.domain.entering import why_not_entering
from attune.domain.friction import FrictionScore, FrictionScorer, is_price_sensitive
from attune.domain.friction_levels import Level
from attune.domain.goals import goal_reached, is_closed
from attune.domain.holdout import in_holdout
from attune.domain.journeys import HELD_OUT, Journey, JourneyStatus
from attune.domain.playbooks import Playbook
from attune.domain.sessions import Moment, moments_until, state_of
from attune.domain.situation import first_in_line, friction_of, state_at
from attune.domain.undertakings import Correlation, Counted

REPEATED = "repeated_high_friction"


class Answer(StrEnum):
    """What becomes of a moment."""

    STARTED = "started"
    CALM = "calm"
    HOLDOUT = "holdout"
    ALREADY_HELD_OUT = "already_held_out"
    OVER = "over"
    WITHHELD = "withheld"
    HANDED_OVER = "handed_over"
    ALREADY_HANDED_OVER = "already_handed_over"
    ALREADY_RUNNING = "already_running"


@dataclass(frozen=True)
class MomentDecision:
    """The answer to a moment with its reason, the friction behind it, and the journey if one starts."""

    answer: Answer
    reasons: tuple[Reason, ...]
    friction: FrictionScore
    price_sensitive: bool
    journey: Journey


def journey_id_for(customer: Customer, playbook: str, key: str) -> str:
    """Return the id (and execution name) of the one journey this undertaking can ever start.

    Keyed with the customer's own secret: once the profile is gone, the id is about nobody.
    """
    return f"{playbook}-{keyed_hash(customer.profile.subject_secret, f'{playbook}|{key}')}"


def has_come(
    customer: Customer,
    session_id: str,
    moment: Moment,
    playbook: Playbook,
    now: datetime,
    *,
    others: Iterable[Playbook] = (),
) -> bool:
    """Whether it really went quiet as announced; activity before the quiet period ended undoes it.

    `others` are the playbooks that it may have to give way to.
    """
    own = playbook.watched()
    if own.by_silence:
        return is_still_silent(customer, moment, own)
    triggers = (own, *(other.watched() for other in others if own.outranked_by(other.id)))
    return any(
        own.suits(session.context) and moment in moments_until(state_of(session, triggers), triggers, now)
        for session in customer.sessions_called(session_id)
    )


def decide_moment(
    customer: Customer,
    session_id: str,
    moment: Moment,
    playbook: Playbook,
    scorer: FrictionScorer,
    *,
    now: datetime,
    stopped: Reason | None = None,
) -> MomentDecision:
    """Decide what becomes of a moment that has come; `stopped` is why the stage answers none of this playbook's now."""
    state = state_at(customer, session_id, moment.due_at)
    session = next(iter(customer.sessions_called(session_id)), None)
    friction = friction_of(customer, session, state, scorer)
    journey = Journey(
        journey_id=journey_id_for(customer, playbook.id, moment.key),
        playbook=playbook.id,
        playbook_version=playbook.version,
        key=moment.key,
        session_id=session_id,
        since=moment.due_at,
        expires_at=moment.due_at + playbook.expires_after,
        friction_level=friction.level,
    )
    if not playbook.enabled:
        stopped = Reason("kill_switch", "This playbook is switched off.")
    # After a merge the journey of this undertaking may have begun as another customer's, under another id.
    begun = next((j for j in customer.journeys.values() if (j.playbook, j.key) == (playbook.id, moment.key)), None)
    journey = begun or journey
    if customer.current_context.get("bot"):
        answer, reason = Answer.WITHHELD, Reason("bot", "The visitor is a program, not a person.")
    else:
        answer, reason = _answer(customer, moment, playbook, journey, friction=friction, now=now, stopped=stopped)
        # Who wants nothing decided by a program is still given to a person wherever the playbook has one.
        refused = reason is _NO_AUTOMATION and friction.level.rank >= playbook.friction_floor.rank
        if answer is Answer.STARTED or refused:
            since = moment.due_at - scorer.rules.repeated_within
            # What went quiet before this visit began: two carts in one bad hour are one bad hour.
            again = was_high_before(customer, journey, since=since, until=state.started_at or now)
            person = _why_a_person(customer, playbook, friction, again_within=moment.due_at - since if again else None)
            if person is not None:
                answer, reason = Answer.HANDED_OVER, person
    if answer is Answer.HOLDOUT:
        journey = replace(journey, status=JourneyStatus.ENDED, ended_because=HELD_OUT)
    friction_reasons = tuple(Reason(term.term, term.sentence) for term in friction.reasons)
    return MomentDecision(answer, (reason, *friction_reasons), friction, is_price_sensitive(state), journey)


def _why_a_person(
    customer: Customer, playbook: Playbook, friction: FrictionScore, *, again_within: timedelta | None
) -> Reason | None:
    """Return why the playbook wants a person to answer this moment from the beginning, if it does."""
    escalation, profile = playbook.escalation, customer.profile
    if escalation.always:
        return Reason("playbook", "The playbook has a person answer this moment.")
    if escalation.agent_of_record and profile.agent_of_record:
        return Reason("agent_of_record", "Somebody looks after this customer and asked to be involved: they answer.")
    if friction.level.rank < Level.MEDIUM.rank:
        return None
    if escalation.regulatory_flag and profile.regulatory_flag:
        return Reason("regulatory_flag", "It is hard for a customer with a regulatory flag: a person answers.")
    if escalation.vip and profile.vip:
        return Reason("vip", "It is hard for a VIP: a person answers.")
    if escalation.repeated_high_friction and again_within and friction.level is Level.HIGH:
        why = f"Friction is high again within {again_within.days} days; a person should help, not another message."
        return Reason(REPEATED, why)
    return None


def handover_reference(journey: Journey) -> str:
    """Return by what the request for a person is known that is made instead of a journey."""
    return f"{journey.journey_id}#{REPEATED}"


def was_high_before(customer: Customer, journey: Journey, *, since: datetime, until: datetime) -> bool:
    """Whether another undertaking of this customer's was answered at high friction within a time."""
    return any(
        other.friction_level == Level.HIGH and since <= other.since <= until
        for other in customer.journeys.values()
        if other.journey_id != journey.journey_id and not other.held_out
    )


def _answer(  # noqa: PLR0911 - a list of rules in order of weight reads best as returns
    customer: Customer,
    moment: Moment,
    playbook: Playbook,
    journey: Journey,
    *,
    friction: FrictionScore,
    now: datetime,
    stopped: Reason | None,
) -> tuple[Answer, Reason]:
    if any(handover_reference(journey) in case.references for case in customer.cases.values()):
        return Answer.ALREADY_HANDED_OVER, Reason("case_open", "A person was asked about this undertaking.")
    if journey.held_out and journey.journey_id in customer.journeys:
        return Answer.ALREADY_HELD_OUT, Reason("already_held_out", "This undertaking was held out from the beginning.")
    if journey.journey_id in customer.journeys:
        return Answer.ALREADY_RUNNING, Reason("already_running", "This undertaking already has its journey.")
    over = _why_over(customer, moment, playbook, expired=now >= journey.expires_at)
    if over is not None:
        return Answer.OVER, over
    withheld = stopped or _why_withheld(customer, moment, playbook, journey, now)
    if withheld is not None:
        return Answer.WITHHELD, withheld
    if customer.profile.automation_opt_out:
        # No score and no experiment decides about them: a fact is told, or nothing is.
        return (Answer.STARTED, _SERVICE) if playbook.service else (Answer.WITHHELD, _NO_AUTOMATION)
    if friction.level.rank < playbook.friction_floor.rank:
        return Answer.CALM, Reason("calm", "Nothing was hard for the customer; a message would be noise.")
    if not _is_evident(playbook, friction):
        return Answer.CALM, Reason("no_evidence", "Nothing was seen of what this playbook answers.")
    if in_holdout(customer.customer_id, salt=playbook.id, percent=playbook.holdout_percent):
        return Answer.HOLDOUT, Reason("holdout", "Held out, so that the effect of messages can be measured.")
    return Answer.STARTED, _why_started(playbook, friction)


def _why_started(playbook: Playbook, friction: FrictionScore) -> Reason:
    if playbook.trigger.counted_from is Counted.OPENING:
        return Reason("event", "Something happened that the customer should hear of, or be asked about.")
    if playbook.trigger.correlation is Correlation.CUSTOMER:
        return Reason("silence", "Nothing was heard of the customer for a long time.")
    if friction.level is Level.CALM:
        return Reason("evidence", "What this playbook answers was seen, and the customer went quiet.")
    return Reason("friction", f"Friction is {friction.level} and the customer went quiet.")


def _why_over(customer: Customer, moment: Moment, playbook: Playbook, *, expired: bool) -> Reason | None:
    quiet_since = playbook.watched().quiet_since(moment.due_at)
    if goal_reached(customer, playbook, moment.key, quiet_since):
        return Reason("goal_reached", "The customer got there before anything was needed.")
    if is_closed(customer, playbook, moment.key, quiet_since):
        return Reason("undertaking_closed", "What it was about came to an end some other way.")
    return Reason("too_late", "The moment is too long ago to be answered.") if expired else None


def _why_withheld(
    customer: Customer, moment: Moment, playbook: Playbook, journey: Journey, now: datetime
) -> Reason | None:
    if customer.has_open_case:
        return Reason("case_open", "A person is looking after this customer.")
    first = first_in_line(customer, playbook, now)
    if first is not None:
        return Reason("another_journey", f"The journey of {first.playbook} goes first: one thing at a time.")
    return why_not_entering(customer, playbook, journey.journey_id, moment.due_at)


def _is_evident(playbook: Playbook, friction: FrictionScore) -> bool:
    """Whether one of the terms of friction is there that the playbook is about, if it is about some."""
    wanted = set(playbook.trigger.evidence)
    return not wanted or any(term.term in wanted for term in friction.terms)


_NO_AUTOMATION = Reason("automation_opt_out", "The customer wants no automated decisions about them.")
_SERVICE = Reason("service", "It is about what the customer has under way, and told to everybody whom it concerns.")
