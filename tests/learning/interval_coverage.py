"""Coverage of the intervals of evaluations, by simulation: ``python tests/learning/interval_coverage.py``.

Prints, for each number of units and kind of differences, the share of "95 %" intervals that hold the true mean, beside
Student's t and the percentile bootstrap.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import stats

from matcher.learning.evaluation.differences import mean_interval

RUNS = 4000
SIZES = (8, 12, 20, 40)
Draw = Callable[[np.random.Generator, tuple[int, int]], np.ndarray]
KINDS: dict[str, Draw] = {
    "normal": lambda draw, shape: draw.normal(size=shape),
    "skewed (gamma, skewness 1)": lambda draw, shape: draw.gamma(4, 1, shape) - 4,
    "skewed (exponential, skewness 2)": lambda draw, shape: draw.exponential(1, shape) - 1,
    "long tails (Student's t, 4 df)": lambda draw, shape: draw.standard_t(4, shape),
}


def student(values: np.ndarray) -> tuple[float, float]:
    """Student's t interval."""
    low, high = stats.t.interval(0.95, len(values) - 1, values.mean(), stats.sem(values))
    return float(low), float(high)


def percentile(values: np.ndarray) -> tuple[float, float]:
    """Percentile bootstrap."""
    drawn = np.random.default_rng(0).integers(0, len(values), (500, len(values)))
    low, high = np.quantile(values[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def coverage(interval: Callable[[np.ndarray], tuple[float, float]], samples: np.ndarray) -> float:
    """Share of samples whose interval holds a mean of zero."""
    ends = np.array([interval(sample) for sample in samples])
    return float(((ends[:, 0] <= 0) & (ends[:, 1] >= 0)).mean())


def main() -> None:
    """Print the table."""
    print(f"{'differences':34} {'units':>5}  {'ours':>6} {'t':>6} {'bootstrap':>9}")
    for name, kind in KINDS.items():
        for size in SIZES:
            samples = kind(np.random.default_rng([1, size]), (RUNS, size))
            found = [coverage(interval, samples) for interval in (mean_interval, student, percentile)]
            print(f"{name:34} {size:5}  {found[0]:6.3f} {found[1]:6.3f} {found[2]:9.3f}")


if __name__ == "__main__":
    main()
