"""What a refusal of the gate means for the journey, by the rule that refused; every other rule withholds the touch."""

from attune.domain.switches import CHANNEL_OFF

ENDING_RULES = frozenset(
    {
        "kill_switch",
        "holdout",
        "automation_opt_out",
        "opted_out",
        "topic_muted",
        "distress",
        "goal_reached",
        "undertaking_closed",
        "outranked",
        "case_open",
        "journey_expired",
        "journey_over",
        "playbook_changed",
        "not_helpful",
        "asked_for_help",
        "answered",
    }
)
CHANNEL_RULES = frozenset({CHANNEL_OFF, "no_consent", "suppressed", "no_address", "unknown_time_zone"})
"""What speaks against this channel and not against the contact: the touch is tried on the next one."""
