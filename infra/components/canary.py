"""How new code is let in: a tenth of the calls for ten minutes, then all of them; back by itself when an alarm goes off."""

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_codedeploy as codedeploy
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.components.acknowledgements import acknowledge

LIVE = "live"
_SHIFT = codedeploy.LambdaDeploymentConfig.CANARY_10_PERCENT_10_MINUTES
_ERRORS_LOGGED = "ErrorsLogged"
_MOST_ERRORS_LOGGED = 5
"""In five minutes, over all functions. One poisoned message is tried five times in more than ten, so it stops nothing."""


class Canary(Construct):
    """One CodeDeploy application for the functions of a stage.

    A function goes back for the first error that its new version raises, and all of them for errors that are caught and
    logged, as those of single messages in a batch are. One that goes back fails the update of the stack, and with it
    every other function and the journey's definition go back too.
    """

    def __init__(self, scope: Construct, construct_id: str, *, stage: str) -> None:
        super().__init__(scope, construct_id)
        self._application = codedeploy.LambdaApplication(self, "Application")
        self._role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("codedeploy.amazonaws.com"))
        policy = "arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited"
        acknowledge(
            self._role,
            {
                f"AwsSolutions-IAM4[Policy::{policy}]": "AWS keeps this policy in step with what CodeDeploy needs for an alias."
            },
        )
        self._namespace = f"Attune/{stage}"
        logged = cloudwatch.Metric(
            namespace=self._namespace, metric_name=_ERRORS_LOGGED, statistic="Sum", period=Duration.minutes(5)
        )
        self._logged = _brake(
            self, "ErrorsLogged", logged, above=_MOST_ERRORS_LOGGED, because="Functions log errors of single messages."
        )

    def put_before(self, function: lambda_.Function, log_group: logs.ILogGroup) -> lambda_.Alias:
        """Publish `function` and return the alias that moves to each new version step by step."""
        version = function.current_version
        alias = lambda_.Alias(function, "Live", alias_name=LIVE, version=version)
        raised = cloudwatch.Metric(
            namespace="AWS/Lambda",
            metric_name="Errors",
            dimensions_map={
                "FunctionName": function.function_name,
                "Resource": f"{function.function_name}:{LIVE}",
                # Of the version that is being let in, and of no other: what the old one does stops no deployment.
                "ExecutedVersion": version.version,
            },
            statistic="Sum",
            period=Duration.minutes(1),
        )
        brake = _brake(
            function, "NewVersionErrors", raised, above=0, because="The version being let in raised an error."
        )
        logs.MetricFilter(
            function,
            "ErrorsLogged",
            log_group=log_group,
            filter_pattern=logs.FilterPattern.string_value("$.level", "=", "ERROR"),
            metric_namespace=self._namespace,
            metric_name=_ERRORS_LOGGED,
        )
        codedeploy.LambdaDeploymentGroup(
            function,
            "LetIn",
            application=self._application,
            role=self._role,
            alias=alias,
            deployment_config=_SHIFT,
            alarms=[brake, self._logged],
            auto_rollback=codedeploy.AutoRollbackConfig(
                failed_deployment=True, stopped_deployment=True, deployment_in_alarm=True
            ),
        )
        return alias


def _brake(
    scope: Construct, construct_id: str, metric: cloudwatch.IMetric, *, above: float, because: str
) -> cloudwatch.Alarm:
    """Add an alarm that CodeDeploy listens to; people hear of it by the deployment that fails."""
    return cloudwatch.Alarm(
        scope,
        construct_id,
        metric=metric,
        threshold=above,
        comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluation_periods=1,
        treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        alarm_description=f"{because} A deployment that runs is taken back; docs/deploying.md says how to go on.",
    )
