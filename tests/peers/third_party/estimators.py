"""Fitted estimators and metrics of scikit-learn, and the calls that are traced."""

from __future__ import annotations

import functools
import warnings
from typing import Any

from . import calls as _calls  # sets SCIPY_ARRAY_API before scipy is imported  # noqa: F401

# isort: split
import numpy as np
import sklearn
from sklearn import (
    cluster,
    cross_decomposition,
    decomposition,
    discriminant_analysis,
    feature_selection,
    gaussian_process,
    impute,
    kernel_approximation,
    kernel_ridge,
    linear_model,
    metrics,
    mixture,
    naive_bayes,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    svm,
    tree,
)

FEATURES = 7


@functools.cache
def fitted() -> dict[str, Any]:
    """The estimators by the names that the calls use, fitted on one small data set."""
    sklearn.set_config(array_api_dispatch=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # few iterations are enough here
        return {**_fitted(), "metrics": metrics, "np": np}


def _fitted() -> dict[str, Any]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(40, FEATURES))
    positive = np.abs(x)
    two = (x[:, 0] > 0.1).astype(np.int64)
    three = rng.integers(0, 3, 40)
    real = x @ rng.normal(size=FEATURES) + 0.1 * rng.normal(size=40)
    return {
        "standard_scaler": preprocessing.StandardScaler().fit(x),
        "min_max_scaler": preprocessing.MinMaxScaler().fit(x),
        "max_abs_scaler": preprocessing.MaxAbsScaler().fit(x),
        "robust_scaler": preprocessing.RobustScaler().fit(x),
        "normalizer": preprocessing.Normalizer().fit(x),
        "binarizer": preprocessing.Binarizer().fit(x),
        "polynomial_features": preprocessing.PolynomialFeatures(2).fit(x),
        "power_transformer": preprocessing.PowerTransformer().fit(x),
        "quantile_transformer": preprocessing.QuantileTransformer(n_quantiles=10).fit(x),
        "k_bins": preprocessing.KBinsDiscretizer(encode="ordinal").fit(x),
        "pca": decomposition.PCA(3).fit(x),
        "pca_whiten": decomposition.PCA(3, whiten=True).fit(x),
        "truncated_svd": decomposition.TruncatedSVD(3).fit(x),
        "fast_ica": decomposition.FastICA(3).fit(x),
        "kernel_pca": decomposition.KernelPCA(3, kernel="rbf").fit(x),
        "linear_regression": linear_model.LinearRegression().fit(x, real),
        "ridge": linear_model.Ridge(solver="svd").fit(x, real),
        "lasso": linear_model.Lasso(0.1).fit(x, real),
        "bayesian_ridge": linear_model.BayesianRidge().fit(x, real),
        "poisson_regressor": linear_model.PoissonRegressor().fit(x, np.abs(real)),
        "logistic_regression": linear_model.LogisticRegression().fit(x, three),
        "ridge_classifier": linear_model.RidgeClassifier().fit(x, three),
        "sgd_classifier": linear_model.SGDClassifier(random_state=0).fit(x, two),
        "lda": discriminant_analysis.LinearDiscriminantAnalysis().fit(x, three),
        "qda": discriminant_analysis.QuadraticDiscriminantAnalysis().fit(x, two),
        "gaussian_nb": naive_bayes.GaussianNB().fit(x, three),
        "bernoulli_nb": naive_bayes.BernoulliNB().fit(x, three),
        "multinomial_nb": naive_bayes.MultinomialNB().fit(positive, three),
        "mlp_classifier": neural_network.MLPClassifier((8,), max_iter=20, random_state=0).fit(x, three),
        "mlp_regressor": neural_network.MLPRegressor(
            hidden_layer_sizes=(8,), max_iter=20, random_state=0
        ).fit(x, real),
        "k_means": cluster.KMeans(3, n_init=1, random_state=0).fit(x),
        "nystroem": kernel_approximation.Nystroem(n_components=5, random_state=0).fit(x),
        "rbf_sampler": kernel_approximation.RBFSampler(n_components=5, random_state=0).fit(x),
        "k_neighbors": neighbors.KNeighborsClassifier().fit(x, three),
        "linear_svc": svm.LinearSVC().fit(x, two),
        "svc": svm.SVC().fit(x, two),
        "gaussian_process": gaussian_process.GaussianProcessRegressor().fit(x, real),
        "gaussian_mixture": mixture.GaussianMixture(2, init_params="random", random_state=0).fit(x),
        "imputer": impute.SimpleImputer().fit(x),
        "select_k_best": feature_selection.SelectKBest(k=3).fit(x, two),
        "pls": cross_decomposition.PLSRegression(2).fit(x, real),
        "kernel_ridge": kernel_ridge.KernelRidge(kernel="rbf").fit(x, real),
        "decision_tree": tree.DecisionTreeRegressor(max_depth=3).fit(x, real),
        "scaled_pca_logistic": pipeline.make_pipeline(
            preprocessing.StandardScaler(), decomposition.PCA(3), linear_model.LogisticRegression()
        ).fit(x, two),
    }  # fmt: skip


def arrays(rows: int, others: int) -> dict[str, Any]:
    """What the calls are made on, in some sizes."""
    rng = np.random.default_rng(rows)
    return {
        "x": rng.normal(size=(rows, FEATURES)),
        "p": np.abs(rng.normal(size=(rows, FEATURES))),
        "u": rng.normal(size=(others, FEATURES)),
        "q": rng.normal(size=(rows, 3)),
        "true": rng.integers(0, 3, rows),
        "guess": rng.integers(0, 3, rows),
    }


ARRAYS = arrays(6, 5)
OTHERS = arrays(9, 4)

CALLS = """
standard_scaler.transform(x)
standard_scaler.inverse_transform(x)
min_max_scaler.transform(x)
max_abs_scaler.transform(x)
robust_scaler.transform(x)
normalizer.transform(x)
binarizer.transform(x)
polynomial_features.transform(x)
power_transformer.transform(x)
quantile_transformer.transform(x)
k_bins.transform(x)
imputer.transform(x)
pca.transform(x)
pca.inverse_transform(q)
pca_whiten.transform(x)
truncated_svd.transform(x)
fast_ica.transform(x)
kernel_pca.transform(x)
linear_regression.predict(x)
ridge.predict(x)
lasso.predict(x)
bayesian_ridge.predict(x, return_std=True)
poisson_regressor.predict(x)
kernel_ridge.predict(x)
pls.predict(x)
logistic_regression.decision_function(x)
logistic_regression.predict_proba(x)
logistic_regression.predict(x)
ridge_classifier.predict(x)
sgd_classifier.decision_function(x)
linear_svc.decision_function(x)
lda.transform(x)
lda.predict_proba(x)
qda.predict_proba(x)
gaussian_nb.predict(x)
gaussian_nb.predict_proba(x)
bernoulli_nb.predict_proba(x)
multinomial_nb.predict_proba(p)
mlp_classifier.predict_proba(x)
mlp_regressor.predict(x)
k_means.transform(x)
gaussian_mixture.predict_proba(x)
nystroem.transform(x)
rbf_sampler.transform(x)
scaled_pca_logistic.predict_proba(x)
metrics.pairwise.cosine_similarity(x, u)
metrics.pairwise.euclidean_distances(x, u)
metrics.pairwise.polynomial_kernel(x, u)
metrics.pairwise.rbf_kernel(x, u)
metrics.pairwise.laplacian_kernel(x, u)
metrics.pairwise.additive_chi2_kernel(p, p)
metrics.pairwise.paired_cosine_distances(x, p)
"""

#: What is refused, and why.
REFUSED = {
    "k_means.predict(x)": "compiled; `transform` and an argmin do the same",
    "k_neighbors.predict(x)": "compiled search",
    "svc.predict(x)": "compiled libsvm",
    "decision_tree.predict(x)": "compiled trees",
    "gaussian_process.predict(x)": "compiled `cdist` of SciPy",
    "select_k_best.transform(x)": "writes into a NumPy array of its own at traced places",
    "metrics.accuracy_score(true, guess)": "gives a Python float",
    "metrics.mean_squared_error(q, q)": "gives a Python float",
    "metrics.confusion_matrix(true, guess)": "a sparse matrix of SciPy",
}
