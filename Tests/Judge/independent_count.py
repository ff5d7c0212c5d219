#!/usr/bin/env python3
"""The independent judge: counts every seat of a platform again and compares with what Redis says.

Written from the platform's contract alone, apart from the program: its own reading of SQL (through psql) and of Redis
(through redis-cli), its own arithmetic, and nothing but Python's standard library. It judges a platform at rest, after a
rebuild: traffic stopped, so that SQL and Redis can be read one after the other.

    independent_count.py --psql "host=… dbname=…" --redis "-s /path/of/socket" --prefix eventix:dev: [--json]

It prints one line for each disagreement, one for each event that cannot be judged (SQL is behind, or a hold that can be
read in two ways), and a closing line of counts. Status: 0 when it judged at least one category and nothing disagrees, 1
when something disagrees or there was nothing to judge, 2 when it could not read one of the two.
"""

import argparse
import json
import sys

sys.dont_write_bytecode = True

from evidence import Evidence  # noqa: E402
from judgement import Judge, shown_reasons  # noqa: E402
from redis_reading import Redis  # noqa: E402
from sql_reading import Unreadable, read_sql  # noqa: E402
from verdicts import Graces  # noqa: E402


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--psql", required=True, metavar="CONNECTION", help="libpq connection string")
    parser.add_argument("--redis", required=True, metavar="ARGUMENTS", help="arguments of redis-cli, as one string")
    parser.add_argument("--prefix", required=True, help="key prefix of the deployment; may be empty")
    parser.add_argument("--finalize-grace", type=int, default=60, metavar="S", help="since payment (60)")
    parser.add_argument("--claim-grace", type=int, default=60, metavar="S", help="of a claimed hold without order (60)")
    parser.add_argument("--abandoned-after", type=int, default=3600, metavar="S", help="age of evidence (3600)")
    parser.add_argument(
        "--abandon-checkouts-older-than", type=int, default=14 * 86400, metavar="S", help="without evidence (14 days)"
    )
    parser.add_argument("--abandon-order", action="append", default=[], metavar="ID", help="an order nobody will sell")
    parser.add_argument(
        "--finalization-queue", default="queues:finalization", metavar="KEY", help="without prefix; none: there is none"
    )
    parser.add_argument("--slack", type=int, default=60, metavar="S", help="between the rebuild and now (60)")
    parser.add_argument("--json", action="store_true", help="one JSON document instead of lines")
    return parser.parse_args()


def main() -> int:
    given = options()
    try:
        sql = read_sql(given.psql)
        redis = Redis(given.redis, given.prefix, given.finalization_queue)
    except Unreadable as problem:
        print(f"judge: {problem}", file=sys.stderr)
        return 2
    evidence = Evidence(
        redis.queue,
        sql.attempts,
        given.abandoned_after,
        given.abandon_checkouts_older_than,
        frozenset(given.abandon_order),
    )
    judge = Judge(sql, redis, evidence, Graces(given.finalize_grace, given.claim_grace), given.slack)
    judge.judge()

    sys.stdout.reconfigure(errors="backslashreplace")
    disagreements = judge.disagreements
    if given.json:
        counts = {"categories": len(sql.categories), "holds": len(redis.holds), "orders": len(sql.orders)}
        findings = {"disagreements": disagreements, "tooManyOnSale": judge.too_many_on_sale, "notJudged": judge.told}
        print(json.dumps({**counts, **findings, "live": judge.live, "listed": judge.listed}))
    else:
        for line in disagreements + shown_reasons(judge.told):
            print(line)
        print(
            f"judged {len(sql.categories)} categories, {len(redis.holds)} holds and {len(sql.orders)} orders: "
            f"{len(disagreements) or 'no'} disagreement{'' if len(disagreements) == 1 else 's'}"
        )
    return 0 if sql.categories and not disagreements else 1


if __name__ == "__main__":
    sys.exit(main())
