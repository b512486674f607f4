"""``script/fuzz``: the machine for long, on several processes, each batch another seed."""

import argparse
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import count
import multiprocessing
import os
import secrets
import sys
import time

from .batch import run

BATCH = 100


def main() -> int:
    """Run the batches; return 1 when any of them failed."""
    parser = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=50_000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--steps", type=int, default=25, help="per example")
    parser.add_argument(
        "--seed", type=int, help="of the first batch; the others follow it"
    )
    parser.add_argument(
        "--keep-going", action="store_true", help="after a failure, too"
    )
    parser.add_argument(
        "--long", action="store_true", help="do not look for a shorter example"
    )
    given = parser.parse_args()
    first = secrets.randbits(32) if given.seed is None else given.seed
    print(f"{given.examples} examples, seeds from {first}", flush=True)
    began, done, failures = time.monotonic(), 0, 0
    seeds, left = count(first), given.examples
    pending: set[Future[tuple[int, int, str | None]]] = set()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.processes, mp_context=spawn) as pool:
        while pending or left > 0:
            while (
                left > 0
                and len(pending) < given.processes
                and (not failures or given.keep_going)
            ):
                batch = min(BATCH, left)
                left -= batch
                pending.add(
                    pool.submit(run, next(seeds), batch, given.steps, not given.long)
                )
            if not pending:
                break
            finished, pending = wait(pending, return_when=FIRST_COMPLETED)
            for future in finished:
                number, ran, failure = future.result()
                done += ran
                if failure:
                    failures += 1
                    print(f"\nseed {number} failed:\n{failure}", flush=True)
            rate = done / (time.monotonic() - began)
            print(f"{done} examples, {rate:.1f}/s, {failures} failures", flush=True)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
