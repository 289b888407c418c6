"""Drafts of replies by Amazon Bedrock, where a stage names a model; elsewhere there is neither function nor permission."""

from collections.abc import Callable, Mapping

from aws_cdk import Aws, CfnResource, Duration

from infra.components.acknowledgements import acknowledge
from infra.components.python_function import PythonFunction
from infra.components.queue_with_dlq import QueueWithDlq
from infra.stage import Stage

PROFILES = ("us", "us-gov", "eu", "apac", "global", "jp", "au", "ca")
"""How ids of inference profiles begin that pass requests on to other regions."""

KEPT = Duration.days(1)
"""The queue holds what customers wrote, and nobody needs a draft for yesterday: neither it nor its dead letters keep it longer."""


def draft_reply(
    add_function: Callable[[str, Mapping[str, str]], PythonFunction], *, stage: Stage, queue: QueueWithDlq
) -> PythonFunction:
    """Add the function that drafts; it may ask the stage's model, through the stage's guardrail, and nothing else."""
    settings = {"DRAFT_MODEL": stage.draft_model, "DRAFT_GUARDRAIL": stage.draft_guardrail}
    function = add_function("draft_reply", settings)
    models = model_arns(stage.draft_model)
    function.allow("bedrock:InvokeModel", resources=models)
    if stage.draft_guardrail:
        name = stage.draft_guardrail.partition(":")[0]
        guardrail = f"arn:{Aws.PARTITION}:bedrock:{Aws.REGION}:{Aws.ACCOUNT_ID}:guardrail/{name}"
        function.allow("bedrock:ApplyGuardrail", resources=[guardrail])
    if len(models) > 1:
        reason = "The inference profile passes requests on to this one model in the regions of its own list."
        arn = models[-1].replace(Aws.PARTITION, "<AWS::Partition>")
        acknowledge(function.execution_role, {f"AwsSolutions-IAM5[Resource::{arn}]": reason})
    for kept in (queue.queue, queue.dead_letters):
        resource = kept.node.default_child
        assert isinstance(resource, CfnResource)  # noqa: S101 - narrows what CDK gives as any construct
        resource.add_property_override("MessageRetentionPeriod", int(KEPT.to_seconds()))
    function.consume(queue, batch_size=1)
    return function


def model_arns(model: str) -> list[str]:
    """Return what must be allowed to ask a model: itself, or an inference profile and the model behind it."""
    prefix, _, behind = model.partition(".")
    if prefix not in PROFILES:
        return [f"arn:{Aws.PARTITION}:bedrock:{Aws.REGION}::foundation-model/{model}"]
    return [
        f"arn:{Aws.PARTITION}:bedrock:{Aws.REGION}:{Aws.ACCOUNT_ID}:inference-profile/{model}",
        f"arn:{Aws.PARTITION}:bedrock:*::foundation-model/{behind}",
    ]
