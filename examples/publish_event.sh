#!/usr/bin/env bash
# Publish one event on Attune's bus with the AWS CLI: publish_event.sh BUS_NAME CUSTOMER_ID
set -euo pipefail
bus=${1:?usage: publish_event.sh BUS_NAME CUSTOMER_ID}
customer=${2:?usage: publish_event.sh BUS_NAME CUSTOMER_ID}

# PutEvents wants the event as JSON text inside JSON; Python's json module does the quoting.
entries=$(python3 - "$bus" "$customer" <<'PYTHON'
import json, sys, uuid

bus, customer = sys.argv[1:]
call = {
    "type": "track",
    "event": "Product Added",
    "userId": customer,
    "messageId": str(uuid.uuid4()),  # new for each event, the same when you offer it again
    "properties": {"cart_id": "cart-1", "product_id": "sku-1", "price": 79.0},
}
entry = {"EventBusName": bus, "Source": "app.shop", "DetailType": call["type"], "Detail": json.dumps(call)}
print(json.dumps([entry]))
PYTHON
)

# put-events ends with 0 even when the bus refused the entry, so look at the count and offer the same entry again.
for attempt in 1 2 3 4 5; do
  failed=$(aws events put-events --entries "$entries" --query FailedEntryCount --output text)
  if [ "$failed" = 0 ]; then
    echo "Product Added by $customer published on $bus"
    exit 0
  fi
  sleep "$attempt"
done
echo "the bus refused the event 5 times" >&2
exit 1
