"""The CDK app that deploys Attune: one app, three stacks, every stage."""

import os

# Before the CDK is imported: on Node 20, which it still runs on, it would print twelve lines in front of every answer.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
