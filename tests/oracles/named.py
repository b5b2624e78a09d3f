"""The named numbers of the paper once more, from the CSV files by pandas, each with its Monte Carlo error.

Nothing here knows ``kmeans_inconsistency``. ``Book`` reads the tables; the functions below say which cell
each number is, or what is computed from which cells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import hypot, inf, isfinite, nan
from pathlib import Path
from typing import Any

import pandas as pd

Found = Iterator[tuple[str, Any, float]]
Choice = Callable[[pd.Series], float]
EQUAL = "mixture,weights=equal"
SHOWN = ("mean", "bias", "empse", "predicted_se", "se_ratio", "rmse", "limit", "q05", "q95")


def near(wish: float) -> Choice:
    return lambda values: min(sorted(set(values)), key=lambda value: abs(value - wish))


def far(wish: float) -> Choice:
    return lambda values: max(sorted(set(values)), key=lambda value: abs(value - wish))


first, last = min, max


def rows(table: pd.DataFrame, **wanted: Any) -> pd.DataFrame:
    """Rows with these values; a function chooses among those that are left, in the order of the arguments."""
    for name, wish in wanted.items():
        table = table[table[name] == (wish(table[name]) if callable(wish) else wish)]
    assert len(table), wanted
    return table


def row(table: pd.DataFrame, **wanted: Any) -> pd.Series:
    found = rows(table, **wanted)
    assert len(found) == 1, wanted
    return found.iloc[0]


def cell(line: pd.Series, column: str, times: float = 1) -> tuple[float, float]:
    error = f"{'mean' if column.startswith('bias') else column}_mcse"
    return times * line[column], times * line.get(error, nan)


class Book:
    """The tables of the study."""

    def __init__(self, results: Path) -> None:
        self.results = results

    def __call__(self, name: str) -> pd.DataFrame:
        folder = "limits" if name.startswith("limits/") else "summaries"
        return pd.read_csv(self.results / folder / f"{name.removeprefix('limits/')}.csv")


def shown(name: str, line: pd.Series, columns: tuple[str, ...] = SHOWN) -> Found:
    for column in columns:
        if isfinite(line[column]):
            yield f"{name}.{column}", *cell(line, column)


def plain(name: str, line: pd.Series, *columns: str) -> Found:
    for column in columns:
        yield f"{name}.{column}", line[column], nan


def assignment(book: Book) -> Found:
    scores, pairs = (rows(book(f"assignment{kind}"), quantity="brier_score") for kind in ("", "_contrasts"))
    place = {"weight": near(0.5), "delta": near(2)}
    for size, n in (("small", first), ("large", last)):
        line = row(scores, n=n, method="partition,rule=mixture", **place)
        yield from plain(f"assignment.{size}", line, "delta", "n")
        yield f"assignment.{size}.soft", *cell(line, "mean")
        for method, name in (("partition,rule=hard", "hard"), ("posterior_partition", "posterior")):
            yield f"assignment.{size}.{name}", *cell(row(pairs, n=n, method=method, **place), "difference")


def bayes(book: Book) -> Found:
    summary = book("bayes")
    yield from plain("bayes", row(summary, delta=first, quantity="r_hat", n=last), "delta", "n")
    yield "bayes.n_small", summary["n"].min(), nan
    for place, end in (("", last), (".small", first)):
        for method, name in (("posterior", "posterior"), ("mixture,interval=information", "mixture")):
            line = row(summary, quantity="distance", delta=first, n=end, method=method)
            for column in ("mean", "bias", "empse", "rmse", "width"):
                yield f"bayes{place}.{name}.{column}", *cell(line, column)
            yield f"bayes{place}.{name}.coverage", *cell(line, "coverage", 100)
    yield "bayes.r_hat_largest", rows(summary, quantity="r_hat")["mean"].max(), nan
    yield "bayes.effective_least", rows(summary, quantity="effective_size")["mean"].min(), nan
    ranks = book("calibration")
    yield "calibration.z_max", ((ranks["mean"] - ranks["limit"]).abs() / ranks["mean_mcse"]).max(), nan
    yield "calibration.features", len(ranks), nan


def bias(book: Book) -> Found:
    summary = rows(book("imbalance"), n=last)
    places = (("balanced", 2, 0.5), ("unbalanced", 2, 0.9), ("extreme", 2, 1), ("ignored", 6, 1))
    for name, delta, weight in places:
        for method in ("kmeans", "mixture"):
            line = row(summary, method=method, delta=near(delta), weight=near(weight))
            yield from plain(f"imbalance.{name}", line, "delta")
            yield f"imbalance.{name}.weight", 1 - line["weight"], nan
            yield from shown(f"imbalance.{name}.{method}", line)
    kmeans = rows(summary, method="kmeans")
    yield "imbalance.cells", len(kmeans), nan
    yield "imbalance.cells_too_small", (kmeans["limit"] < kmeans["truth"]).sum(), nan
    for experiment, method in (("clusters", "kmeans"), ("simplex", "lloyd")):
        for name, count in (("few", 2), ("many", 5)):
            wanted = {"delta": near(2), "clusters": near(count)}
            line = row(book(experiment), n=last, quantity="distance", method=method, **wanted)
            yield from plain(f"{experiment}.{name}", line, "clusters", "delta")
            relative = (line["mean"] - line["truth"]) / line["truth"]
            yield f"{experiment}.{name}.bias_percent", 100 * relative, 100 * line["mean_mcse"] / line["truth"]
    for method in ("lloyd", "spherical_mixture"):
        line = row(book("dimension"), n=first, method=method, delta=near(2), dimension=near(20))
        yield from plain("dimension.shown", line, "delta", "dimension")
        yield from shown(f"dimension.shown.{method}", line)


def centers(book: Book) -> Found:
    ratios = []
    for name in ("three_components", "four_components"):
        errors = rows(book(name), quantity="center_error")
        pairs = rows(book(f"{name}_contrasts"), quantity="center_error", method="spherical_mixture")
        place = {"delta": near(2), "dimension": near(2)}
        for method in ("lloyd", "spherical_mixture"):
            line = row(errors, n=last, method=method, **place)
            yield f"{name}.shown.{method}.rmse", *cell(line, "rmse")
            if method == "lloyd":
                yield from plain(f"{name}.shown", line, "limit", "delta", "dimension")
        yield f"{name}.shown.small_ratio", *cell(row(pairs, n=first, **place), "rmse_ratio")
        ratios.append(rows(pairs, n=last)["rmse_ratio"])
    yield "centers.cells", sum(map(len, ratios)), nan
    yield "centers.ahead", sum(int((of < 1).sum()) for of in ratios), nan


def consistency(book: Book) -> Found:
    summary, contrasts, slopes = (
        rows(book(f"consistency{kind}"), quantity="distance") for kind in ("", "_contrasts", "_rates")
    )
    limits = book("limits/consistency")
    headline = row(summary, n=last, delta=near(2), method="kmeans")
    for name, choice in (("headline", near(2)), ("consistency.lowest", first), ("consistency.highest", last)):
        yield f"{name}.delta", choice(summary["delta"]), nan
        for method, of in (("kmeans", "kmeans"), ("mixture", "mixture"), (EQUAL, "equal")):
            line = row(summary, n=last, delta=choice, method=method)
            yield from shown(f"{name}.{of}", line)
            off = line["limit"] - line["truth"]
            if isfinite(off):
                yield f"{name}.{of}.limit_bias", off, nan
                yield f"{name}.{of}.limit_bias_percent", 100 * off / line["truth"], nan
                yield f"{name}.{of}.bias_in_se", off / line["empse"], nan
            if off != 0:
                yield f"{name}.{of}.bias_leads_from", line["avar"] / off**2, nan
            if name == "headline":
                yield from shown(
                    f"headline.{of}.smallest_n",
                    row(summary, n=first, delta=choice, method=method),
                    ("rmse", "bias"),
                )
    yield "headline.truth", headline["truth"], nan
    yield "headline.n", headline["n"], nan
    yield "headline.replicates", headline["replicates"], nan
    ratio = row(contrasts, n=last, delta=near(2), method="mixture")
    yield "headline.rmse_ratio", 1 / ratio["rmse_ratio"], ratio["rmse_ratio_mcse"] / ratio["rmse_ratio"] ** 2
    hard, soft = (
        row(limits, delta=near(2), quantity="distance", method=method) for method in ("kmeans", "mixture")
    )
    yield "headline.avar.kmeans", hard["avar"], nan
    yield "headline.avar.mixture", soft["avar"], nan
    yield "headline.crossover", (soft["avar"] - hard["avar"]) / (hard["limit"] - hard["delta"]) ** 2, nan
    sizes = sorted(set(summary["n"]))
    middle = sizes[(len(sizes) - 1) // 2]
    for name, method, about in (
        ("kmeans.truth", "kmeans", "truth"),
        ("kmeans.limit", "kmeans", "limit"),
        ("mixture", "mixture", "truth"),
    ):
        wanted = {"from_n": middle, "delta": near(2), "method": method, "about": about}
        yield f"headline.slope.{name}", *cell(row(slopes, **wanted), "slope")
    for method, least in (("kmeans", 0), ("mixture", 1.5)):
        those = rows(summary, n=last, method=method)
        those = those[those["delta"] >= least]
        z = (those["mean"] - those["limit"]).abs() / those["mean_mcse"]
        yield f"consistency.{method}.z_max", z.max(), nan
        yield f"consistency.{method}.z_count", len(z), nan


def ratio_of(slow: pd.Series, fast: pd.Series) -> tuple[float, float]:
    quotient = slow["mean"] / fast["mean"]
    return quotient, quotient * hypot(slow["mean_mcse"] / slow["mean"], fast["mean_mcse"] / fast["mean"])


NAMES = {"em,acceleration=squarem": "squarem", "em,start=halves,rule=relative": "relative"}


def cost(book: Book) -> Found:
    passes = rows(book("cost"), quantity="passes")
    yield "cost.n", passes["n"].max(), nan
    yield "cost.n_small", passes["n"].min(), nan
    for place, end in (("closest", first), ("widest", last)):
        lines = {
            (line["method"], line["tol"]): line for _, line in rows(passes, n=last, delta=end).iterrows()
        }
        lines = {
            NAMES.get(method, method) if tol != 0.001 else "gain": at for (method, tol), at in lines.items()
        }
        yield from plain(f"cost.{place}", lines["lloyd"], "delta")
        for name, line in lines.items():
            yield f"cost.{place}.{name}", *cell(line, "mean")
        yield f"cost.{place}.ratio", *ratio_of(lines["em"], lines["lloyd"])
        for name in ("gain", "relative"):
            yield f"cost.{place}.{name}.ratio", *ratio_of(lines[name], lines["lloyd"])
    for method in ("kmeans", "mixture"):
        yield f"cost.{method}.most", rows(passes, method=method)["mean"].max(), nan
    fits = rows(passes[passes["tol"].isna()], method="em", n=first)
    yield "cost.unfinished", fits["not_converged"].sum(), nan
    yield "cost.fits", fits["replicates"].sum(), nan


def coverage(book: Book) -> Found:
    summary = book("coverage")
    names = {
        "kmeans,interval=sandwich": "pollard",
        "kmeans,interval=naive": "naive",
        "mixture,interval=information": "mixture",
        "mixture,weights=equal,interval=information": "equal",
    }
    for place, delta, weight, n in (
        ("", near(2), near(0.5), last),
        (".small", near(2), near(0.5), first),
        (".unbalanced", near(2), far(0.5), last),
        (".widest", last, far(0.5), last),
    ):
        for _, line in rows(summary, delta=delta, weight=weight, n=n).iterrows():
            name = f"intervals{place}.{names[line['method']]}.{line['quantity']}"
            yield f"{name}.truth", *cell(line, "coverage", 100)
            yield f"{name}.limit", *cell(line, "coverage_limit", 100)
            yield f"{name}.width", *cell(line, "width")
            yield f"{name}.limit_bias", line["limit"] - line["truth"], nan
    yield "intervals.delta", near(2)(summary["delta"]), nan
    yield "intervals.weight", far(0.5)(summary["weight"]), nan
    yield "intervals.n", summary["n"].max(), nan
    yield "intervals.n_small", summary["n"].min(), nan
    yield "intervals.widest.delta", summary["delta"].max(), nan
    end = rows(summary, method="kmeans,interval=sandwich", n=last)
    yield "intervals.kolmogorov", end["kolmogorov"].max(), nan
    yield "intervals.cells", len(end), nan


def crossover(book: Book) -> Found:
    pairs = rows(book("crossover_contrasts"), quantity="distance")
    limits = rows(book("limits/crossover"), quantity="distance")
    for place, wish in (("close", 1), ("middle", 2), ("apart", 3)):
        line, local = (
            row(pairs, n=first, method=m, delta=near(wish)) for m in ("mixture", "mixture,search=local")
        )
        hard, soft = (row(limits, method=m, delta=line["delta"]) for m in ("kmeans", "mixture"))
        expected = (soft["avar"] - hard["avar"]) / (hard["limit"] - soft["limit"]) ** 2
        yield from plain(f"crossover.{place}", line, "delta")
        yield f"crossover.{place}.predicted", expected, nan
        for name, of, loss in (
            ("measured", line, "rmse"),
            ("median", line, "median"),
            ("local", local, "rmse"),
            ("equal", row(pairs, n=first, method=EQUAL, delta=near(wish)), "rmse"),
        ):
            found, error = cell(of, f"{loss}_crossover")
            yield f"crossover.{place}.{name}", found if isfinite(found) else "none", error
        small = row(pairs, method=EQUAL, delta=near(wish), n=near(50))
        yield f"crossover.{place}.equal_ratio", *cell(small, "rmse_ratio")
        found = line["rmse_crossover"] / expected
        yield f"crossover.{place}.factor", found if isfinite(found) else "none", nan
    yield "crossover.n_small", near(50)(pairs["n"]), nan
    own = rows(pairs, method="mixture")
    ends = rows(own, n=first)
    yield "crossover.cells", len(ends), nan
    yield "crossover.changed", ends["rmse_crossover"].notna().sum(), nan
    yield "crossover.pairs", len(own), nan
    yield "crossover.nearer", (own["closer"] > 0.5).sum(), nan
    least = own.loc[own["closer"].idxmin()]
    yield "crossover.least.percent", *cell(least, "closer", 100)
    yield from plain("crossover.least", least, "delta", "n")


def unbalanced(book: Book) -> Found:
    pairs, limits = book("unbalanced_crossover_contrasts"), book("limits/unbalanced_crossover")
    yield "unbalanced.n", pairs["n"].max(), nan
    for place, wish in (("mild", 0.3), ("strong", 0.1)):
        where = {"weight": near(wish), "delta": near(2)}
        for name, quantities in (("distance", ["distance"]), ("centres", ["lower", "upper"])):
            line = row(pairs, quantity=name, method="mixture", n=first, **where)
            those = limits[limits["quantity"].isin(quantities)]
            hard, soft = (rows(those, method=m, **where).set_index("quantity") for m in ("kmeans", "mixture"))
            expected = (soft["avar"] - hard["avar"]).sum() / ((hard["limit"] - soft["limit"]) ** 2).sum()
            yield f"unbalanced.{place}.{name}.predicted", expected if expected > 0 else "none", nan
            found, error = cell(line, "rmse_crossover")
            yield f"unbalanced.{place}.{name}.measured", found if isfinite(found) else "none", error
            yield from plain(f"unbalanced.{place}", line, "delta", "weight")
        end = row(pairs, quantity="distance", method=EQUAL, n=last, **where)
        yield f"unbalanced.{place}.equal_ratio", *cell(end, "rmse_ratio")


def changes(book: Book) -> Found:
    pairs = rows(book("crossover_contrasts"), n=first, quantity="distance")
    for name, method, loss in (
        ("measured", "mixture", "rmse"),
        ("median", "mixture", "median"),
        ("equal", EQUAL, "rmse"),
    ):
        for _, line in rows(pairs, method=method).iterrows():
            found, error = cell(line, f"{loss}_crossover")
            yield f"crossover.at.{line['delta']:g}.{name}", found if isfinite(found) else "none", error


def debiased(book: Book) -> Found:
    summary, pairs = book("debiased"), book("debiased_contrasts")
    yield "debiased.n", summary["n"].max(), nan
    yield "debiased.n_small", summary["n"].min(), nan
    for shape, weight in (("balanced", 0.5), ("unbalanced", 0.3)):
        place = {"delta": near(2), "weight": near(weight)}
        for name, method in (
            ("plain", "debiased"),
            ("step", "debiased,step=newton"),
            ("fixed", "debiased,weights=equal"),
            ("moments", "moments"),
        ):
            line = row(pairs, n=last, method=method, **place)
            yield from plain(f"debiased.{shape}", line, "delta", "weight")
            yield f"debiased.{shape}.{name}", *cell(line, "efficiency")
        avar = [row(summary, n=last, method=m, **place)["avar"] for m in ("mixture", "debiased", "moments")]
        yield f"debiased.{shape}.predicted", avar[0] / avar[1], nan
        yield f"debiased.{shape}.moments.predicted", avar[0] / avar[2], nan
        for size, n in (("small", first), ("large", last)):
            for status, method in (("failed", "debiased"), ("merged", "debiased,weights=equal")):
                line = row(summary, n=n, method=method, delta=near(1), weight=near(weight))
                yield f"debiased.{shape}.close_delta", line["delta"], nan
                percent = 100 * line[status] / line["replicates"]
                yield f"debiased.{shape}.{size}.{status}_percent", percent, nan
            line = row(summary, n=n, method="moments", delta=near(1), weight=near(weight))
            percent = 100 * line["failed"] / line["replicates"]
            yield f"debiased.{shape}.{size}.moments.failed_percent", percent, nan


def corrections(book: Book) -> Found:
    pairs = rows(book("corrections_contrasts"), n=last, against="debiased")
    yield "corrections.n", pairs["n"].max(), nan
    for shape, weight in (("balanced", 0.5), ("unbalanced", 0.3)):
        for place, delta in (("close", 1), ("near", 2), ("apart", 3)):
            for name, method in (("moments", "moments"), ("one_step", "em")):
                line = row(pairs, method=method, delta=near(delta), weight=near(weight))
                yield f"corrections.{shape}.{place}.delta", line["delta"], nan
                yield f"corrections.{shape}.weight", line["weight"], nan
                yield f"corrections.{shape}.{place}.{name}", *cell(line, "rmse_ratio")


def hardening(book: Book) -> Found:
    cells = rows(book("hardening"), method="known_covariance", n=last, delta=first)
    yield from plain("hardening", cells.iloc[0], "delta", "n", "clusters", "dimension")
    for name, wish in (("small", 0), ("middle", 0.1), ("true", 1)):
        for _, line in rows(cells, eps=near(wish)).iterrows():
            quantity = line["quantity"]
            times = 100 if quantity in {"softness", "disagreement"} else 1
            yield f"hardening.{name}.eps", line["eps"], nan
            yield f"hardening.{name}.{quantity}", *cell(line, "mean", times)
            if quantity == "softness":
                yield f"hardening.{name}.predicted", 100 * line["limit"], nan
                yield f"hardening.{name}.of_predicted", *cell(line, "mean", 100 / line["limit"])


def misspecified(book: Book) -> Found:
    every = []
    for family in ("t", "laplace", "uniform", "unequal"):
        summary = book(f"{family}_components")
        every.append(rows(book(f"{family}_components_contrasts"), method="mixture", quantity="distance"))
        for name, wish in (("near", 1), ("apart", 3)):
            for method in ("kmeans", "mixture"):
                line = row(summary, n=last, method=method, delta=near(wish))
                yield from plain(f"misspecified.{family}.{name}", line, "delta")
                yield from shown(f"misspecified.{family}.{name}.{method}", line, (*SHOWN, "median"))
    ratios = pd.concat(every)["rmse_ratio"]
    yield "misspecified.cells", len(ratios), nan
    yield "misspecified.kmeans_ahead", (ratios > 1).sum(), nan
    yield "misspecified.n", book("t_components")["n"].max(), nan
    large = pd.concat([book(f"{f}_components_large") for f in ("t", "laplace", "uniform", "unequal")])
    yield "misspecified.large.n", large["n"].max(), nan
    for method in ("kmeans", "mixture"):
        off = (large["mean"] - large["limit"])[large["method"] == method].dropna().abs()
        yield f"misspecified.large.{method}.off", off.max(), nan
    yield "misspecified.large.cells", len(off), nan
    for family in ("t", "laplace"):
        for name in (f"{family}_components", f"{family}_components_large"):
            for _, line in rows(book(name), method="mixture", quantity="distance").iterrows():
                place = f"{line['delta']:g}.{int(line['n'])}"
                yield f"misspecified.{family}.at.{place}.mean", *cell(line, "mean")


def partition(book: Book) -> Found:
    names = {"partition,rule=kmeans": "kmeans", "partition,rule=mixture": "mixture", "partition": "bayes"}
    place = {"n": last, "delta": near(2)}
    for shape, weight in (("balanced", near(0.5)), ("unbalanced", far(0.5))):
        for _, line in rows(book("partition"), **place, weight=weight).iterrows():
            name = f"partition.{shape}.{names[line['method']]}.{line['quantity']}"
            yield f"{name}.mean", *cell(line, "mean")
            yield f"{name}.limit", line["limit"], nan
            if line["quantity"] == "calibration_slope":
                yield name.replace("slope", "inverse"), 1 / line["limit"], nan
        for _, line in rows(book("partition_contrasts"), **place, weight=weight).iterrows():
            name = f"partition.{shape}.{names[line['method']]}.{line['quantity']}"
            yield f"{name}.loss", *cell(line, "difference")
    yield from plain("partition", rows(book("partition"), **place, weight=far(0.5)).iloc[0], *place, "weight")
    for quantity, name in (("forecast_2", "said"), ("outcome_2", "true")):
        wanted = {"n": last, "weight": 0.5, "method": "partition,rule=kmeans", "quantity": quantity}
        yield f"reliability.{name}", *cell(rows(book("reliability"), **wanted).iloc[0], "mean", 100)


def path_variance(book: Book) -> Found:
    summary = rows(book("path_variance"), n=last)
    yield "path_variance.n", summary["n"].max(), nan
    for place, wish in (("near", 2), ("apart", 3)):
        wanted = {"weight": near(0.5), "eps": near(1), "delta": near(wish)}
        line = row(book("path_variance_contrasts"), n=last, method="known_variance", **wanted)
        known = row(summary, method="known_variance", **wanted)
        free = row(summary, method="mixture", weight=near(0.5), delta=near(wish))
        yield from plain(f"path_variance.{place}", line, "delta", "eps")
        yield f"path_variance.{place}.gain", *cell(line, "efficiency")
        yield f"path_variance.{place}.predicted", free["avar"] / known["avar"], nan


def practice(book: Book) -> Found:
    summary = rows(book("practice"), n=last)
    yield "practice.n", summary["n"].max(), nan
    for name, tol in (("tight", first), ("default", last)):
        fits = rows(summary, method="sklearn_mixture", tol=tol)
        yield f"practice.{name}.tol", fits["tol"].iloc[0], nan
        yield f"practice.{name}.fits", fits["replicates"].sum(), nan
        yield f"practice.{name}.unfinished", fits["not_converged"].sum(), nan
        for place, delta in (("closest", first), ("widest", last)):
            line = row(fits, delta=delta)
            yield f"practice.{place}.{name}", *cell(line, "bias")
            yield f"practice.{place}.{name}.predicted", line["limit"] - line["truth"], nan
    for place, delta in (("closest", first), ("widest", last)):
        line = row(summary, method="em,start=halves,rule=relative", delta=delta)
        yield "practice.relative.tol", line["tol"], nan
        yield f"practice.{place}.relative", *cell(line, "bias")
        yield f"practice.{place}.relative.predicted", line["limit"] - line["truth"], nan
        line = row(summary, method="mixture", delta=delta)
        yield from plain(f"practice.{place}", line, "delta")
        yield f"practice.{place}.mixture", *cell(line, "bias")


def real_data(book: Book) -> Found:
    """The labelled means and the centres of k-means from the observations, the rest from its cells."""
    cells = pd.read_csv(book.results / "real_data.csv")
    observations = pd.read_csv(book.results / "real_data_observations.csv")
    cells["method"] = cells["method"].str.replace(",weights=", "_")
    for data, own in cells.groupby("data", sort=False):
        found = {f"{m}.{q}": line for (m, q), line in own.set_index(["method", "quantity"]).iterrows()}
        sample = observations[observations["data"] == data]
        distance = two_means(sample["value"])
        if sample["upper"].notna().all():
            groups = sample.groupby("upper")["value"]
            found["labels.distance"] = groups.mean().diff()[1], hypot(*groups.sem()), nan, nan
            for side, end in enumerate(("lower", "upper")):
                found[f"labels.{end}"] = groups.mean()[side], groups.sem()[side], nan, nan
                found[f"labels.n_{end}"] = groups.size()[side], nan, nan, nan
            bias = found["labels.kmeans_bias"]["estimate"] / groups.mean().diff()[1]
            yield f"real.{data}.labels.kmeans_bias_percent", 100 * bias, nan
            yield f"real.{data}.excess", distance - groups.mean().diff()[1], nan
        for name, line in found.items():
            values = dict(zip(("", "_se", "_low", "_high"), list(line)[-4:], strict=True))
            quantity = name.partition(".")[2]
            if quantity in ("wrong", "weight"):
                yield f"real.{data}.{name}_percent", 100 * values[""], nan
            elif quantity not in ("sd", "cut"):
                for end, number in values.items():
                    if isfinite(number):
                        exact = distance if (name, end) == ("kmeans.distance", "") else number
                        yield f"real.{data}.{name}{end}", exact, nan


def two_means(sample: pd.Series) -> float:
    """Distance of the centres of the best of all cuts."""
    ordered = sample.sort_values(ignore_index=True)
    parts = ((ordered[:i], ordered[i:]) for i in range(1, len(ordered)))
    low, high = min(parts, key=lambda pair: sum(((part - part.mean()) ** 2).sum() for part in pair))
    return high.mean() - low.mean()


def separation(book: Book) -> Found:
    yield "separation.close_percent", 1.0, nan
    for name, choice in (("balanced", first), ("extreme", last)):
        cells = rows(book("separation"), n=last, method="kmeans", weight=choice)
        cells = cells[cells["quantity"].isin(["lower", "upper"])]
        error = ((cells["mean"] - cells["truth"]).abs() / cells["delta"]).groupby(cells["delta"]).max()
        beyond = error[error >= 0.01].index.max()  # NaN where there is none
        close = error[error.index > (beyond if isfinite(beyond) else -inf)].index.min()
        yield f"separation.{name}.weight", 1 - choice(cells["weight"]), nan
        yield f"separation.{name}.far_at", beyond if isfinite(beyond) else "none", nan
        yield f"separation.{name}.close_from", close if isfinite(close) else "none", nan
        shown_at = beyond if isfinite(beyond) else error.index.min()
        yield f"separation.{name}.error_percent", 100 * error[shown_at], nan


def percent(line: pd.Series, status: str) -> tuple[float, float]:
    happened, total = line[status], line["replicates"]
    q = (happened + 1) / (total + 2)
    return 100 * happened / total, 100 * (q * (1 - q) / total) ** 0.5


def shapes(book: Book) -> Found:
    summary = rows(book("classification_ml"), n=last)
    line = row(summary, delta=near(2), quantity="variance", method="kmeans")
    yield from plain("classification", line, "delta", "n")
    yield "classification.variance.mean", *cell(line, "mean")
    yield "classification.variance.limit", line["limit"], nan
    pairs = rows(book("classification_ml_contrasts"), method="classification,weights=equal")
    yield "classification.largest", pairs["largest"].max(), nan
    for place, end in (("closest", first), ("widest", last)):
        line = row(summary, method="classification", quantity="distance", delta=end)
        yield f"classification.empty.{place}", *percent(line, "merged")
        yield f"classification.empty.{place}_delta", line["delta"], nan
    fits = rows(book("degeneracy"), quantity="distance")
    for size, n in (("small", first), ("large", last)):
        yield f"degeneracy.{size}.n", n(fits["n"]), nan
        for place, end in (("closest", first), ("widest", last)):
            line = row(fits, method="normal_mixture", n=n, delta=end)
            yield f"degeneracy.{size}.{place}", *percent(line, "degenerate")
            yield f"degeneracy.{size}.{place}_delta", line["delta"], nan
    equal = rows(fits, method="mixture")
    yield "degeneracy.equal.count", equal["degenerate"].sum(), nan
    yield "degeneracy.equal.fits", equal["replicates"].sum(), nan
    for name, end in (("fewest", first), ("most", last)):
        line = row(book("more_starts"), quantity="distance", method="normal_mixture", n=first, starts=end)
        yield from plain("more_starts", line, "n", "delta")
        yield f"more_starts.{name}.starts", line["starts"], nan
        yield f"more_starts.{name}", *percent(line, "degenerate")
    summary = rows(book("anisotropy"), n=last)
    yield from plain("anisotropy", summary.iloc[0], "n", "delta")
    for place, end in (("quiet", first), ("noisy", last)):
        yield f"anisotropy.{place}.noise", end(summary["noise"]), nan
        for _, line in rows(summary, noise=end).iterrows():
            name = f"anisotropy.{place}.{line['method']}.{line['quantity']}"
            yield name, *cell(line, "median")
            yield f"{name}.degenerate", percent(line, "degenerate")[0], nan


def small_variance(book: Book) -> Found:
    own = rows(book("small_variance"), n=last)
    end = rows(own, delta=near(2))
    fits, hard = rows(end, method="known_variance"), row(end, method="kmeans")
    critical = 1 + hard["delta"] ** 2 / 4
    yield from plain("path", hard, "delta", "n")
    yield "path.eps_critical", critical, nan
    yield "path.eps_smallest", fits["eps"].min(), nan
    yield "path.eps_largest", fits["eps"].max(), nan
    yield "path.kmeans_limit", hard["limit"], nan
    small = row(fits, eps=first)
    yield "path.smallest.gap", small["mean"] - hard["limit"], small["mean_mcse"]
    yield "path.critical.eps", near(critical)(fits["eps"]), nan
    for name, eps in (("smallest", first), ("one", 1), ("critical", near(critical)), ("largest", last)):
        line = row(fits, eps=eps)
        yield from shown(f"path.{name}", line)
        yield f"path.{name}.merged_percent", percent(line, "merged")[0], nan
    apart = rows(own, method="known_variance").query("eps < 0.9 * (1 + delta**2 / 4)")
    yield "path.z_max", ((apart["mean"] - apart["limit"]).abs() / apart["mean_mcse"]).max(), nan
    yield "path.z_count", len(apart), nan


def stability(book: Book) -> Found:
    cells = rows(book("stability"), n=last)
    names = {
        "kmeans": "lloyd,start=uniform,refinement=none",
        "mixture": "spherical_mixture,start=uniform,acceleration=none",
    }
    yield from plain("stability", cells.iloc[0], "n", "starts", "dimension")
    for few, count in (("few", first), ("many", last)):
        yield f"stability.{few}.clusters", count(cells["clusters"]), nan
        for place, delta in (("close", first), ("wide", last)):
            own = rows(cells, clusters=count, delta=delta)
            yield f"stability.{place}.delta", delta(cells["delta"]), nan
            for name, method in names.items():
                line = row(own, method=method, quantity="share")
                yield f"stability.{few}.{place}.{name}", *cell(line, "mean", 100)
            passes = [row(own, method=names[m], quantity="passes") for m in ("mixture", "kmeans")]
            yield f"stability.{few}.{place}.ratio", *ratio_of(*passes)


def transitions(book: Book) -> Found:
    cells = rows(book("separation"), n=last, method="kmeans", quantity="distance").query("delta > 4.634376")
    apart = cells["limit"] > cells["delta"] / 2
    for name, side, weight in (("between", cells[apart], 1), ("halved", cells[~apart], 0.5)):
        line = row(side, delta=near(6), weight=near(weight))
        yield from plain(f"transitions.{name}", line, "delta")
        yield f"transitions.{name}.weight", 1 - line["weight"], nan
        yield f"transitions.{name}.median", *cell(line, "median")
    yield "transitions.weight.cells", len(cells), nan
    yield "transitions.weight.right", ((cells["median"] > cells["delta"] / 2) == apart).sum(), nan
    cells = rows(book("anisotropy"), n=last, method="lloyd", quantity="angle")
    yield "transitions.noise.cells", len(cells), nan
    yield "transitions.noise.right", ((cells["median"] > 45) == (cells["limit"] > 45)).sum(), nan
    cells = rows(book("small_variance"), n=last, method="known_variance")
    gap = cells["eps"] - (1 + cells["delta"] ** 2 / 4)
    right = (cells["merged"] > cells["replicates"] / 2) == (gap > 0)
    yield "transitions.eps.cells", (gap != 0).sum(), nan
    yield "transitions.eps.right", right[gap != 0].sum(), nan


FAMILIES = (
    assignment, bayes, bias, centers, changes, consistency, corrections, cost, coverage, crossover,
    debiased, hardening, misspecified, partition, path_variance, practice, real_data, separation, shapes,
    small_variance, stability, transitions, unbalanced,
)  # fmt: skip
