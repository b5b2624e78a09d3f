"""Publication: the paper, the explorable page, the README, citations, and what git keeps of a run."""
