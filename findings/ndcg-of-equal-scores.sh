#!/bin/sh
# scikit-learn 1.9.1, pytrec_eval-terrier 0.5.11 (trec_eval, also behind ir_measures) and ranx 0.3.21, on Python 3.11.
#
# One list with equal scores has three values of nDCG@3, though all three agree once no scores are equal. scikit-learn
# takes the mean over the orders of equal scores. trec_eval puts the greatest code first, so that another code for the
# same nonprofit changes the figure; and scores that differ by 1e-11 are equal to it. ranx takes them in the order in
# which they were given, so that the order of a dictionary changes the figure.
#
# One would guess that nDCG with linear gains is one number, and that the name of a document is no part of it. Scores that
# are rounded for a report, or that rest on few facts, are often equal.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    scikit-learn==1.9.1 pytrec_eval-terrier==0.5.11 ranx==0.3.21 numpy==2.4.6 numba==0.68.1
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
import pytrec_eval
from ranx import Qrels, Run, evaluate
from sklearn.metrics import ndcg_score


def figures(grades, scores, depth=3):
    """nDCG by scikit-learn, by trec_eval and by ranx."""
    judged, run = {"unit": grades}, {"unit": scores}
    measure = f"ndcg_cut_{depth}"
    evaluator = pytrec_eval.RelevanceEvaluator(judged, {measure})
    return (
        float(ndcg_score([list(grades.values())], [[scores[code] for code in grades]], k=depth)),
        evaluator.evaluate(run)["unit"][measure],
        float(evaluate(Qrels(judged), Run(run), f"ndcg@{depth}")),
    )


def show(what, values):
    print(f"{what:<42}" + "".join(f"{value:>14.3f}" for value in values))
    return values


print(f"{'nDCG@3':<42}{'scikit-learn':>14}{'trec_eval':>14}{'ranx':>14}")
grades = {"food": 3, "chess": 0, "choir": 1, "youth": 2, "rowing": 0}
different = dict(zip(grades, (0.9, 0.8, 0.7, 0.5, 0.4)))
equal = different | {"food": 0.8, "choir": 0.8}
renamed = {"aid" if code == "food" else code: code for code in grades}

a, b, c = show("no equal scores", figures(grades, different))
assert a - b < 1e-9 and abs(a - c) < 1e-9

mean, by_code, by_order = show("three equal scores", figures(grades, equal))
assert len({round(value, 3) for value in (mean, by_code, by_order)}) == 3

other_mean, other_code, other_order = show(
    "the same, 'food' called 'aid'",
    figures({new: grades[old] for new, old in renamed.items()}, {new: equal[old] for new, old in renamed.items()}),
)
assert other_mean == mean and other_order == by_order and by_code - other_code > 0.1

other_mean, other_code, other_order = show(
    "the same, scores given in another order", figures(grades, dict(reversed(equal.items())))
)
assert other_mean == mean and other_code == by_code and by_order - other_order > 0.1

first, of_trec, of_ranx = figures({"a": 1, "b": 0}, {"a": 0.80000000001, "b": 0.8}, depth=1)
show("nDCG@1, 0.80000000001 above 0.8", (first, of_trec, of_ranx))
assert (first, of_trec, of_ranx) == (1.0, 0.0, 1.0)
PYTHON
