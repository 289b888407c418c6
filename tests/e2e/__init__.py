"""The deployed system on the local AWS: the real CDK command line, real queues, real state machine."""
