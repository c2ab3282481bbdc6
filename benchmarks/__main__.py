"""Measures and reports. ``make bench`` runs it; ``make bench ARGS=--write`` puts the results into the documentation."""

from __future__ import annotations

import sys
from argparse import ArgumentParser

from . import around, report, rows, sides, stores
from .account import account

PAGE = sides.ROOT / "docs" / "performance.md"
#: The share of a target that may be missing before --check fails: what two runs differ by on a busy machine.
_NOISE = 0.1


def main() -> int:
    """Measure all and print the report.

    :return: The exit status.
    """
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=12, help="how many times to go round")
    parser.add_argument("--write", action="store_true", help="write the results into the documentation")
    parser.add_argument("--check", action="store_true", help="fail if a target is missed by more than a tenth")
    args = parser.parse_args()

    commit = around.commit()
    parts, verdicts = [report.machine(around.machine(), commit)], []

    def add(found: tuple[str, list[report.Verdict]]) -> None:
        parts.append(found[0])
        verdicts.extend(found[1])

    add(report.shops(sides.shops([lines for lines, _ in rows.SHOPS], 20, min(args.rounds, 7))))
    found = sides.measure([*rows.jobs(), *rows.special_jobs()], args.rounds)
    add(report.targets(found))
    add(report.stored(sides.sizes(name for _, name, _ in rows.SIZES)))
    add(report.imported(*around.import_times(min(args.rounds, 7))))
    parts.append(report.yardsticks(found))
    add(report.specials(found))
    parts.append(report.sagas(sides.sagas(40, min(args.rounds, 7))))
    parts += [report.accounts(label, account(name, 30)) for label, name, _ in rows.SIZES]

    text = "\n\n".join(parts)
    missed = [verdict for verdict in verdicts if verdict.reached < 1]
    text += f"\n\n{len(verdicts) - len(missed)} of {len(verdicts)} targets met."
    print(text)
    storing = f"{parts[0]}\n\n{stores.results()}"
    print(f"\n{storing}")
    for verdict in missed:
        print(f"Missed: {verdict.label}: {verdict.reached:.0%} of the target", file=sys.stderr)
    if args.write:
        report.write(PAGE, text)
        report.write(stores.PAGE, storing)
    return int(args.check and any(verdict.reached < 1 - _NOISE for verdict in missed))


if __name__ == "__main__":
    sys.exit(main())
