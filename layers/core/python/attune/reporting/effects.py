"""What messages did against none, on the page: the short version, a card for each measure, a table for each playbook."""

from collections.abc import Sequence
from html import escape

from attune.domain.fairness.judging import FairnessDay, Verdict
from attune.domain.results.effects import ALL, Effect, plain_share
from attune.domain.results.log import MOODS, LogCounts
from attune.domain.results.measures import NPS_MISSING, Results
from attune.domain.results.people import Measure
from attune.reporting.marks import difference_bar, reach_of, week_lines
from attune.reporting.tables import Html, folded, paragraph, section, table
from attune.reporting.words import (
    ALSO_CALLED,
    TITLES,
    in_people,
    interval,
    percent,
    points,
    scope_name,
    share_text,
    tone_of,
    verdict,
)

HEADINGS = (
    "playbook",
    "with messages",
    "held out",
    "difference in points (90\N{NO-BREAK SPACE}%)",
    "",
    "people",
    "what it comes to",
)
MEANS = {
    Measure.ORDERED: "An order within the journey's time that was not cancelled or refunded.",
    Measure.CASE: "A case was opened within the journey's time. Fewer is support deflected.",
    Measure.SEEN_AGAIN: "An order, or a visit that was looked at for trouble, 7 to 28 days after the moment. Calm visits that "
    "nothing was watched in leave no trace, so both figures are too low in the same way.",
    Measure.ORDERED_AGAIN: "Two different orders or more within the journey's time, none of them taken back.",
    Measure.LEFT: "Unsubscribed, or reported a message as spam.",
}


def told_effects(results: Results) -> list[str]:
    """Say what messages did, a sentence for each measure."""
    return [_sentence(effect) for effect in results.effects if effect.playbook == ALL]


def told_worries(results: Results, fairness: FairnessDay | None) -> list[str]:
    """Say whether groups are treated differently, and whether cases are overdue."""
    lines = []
    if fairness is not None:
        gaps = len(fairness.those(Verdict.GAP))
        lines.append(
            f"Fairness: {gaps or 'no'} {'gap' if gaps == 1 else 'gaps'} between groups of people."
            if fairness.made
            else "Fairness: nothing could be compared yet."
        )
    overdue = sum(case.overdue for case in results.log.cases.values())
    if overdue:
        lines.append(f"Cases: {overdue:,} {'is' if overdue == 1 else 'are'} open and overdue.")
    return lines


def in_short(results: Results, fairness: FairnessDay | None) -> str:
    """Return the first thing to read."""
    told = "".join(f"<li>{escape(line)}</li>" for line in (*told_effects(results), *told_worries(results, fairness)))
    return f'<section class="short" aria-label="In short"><ul>{told}</ul></section>'


def results_section(results: Results) -> str:
    """Return the section about what messages did."""
    overall = [effect for effect in results.effects if effect.playbook == ALL]
    scale = reach_of([effect.found for effect in overall if effect.found])
    cards = "".join(_card(effect, scale) for effect in overall)
    return section(
        "results",
        "What messages did",
        paragraph(
            "People whose moment was answered against people held out by chance, alike in playbook and friction.",
            "quiet",
        ),
        f'<div class="tiles">{cards}</div>',
        _trend(results),
        *(_of_playbooks(results.effects, measure) for measure in Measure),
        _described(results.log),
    )


def _sentence(effect: Effect) -> str:
    title = TITLES[effect.measure]
    if effect.found is None:
        return f"{title}: {verdict(effect)}."
    found = effect.found
    shares = f"{percent(found.treated.value)} with messages, {percent(found.held_out.value)} without"
    if not effect.is_claimed:
        return f"{title}: {shares}; no difference can be told ({interval(effect)} points)."
    more = "more" if found.value > 0 else "fewer"
    return f"{title}: {shares}, {abs(100 * found.value):.1f} points {more} ({interval(effect)})."


def _card(effect: Effect, scale: float) -> str:
    title = f"<h3>{escape(TITLES[effect.measure])} <small>{escape(ALSO_CALLED[effect.measure])}</small></h3>"
    means = paragraph(MEANS[effect.measure], "quiet")
    if effect.found is None:
        return f'<article class="tile open">{title}<p class="figure">{escape(verdict(effect))}</p>{means}</article>'
    found = effect.found
    tone = tone_of(effect)
    return (
        f'<article class="tile {tone}">{title}<p class="figure">{100 * found.value:+.1f} <small>points</small></p>'
        f"<p>{difference_bar(found, scale, tone)}<br>{percent(found.treated.value)} with messages, "
        f"{percent(found.held_out.value)} held out; the difference lies between "
        f"{100 * found.low:+.1f} and {100 * found.high:+.1f} points.</p>"
        f"{paragraph(in_people(effect) or verdict(effect).capitalize() + '.')}{means}</article>"
    )


def _trend(results: Results) -> str:
    told = [number for number, week in enumerate(results.weeks) if week.treated]
    if not told:
        return ""
    weeks = results.weeks[told[0] : told[-1] + 1]
    return (
        '<figure><figcaption>Friction-adjusted conversion by week of the moment: <span class="key line">answered</span> with its '
        f'90 % interval, <span class="key held">held out</span> where enough people were.</figcaption>{week_lines(weeks)}</figure>'
    )


def _of_playbooks(effects: Sequence[Effect], measure: Measure) -> str:
    own = [effect for effect in effects if effect.measure is measure and effect.playbook != ALL]
    if not own:
        return ""
    scale = reach_of([effect.found for effect in own if effect.found])
    rows = [_row(effect, scale) for effect in own]
    title = f"{TITLES[measure]}, by playbook"
    content = table(HEADINGS, rows)
    if measure is Measure.ORDERED:
        return f"<h3>{escape(title)}</h3>{content}"
    return folded(title, content)


def _row(effect: Effect, scale: float) -> tuple[str, ...]:
    found = effect.found
    waiting = f", {effect.waiting:,} too recent" if effect.waiting else ""
    left = f", {effect.left_out:,} without anybody alike" if effect.left_out and found else ""
    return (
        scope_name(effect.playbook),
        share_text(found.treated if found else plain_share(effect.treated, effect.of_treated)),
        share_text(found.held_out if found else plain_share(effect.held_out, effect.of_held_out)),
        points(effect) if found else "-",
        Html(difference_bar(found, scale, tone_of(effect)) if found else ""),
        f"{effect.of_treated:,} answered, {effect.of_held_out:,} held out{waiting}{left}",
        verdict(effect),
    )


def _described(log: LogCounts) -> str:
    """Say what cannot be compared: how people sounded, and what nobody asks."""
    heard = sum(log.moods.values())
    moods = ", ".join(f"{log.moods[mood]:,} {mood}" for mood in MOODS if log.moods[mood])
    twice = sum(log.shifts.values())
    shift = (
        f" Of {twice:,} who wrote more than once {log.shifts['better']:,} sounded better the last time than the first, "
        f"{log.shifts['worse']:,} worse, {log.shifts['same']:,} the same."
        if twice
        else " Nobody wrote more than once, so nothing shifted."
    )
    told = f"Sentiment: {heard:,} people wrote back; the last time they sounded: {moods}.{shift}"
    return (
        "<h3>Described, not compared</h3>"
        + paragraph(
            f"{told} It is not compared: who got no message has nothing to answer."
            if heard
            else "Sentiment: nobody wrote back."
        )
        + paragraph(NPS_MISSING)
    )
