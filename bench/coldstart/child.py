"""What each fresh process runs: import and wire a function, or a bare handler; prints one line of JSON.

Started by bench.coldstart.run with one argument, JSON of paths, imports and wires.
"""

import json
import sys
import time


def main() -> None:
    """Run the code that stands for a cold start, and print milliseconds of processor time, peak MB, and what was made."""
    told = json.loads(sys.argv[1])
    sys.path[:0] = told["paths"]
    places: dict[str, object] = {}
    began = time.process_time()
    exec(told["imports"], places)  # noqa: S102 - our own benchmark's code
    imported = time.process_time()
    made = _watch_clients() if "botocore.client" in sys.modules else []
    watched = time.process_time()
    exec(told["wires"], places)  # noqa: S102
    ready = time.process_time()
    figures = {"import": (imported - began) * 1000, "ready": (imported - began + ready - watched) * 1000}
    print(json.dumps({**figures, "peak": _peak(), "clients": sorted(set(made))}))


def _peak() -> float:
    """Return the most memory this process had, in MB; what getrusage tells begins with what its parent had."""
    with open("/proc/self/status") as status:  # noqa: PTH123 - pathlib would be an import that is not measured
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024


def _watch_clients() -> list[str]:
    """Note which clients are made, and answer what they ask without a network: always with a secret."""
    from botocore.client import BaseClient, ClientCreator  # noqa: PLC0415 - loaded already, by what is measured

    made: list[str] = []
    create = ClientCreator.create_client

    def noted(creator: object, *, service_name: str, **named: object) -> object:
        made.append(service_name)
        return create(creator, service_name=service_name, **named)

    ClientCreator.create_client = noted
    BaseClient._make_api_call = lambda *_: {"SecretString": "x" * 40}  # noqa: SLF001 - the one place that all calls pass
    return made


if __name__ == "__main__":
    main()
