"""A journey's activities as one way through: Pinpoint's are a graph, a playbook's touches follow one another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from attune_cli.importing.accounting import Account, Fate
from attune_cli.importing.times import duration, iso

MESSAGES = {"EMAIL": "email", "SMS": "sms"}
KINDS = (
    "EMAIL",
    "SMS",
    "PUSH",
    "CUSTOM",
    "Wait",
    "ConditionalSplit",
    "MultiCondition",
    "RandomSplit",
    "Holdout",
    "ContactCenter",
)
ENGAGED = ("_email.", "_sms.", "_campaign.", "_custom.", "_push.")
"""How events about a message of Pinpoint's own begin: opened, clicked, delivered."""


@dataclass
class Planned:
    """A message on the way: its texts, its channel, and how long after what came before."""

    templates: list[str]
    channel: str
    after: timedelta


@dataclass
class Way:
    """What stands on the way that was taken: messages in order, and the share that is held out."""

    planned: list[Planned] = field(default_factory=list)
    holdout: int | None = None
    waits: timedelta = timedelta()
    seen: set[str] = field(default_factory=set)


def kind_of(activity: Mapping[str, Any]) -> str:
    """Return which of its forms an activity has; empty for none."""
    return next((kind for kind in KINDS if isinstance(activity.get(kind), Mapping)), "")


def walk(tree: Mapping[str, Any], account: Account) -> Way:
    """Follow the activities from the first one; account for every one, also for those on other ways."""
    return _Walk(tree, account).follow()


class _Walk:
    def __init__(self, tree: Mapping[str, Any], account: Account) -> None:
        self._activities: Mapping[str, Any] = tree.get("Activities") or {}
        self._start = tree.get("StartActivity") or ""
        self._account = account
        self._way = Way()

    def follow(self) -> Way:
        current = self._start
        if current:
            self._account.note("StartActivity", Fate.CARRIED, "The touches are in the order of the way from here.")
        while current:
            if current in self._way.seen:
                self._note(current, Fate.NONE, "The journey comes back here; a playbook's touches never repeat.")
                break
            activity = self._activities.get(current)
            if activity is None:
                told = f"It leads to the activity {current!r}, which is not in the export."
                self._account.note("StartActivity", Fate.DECIDE, told, "export the journey again")
                break
            self._way.seen.add(current)
            current = self._step(current, activity)
        self._leave_out()
        return self._way

    def _step(self, name: str, activity: Mapping[str, Any]) -> str:
        kind = kind_of(activity)
        body = activity.get(kind) or {}
        if activity.get("Description"):
            told = "Touches have no words of their own."
            self._note(name, Fate.NONE, told, "say it in `purpose` or `moment`", where="Description")
        match kind:
            case "EMAIL" | "SMS":
                self._message(name, kind, body)
            case "Wait":
                self._wait(name, "", body.get("WaitTime") or {})
            case "Holdout":
                self._way.holdout = max(self._way.holdout or 0, int(body.get("Percentage") or 0))
                told = (
                    f"audience.holdout_percent: {self._way.holdout}. Of everybody, from the beginning and for good; "
                    "Pinpoint drew among those who came to this step."
                )
                self._note(name, Fate.CHANGED, told, "decide the share for the whole playbook")
            case "RandomSplit":
                return self._random(name, body)
            case "ConditionalSplit":
                return self._conditional(name, body)
            case "MultiCondition":
                return self._several(name, body)
            case _:
                self._other(name, kind)
        return str(body.get("NextActivity") or "")

    def _message(self, name: str, kind: str, body: Mapping[str, Any]) -> None:
        template = str(body.get("TemplateName") or name)
        self._way.planned.append(Planned([template], MESSAGES[kind], self._way.waits))
        self._way.waits = timedelta()
        self._note(name, Fate.CARRIED, f"Touch {len(self._way.planned)}, by {MESSAGES[kind]}.", "write its text")
        place = f"Activities/{name}/{kind}"
        for inner, told in _MESSAGE_FIELDS.items():
            self._part(f"{place}/{inner}", body, inner, told)

    def _part(self, path: str, body: Mapping[str, Any], inner: str, told: str) -> None:
        tree: Any = body
        for part in inner.split("/"):
            tree = tree.get(part) if isinstance(tree, Mapping) else None
        if tree not in (None, "", {}):
            self._account.note(path, Fate.CHANGED, told)

    def _wait(self, name: str, where: str, wait: Mapping[str, Any]) -> None:
        span = duration(wait.get("WaitFor"))
        if span is not None:
            self._way.waits += span
            told = f"{iso(span)} more before what comes next; the gate may hold it longer, for hours and caps."
            self._note(name, Fate.CARRIED, told, where=where)
        elif wait or not where:
            told = "A playbook waits for durations, not until a date."
            self._note(name, Fate.NONE, told, "publish an event on that day, and let it open the playbook", where=where)

    def _random(self, name: str, body: Mapping[str, Any]) -> str:
        branches = [branch for branch in body.get("Branches") or () if branch.get("NextActivity")]
        arms = [(str(one["NextActivity"]), self._activities.get(one["NextActivity"]) or {}) for one in branches]
        kinds = {kind_of(activity) for _, activity in arms}
        after = {str((activity.get(kind_of(activity)) or {}).get("NextActivity") or "") for _, activity in arms}
        if len(arms) > 1 and len(kinds) == 1 and kinds <= MESSAGES.keys() and len(after) == 1:
            return self._arms(name, arms, next(iter(after)))
        told = "A playbook has one way; Attune tries texts and delays within a touch, not whole ways."
        targets = [str(one["NextActivity"]) for one in branches]
        return self._take_one(name, targets, told)

    def _arms(self, name: str, arms: list[tuple[str, Any]], after: str) -> str:
        for number, (arm, activity) in enumerate(arms):
            self._way.seen.add(arm)
            kind = kind_of(activity)
            if not number:
                self._message(arm, kind, activity[kind])
                continue
            template = str(activity[kind].get("TemplateName") or arm)
            self._way.planned[-1].templates.append(template)
            told = f"A text of touch {len(self._way.planned)}, one of {len(arms)} to choose among."
            self._note(arm, Fate.CARRIED, told, "write its text")
        told = (
            f"touches[{len(self._way.planned)}].messages: the policy learns which text helps; "
            "Pinpoint's shares stayed as they were set."
        )
        self._note(name, Fate.CHANGED, told)
        return after

    def _conditional(self, name: str, body: Mapping[str, Any]) -> str:
        self._wait(name, "ConditionalSplit/EvaluationWaitTime", body.get("EvaluationWaitTime") or {})
        yes, no = str(body.get("TrueActivity") or ""), str(body.get("FalseActivity") or "")
        if _about_engagement(body.get("Condition") or {}) and self._messages_from(no):
            told = (
                "A next touch is made where the customer did not get to the goal, answer or opt out. "
                "Attune does not look at opens and clicks for that."
            )
            self._note(name, Fate.CHANGED, told, "name the goal in `goals`")
            return no
        told = "A touch can ask for friction and price sensitivity (`when`), not for attributes, events or segments."
        return self._take_one(name, [yes, no], told)

    def _several(self, name: str, body: Mapping[str, Any]) -> str:
        self._wait(name, "MultiCondition/EvaluationWaitTime", body.get("EvaluationWaitTime") or {})
        targets = [str(one.get("NextActivity") or "") for one in body.get("Branches") or ()]
        told = "A playbook has one way; who is meant is said by its audience."
        return self._take_one(name, [*targets, str(body.get("DefaultActivity") or "")], told)

    def _take_one(self, name: str, targets: list[str], told: str) -> str:
        """Go on where most messages are; what stands on the other ways is accounted for at the end."""
        chosen = max((one for one in targets if one), key=self._messages_from, default="")
        way = f" The way by {chosen!r} was taken." if chosen else ""
        self._note(name, Fate.NONE, f"{told}{way}", "make a playbook of its own for each other way")
        return chosen

    def _other(self, name: str, kind: str) -> None:
        told, fix = _OTHERS.get(kind, ("Attune does not know this kind of activity.", "see what it did"))
        self._note(name, Fate.CHANGED if kind == "ContactCenter" else Fate.NONE, told, fix)

    def _leave_out(self) -> None:
        for name, activity in self._activities.items():
            if name not in self._way.seen:
                kind = kind_of(activity) or "activity"
                told = f"This {kind} is on a way that was not taken."
                self._note(name, Fate.NONE, told, "make a playbook of its own for that way, if it is still wanted")

    def _messages_from(self, start: str) -> int:
        """Count messages that can be reached."""
        return sum(kind_of(self._activities[name]) in MESSAGES for name in self._reachable(start))

    def _reachable(self, start: str) -> Iterator[str]:
        found, waiting = set[str](), [start]
        while waiting:
            name = waiting.pop()
            if name in found or name not in self._activities:
                continue
            found.add(name)
            yield name
            waiting += next_of(self._activities[name])

    def _note(self, name: str, fate: Fate, told: str, fix: str = "", *, where: str = "") -> None:
        self._account.note(f"Activities/{name}{f'/{where}' if where else ''}", fate, told, fix)


def next_of(activity: Mapping[str, Any]) -> list[str]:
    """Return every activity that may follow."""
    body = activity.get(kind_of(activity)) or {}
    names = [body.get(name) for name in ("NextActivity", "TrueActivity", "FalseActivity", "DefaultActivity")]
    names += [branch.get("NextActivity") for branch in body.get("Branches") or ()]
    return [str(name) for name in names if name]


def _about_engagement(condition: Mapping[str, Any]) -> bool:
    """Whether all that is asked is what somebody did with a message of the journey."""
    asked = [one.get("EventCondition") for one in condition.get("Conditions") or ()]
    return bool(asked) and all(one and (one.get("MessageActivity") or _of_a_message(one)) for one in asked)


def _of_a_message(event: Mapping[str, Any]) -> bool:
    names = ((event.get("Dimensions") or {}).get("EventType") or {}).get("Values") or ()
    return bool(names) and all(str(name).lower().startswith(ENGAGED) for name in names)


_MESSAGE_FIELDS = {
    "TemplateVersion": "Texts are approved by the hash of their words; there is no version to name.",
    "MessageConfig/FromAddress": "One sender for the stage: `email_from` in its configuration.",
    "MessageConfig/MessageType": "The text says what kind it is (`kind` in its file), and law follows from that.",
    "MessageConfig/OriginationNumber": "By country, for the stage: `sms_numbers` in its configuration.",
    "MessageConfig/SenderId": "For the stage: `sms_sender_id` in its configuration.",
    "MessageConfig/EntityId": "Registration in India stays with the service that sends; Attune does not pass it on.",
    "MessageConfig/TemplateId": "Registration in India stays with the service that sends; Attune does not pass it on.",
}
_OTHERS = {
    "PUSH": (
        "Attune sends no push notifications.",
        "leave it to the service that sends push, or use a note on the site",
    ),
    "CUSTOM": (
        "Attune calls no functions and web hooks from a journey.",
        "react to the decision log's stream, or to the events that Attune puts on the bus",
    ),
    "ContactCenter": (
        "Attune hands over by its own rules (`escalation`), as a case on support's queues, not as a step.",
        "set `escalation`; `always: true` where a person should answer every such moment",
    ),
}
