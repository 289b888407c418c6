"""The Lambda functions: one folder, one job each. This is the first that a function imports of ours."""

from attune.startup import begin

begin()
