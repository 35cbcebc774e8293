"""What the two teachers share: texts with their features as a matrix, and the fit of weights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from scipy import sparse
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

LEAST = 2  # texts that hold a feature


class Matrix:
    """A row for each text, divided by the root of its number of features, as the product reads it.

    Columns are stretched by the rarity of their feature to the power ``rarity`` before a fit, so
    that what few texts hold is held back less; the weights that come out are those for plain ones.
    """

    def __init__(self, texts: Sequence[Collection[str]], rarity: float) -> None:
        self.seen = Counter(feature for text in texts for feature in text)
        vectors = DictVectorizer(dtype=np.float32)
        known = [dict.fromkeys((f for f in text if self.seen[f] >= LEAST), 1.0) for text in texts]
        plain = vectors.fit_transform(known)
        self.names = vectors.get_feature_names_out()
        self.counts = np.array([self.seen[name] for name in self.names], dtype=np.float64)
        self.stretch = (np.log(len(texts) / self.counts) / 4) ** rarity
        lengths = np.array([max(1, len(text)) for text in texts], dtype=np.float64)
        scaled = sparse.diags(1 / np.sqrt(lengths)) @ plain @ sparse.diags(self.stretch)
        self.rows = sparse.csr_matrix(scaled)

    def fit(
        self, meant: Any, strength: float, *, rows: Any = slice(None), columns: Any = slice(None),
        balanced: bool = False,
    ) -> tuple[float, Any]:  # fmt: skip
        """(bias, weights) for ``meant``, yes or no for each of ``rows``; ``strength`` is the
        inverse of the penalty."""
        model = LogisticRegression(C=strength, max_iter=300, solver="liblinear", random_state=0,
                                   class_weight="balanced" if balanced else None)  # fmt: skip
        model.fit(self.rows[rows][:, columns], meant)
        return float(model.intercept_[0]), model.coef_[0] * self.stretch[columns]

    def scores(self, rows: Any, bias: float, weights: Any) -> Any:
        """The scores of rows by weights for all columns."""
        return bias + self.rows[rows] @ (weights / self.stretch)

    def worth(self, weights: Any, extra: int, most: int) -> Any:
        """The numbers of the columns that are worth their place in a file of ``most`` bytes, each
        of which takes its name and ``extra`` bytes more."""
        order = np.argsort(-np.abs(weights) * self.counts**0.25, kind="stable")
        sizes = np.cumsum([len(self.names[at].encode()) + extra for at in order])
        return np.sort(order[sizes < most])
