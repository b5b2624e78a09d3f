"""Certificates: enclosures of limits by ball arithmetic, which are proofs up to the correctness of Arb.

A limit elsewhere in this package is a number in double precision and the best that a search found. Here each
is enclosed between two decimal numbers, and where it is an optimum every other candidate is excluded. Nothing
in a run of the study but the table of certificates loads this package.

- :mod:`.cuts`: that no other cut of the line is better, by branch and bound with interval Newton;
- :mod:`.two_means`: k-means with two clusters, and Pollard's variances;
- :mod:`.likelihood`: the mixture's information, and the path of the known variance;
- :mod:`.stationary`: that path for other weights, as a stationary point alone;
- :mod:`.debiased`: the variance of debiased k-means;
- :mod:`.transitions`: critical weights and the cusp;
- :mod:`.report` and :mod:`.table`: the certificates of a mixture that the user names, and of the study.

Midpoints have :data:`.balls.PRECISION` bits. The optimum of the path rests on theorems, which the paper's
appendix proves.
"""
