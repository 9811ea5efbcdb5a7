"""Measures of evaluations beside those of trec_eval and scipy, on real partnerships.

``pip install pytrec-eval-terrier`` first, in any environment that has the package; then
``python tests/learning/beside_trec_eval.py FOLDER ...`` with folders of real sets. Prints every mean with its interval over
companies, and the largest difference between the measures of any unit: scores are made distinct, since trec_eval orders
ties by name where ours are averaged.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).parents[1]))

from helpers.real_sets import RealSet

from matcher import PartnerMatcher
from matcher.learning.evaluation.differences import Observations
from matcher.learning.evaluation.metrics import METRICS, Trial, unit_metrics
from matcher.learning.evaluation.pairs import pair_matrix
from matcher.learning.evaluation.rankings import CHANCE, baselines, score_matrix

TOP = 20
THEIRS = (f"ndcg_cut_{TOP}", f"recall_{TOP}", "recip_rank")


def their_metrics(trial: Trial, scores: np.ndarray) -> np.ndarray:
    """Metrics of each unit by scipy (AUC) and trec_eval, in the order of ours."""
    import pytrec_eval  # here, since the tests collect this file without it

    found = []
    for unit in trial.units.tolist():
        columns = np.flatnonzero(trial.candidates[unit])
        ranks, relevant = stats.rankdata(scores[unit, columns]), trial.relevant[unit, columns]
        hits = stats.mannwhitneyu(ranks[relevant], ranks[~relevant]).statistic
        judged = {"unit": {str(column): int(is_hit) for column, is_hit in zip(columns, relevant, strict=True)}}
        ranked = {"unit": {str(column): float(rank) for column, rank in zip(columns, ranks, strict=True)}}
        of_unit = pytrec_eval.RelevanceEvaluator(judged, {"ndcg_cut", "recall", "recip_rank"}).evaluate(ranked)["unit"]
        found.append((hits / relevant.sum() / (~relevant).sum(), *(of_unit[name] for name in THEIRS)))
    return np.array(found)


def main(folders: list[str]) -> None:
    """Print the figures of each set."""
    for folder in folders:
        data = RealSet.read(Path(folder))
        history = data.known.assign(status="completed")
        scorer = PartnerMatcher().fit(data.nonprofits, partnerships=history).scorer(data.units)
        ids = scorer.run.units.ids, scorer.run.nonprofits.ids
        known = pair_matrix(data.known, *ids)
        hidden = known | pair_matrix(data.left_out, *ids)
        trial = Trial(~hidden, pair_matrix(data.test, *ids) & ~hidden, top=TOP)
        observations = Observations.of(scorer.run.units.company_codes[trial.units])
        rankings = {"matcher": score_matrix(scorer)} | baselines(scorer, known)
        over = f"{len(observations)} {'companies' if observations.by_company else 'units'}"
        print(f"{Path(folder).name}: {len(trial.units)} units, intervals over {over}")
        worst = 0.0
        for name, scores in rankings.items():
            ours = unit_metrics(trial, scores)
            means = [observations.difference(column) for column in ours.T]
            print(f"  {name:18}", *(f"{metric} {mean:.4f} ({low:.4f} to {high:.4f})" for metric, (mean, low, high, *_) in zip(METRICS, means, strict=True)))  # fmt: skip
            if name != CHANCE:
                order = np.argsort(np.argsort(scores, axis=1, kind="stable"), axis=1, kind="stable").astype(np.float64)
                worst = max(worst, float(np.abs(unit_metrics(trial, order) - their_metrics(trial, order)).max()))
        print(f"  largest difference to scipy and trec_eval: {worst:.1e}")


if __name__ == "__main__":
    main(sys.argv[1:])
