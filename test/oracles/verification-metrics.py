"""Verification metrics of distances by scikit-learn and by plain counting.

FAR(t) = #{different, d <= t} / #different and FRR(t) = #{same, d > t} / #same, between distinct distances only.
AUC: probability that a matching pair lies closer than another pair, ties 1/2.
EER: the crossing of FAR and FRR, linear between neighbouring thresholds.
TAR at FAR = a: at the largest threshold whose FAR is at most a; null where a < 1 / #different.
Accuracy at t: distance < t means same. A metric that needs both kinds of pair is null where one is missing.
"""

import numpy as np
import sklearn
from sklearn.metrics import roc_auc_score, roc_curve

from fixture import tensor, versions, write

THRESHOLDS = [0.0, 0.25, 0.5, 0.75, 1.0, 2.0]
FARS = [0.1, 0.01, 0.001]


def operating_points(distance, same):
    """Accepting the closest distinct distances, one more at each point: FAR, FRR, greatest accepted, next distance."""
    levels = np.unique(distance)
    edges = np.concatenate([[-np.inf], levels])
    after = np.concatenate([levels, [np.inf]])
    far = np.array([np.mean(distance[same == 0] <= t) for t in edges])
    frr = np.array([np.mean(distance[same == 1] > t) for t in edges])
    return far, frr, edges, after


def equal_error_rate(far, frr):
    gap = far - frr  # from -1 up to 1
    i = int(np.argmax(gap >= 0))
    share = gap[i - 1] / (gap[i - 1] - gap[i])
    return float(far[i - 1] + share * (far[i] - far[i - 1]))


def judge(name, distance, same):
    distance = np.asarray(distance, np.float32)
    same = np.asarray(same, np.float32)
    exact = distance.astype(np.float64)
    positives, negatives = int(same.sum()), int((1 - same).sum())
    both = positives > 0 and negatives > 0
    # Every candidate: all pairs told different, then the cut after each distinct distance.
    cuts = [np.mean(same == 0)] + [np.mean((exact <= level) == (same == 1)) for level in np.unique(exact)]
    result = {
        "name": name,
        "distance": tensor(distance),
        "same": tensor(same),
        "positives": positives,
        "negatives": negatives,
        "auc": None,
        "eer": None,
        "accuracy": [{"threshold": t, "value": float(np.mean((exact < t) == (same == 1)))} for t in THRESHOLDS],
        "bestAccuracy": float(max(cuts)),
        "tarAtFar": [{"far": a, "tar": None} for a in FARS],
    }
    if not both:
        return result
    far, frr, edges, after = operating_points(exact, same)
    result["auc"] = float(roc_auc_score(same, -exact))
    wins = np.sign(exact[same == 0][None, :] - exact[same == 1][:, None])
    assert abs(result["auc"] - np.mean((wins + 1) / 2)) < 1e-12
    sk_far, sk_tar, _ = roc_curve(same, -exact, drop_intermediate=False)
    assert np.allclose(sk_far, far) and np.allclose(1 - sk_tar, frr)
    result["eer"] = equal_error_rate(far, frr)
    result["tarAtFar"] = []
    for a in FARS:
        if a < 1 / negatives:
            result["tarAtFar"].append({"far": a, "tar": None})
            continue
        i = int(np.flatnonzero(far <= a)[-1])
        result["tarAtFar"].append({
            "far": a,
            "tar": float(1 - frr[i]),
            # The threshold may be anything that accepts the first and refuses the second; null: no such distance.
            "accepts": None if np.isinf(edges[i]) else float(edges[i]),
            "refuses": None if np.isinf(after[i]) else float(after[i]),
        })
    return result


random = np.random.default_rng(5)


def overlapping(positives, negatives, shift=0.6):
    same = np.concatenate([np.ones(positives), np.zeros(negatives)])
    distance = np.abs(random.normal(0.35, 0.25, same.size) + (1 - same) * shift)
    order = random.permutation(same.size)
    return distance[order], same[order]


many, many_same = overlapping(1000, 1000)
ties, ties_same = overlapping(100, 100)
few, few_same = overlapping(20, 1980)
far_apart = np.concatenate([random.uniform(0, 0.4, 30), random.uniform(0.6, 1.5, 30)])
halves = np.repeat([1.0, 0.0], 30)
write("verification-metrics.json", {
    "about": "Metrics of pairs from distance and same (1 or 0). A null cannot be computed from these pairs.",
    "versions": versions(sklearn, np),
    "sets": [
        judge("one of each, right", [0.2, 0.8], [1, 0]),
        judge("one of each, wrong", [0.8, 0.2], [1, 0]),
        judge("one of each, tied", [0.5, 0.5], [1, 0]),
        judge("by hand", [0.1, 0.3, 0.3, 0.5, 0.5, 0.9], [1, 1, 0, 1, 0, 0]),
        judge("one pair", [0.3], [1]),
        judge("same only", [0.1, 0.4, 0.5, 0.7], [1, 1, 1, 1]),
        judge("different only", [0.1, 0.4, 0.5, 0.7], [0, 0, 0, 0]),
        judge("all tied", np.full(100, 0.5), np.repeat([1, 0], 50)),
        judge("collapsed", np.zeros(100), np.tile([1, 0], 50)),
        judge("separated", far_apart, halves),
        judge("inverted", far_apart, 1 - halves),
        judge("ties", np.round(ties, 1), ties_same),
        judge("zeros among them", np.where(random.uniform(size=200) < 0.3, 0, ties), ties_same),
        judge("few alike", few, few_same),
        judge("huge", many[:200] * 1e6, many_same[:200]),
        judge("random 2000", many, many_same),
        judge("unrelated 2000", random.uniform(0, 1, 2000), random.integers(0, 2, 2000)),
    ],
})
