"""What candidates share is the same as what each would work out alone."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor

from discovery.baselines.blocks import Texts, Wide
from discovery.baselines.candidates import Shape, build_candidates
from discovery.baselines.candidates.forest import TreesClassifier, TreesRegressor
from discovery.baselines.crossval import Job, fit_predict, run_jobs
from discovery.baselines.features import model_frame
from discovery.baselines.loading import dump_model
from discovery.baselines.preprocess import FrameEncoder, blocks_reading
from discovery.baselines.shared import Encoded, encoded, shared
from discovery.engagement import UseCase

from .conftest import churn_frame


@pytest.fixture(scope="module")
def data():
    frame = churn_frame(700).drop("refund")
    X = model_frame(frame, [c for c in frame.columns if c != "churned"])
    return X, (frame["churned"] == "yes").cast(int).to_numpy().astype(np.int64)


def test_jobs_on_the_same_rows_give_what_each_gives_alone(data):
    X, y = data
    shape = Shape("binary", 500, False, ("no", "yes"), "churned")
    candidates = build_candidates(shape, UseCase(name="u", table="t", target="churned"))
    rows = np.arange(len(y))
    folds = [(rows[:500], rows[500:]), (rows[200:], rows[:200])]
    jobs = [Job(c, X, y, a, b, 2, keep=True) for c in candidates for a, b in folds]
    together, apart = run_jobs(jobs), [fit_predict(job) for job in jobs]
    for one, other in zip(together, apart, strict=True):
        assert one.error is None
        np.testing.assert_array_equal(one.prediction, other.prediction)
    by_name = {job.candidate.name: fitted.model for job, fitted in zip(jobs, together, strict=True)}
    boosting, forest = (by_name[name].encoder_ for name in ("boosting", "forest"))
    assert all(boosting.blocks_[c] is forest.blocks_[c] for c in boosting.blocks_)
    assert by_name["linear"].encoder_.blocks_.keys() & boosting.blocks_.keys()
    assert not any(by_name["linear"].encoder_.blocks_[c] is b for c, b in boosting.blocks_.items())


def test_what_is_shared_is_forgotten_and_belongs_to_one_target(data):
    X, y = data
    with shared(X):
        first = FrameEncoder("trees").fit(X, y)
        assert FrameEncoder("trees").fit(X, y).blocks_["tenure"] is first.blocks_["tenure"]
        assert FrameEncoder("trees").fit(X, 1 - y).blocks_["tenure"] is not first.blocks_["tenure"]
        assert encoded(X).lent > 0
    assert FrameEncoder("trees").fit(X, y).blocks_["tenure"] is not first.blocks_["tenure"]
    assert encoded(X).lent == 0


def test_a_changed_column_is_encoded_anew_and_then_as_before(data):
    X, y = data[0].copy(), data[1]
    encoder = FrameEncoder("trees").fit(X, y)
    model = type("Model", (), {"encoder_": encoder})()
    with shared(X):
        before, was = encoder.transform(X), X["tenure"].copy()
        X["tenure"] = 1.0
        with encoded(X).changed(blocks_reading(model, ["tenure"])):
            changed = encoder.transform(X)
        X["tenure"] = was
        np.testing.assert_array_equal(encoder.transform(X), before)
    place = [column for column, _ in encoder.names_out_].index("tenure")
    assert (changed[:, place] == 1.0).all()
    np.testing.assert_array_equal(np.delete(changed, place, 1), np.delete(before, place, 1))


@pytest.mark.parametrize(
    ("own", "plain"), [(TreesClassifier, ExtraTreesClassifier), (TreesRegressor, ExtraTreesRegressor)]
)
def test_trees_predict_what_those_of_scikit_learn_do(own, plain):
    generator = np.random.default_rng(0)
    X = generator.normal(size=(300, 5))
    X[0, 0] = np.nan
    y = generator.integers(0, 3, 300) if own is TreesClassifier else X[:, 1] + generator.normal(size=300)
    ours, theirs = own(20, random_state=0).fit(X, y), plain(20, random_state=0).fit(X, y)
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X))
    if own is TreesClassifier:
        np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X))


def test_blocks_come_back_as_they_were_and_lists_are_one_text():
    import pandas as pd

    words = [f"word{i % 30} told{i % 7} again{i % 11}" for i in range(200)]
    column = pd.Series(pd.Categorical(words))
    y = np.arange(200) % 2
    texts, wide = Texts("linear", 4, 0), Wide("trees", 0)
    texts.fit(column)
    wide.fit(column, y, sorted(set(words)))
    for block in (texts, wide):
        again = pickle.loads(pickle.dumps(block))
        assert again.parts == block.parts
        found, before = again.transform(column), block.transform(column)
        assert abs(found - before).max() == 0
        state = block.__getstate__()
        assert "place" not in state
        assert isinstance(state.get("words", state.get("levels")), str)
    _, kind = dump_model({"model": Predicts(texts), "features": {}, "classes": []}, column)
    assert kind == "joblib"  # a class of a test is of no trusted package


class Predicts:
    """A model of one block."""

    def __init__(self, block: Texts) -> None:
        self.block = block

    def predict(self, column: object) -> np.ndarray:
        return np.asarray(self.block.transform(column).sum(axis=1))


def test_what_was_encoded_while_a_column_was_changed_is_forgotten() -> None:
    known, block = Encoded(), object()
    with known.changed([block]):
        assert known.values(block, lambda: "shuffled") == "shuffled"
    assert known.values(block, lambda: "as it is") == "as it is"
    with pytest.raises(ValueError, match="stop"), known.changed([block]):
        raise ValueError("stop")
    assert known.values(block, lambda: "anew") == "as it is"
