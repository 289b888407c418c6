"""Tell other systems of cases and feedback: EventBridge connections, API destinations and rules, and what waits in between."""

import json
import re
from collections.abc import Mapping
from typing import Any

from aws_cdk import Aws, Duration, RemovalPolicy, SecretValue
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.components.event_bus import OWN_SOURCE
from infra.components.forwarder_machine import definition
from infra.components.queue_with_dlq import KEPT
from infra.forwarding import FIELDS, ROUTES, Forwarder, ForwarderKind, Route, Way
from infra.stage import Stage

REQUESTS_PER_SECOND = 10
TRIED_FOR = Duration.hours(24)
TRIES = 185
"""As often as EventBridge tries within a day; after that a request lies in the dead letters."""
PLACEHOLDER = re.compile(r"<([a-z_]+)>")


class Forwarders(Construct):
    """Everything that leaves for other systems; nothing where a stage names none."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage, bus: events.IEventBus) -> None:
        super().__init__(scope, construct_id)
        self._stage, self._bus = stage, bus
        self.machines: list[sfn.StateMachine] = []
        self.dead_letters = sqs.Queue(
            self, "DeadLetters", encryption=sqs.QueueEncryption.SQS_MANAGED, enforce_ssl=True, retention_period=KEPT
        )
        reason = "This is where requests end that another system did not take; an alarm watches its depth."
        acknowledge(self.dead_letters, {"Serverless-SQSRedrivePolicy": reason, "AwsSolutions-SQS3": reason})
        self._role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("events.amazonaws.com", conditions=_HERE))
        for forwarder in stage.forwarders:
            self._forward(forwarder)
        self.dead_letters.add_to_resource_policy(
            iam.PolicyStatement(
                actions=["sqs:SendMessage"],
                principals=[iam.ServicePrincipal("events.amazonaws.com")],
                resources=[self.dead_letters.queue_arn],
                conditions=_HERE,
            )
        )

    def _forward(self, forwarder: Forwarder) -> None:
        name = forwarder.construct_id
        connection = events.CfnConnection(
            self,
            f"{name}Connection",
            description=f"Attune {self._stage.name}: {forwarder.kind}",
            **_authorization(forwarder),
        )
        routes = ROUTES[forwarder.kind]
        machine = None
        if any(route.way is Way.LOOK_UP for route in routes):
            machine = self._machine(forwarder, connection)
            machine.grant_start_execution(self._role)
            self.machines.append(machine)
        targets: dict[str, str] = {}
        for route in routes:
            if route.way is Way.LOOK_UP and machine is not None:
                arn = machine.state_machine_arn
            else:
                url = forwarder.base_url + route.path
                arn = targets.get(f"{route.method} {url}") or self._destination(name, route, url, connection)
                targets[f"{route.method} {url}"] = arn
            self._rule(name, route, arn)

    def _destination(self, name: str, route: Route, url: str, connection: events.CfnConnection) -> str:
        destination = events.CfnApiDestination(
            self,
            f"{name}{route.name}Destination",
            connection_arn=connection.attr_arn,
            http_method=route.method,
            invocation_endpoint=url,
            invocation_rate_limit_per_second=REQUESTS_PER_SECOND,
        )
        self._role.add_to_policy(
            iam.PolicyStatement(actions=["events:InvokeApiDestination"], resources=[destination.attr_arn])
        )
        return destination.attr_arn

    def _rule(self, name: str, route: Route, arn: str) -> None:
        paths, template = transformer(route)
        parameters = events.CfnRule.HttpParametersProperty(
            path_parameter_values=[FIELDS[name] for name in route.path_fields]
        )
        events.CfnRule(
            self,
            f"{name}{route.name}",
            description=f"{route.event}, for {name}",
            event_bus_name=self._bus.event_bus_name,
            event_pattern=pattern(route),
            targets=[
                events.CfnRule.TargetProperty(
                    id="Target0",
                    arn=arn,
                    role_arn=self._role.role_arn,
                    http_parameters=parameters if route.path_fields else None,
                    input_transformer=events.CfnRule.InputTransformerProperty(
                        input_paths_map=dict(paths), input_template=template
                    ),
                    dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=self.dead_letters.queue_arn),
                    retry_policy=events.CfnRule.RetryPolicyProperty(
                        maximum_event_age_in_seconds=int(TRIED_FOR.to_seconds()), maximum_retry_attempts=TRIES
                    ),
                )
            ],
        )

    def _machine(self, forwarder: Forwarder, connection: events.CfnConnection) -> sfn.StateMachine:
        """Add what looks up the record that a request belongs to, and then makes the request."""
        name = forwarder.construct_id
        role = iam.Role(self, f"{name}Role", assumed_by=iam.ServicePrincipal("states.amazonaws.com"))
        machine = sfn.StateMachine(
            self,
            f"{name}Machine",
            definition_body=sfn.DefinitionBody.from_string(json.dumps(definition(forwarder, connection.attr_arn))),
            state_machine_type=sfn.StateMachineType.STANDARD,
            role=role,
            tracing_enabled=True,
            logs=sfn.LogOptions(
                destination=logs.LogGroup(
                    self, f"{name}Logs", retention=self._stage.log_retention, removal_policy=RemovalPolicy.DESTROY
                ),
                level=sfn.LogLevel.ERROR,
                include_execution_data=False,
            ),
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["states:InvokeHTTPEndpoint"],
                # The machine itself, which waits for this policy, would be a circle; the endpoint is what limits it.
                resources=["*"],
                conditions={"StringLike": {"states:HTTPEndpoint": f"{forwarder.base_url}/*"}},
            )
        )
        role.add_to_policy(
            iam.PolicyStatement(actions=["events:RetrieveConnectionCredentials"], resources=[connection.attr_arn])
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"],
                resources=[connection.attr_secret_arn],
            )
        )
        acknowledge(machine, {"AwsSolutions-SF1": "Its errors are logged; a request per step needs no log of each."})
        acknowledge(
            role,
            {
                "AwsSolutions-IAM5[Resource::*]": "Logs and X-Ray know no narrower resource; HTTP calls are limited by endpoint."
            },
        )
        return machine


_HERE = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}


def pattern(route: Route) -> dict[str, Any]:
    """Return which events a route takes: only those that hold every field of its request."""
    names = {*PLACEHOLDER.findall(json.dumps(dict(route.body))), *route.path_fields, *filter(None, [route.key])}
    found = [FIELDS[name].removeprefix("$.detail.") for name in sorted(names)]
    own = {name.removeprefix("properties."): [{"exists": True}] for name in found if name.startswith("properties.")}
    outer = {name: [{"exists": True}] for name in found if "." not in name and name not in ("event", "properties")}
    properties = {**own, **route.when}
    return {
        # Cases are opened by us alone; what became of them may be told by any desk.
        **({"source": [OWN_SOURCE]} if route.event == "Case Opened" else {}),
        "detail-type": ["track"],
        "detail": {"event": [route.event], **outer, **({"properties": properties} if properties else {})},
    }


def transformer(route: Route) -> tuple[Mapping[str, str], str]:
    """Return the paths and the template of a route's input transformer."""
    body: Mapping[str, Any] = route.body
    if route.way is Way.LOOK_UP:
        body = {"method": route.method, "path": route.path, "key": f"<{route.key}>", "body": route.body}
    written = json.dumps(body)
    # Every placeholder is a whole string by now: without its quotes EventBridge writes the value as JSON itself.
    template = re.sub(rf'"({PLACEHOLDER.pattern})"', r"\1", written)
    return {name: FIELDS[name] for name in sorted(set(PLACEHOLDER.findall(written)))}, template


def _authorization(forwarder: Forwarder) -> dict[str, Any]:
    """Return how a connection authenticates: every secret value is a reference, which CloudFormation resolves."""

    def secret(field: str) -> str:
        return SecretValue.secrets_manager(forwarder.secret, json_field=field).unsafe_unwrap()

    parameters = events.CfnConnection.AuthParametersProperty
    match forwarder.kind:
        case ForwarderKind.ZENDESK:
            basic = events.CfnConnection.BasicAuthParametersProperty(
                username=secret("username"), password=secret("password")
            )
            return {"authorization_type": "BASIC", "auth_parameters": parameters(basic_auth_parameters=basic)}
        case ForwarderKind.SALESFORCE:
            client = events.CfnConnection.ClientParametersProperty(
                client_id=secret("client_id"), client_secret=secret("client_secret")
            )
            grant = events.CfnConnection.ParameterProperty(
                key="grant_type", value="client_credentials", is_value_secret=False
            )
            oauth = events.CfnConnection.OAuthParametersProperty(
                authorization_endpoint=f"{forwarder.base_url}/services/oauth2/token",
                http_method="POST",
                client_parameters=client,
                o_auth_http_parameters=events.CfnConnection.ConnectionHttpParametersProperty(body_parameters=[grant]),
            )
            return {
                "authorization_type": "OAUTH_CLIENT_CREDENTIALS",
                "auth_parameters": parameters(o_auth_parameters=oauth),
            }
        case ForwarderKind.HUBSPOT | ForwarderKind.WEBHOOK:
            header = "Authorization" if forwarder.kind is ForwarderKind.HUBSPOT else "X-Attune-Key"
            key = events.CfnConnection.ApiKeyAuthParametersProperty(api_key_name=header, api_key_value=secret("key"))
            return {"authorization_type": "API_KEY", "auth_parameters": parameters(api_key_auth_parameters=key)}
