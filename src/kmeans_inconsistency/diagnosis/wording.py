"""A diagnosis in plain words: warnings, and one paragraph with advice."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .evidence import SLIGHT, Candidate, Evidence
from .given import Partition
from .result import Diagnosis, Distance

FloatArray = NDArray[np.float64]
T = TypeVar("T")

NO_CORRECTION = (
    "No equal-spherical mixture has these centres as its limit, and at the one with the largest likelihood "
    "k-means has no limit either, so that no correction is stated."
)
DEGENERATE = (
    "Continued to convergence, a component of the mixture shrinks to a point or a flat, where the likelihood "
    "has no bound: the fit has no maximum to converge to. Use one covariance for all components "
    "(covariance_type='tied')."
)

_SHAPES = {
    "variances": "the components have different variances",
    "directions": "the components are not spherical",
    "tails": "the components' tails are not those of a normal distribution",
}
_FEW_PER_PARAMETER = 10
_FEW_PER_CLUSTER = 20
_MOVED = 0.1  # of the within-cluster standard deviation
# Times as wide as another column within clusters: where the data are found not to be spherical, and without
# evidence of components.
_UNLIKE, _GLARING = 1.5, 2.0
_SMALL = 0.01  # share of a distance below which a bias does not matter


def finish(found: Diagnosis, notes: list[str]) -> Diagnosis:
    """Add warnings and the paragraph, in which doubts about what is stated come before it."""
    doubts = [*_few(found), *_slight(found), *_outlying(found), *_uncertain(found)]
    others = [*notes, *_against(found), *_rough(found)]
    answer = _answer(found)
    plain = [*doubts, *answer] if found.evidence.found else [*answer, *doubts]
    return replace(found, warnings=(*doubts, *others), plain=" ".join([*plain, *others]))


# --- warnings ----------------------------------------------------------------------------------------


def about_partition(
    x: FloatArray, centers: FloatArray, partition: Partition, best: Partition, unit: float
) -> list[str]:
    """Say what is wrong with the centres as a solution of k-means; ``unit`` converts to user units."""
    notes = []
    within = np.sqrt(partition.inertia / x.size) or 1.0
    moved = float(np.abs(centers - partition.centers).max())
    if moved > _MOVED * within:
        notes.append(
            "The model's centres are not a solution of k-means for these data: Lloyd's algorithm moves them "
            f"by up to {moved * unit:.3g}. It stopped early, or was fitted to other data or with weights."
        )
    if partition.inertia > best.inertia * (1 + 1e-4) + 1e-12:
        share = partition.inertia / best.inertia - 1 if best.inertia > 0 else np.inf
        above = f"{100 * share:.2g} % above" if share < 1 else f"{share + 1:.3g} times"
        notes.append(
            f"The model's sum of squares is {above} that of another partition, so that it is "
            "not the optimum of k-means: fit it again with more starts (n_init)."
        )
    if (np.bincount(partition.cells, minlength=len(centers)) == 0).any():
        notes.append("A cluster has no observations.")
    return notes


def about_columns(x: FloatArray, partition: Partition, evidence: Evidence) -> list[str]:
    """Warn of columns in units that are not comparable, where this may be why the model does not fit."""
    spread = (x - partition.centers[partition.cells]).std(axis=0)
    narrow, wide = int(spread.argmin()), int(spread.argmax())
    rejected = any(test.towards == "directions" and test.rejects for test in evidence.tests)
    least = _UNLIKE if rejected else _GLARING
    if (evidence.found and not rejected) or not spread[wide] > least * spread[narrow] > 0:
        return []
    return [
        f"Within the clusters column {wide + 1} varies {spread[wide] / spread[narrow]:.2g} times as much as "
        f"column {narrow + 1}, and k-means takes a unit of each for the same: divide each by its standard "
        "deviation (--scale on the command line), and diagnose the result."
    ]


def _few(found: Diagnosis) -> list[str]:
    parameters = found.clusters * (found.dimension + 1)
    sizes = np.bincount(found.labels, minlength=found.clusters)
    smallest = int(sizes[sizes > 0].min())  # of an empty one there is a note
    where = "cluster"
    if found.evidence.found and round(found.evidence.smallest) < smallest:
        smallest, where = round(found.evidence.smallest), "component"
    if found.n >= _FEW_PER_PARAMETER * parameters and smallest >= _FEW_PER_CLUSTER:
        return []
    return [
        f"There are few observations ({found.n}, {smallest} in the smallest {where}, for {parameters} "
        "parameters): standard errors and intervals are for large samples, and are rough here."
    ]


def _slight(found: Diagnosis) -> list[str]:
    evidence = found.evidence
    if not evidence.slight:
        return []
    return [f"The evidence of {_number(found.clusters)} components is slight: {_nearly(evidence)}."]


def _outlying(found: Diagnosis) -> list[str]:
    evidence = found.evidence
    if not (evidence.found and evidence.outlying):
        return []
    return [
        f"The smallest component has {100 * evidence.smallest / found.n:.2g} % of the observations, about "
        f"{evidence.smallest:.0f}: if these are outliers, what follows is wrong."
    ]


def _uncertain(found: Diagnosis) -> list[str]:
    """Whether the bias of k-means is known as well as it is stated."""
    if found.kind != "kmeans" or found.corrected is None or found.evidence.contradicted:
        return []
    if not any(map(_told, found.distances)):
        return [
            "k-means is not off by more than these data can tell: the 95 % interval of its bias includes 0."
        ]
    worst = _worst(found)
    low, high = _stated(worst.bias_interval)
    matters = max(-low, high) > _SMALL * _known(worst.corrected)
    if matters and high - low > abs(_known(worst.bias)):
        return [
            f"The size of the bias is uncertain: its 95 % interval, {low:.2g} to {high:.2g}, is wider than "
            "the bias itself."
        ]
    low, high = _interval(worst)
    if _matters(found) and low <= worst.centers <= high:
        return ["The bias is smaller than what the sample leaves uncertain in the distance."]
    return []


def unresolved(found: Diagnosis) -> str:
    """Why a correction is not stated whose means may coincide."""
    i, j = next(d.pair for d in found.distances if _interval(d)[0] <= 0)
    return (
        f"Components {i + 1} and {j + 1} are closer than these data can resolve: the 95 % interval of the "
        "distance between their means includes 0, so that no correction is stated."
    )


def _against(found: Diagnosis) -> list[str]:
    """What the data say against the model on which the correction rests."""
    if not found.evidence.found:
        return []
    warnings = []
    best, own = _preferred(found.evidence), found.evidence.candidates[0]
    if best.components > own.components:
        warnings.append(
            f"A mixture of {best.components} components fits better than one of {own.components} "
            f"(BIC {best.bic:.1f} against {own.bic:.1f}): diagnose the data again with clusters="
            f"{best.components}."
        )
    also = "The data also suggest" if warnings else "The data suggest"
    shapes = [f"{_SHAPES[t.towards]} ({_p(t.p_value)})" for t in found.evidence.tests if t.rejects]
    if shapes:
        warnings.append(
            f"{also} by score tests that {' and that '.join(shapes)}, which the correction rules out."
        )
    return warnings


def _rough(found: Diagnosis) -> list[str]:
    short = found.stopped_short
    if short is not None and not short.converged:
        return [f"The continuation did not converge within {short.iterations} iterations."]
    return []


# --- the paragraph -----------------------------------------------------------------------------------


def _answer(found: Diagnosis) -> list[str]:
    if not found.evidence.found:
        return _nothing(found)
    if found.corrected is None:
        return [f"There is evidence of {_number(found.clusters)} components, but no bias is stated."]
    if found.kind == "mixture":
        return _continued(found)
    if found.evidence.contradicted:
        return [
            "There is evidence of more than one component, but the data reject the model under which k-means "
            f"with {found.clusters} clusters can be corrected. How far its centres are from the component "
            "means is therefore not stated here; the numbers beside this text hold only if that model does."
        ]
    return _corrected(found)


def _nothing(found: Diagnosis) -> list[str]:
    evidence, own = found.evidence, found.evidence.candidates[0]
    best = _best_of_fewer(evidence)
    enough = min(c.bic for c in evidence.candidates if c.components >= own.components)
    words = [f"There is no evidence of {_number(own.components)} components:"]
    if evidence.bootstrap is not None and evidence.bootstrap.p_value > 0.05:
        drawn = evidence.bootstrap
        words.append(
            f"one normal distribution explains the data (bootstrap of the likelihood ratio, {drawn.samples} "
            f"samples: {_p(drawn.p_value)})."
        )
    elif np.isfinite(own.bic) and best.bic <= enough:
        words.append(
            f"{_simpler(evidence)} fits as well or better (BIC {best.bic:.1f} against {own.bic:.1f}; less is "
            "better)."
        )
    elif evidence.handful:
        words.append(
            f"the smallest has about {evidence.smallest:.0f} of {found.n} observations, so few that they may "
            "be outliers of another."
        )
        if evidence.advantage < SLIGHT:
            words.append(f"Indeed {_nearly(evidence)}.")
    else:
        words.append("the mixture has no proper fit to these data.")
    if found.kind == "kmeans":
        words.append(
            "k-means divides any data into as many clusters as it is asked for, so that its centres need not "
            "be the means of anything, and no bias is stated. The clusters may be of use as a division of "
            "the data; do not read groups into them."
        )
    else:
        words.append("No bias is stated: do not read groups into the components.")
    return words


def _best_of_fewer(evidence: Evidence) -> Candidate:
    clusters = evidence.candidates[0].components
    return min((c for c in evidence.candidates if c.components < clusters), key=lambda c: c.bic)


def _simpler(evidence: Evidence) -> str:
    """The best of the candidates with fewer components, in words."""
    best = _best_of_fewer(evidence)
    if best.components == 1:
        return best.name
    return f"a mixture of {best.name}" + ("," if "," in best.name else "")


def _nearly(evidence: Evidence) -> str:
    return (
        f"{_simpler(evidence)} fits nearly as well (the BIC differs by {evidence.advantage:.1f}, where "
        f"{SLIGHT:.0f} would be strong evidence)"
    )


def _corrected(found: Diagnosis) -> list[str]:
    words = [_compare(found)]
    if found.method == "plug-in":
        words.append(
            "No mixture has exactly these centres, shares and variance as its limit, so the bias is that of "
            "k-means at the mixture with the largest likelihood."
        )
    words.append(
        f"Its clusters put an expected {_percent(found.partition_error)} % of the observations with the "
        f"wrong component; the best rule would put {_percent(found.least_error)} %."
    )
    if _matters(found):
        words.append(
            "More data will not change the bias. Use the corrected means, or fit the mixture, where the "
            "means or their distances are of interest; to divide the data the clusters will do."
        )
    else:
        words.append("For most purposes the centres are as good as the component means here.")
    return words


def _compare(found: Diagnosis) -> str:
    """Centres against corrected means, by the distance or the distances."""
    model = "under the mixture of normal components with a common variance"
    if len(found.distances) == 1:
        only = found.distances[0]
        low, high = _interval(only)
        off = f": the centres are {_off(only)}" if _told(only) else ""
        return (
            f"k-means says {only.centers:.3g} apart, and {model} the means are {_known(only.corrected):.3g} "
            f"apart (95 % interval {low:.3g} to {high:.3g}){off}."
        )
    worst = _worst(found)
    low, high = _interval(worst)
    off = f", so that these centres are {_off(worst)}" if _told(worst) else ""
    mean = float(np.mean([d.centers for d in found.distances]))
    truth = float(np.mean([_known(d.corrected) for d in found.distances]))
    return (
        f"The centres of k-means are {mean:.3g} apart on average over all pairs, and {model} the means are "
        f"{truth:.3g} apart. The pair that is most off is {worst.pair[0] + 1} and {worst.pair[1] + 1}: "
        f"k-means says {worst.centers:.3g}, the correction {_known(worst.corrected):.3g} (95 % interval "
        f"{low:.3g} to {high:.3g}){off}."
    )


def _continued(found: Diagnosis) -> list[str]:
    short = _stated(found.stopped_short)
    mean = float(np.mean([d.centers for d in found.distances]))
    truth = float(np.mean([_known(d.corrected) for d in found.distances]))
    apart = "apart" if len(found.distances) == 1 else "apart on average over all pairs"
    if short.standard_errors < 0.05:
        off = max(short.standard_errors, 0.001)
        return [
            f"The mixture's fit has converged: its means are {truth:.4g} {apart}, within "
            f"{off:.1g} standard errors of where the likelihood is largest nearby."
        ]
    return [
        "The mixture's fit stopped before its likelihood was largest: some mean is "
        f"{short.standard_errors:.2g} standard errors away from where EM converges. Its means are {mean:.4g} "
        f"{apart}, and {truth:.4g} at convergence. Fit it again with a smaller tolerance and more iterations "
        "(tol=1e-8, max_iter=10000)."
    ]


def _off(distance: Distance) -> str:
    """By how much, as far as the interval of the bias allows to say."""
    corrected, bias = _known(distance.corrected), _known(distance.bias)
    low, high = sorted(100 * abs(end) / corrected for end in _stated(distance.bias_interval))
    share = 100 * abs(bias) / corrected
    if share < 0.01:
        return "as far apart as the means"
    size = f"{low:.2g} to {high:.2g}" if high - low > share else f"about {share:.2g}"
    return f"{size} % too {'far apart' if bias > 0 else 'close together'}"


def _told(distance: Distance) -> bool:
    """Whether the sign of the bias is sure."""
    low, high = _stated(distance.bias_interval)
    return not low <= 0 <= high


def _worst(found: Diagnosis) -> Distance:
    """The pair that is most off, among those of which this is sure if there are any."""
    return max(found.distances, key=lambda distance: (_told(distance), abs(_relative(distance))))


def _matters(found: Diagnosis) -> bool:
    """Whether some distance is off by more than one per cent, and surely so."""
    return any(_told(d) and abs(_relative(d)) > _SMALL for d in found.distances)


def _relative(distance: Distance) -> float:
    corrected = _known(distance.corrected)
    return (distance.centers - corrected) / corrected if corrected > 0 else np.inf


def _interval(distance: Distance) -> tuple[float, float]:
    return _stated(distance.interval)


def _known(value: float | None) -> float:
    return _stated(value)


def _stated(value: T | None) -> T:
    """What is there wherever a correction is."""
    if value is None:
        raise TypeError("there is no correction to put into words")
    return value


def _percent(share: float | None) -> str:
    return "less than 0.01" if _known(share) < 1e-4 else f"{100 * _known(share):.2g}"


def _preferred(evidence: Evidence) -> Candidate:
    return next(c for c in evidence.candidates if c.name == evidence.preferred)


def _number(count: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[count] if count < len(words) else str(count)


def _p(value: float) -> str:
    return f"p = {value:.2g}" if value >= 1e-4 else "p < 0.0001"
