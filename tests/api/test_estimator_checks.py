"""The estimator checks of scikit-learn: those that can apply are run, the others are named with the reason."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from matcher import PartnerMatcher

NUMERIC = "fits a matrix of numbers; PartnerMatcher fits a table with names and texts"
SPARSE = "fits a sparse matrix"
NOT_APPLICABLE = {
    "check_fit_score_takes_y": NUMERIC,
    "check_estimators_overwrite_params": NUMERIC,
    "check_dont_overwrite_parameters": NUMERIC,
    "check_estimators_fit_returns_self": NUMERIC,
    "check_readonly_memmap_input": NUMERIC,
    "check_n_features_in_after_fitting": NUMERIC,
    "check_positive_only_tag_during_fit": NUMERIC,
    "check_estimators_dtypes": NUMERIC,
    "check_complex_data": NUMERIC,
    "check_dtype_object": NUMERIC,
    "check_estimators_empty_data_messages": "expects a ValueError on a matrix without rows; test_misuses has ours",
    "check_pipeline_consistency": NUMERIC,
    "check_estimators_nan_inf": NUMERIC,
    "check_estimator_sparse_tag": SPARSE,
    "check_estimator_sparse_array": SPARSE,
    "check_estimator_sparse_matrix": SPARSE,
    "check_estimators_pickle": "fits a matrix of numbers; test_misuses pickles a fitted matcher",
    "check_array_api_input": "array API input is for matrices of numbers",
    "check_f_contiguous_array_estimator": NUMERIC,
    "check_methods_sample_order_invariance": NUMERIC,
    "check_methods_subset_invariance": NUMERIC,
    "check_fit2d_1sample": NUMERIC,
    "check_fit2d_1feature": NUMERIC,
    "check_dict_unchanged": NUMERIC,
    "check_fit_idempotent": NUMERIC,
    "check_fit_check_is_fitted": NUMERIC,
    "check_n_features_in": NUMERIC,
    "check_fit1d": NUMERIC,
    "check_fit2d_predict1d": NUMERIC,
}


def name_of(check: Callable[..., Any]) -> str:
    return str(getattr(check.func if isinstance(check, functools.partial) else check, "__name__", check))


CHECKS = {name_of(check): check for _, check in estimator_checks_generator(PartnerMatcher(), legacy=True)}


@pytest.mark.parametrize("name", sorted(set(CHECKS) - set(NOT_APPLICABLE)))
@pytest.mark.filterwarnings("ignore")
def test_the_checks_that_can_apply(name: str) -> None:
    CHECKS[name](PartnerMatcher())


def test_every_other_check_is_named_with_a_reason() -> None:
    assert set(NOT_APPLICABLE) <= set(CHECKS), "a check that this version of scikit-learn has no more"
    assert len(set(CHECKS) - set(NOT_APPLICABLE)) >= 11
