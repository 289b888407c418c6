"""People for tests of fairness: rows of the log drawn by a seed, and cells with known numbers."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

from attune.domain.clock import format_instant
from attune.domain.fairness.limits import Cell, Dimension, FairnessRules, Measure

MONDAY = datetime(2026, 11, 23, 6, 15, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def rules(**changes):
    values = {
        "version": "test",
        "window_days": 28,
        "settle_days": 7,
        "weekly_day": 0,
        "weekly_share": 0.9,
        "chance": 0.05,
        "shown_from": 20,
        "compared_from": 100,
        "groups": {Dimension.LOCALE: frozenset()},
        "limits": {Measure.OFFER: 0.05, Measure.ESCALATION: 0.05},
        "known_causes": {Measure.ESCALATION: frozenset({"no_approved_text"})},
    }
    return FairnessRules(**(values | changes))


def cells(
    group, yes, people, *, measure=Measure.OFFER, dimension=Dimension.LOCALE, level="high", cause="", no_cause=""
):
    """Return `people` of a group of whom `yes` had it."""
    alike = {"dimension": dimension, "group": group, "playbook": "cart", "level": level, "measure": measure}
    return [
        Cell(**alike, outcome="yes", cause=cause, people=yes),
        Cell(**alike, outcome="no", cause=no_cause, people=people - yes),
    ]


class Log:
    """Rows of the log for people drawn by a seed, as tables and lake hold them."""

    def __init__(self, seed, *, start=datetime(2026, 10, 1, tzinfo=UTC)):
        self.random = Random(seed)
        self.start = start
        self.rows = []

    def row(self, kind, subject, choice, at, *, journey="", reason="", touch=0, **inputs):
        number = len(self.rows)
        row = {
            "decision_id": f"{self.random.getrandbits(64):016x}{number}",
            "time": format_instant(at),
            "kind": kind,
            "subject_key": subject,
            "journey_id": journey,
            "playbook": "cart",
            "touch": touch,
            "choice": choice,
            "reason_code": reason or choice,
            "inputs": json.dumps(inputs),
            "dt": at.date().isoformat(),
        }
        self.rows.append(row)
        return row

    def people(self, number, *, first=0):
        for one in range(first, first + number):
            self._person(f"s{one}")
        # At least once: some rows come again, a day later.
        again = self.random.sample(self.rows, len(self.rows) // 20)
        later = [{**row, "dt": row["dt"][:-2] + "28"} for row in again]
        return [*self.rows, *later]

    def _person(self, subject):
        draw = self.random
        groups = {
            "segment": draw.choice(["standard", "vip", 'odd "name"\\', ""]),
            "lifecycle": draw.choice(["new", ""]),
            "locale": draw.choice(["de", "en", "pt-BR", "日本"]),
            "country": draw.choice(["DE", "GB"]),
            "device": draw.choice(["phone", "desktop", ""]),
        }
        for moment in range(draw.choice([1, 1, 2, 3])):
            at = self.start + timedelta(seconds=draw.randrange(40 * 86400), milliseconds=draw.randrange(1000))
            choice = draw.choice(["started", "started", "started", "handed_over", "withheld", "calm", "holdout"])
            reason = {"handed_over": draw.choice(["vip", "playbook"]), "withheld": draw.choice(["bot", "case_open"])}
            journey = f"cart-{subject}-{moment}"
            level = draw.choice(["low", "medium", "high"])
            self.row("moment", subject, choice, at, journey=journey, reason=reason.get(choice, ""),
                     **groups, friction_level=level)  # fmt: skip
            if choice == "started":
                self._journey(subject, journey, at)
        if draw.random() < 0.1:
            self.rows.append({**self.rows[-1], "decision_id": f"old{len(self.rows)}", "inputs": "{}"})

    def _journey(self, subject, journey, at):
        draw = self.random
        for _ in range(draw.choice([1, 1, 2])):
            at += timedelta(hours=draw.randrange(1, 60), seconds=draw.randrange(3600))
            told = draw.choice(["sent", "sent", "sent", "held", "withheld", "uncertain", "failed"])
            reason = {"held": "quiet_hours", "withheld": draw.choice(["no_consent", "cadence"])}.get(told, "")
            self.row(
                "tone", subject, draw.choice(["m/email.en", "escalate", "end"]), at, journey=journey, reason="policy"
            )
            self.row("contact", subject, told, at, journey=journey, reason=reason, touch=draw.choice([1, 1, 1, 0]),
                     tone=draw.choice(["informal", "advisory"]), channel=draw.choice(["email", "sms"]),
                     offer=draw.random() < 0.3)  # fmt: skip
            if draw.random() < 0.3:
                came = draw.choice(["ordered", "helpful", "not_helpful", "unsubscribed", "case_opened"])
                self.row("outcome", subject, came, at, journey=journey)
            if draw.random() < 0.2:
                self.row(
                    "escalation",
                    subject,
                    draw.choice(["opened", "joined", "not_needed", "resolved"]),
                    at + timedelta(hours=1),
                    journey=journey,
                    reason="no_approved_text",
                )
