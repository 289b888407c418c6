"""Write down what support did with cases, and how long customers waited for it."""

from collections.abc import Iterable

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit

from attune.adapters.decisions_table import DecisionsTable
from attune.domain.casework import casework_decision, seconds_open
from attune.domain.customers import Case, Customer
from attune.domain.signals import CaseResolved, CaseWorked


def record_casework(
    decisions: DecisionsTable, customer: Customer, casework: Iterable[tuple[Case, CaseWorked | CaseResolved]]
) -> None:
    """Record each step of support's work that is news, and count how long the customer had waited for it."""
    for case, fact in casework:
        decisions.record(casework_decision(customer, case, fact))
        if isinstance(fact, CaseResolved):
            _count("TimeToResolution", seconds_open(case, fact.time))
        elif fact.step == "claimed":
            _count("TimeToClaim", seconds_open(case, fact.time))


def _count(name: str, seconds: int) -> None:
    with single_metric(name=name, unit=MetricUnit.Seconds, value=seconds) as metric:
        metric.add_dimension(name="service", value="attune")
