"""Time of a check of 100,000 rows of which half have a problem, beside that of the same list without any.

    python tests/benchmarks/check_problems.py [ROWS]

Prints seconds of processor time to read and check each list, and to word its problems, with the lines that are shown.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from matcher.jobs.inputs import read_inputs
from matcher.settings import Settings
from matcher.tables.problems import summarise
from matcher.tables.read.tables import read_table

ROWS = 100_000
HEADINGS = "nonprofit_id,name,mission,city,capacity,needs,causes,volunteers"
PROBLEMS = [
    {"capacity": "veel"},
    {"capacity": "max {number}"},
    {"needs": "liefde {number}"},
    {"city": "Verweggistan {number}"},
    {"mission": ""},
    {"volunteers": "ca. {number}"},
    {"nonprofit_id": "N1"},
    {"name": ""},
]


def lines(rows: int, *, with_problems: bool) -> str:
    draw = random.Random(0)
    texts = [HEADINGS]
    for number in range(rows):
        row = {
            "nonprofit_id": f"N{number}",
            "name": f"De {draw.choice('ABCDEFGH')}{number}",
            "mission": f"Wij helpen {number} mensen in de wijk met {draw.choice(['eten', 'taal', 'sport'])}",
            "city": draw.choice(["Utrecht", "Ede", "Arnhem", "Zwolle"]),
            "capacity": str(draw.randint(1, 4)),
            "needs": "mensen; geld",
            "causes": "jeugd; sport",
            "volunteers": str(draw.randint(1, 90)),
        }
        if with_problems and number % 2:
            wrong = PROBLEMS[number // 2 % len(PROBLEMS)]
            row |= {name: text.format(number=number) for name, text in wrong.items()}
        texts.append(",".join(row.values()))
    return "\n".join(texts) + "\n"


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory() as folder:
        units = Path(folder, "units.csv")
        units.write_text("unit_id,company,name,mission,city\nU1,Wold,Noord,Samen,Ede\n", encoding="utf-8")
        print(f"{'list':16}{'read':>8}{'check':>8}{'word':>8}{'problems':>10}{'lines':>7}")
        for with_problems in (False, True):
            nonprofits = Path(folder, f"list{int(with_problems)}.csv")
            nonprofits.write_text(lines(rows, with_problems=with_problems), encoding="utf-8")
            times = [time.process_time()]
            read_table("nonprofits", nonprofits)
            times.append(time.process_time())
            problems = read_inputs({"units": units, "nonprofits": nonprofits}, Settings()).problems
            times.append(time.process_time())
            shown = summarise(problems)
            times.append(time.process_time())
            seconds = "".join(f"{end - start:8.2f}" for start, end in pairwise(times))
            print(f"{'half wrong' if with_problems else 'clean':16}{seconds}{len(problems):>10}{len(shown):>7}")


if __name__ == "__main__":
    main()
