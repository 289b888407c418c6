"""The HTTP API: pages behind a message, the endpoint of sites, the way in for events; throttled, logged without tokens."""

import json
from typing import cast

import jsii
from aws_cdk import Duration, RemovalPolicy
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.components.acknowledgements import acknowledge
from infra.stage import Stage

INGEST_PATHS = ("/events", "/events/zendesk")
PATHS = ("/unsubscribe/{token}", "/feedback/{token}", "/preferences/{token}", "/why/{token}", "/my_data/{token}")
SITE_ROUTES = {"/onsite/notes": apigwv2.HttpMethod.GET, "/onsite/answers": apigwv2.HttpMethod.POST}
# The route, not the path: a path holds the token that lets its bearer act for a customer.
_ACCESS_LOG = {
    "requestId": "$context.requestId",
    "time": "$context.requestTime",
    "route": "$context.routeKey",
    "status": "$context.status",
    "latency": "$context.responseLatency",
    "integrationError": "$context.integrationErrorMessage",
}


@jsii.implements(apigwv2.IAccessLogSettings)
class _AccessLogSettings:
    def __init__(self, log_group: logs.LogGroup) -> None:
        self._destination = apigwv2.LogGroupLogDestination(log_group)
        self._format = apigateway.AccessLogFormat.custom(json.dumps(_ACCESS_LOG))

    @property
    def destination(self) -> apigwv2.IAccessLogDestination:
        return self._destination

    @property
    def format(self) -> apigateway.AccessLogFormat:
        return self._format


class PagesApi(Construct):
    """An HTTP API whose pages are answered by one function, and whose events are taken by another."""

    def __init__(self, scope: Construct, construct_id: str, *, stage: Stage) -> None:
        super().__init__(scope, construct_id)
        self._api = apigwv2.HttpApi(
            self,
            "Api",
            create_default_stage=False,
            description=f"Attune {stage.name}: pages, sites, events",
            # For the whole API, which is what an HTTP API knows: pages are opened, not fetched, and need none of it.
            cors_preflight=apigwv2.CorsPreflightOptions(
                allow_origins=list(stage.onsite_origins),
                allow_methods=[apigwv2.CorsHttpMethod.GET, apigwv2.CorsHttpMethod.POST],
                allow_headers=["authorization", "content-type"],
                max_age=Duration.hours(1),
            ),
        )
        access_log = logs.LogGroup(
            self, "AccessLog", retention=stage.log_retention, removal_policy=RemovalPolicy.DESTROY
        )
        self._stage = apigwv2.HttpStage(
            self,
            "Stage",
            http_api=self._api,
            stage_name="$default",
            auto_deploy=True,
            throttle=apigwv2.ThrottleSettings(rate_limit=50, burst_limit=100),
            access_log_settings=_AccessLogSettings(access_log),
        )
        self._limits: dict[str, dict[str, int]] = {}
        self.url = self._api.api_endpoint

    def serve(self, function: lambda_.IFunction) -> None:
        """Answer every page with `function`, whatever the method: it says itself which ones change something."""
        integration = integrations.HttpLambdaIntegration("Pages", function)
        any_method = [apigwv2.HttpMethod.ANY]
        for path in PATHS:
            for route in self._api.add_routes(path=path, methods=any_method, integration=integration):
                why = "Customers have no login: the signed, expiring token in the path is the proof."
                acknowledge(route, {"AwsSolutions-APIG4": why})

    def take_events(self, function: lambda_.IFunction) -> None:
        """Hand what is posted as events to `function`, with a throttle of its own, so that pages stay reachable."""
        integration = integrations.HttpLambdaIntegration("Ingest", function)
        why = "The function checks each sender's key or signature, which no authorizer of an HTTP API can do."
        for path in INGEST_PATHS:
            self._throttled(path, apigwv2.HttpMethod.POST, integration, why)

    def serve_site(self, function: lambda_.IFunction) -> None:
        """Let sites ask `function` what to show, with a throttle of its own, so that pages stay reachable."""
        integration = integrations.HttpLambdaIntegration("Site", function)
        why = "The function checks the token that the site signed; a JWT authorizer cannot check a shared key (HS256)."
        for path, method in SITE_ROUTES.items():
            self._throttled(path, method, integration, why)

    def _throttled(
        self, path: str, method: apigwv2.HttpMethod, integration: integrations.HttpLambdaIntegration, why: str
    ) -> None:
        for route in self._api.add_routes(path=path, methods=[method], integration=integration):
            acknowledge(route, {"AwsSolutions-APIG4": why})
            # API Gateway refuses settings of a route that is not there yet.
            self._stage.node.add_dependency(route)
        self._limits[f"{method.value} {path}"] = {"ThrottlingRateLimit": 100, "ThrottlingBurstLimit": 200}
        cast("apigwv2.CfnStage", self._stage.node.default_child).route_settings = self._limits
