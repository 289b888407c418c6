"""The CDK app that deploys Attune: one app, three stacks, every stage."""
