"""What is broken on a deployed stage: processes killed, tables that cannot be found, code and playbooks changed under way."""

import itertools
import os
import random
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from attune_cli.cdk import ROOT, Cdk, local_environment
from attune_cli.local_aws import STACKS, STAGE
from bench.faults.deployed.stage import CONSUMED, FaultyStage
from tests.support.processes import Process, processes_of

LOOK_EVERY = 0.02
"""Seconds between two looks at which functions are at work; at each 25th, new processes are looked for."""
STARTING, WORKING = 0.01, 0.3
"""The chance to be killed at a look of one that is at work: while it starts, and once it has started."""
SOON, VERY_SOON = 20, 5
"""Seconds, instead of three minutes, after which a message comes again: the stage's days are short as well.

Where it comes sooner than a slow function is done with it, others do the same work beside it, which makes it slower still: so
for no longer than it takes letters to die.
"""
TREE = ("cdk.json", "cli", "functions", "infra", "layers", "pyproject.toml", "requirements", "templates")
LINKED = (".venv", "node_modules", ".local")
NO_TABLE = "no-table-of-ours"
GARBAGE = "{this is no message of ours"
"""On a queue of ours; what comes in from outside has a quarantine to go to, whatever it is."""


def come_again(stage: FaultyStage, *, after: int = SOON) -> None:
    """Let queues deliver again after so many seconds what nobody was done with."""
    for queue in CONSUMED:
        url = stage.outputs[f"{queue}QueueUrl"]
        stage.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(after)})


class Killer:
    """Kills functions of one local AWS by pid, in the middle of their work, as long as it is at it."""

    def __init__(self, home: Path, *, seed: int = 1) -> None:
        """Kill processes of the local AWS under this folder."""
        self.killed = 0
        self._home = home
        self._chance = random.Random(seed)  # noqa: S311 - told by the seed, as far as processes can be
        self._over = threading.Event()
        self._known: list[Process] = []
        self._ticks: dict[int, int] = {}
        self._started: set[int] = set()

    @contextmanager
    def at_it(self) -> Iterator["Killer"]:
        """Kill until the end of the block."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            thread.join()

    def _run(self) -> None:
        for number in itertools.count():
            if self._over.wait(LOOK_EVERY):
                break
            if number % 25 == 0:
                self._known = [process for process in processes_of(self._home) if process.is_function]
            for process in self._known:
                self._look_at(process)

    def _look_at(self, process: Process) -> None:
        """Kill a function, perhaps, that has worked since the look before."""
        ticks = process.worked()
        before, self._ticks[process.pid] = self._ticks.get(process.pid, 0), ticks
        if ticks == before:
            self._started.add(process.pid)  # it waits for work
            return
        likely = WORKING if process.pid in self._started else STARTING
        if ticks and self._chance.random() < likely:
            self._kill(process)

    def _kill(self, process: Process) -> None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
            self.killed += 1


@contextmanager
def tables_not_found(stage: FaultyStage) -> Iterator[int]:
    """Point every function at a table of customers that is not there, and back; say how many were."""
    client = stage.client("lambda")
    functions = [one for page in client.get_paginator("list_functions").paginate() for one in page["Functions"]]
    told = {one["FunctionName"]: one.get("Environment", {}).get("Variables", {}) for one in functions}
    concerned = {name: variables for name, variables in told.items() if "CUSTOMERS_TABLE" in variables}
    try:
        for name, variables in concerned.items():
            wrong = {**variables, "CUSTOMERS_TABLE": NO_TABLE}
            client.update_function_configuration(FunctionName=name, Environment={"Variables": wrong})
        yield len(concerned)
    finally:
        for name, variables in concerned.items():
            client.update_function_configuration(FunctionName=name, Environment={"Variables": variables})


def redrive(stage: FaultyStage) -> int:
    """Put dead letters of ours back on their queues; return how many.

    An operator starts a message move task (docs/operations.md), which the local AWS does not have.
    """
    sqs, moved = stage.client("sqs"), 0
    for name, source in stage.dead_letters.items():
        dead = sqs.get_queue_url(QueueName=name)["QueueUrl"]
        while letters := sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, VisibilityTimeout=5).get(
            "Messages"
        ):
            for letter in letters:
                if letter["Body"] == GARBAGE:
                    continue  # stays where people find it
                sqs.send_message(QueueUrl=source, MessageBody=letter["Body"])
                sqs.delete_message(QueueUrl=dead, ReceiptHandle=letter["ReceiptHandle"])
                moved += 1
    return moved


def redeploy(stage: FaultyStage, name: str, *, tree: Path = ROOT) -> None:
    """Deploy with the CDK over the stage that is at work: other code by its version, the clock as it goes."""
    cdk = Cdk(env=local_environment(stage.aws.endpoint), logs=stage.aws.home / "log" / name)
    assembly = str(stage.aws.home / f"cdk.out.{name}")
    clock = _clock_of(stage)
    context = {"stage": STAGE, "code_version": name, "clock_speed": clock["SPEED"], "clock_anchor": clock["ANCHOR"]}
    told = [word for key, value in context.items() for word in ("-c", f"{key}={value}")]
    cdk.run("synth", ["synth", "--quiet", *told, "--output", assembly, "--no-validation"], cwd=tree)
    deploy = ["deploy", "--app", assembly, *STACKS, "--method", "direct", "--require-approval", "never"]
    cdk.run("deploy", [*deploy, "--progress", "events"])
    come_again(stage)


def _clock_of(stage: FaultyStage) -> dict[str, str]:
    """Return how functions were told to read the clock, which nobody may change under journeys asleep."""
    functions = stage.client("lambda").list_functions()["Functions"]
    variables = [one.get("Environment", {}).get("Variables", {}) for one in functions]
    told = next(some for some in variables if "ATTUNE_CLOCK_ANCHOR" in some)
    return {name: told[f"ATTUNE_CLOCK_{name}"] for name in ("SPEED", "ANCHOR")}


def without_playbook(home: Path, playbook: str) -> Path:
    """Return a copy of what is deployed in which a playbook is missing."""
    tree = home / "withdrawn"
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name in TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tree / name)
    for name in LINKED:
        (tree / name).symlink_to(ROOT / name)
    (tree / "templates" / "playbooks" / f"{playbook}.yaml").unlink()
    return tree
