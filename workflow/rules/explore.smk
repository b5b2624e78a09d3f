# The explorable page, from its sources, the limits, the theory of finite samples and, where the study measures them, the ratios of errors.


rule explore:
    input:
        sources("publication.page"),
        [os.path.relpath(path) for path in exploring.SOURCES],
        measured=(
            [f"{RESULTS}/summaries/crossover.csv"]
            if "crossover" in STUDY.experiments
            else []
        ),
        predicted=f"{RESULTS}/limits/curves/finite_samples.csv",
    output:
        f"{RESULTS}/explore.html",
    log:
        f"{LOGS}/explore.log",
    localrule: True
    shell:
        command(
            "{COMMAND} explore --log {log:q} {input.measured:q} --predicted {input.predicted:q} --output {output:q}"
        )
