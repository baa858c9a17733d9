"""`python -m bench measure` and `python -m bench indexes`: a cluster of its own, then numbers, then a page in docs/."""

import argparse
import base64
import json
import os
import random
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from bench import report
from bench.cluster import Cluster, cluster
from bench.meters import Meters
from bench.operations import MARK, TIDY, Operation, World, operations
from stack.__main__ import var_directory
from stack.errors import StackError
from stack.supervisor import ROOT

WARM_SECONDS = 4.0
"""Before each segment, not counted: of two neighbours the first would pay for the pages of indexes that both need."""
PAGE = ROOT / "docs" / "benchmarks.md"


def drive(port: int, operation: Operation, seconds: float, requests: list[bytes]) -> dict[str, Any]:
    """One segment, in a process of its own."""
    plan = {
        "port": port,
        "connections": operation.connections,
        "seconds": seconds,
        "requests": [base64.b64encode(each).decode() for each in requests],
        "expected": operation.expected,
    }
    done = subprocess.run(
        [sys.executable, "-m", "bench.driver"],
        cwd=ROOT, input=json.dumps(plan), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise StackError(f"{operation.title}: the client ended:\n{done.stderr}")
    return json.loads(done.stdout)


def segment(world: World, meters: Meters, operation: Operation, seconds: float) -> dict[str, float]:
    """Warm up, read the meters, drive, read them again."""
    requests = operation.requests()
    warm = drive(world.port, operation, WARM_SECONDS, requests)
    if warm["errors"]:
        raise StackError(f"{operation.title}: not answered with {operation.expected}:\n{warm['failure']}")
    before = meters.read()
    found = drive(world.port, operation, seconds, requests)
    found |= meters.read().since(before, found["requests"])
    if operation.tidy:
        world.cluster.execute(TIDY, (MARK, MARK))
    failure = found.pop("failure")
    if found["errors"]:
        print(f"  {operation.title}: {found['errors']} answered otherwise, for example:\n{failure}", flush=True)
    return found


def in_groups(wanted: Sequence[Operation]) -> list[list[Operation]]:
    """Each floor together with what stands on it, in random order: neighbours in time see the same machine."""
    groups: dict[str, list[Operation]] = defaultdict(list)
    for operation in wanted:
        groups[operation.floor or operation.key].append(operation)
    made = list(groups.values())
    for group in made:
        random.shuffle(group)
    random.shuffle(made)
    return made


def rounds(world: World, meters: Meters, wanted: list[Operation], arguments: argparse.Namespace) -> report.Seen:
    """Every operation once a round."""
    seen: dict[str, list[dict[str, float]]] = defaultdict(list)
    for number in range(1, arguments.rounds + 1):
        world.sign_in()
        for group in in_groups(wanted):
            for operation in group:
                found = segment(world, meters, operation, arguments.seconds)
                seen[operation.key].append(found)
                print(
                    f"round {number}: {operation.title:<34} {found['rate']:7.1f} a second, p95 {found['p95']:6.1f} ms",
                    flush=True,
                )
    return seen


def measure(held: Cluster, arguments: argparse.Namespace) -> None:
    """Drive everything, print the table, write the page."""
    rows = held.rows()
    with held.server() as (port, server):
        world = World(held, port)
        wanted = [one for one in operations(world) if not arguments.only or one.key in arguments.only.split(",")]
        meters = Meters(server.popen.pid, held.postgres.child.popen.pid, held.url)
        try:
            seen = rounds(world, meters, wanted, arguments)
        finally:
            meters.close()
    lines = report.lines(wanted, seen)
    print("\n" + report.table(lines), flush=True)
    load = os.getloadavg()[2]
    facts = {
        "Scale": f"{arguments.scale}: " + ", ".join(f"{count:,} {table}" for table, count in rows.items()),
        "Run": f"{arguments.rounds} rounds of {arguments.seconds:g} seconds each, 8 connections unless one user is "
        f"named; load of the machine over the last 15 minutes {load:.1f}",
    }
    if not arguments.only:
        report.write(PAGE, report.results(lines, facts))
        print(f"\nWritten to {PAGE.relative_to(ROOT)}")


def indexes(held: Cluster, arguments: argparse.Namespace) -> None:
    """Write docs/indexes.md; the exit code says whether something read too much of a large table."""
    command = [sys.executable, "-m", "bench.indexes", arguments.scale]
    if subprocess.run(command, cwd=ROOT, env=held.environment, check=False).returncode:
        raise StackError("A hot query reads too much, or could not be asked: the lines above say which.")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    commands = top.add_subparsers(required=True)
    for name, command in (("measure", measure), ("indexes", indexes)):
        one = commands.add_parser(name, help=command.__doc__)
        one.add_argument("--scale", default="llr")
        one.set_defaults(command=command)
    measures = commands.choices["measure"]
    measures.add_argument("--seconds", type=float, default=20)
    measures.add_argument("--rounds", type=int, default=3)
    measures.add_argument("--only", default="", help="some operations, by key; the page is then left as it is")
    return top


def main() -> int:
    """Exit code 1 and a sentence when something stands in the way."""
    arguments = parser().parse_args()
    try:
        with cluster(var_directory() / "bench" / arguments.scale) as held:
            held.prepare(arguments.scale)
            arguments.command(held, arguments)
    except StackError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
