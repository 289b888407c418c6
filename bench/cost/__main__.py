"""A million journeys with one email, as metered, beside what others charge.

python -m bench.cost [--json]
"""

import argparse
import json
import os

from attune_cli.costing.pricing import Prices
from attune_cli.costing.report import report
from bench.cost.measure import measured
from bench.cost.others import OTHERS


def main() -> None:
    """Meter and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    os.environ |= {"AWS_DEFAULT_REGION": "us-east-1", "AWS_REGION": "us-east-1"}
    found = report(measured(), Prices.read())
    if options.json:
        print(json.dumps({"attune": found, "others": OTHERS}, indent=2))
        return
    ours = found["usd_per_million_one_email_journeys"]
    rows = (("Attune, all in", f"{ours:.2f}", "SES's 100 included; decisions kept, exported and learnt from"), *OTHERS)
    print(f"{'a million journeys with one email':<36}{'USD':>14}  what is in it")
    for name, usd, says in rows:
        print(f"{name:<36}{usd:>14}  {says}")


if __name__ == "__main__":
    main()
