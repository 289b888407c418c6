"""What is told of what people do to the policy: an arm stopped or put back, another version of what was learnt."""

from attune.domain.announcements import Announcement, announcement
from attune.domain.changes import Change, ChangeKind

_HEADLINES = {
    ChangeKind.ARM_STOPPED: "{what} is not tried any more",
    ChangeKind.ARM_PUT_BACK: "{what} is tried again",
    ChangeKind.POLICY_WENT_BACK: "choices go back to what was learnt, {after}",
    ChangeKind.POLICY_FOLLOWS: "choices follow what was learnt, {after}",
}
_OF_AN_ARM = {
    ChangeKind.ARM_STOPPED: "Customers whom it would have been chosen for: they get another way of the message, where there is one.",
    ChangeKind.ARM_PUT_BACK: "Customers of the message: a share of them gets it this way again.",
}
_OF_THE_POLICY = "All customers: when a message comes, and which of its approved texts, is chosen by what was learnt."


def announcement_of_learning(change: Change, *, stage: str, back: str) -> Announcement:
    """Return what is told of a change of what the policy may choose or goes by; `back` is the command that undoes it."""
    headline = _HEADLINES[change.kind].format(what=change.what, after=change.after)
    was = f" It was {change.before}." if change.before else ""
    paragraphs = {
        "What": f"{headline[0].upper()}{headline[1:]}.{was}",
        "Whom it reaches": _OF_AN_ARM.get(change.kind, _OF_THE_POLICY),
        "How much": "No more messages than before: limits, permitted hours and the holdout stay as they are.",
        "How to go back": f"{back} --stage {stage}",
        "By": f"{change.who}, because: {change.why}",
    }
    text = "\n\n".join(f"{title}\n{words}" for title, words in paragraphs.items())
    return announcement(f"Attune {stage}: {headline}", text)
