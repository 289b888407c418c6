"""What is due: a sparse index that one function may ask, an hourly run that comes again where it failed."""

from infra.components.indexes import DUE_INDEX
from tests.infra.templates import Synthesised
from tests.infra.test_functions import functions, statements_of


def test_the_index_holds_what_is_due_by_when_it_is(every_stage: Synthesised) -> None:
    [table] = [
        table["Properties"]
        for name, table in every_stage.resources("AWS::DynamoDB::Table")
        if name.startswith("Customers")
    ]
    index = next(one for one in table["GlobalSecondaryIndexes"] if one["IndexName"] == DUE_INDEX)

    assert [key["AttributeName"] for key in index["KeySchema"]] == ["due", "due_at"]


def test_one_function_asks_it_and_nobody_scans(every_stage: Synthesised) -> None:
    allowed = {
        name
        for name, function in functions(every_stage).items()
        if f"/index/{DUE_INDEX}" in str(statements_of(every_stage, function))
    }

    assert allowed == {"find_moments"}
    assert "dynamodb:Scan" not in str([statements_of(every_stage, one) for one in functions(every_stage).values()])


def test_every_hour_it_is_asked_what_is_due(every_stage: Synthesised) -> None:
    schedules = [rule["Properties"].get("ScheduleExpression") for _, rule in every_stage.resources("AWS::Events::Rule")]

    assert "cron(7 * * * ? *)" in schedules
