"""The sparse indexes of the customers table: each finds people for one function, and holds nobody else."""

from aws_cdk import aws_dynamodb as dynamodb

AUDIENCE_INDEX = "audience"
DUE_INDEX = "due"


def add_indexes(table: dynamodb.Table) -> dict[str, str]:
    """Add the indexes to the customers table; return their ARNs by name.

    Not by the table's own method: that would open the indexes to every function that may query the table.
    """
    resource = table.node.default_child
    assert isinstance(resource, dynamodb.CfnTable)  # noqa: S101 - narrows what CDK gives as any construct
    names = ("pk", "sk", "audience", "audience_day", "due", "due_at")
    resource.attribute_definitions = [
        dynamodb.CfnTable.AttributeDefinitionProperty(attribute_name=name, attribute_type="S") for name in names
    ]
    resource.global_secondary_indexes = [
        # Keys alone: writing an item again costs the index nothing, as long as its day stays the same.
        _index(AUDIENCE_INDEX, "audience", "audience_day", projected="KEYS_ONLY"),
        # Whole rows, which are small: what is due is dealt with without reading the customer.
        _index(DUE_INDEX, "due", "due_at", projected="ALL"),
    ]
    return {name: f"{table.table_arn}/index/{name}" for name in (AUDIENCE_INDEX, DUE_INDEX)}


def _index(name: str, partition: str, sort: str, *, projected: str) -> dynamodb.CfnTable.GlobalSecondaryIndexProperty:
    return dynamodb.CfnTable.GlobalSecondaryIndexProperty(
        index_name=name,
        key_schema=[
            dynamodb.CfnTable.KeySchemaProperty(attribute_name=partition, key_type="HASH"),
            dynamodb.CfnTable.KeySchemaProperty(attribute_name=sort, key_type="RANGE"),
        ],
        projection=dynamodb.CfnTable.ProjectionProperty(projection_type=projected),
    )
