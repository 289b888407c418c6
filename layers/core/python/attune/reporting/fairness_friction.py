"""How hard it looked for groups, on the page: described beside what is compared."""

from attune.domain.fairness.limits import FairnessRules
from attune.domain.fairness.tables import about
from attune.domain.results.effects import plain_share
from attune.domain.results_friction import LEVELS, FrictionByGroup, GroupFriction
from attune.reporting.marks import share_bar
from attune.reporting.tables import Html, paragraph, table
from attune.reporting.words import percent, share_text

HEADINGS = ("group", "by", "people", *LEVELS, "of the calm, said that something was wrong (90\N{NO-BREAK SPACE}%)", "")
HOW_TO_READ = (
    "People by the hardest of their moments in the period of this report. This is described and raises no alarm: groups meet different pages, "
    "and one that looks calmer may be better off, or its trouble may go unnoticed. The last column helps to tell which: of people for whom every "
    "visit looked calm, how many asked for help or a person, or wrote in anger or distress. Where that is far above the other "
    "groups, the score does not see what is hard for them."
)


def friction_by_group(found: FrictionByGroup, rules: FairnessRules) -> str:
    """Return a table of declared groups that are large enough to be shown; nothing where there is none."""
    shown = {
        (dimension, group): one
        for (dimension, group), one in sorted(found.items())
        if one.people >= rules.shown_from
        and dimension in rules.groups
        and (not rules.groups[dimension] or group in rules.groups[dimension])
    }
    if not shown:
        return ""
    rows = [_row(group, dimension.value, one) for (dimension, group), one in shown.items()]
    return (
        "<h3>How hard it looked, by group: described, not compared</h3>"
        + paragraph(HOW_TO_READ, "quiet")
        + table(HEADINGS, rows, left=2)
    )


def _row(group: str, dimension: str, one: GroupFriction) -> tuple[str, ...]:
    missed = plain_share(one.missed, one.levels["calm"])
    levels = (percent(one.levels[level] / one.people) for level in LEVELS)
    return (
        group,
        dimension,
        f"{about(one.people):,}",
        *levels,
        share_text(missed),
        Html(share_bar(missed) if missed else ""),
    )
