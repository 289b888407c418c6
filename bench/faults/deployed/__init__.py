"""Break things on a deployed stage, for real: `python -m bench.faults.deployed`."""
