"""A made-up quarter of a shop for the report: people drawn by a seed, of whom it is known what messages did to them.

Messages add `LIFT` to the chance to order at every level of friction and take `DEFLECTED` off the chance to need a person; they
change nothing about coming back. Who is held out is drawn, so both sides are alike.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from attune.adapters.text_library import load
from attune.domain.clock import format_instant

UNTIL = datetime(2026, 11, 22, 6, tzinfo=UTC)
SINCE = UNTIL - timedelta(days=84)
PLAYBOOKS = {"cart_abandonment": 0.5, "pricing_hesitation": 0.2, "form_failure": 0.18, "payment_failure": 0.12}
LEVELS = ("low", "medium", "high")
ORDERS = {"low": 0.16, "medium": 0.11, "high": 0.06}
"""How many order who get no message, by friction."""
LIFT, DEFLECTED, CASES = 0.05, 0.02, 0.05
HOLDOUT = 0.15
MESSAGES = {
    "cart_abandonment": ("cart_help_ways", "advisory"),
    "pricing_hesitation": ("pricing_questions", "advisory"),
    "form_failure": ("form_help", "advisory"),
    "payment_failure": ("payment_help", "advisory"),
}
LOCALES = {"en": 0.5, "de": 0.3, "es": 0.15, "ja": 0.05}
HELPFUL = {"en": 0.8, "de": 0.78, "es": 0.75, "ja": 0.55}
ARMS = ("24h", "48h", "72h")
HASHES = {
    (text.message, text.channel.value, text.locale): text.content_hash
    for text in load(Path(__file__).resolve().parents[2] / "templates").texts
}


class Quarter:
    """Draws people; `rows` are as a lake holds them, sorted by person."""

    def __init__(self, seed: int, people: int, *, holdout: float = HOLDOUT, lift: float = LIFT) -> None:
        self._draw = Random(seed)
        self._holdout, self._lift = holdout, lift
        self.rows: list[dict[str, object]] = []
        for number in range(people):
            self._person(f"s{number:06d}")
        self.rows.sort(key=lambda row: (row["subject_key"], row["time"], row["decision_id"]))

    def ndjson(self) -> str:
        """Return the rows as a file of `attune report --decisions`."""
        return "\n".join(json.dumps(row) for row in self.rows)

    def row(self, kind, subject, choice, at, *, why="", touch=0, playbook="", options=(), **inputs):
        """Add one row."""
        self.rows.append(
            {
                "decision_id": f"{self._draw.getrandbits(96):024x}",
                "time": format_instant(at),
                "kind": kind,
                "subject_key": subject,
                "journey_id": f"{playbook}-{subject}" if playbook else "",
                "playbook": playbook,
                "touch": touch,
                "choice": choice,
                "reason_code": why or choice,
                "inputs": json.dumps(inputs),
                "options": json.dumps(options),
                "dry_run": False,
            }
        )

    def _person(self, subject: str) -> None:
        draw = self._draw
        playbook = draw.choices(list(PLAYBOOKS), list(PLAYBOOKS.values()))[0]
        level = draw.choices(LEVELS, [0.25, 0.45, 0.3])[0]
        locale = draw.choices(list(LOCALES), list(LOCALES.values()))[0]
        groups = {
            "locale": locale,
            "segment": draw.choice(["standard", "standard", "vip"]),
            "device": draw.choice(["phone", "desktop"]),
        }
        at = SINCE + timedelta(seconds=draw.randrange(int((UNTIL - SINCE).total_seconds())))
        hard = {**groups, "friction_level": level}
        if draw.random() < 0.35:
            self.row(
                "moment",
                subject,
                "calm",
                at - timedelta(days=1),
                playbook=playbook,
                **{**groups, "friction_level": "calm"},
            )
        if draw.random() < 0.2:
            self.row(
                "moment",
                subject,
                "calm",
                at + timedelta(days=draw.uniform(8, 27)),
                playbook=playbook,
                **{**hard, "friction_level": "calm"},
            )
        fate = draw.random()
        held_out = draw.random() < self._holdout
        if fate < 0.05:
            self.row("moment", subject, "handed_over", at, why="vip", playbook=playbook, **hard)
            self._case(subject, playbook, at, "vip", hard)
            return
        self.row(
            "moment",
            subject,
            "holdout" if held_out else "started",
            at,
            why="holdout" if held_out else "friction",
            playbook=playbook,
            **hard,
        )
        touch = 0 if held_out else self._message(subject, playbook, at, hard, locale)
        self._came(subject, playbook, at, hard, touch, held_out=held_out)

    def _message(self, subject, playbook, at, hard, locale):
        """Write to somebody, unless something speaks against it; return the touch."""
        draw = self._draw
        message, tone = MESSAGES[playbook]
        channel = draw.choices(["email", "sms", "onsite"], [0.7, 0.1, 0.2])[0]
        context = f"{channel}#{hard['device']}#{hard['friction_level']}"
        arm = draw.choice(ARMS)
        chances = [{"name": name, "probability": 1 / len(ARMS)} for name in ARMS]
        spoken = locale if playbook == "cart_abandonment" or locale == "de" else "en"
        words = {"text_locale": spoken, "text_hash": HASHES[message, channel, spoken]}
        text = {**hard, "channel": channel, "message": message, "tone": tone, "offer": False, **words}
        common = {"playbook": playbook, "touch": 1}
        self.row("tone", subject, f"{message}/{channel}.{spoken}", at, **common, **text)
        self.row(
            "delay", subject, arm, at, options=chances, **common, context=context, journey_since=format_instant(at)
        )
        sent = at + timedelta(hours=float(arm[:-1]))
        if sent > UNTIL:
            return 0
        refused = draw.random()
        if refused < 0.12:
            why = draw.choice(["no_consent", "frequency_cap", "complaint_rate", "not_relevant"])
            self.row("contact", subject, "withheld", sent, why=why, **common, **text)
            return 0
        if refused < 0.3:
            self.row("contact", subject, "held", sent, why="quiet_hours", **common, **text)
        self.row(
            "contact",
            subject,
            "sent",
            sent,
            **common,
            **text,
            journey_since=format_instant(at),
            contact_id=f"{subject}#1",
        )
        said = draw.random()
        told = {
            "playbook": playbook,
            "touch": 1,
            **hard,
            "channel": channel,
            "message": message,
            "journey_since": format_instant(at),
        }
        if said < 0.3:
            self.row(
                "outcome",
                subject,
                "helpful" if draw.random() < HELPFUL[locale] else "not_helpful",
                sent + timedelta(hours=2),
                **told,
            )
        if said > (0.985 if locale != "ja" else 0.95):
            self.row("outcome", subject, draw.choice(["unsubscribed", "complained"]), sent + timedelta(hours=3), **told)
        return 1

    def _came(self, subject, playbook, at, hard, touch, *, held_out):
        draw = self._draw
        chance = ORDERS[hard["friction_level"]] + (0 if held_out else self._lift)
        later = at + timedelta(days=draw.uniform(3, 6))
        told = {"playbook": playbook, "touch": touch, **hard, "journey_since": format_instant(at)}
        if later < UNTIL and draw.random() < chance:
            for number in range(2 if draw.random() < 0.1 else 1):
                self.row(
                    "outcome", subject, "ordered", later, **told, order=f"o{number}", happened_at=format_instant(later)
                )
            if draw.random() < 0.04:
                self.row("outcome", subject, "order_taken_back", later, **{**told, "touch": 0}, order="o0")
        if later < UNTIL and draw.random() < CASES - (0 if held_out else DEFLECTED):
            self._case(subject, playbook, later, draw.choice(["asked_for_help", "sentiment_dip"]), hard)
            self.row("outcome", subject, "case_opened", later, **told)

    def _case(self, subject, playbook, at, why, hard):
        draw = self._draw
        case = {**hard, "case_id": f"case-{subject}", "playbook": playbook}
        due = at + timedelta(hours=8)
        mood = {} if why == "vip" else {"sentiment": draw.choice(["negative", "negative", "neutral"]), "distress": ""}
        self.row(
            "escalation",
            subject,
            "opened",
            at,
            why=why,
            **case,
            **mood,
            priority="urgent" if why == "vip" else "normal",
            due_by=format_instant(due),
        )
        took = draw.expovariate(1 / 7000)
        if at + timedelta(seconds=took + 600) > UNTIL or draw.random() < 0.02:
            return
        self.row(
            "escalation",
            subject,
            "claimed",
            at + timedelta(seconds=took / 4),
            why="case_claimed",
            **case,
            seconds_open=round(took / 4),
            trigger=why,
        )
        done = at + timedelta(seconds=took)
        self.row(
            "escalation",
            subject,
            "resolved",
            done,
            why="case_resolved",
            **case,
            seconds_open=round(took),
            outcome="helped",
            trigger=why,
        )
        if mood and draw.random() < 0.4:
            again = {**case, "sentiment": draw.choice(["neutral", "positive", "positive", "negative"]), "distress": ""}
            self.row("escalation", subject, "joined", done + timedelta(hours=5), why="asked_for_help", **again)
