"""Examples: real measurements (:mod:`.data`), and what each estimator says of them (:mod:`.results`)."""
