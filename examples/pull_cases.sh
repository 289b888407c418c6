#!/usr/bin/env bash
# Take cases from support's queues with the AWS CLI, urgent ones first: pull_cases.sh URGENT_QUEUE_URL QUEUE_URL
# Each case is printed as JSON. It is deleted only after you said that it is safe somewhere; else it comes back.
set -euo pipefail
urgent=${1:?usage: pull_cases.sh URGENT_QUEUE_URL QUEUE_URL}
normal=${2:?usage: pull_cases.sh URGENT_QUEUE_URL QUEUE_URL}

# AWS CLI 1 obeys AWS_ENDPOINT_URL for every service but SQS, so a local AWS is named here.
sqs() { aws sqs "$@" ${AWS_ENDPOINT_URL:+--endpoint-url "$AWS_ENDPOINT_URL"}; }
field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

for queue in "$urgent" "$normal"; do
  while :; do
    # Nobody else sees the message for 15 minutes.
    message=$(sqs receive-message --queue-url "$queue" --visibility-timeout 900 --wait-time-seconds 2 \
      --query 'Messages[0]' --output json)
    case "$message" in '' | null | None) break ;; esac
    printf '%s' "$message" | field Body | python3 -m json.tool --no-ensure-ascii
    read -r -p "Is this case in your system (yes, no, stop)? " said || said=stop
    case "$said" in
      yes) sqs delete-message --queue-url "$queue" --receipt-handle "$(printf '%s' "$message" | field ReceiptHandle)" ;;
      no) ;; # it comes back by itself
      *) exit 0 ;;
    esac
  done
done
echo "no more cases" >&2
