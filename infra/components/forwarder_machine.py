"""The state machine of systems whose records must be found before they can be written: Zendesk's tickets, HubSpot's contacts."""

from collections.abc import Mapping
from typing import Any

from infra.forwarding import Forwarder, ForwarderKind

CONTACT_PROPERTY = "attune_customer_id"
"""The unique property of a HubSpot contact that holds the application's own customer id."""
TICKET_TO_CONTACT, NOTE_TO_CONTACT = 16, 202
"""HubSpot's own association types."""
_HTTP = "arn:aws:states:::http:invoke"
_AGAIN = {
    "ErrorEquals": [f"States.Http.StatusCode.{code}" for code in (429, 500, 502, 503, 504)] + ["States.Http.Socket"],
    "IntervalSeconds": 30,
    "BackoffRate": 2,
    "MaxAttempts": 8,
    "MaxDelaySeconds": 3600,
    "JitterStrategy": "FULL",
}
_NOT_YET = {"ErrorEquals": ["States.QueryEvaluationError"], "IntervalSeconds": 60, "BackoffRate": 2, "MaxAttempts": 6}


def definition(forwarder: Forwarder, connection_arn: str) -> dict[str, Any]:
    """Return the machine as Step Functions reads it (JSONata); its input has `method`, `path`, `key` and `body`."""
    shape = _zendesk if forwarder.kind is ForwarderKind.ZENDESK else _hubspot
    find, record, write = shape(forwarder.base_url)
    authentication = {"Authentication": {"ConnectionArn": connection_arn}}
    return {
        "Comment": "Find the record of another system that a request belongs to, then make the request.",
        "QueryLanguage": "JSONata",
        "StartAt": "Find",
        "TimeoutSeconds": 24 * 60 * 60,
        "States": {
            "Find": {
                "Type": "Task",
                "Resource": _HTTP,
                "Arguments": {"Method": "GET", **find, **authentication},
                "Assign": {"request": "{% $states.input %}", "record": record},
                "Retry": [_AGAIN, _NOT_YET],
                "Catch": [{"ErrorEquals": ["States.Http.StatusCode.404"], "Next": "Unknown"}],
                "Next": "Write",
            },
            "Write": {
                "Type": "Task",
                "Resource": _HTTP,
                "Arguments": {"Method": "{% $request.method %}", **write, **authentication},
                "Retry": [_AGAIN],
                "End": True,
            },
            "Unknown": {
                "Type": "Succeed",
                "Comment": "The other system does not know this customer: nothing is written.",
            },
        },
    }


type Shape = tuple[Mapping[str, Any], str, Mapping[str, Any]]


def _zendesk(base: str) -> Shape:
    """Find a ticket by our case id. It may still be on its way: then there is no id, and it is asked for again."""
    ticket = "$states.result.ResponseBody.tickets[0].id"
    find = {"ApiEndpoint": f"{base}/api/v2/tickets.json", "QueryParameters": {"external_id": "{% $states.input.key %}"}}
    record = f"{{% $exists({ticket}) ? $string({ticket}) : $error('there is no such ticket yet') %}}"
    write = {
        "ApiEndpoint": f"{{% '{base}' & $request.path & $record & '.json' %}}",
        "RequestBody": "{% $request.body %}",
    }
    return find, record, write


def _hubspot(base: str) -> Shape:
    """Find a contact by our customer id; a ticket or note is then put onto it."""
    find = {
        "ApiEndpoint": f"{{% '{base}/crm/v3/objects/contacts/' & $encodeUrlComponent($states.input.key) %}}",
        "QueryParameters": {"idProperty": CONTACT_PROPERTY},
    }
    type_id = f"$contains($request.path, 'tickets') ? {TICKET_TO_CONTACT} : {NOTE_TO_CONTACT}"
    types = f"[{{'associationCategory': 'HUBSPOT_DEFINED', 'associationTypeId': {type_id}}}]"
    body = f"$merge([$request.body, {{'associations': [{{'to': {{'id': $record}}, 'types': {types}}}]}}])"
    write = {"ApiEndpoint": f"{{% '{base}' & $request.path %}}", "RequestBody": f"{{% {body} %}}"}
    return find, "{% $string($states.result.ResponseBody.id) %}", write
