# Performance measures with their Monte Carlo errors, beside the limits; claims and numbers from them.


rule summarise:
    input:
        sources("findings.summaries"),
        blocks=lambda wildcards: [
            STUDY.block_file(block).as_posix()
            for block in experiment(wildcards).blocks
        ],
        limits=f"{RESULTS}/limits/{{experiment}}.csv",
    output:
        f"{RESULTS}/summaries/{{experiment}}_rates.csv",
        f"{RESULTS}/summaries/{{experiment}}_contrasts.csv",
        f"{RESULTS}/summaries/{{experiment}}_intervals.csv",
        summary=report(
            f"{RESULTS}/summaries/{{experiment}}.csv",
            caption="../report/summary.rst",
            category="Tables",
            labels={"table": "summary of {experiment}"},
        ),
    log:
        f"{LOGS}/summaries/{{experiment}}.log",
    localrule: True
    params:
        grid=lambda wildcards: [
            getattr(experiment(wildcards), key)
            for key in ("sizes", "replicates", "quantities", "methods")
        ],
    shell:
        command(
            "{COMMAND} summarise --log {log:q} {STUDY_ARGUMENTS} {wildcards.experiment:q}"
            " --limits {input.limits:q} --output {output.summary:q}"
        )


# The report can show no text file, but its caption: the list is there, read when the report is made.
if not MODULE:
    config["failures"] = captions.Failures(STUDY.results / "failures.txt")


rule failures:
    input:
        sources("study.failures"),
        [block_file(name) for name in STUDY.blocks],
    output:
        report(
            f"{RESULTS}/failures.txt",
            caption=None if MODULE else "../report/failures.rst",
            category="Failures",
            labels={"list": "fits that failed or did not converge"},
        ),
    log:
        f"{LOGS}/failures.log",
    localrule: True
    params:
        grid=[
            getattr(experiment, key)
            for experiment in STUDY.experiments.values()
            for key in ("sizes", "replicates", "methods")
        ],
    shell:
        command(
            "{COMMAND} failures --log {log:q} {STUDY_ARGUMENTS} --output {output:q}"
        )


rule claims:
    input:
        sources("findings.claims", *(f"findings.claims.{test}" for test in TESTS)),
        sources("findings.confirmation"),
        [path for path in FROZEN if os.path.exists(path)],
        evidence(
            "summaries/{}", "summaries/{}_rates", "summaries/{}_contrasts", "limits/{}"
        ),
    output:
        f"{RESULTS}/claims.csv",
        claims=f"{RESULTS}/claims.json",
    log:
        f"{LOGS}/claims.log",
    localrule: True
    params:
        claims=STUDY.claims,
        decisive=STUDY.decisive,
    shell:
        command(
            "{COMMAND} claims --log {log:q} {STUDY_ARGUMENTS} --output {output.claims:q}"
        )


rule confirmation:
    # what ./run confirm found, or tables without a row
    input:
        sources("findings.confirmation"),
        # the published ones not by their time: publishing writes again what was copied from there
        [
            str(path) if path.parent == confirmation.COMPARED else ancient(str(path))
            for path in confirmation.tables_found().values()
        ],
    output:
        expand(f"{RESULTS}/{{name}}", name=CONFIRMED),
    log:
        f"{LOGS}/confirmation.log",
    localrule: True
    shell:
        command("{COMMAND} confirmation --log {log:q} --results {RESULTS:q}")


rule numbers:
    input:
        [path for path in FROZEN if os.path.exists(path)],
        sources(
            "findings.numbers",
            *(f"findings.numbers.{name}" for name in numbers.names()),
        ),
        REAL_DATA,
        evidence(
            "summaries/{}", "summaries/{}_rates", "summaries/{}_contrasts", "limits/{}"
        ),
    output:
        f"{RESULTS}/design.json",
        numbers=f"{RESULTS}/numbers.json",
    log:
        f"{LOGS}/numbers.log",
    localrule: True
    params:
        study=[STUDY.title, STUDY.date, STUDY.seed],
        # deviations from a protocol are told with the design
        deviations=freezing.code() if os.path.exists(FROZEN[0]) else {},
        ademp=[e.ademp for e in STUDY.experiments.values()],
    shell:
        command(
            "{COMMAND} numbers --log {log:q} {STUDY_ARGUMENTS} --output {output.numbers:q}"
        )


rule manifest:
    input:
        PAPER,
        TABLES,
        OWN_PAGE,
        THEORY,
        f"{RESULTS}/failures.txt",
        f"{RESULTS}/claims.json",
        f"{RESULTS}/numbers.json",
        expand(f"{RESULTS}/{{name}}", name=CONFIRMED),
        evidence(
            "summaries/{}", "summaries/{}_rates", "summaries/{}_contrasts", "limits/{}"
        ),
        expand(f"{RESULTS}/figures/{{name}}.csv", name=FIGURES),
    output:
        f"{RESULTS}/manifest.json",
    log:
        f"{LOGS}/manifest.log",
    localrule: True
    params:
        configuration=STUDY.digest,
        sources=provenance.everything(),
    shell:
        command(
            "{COMMAND} manifest --log {log:q} {STUDY_ARGUMENTS} --output {output:q}"
        )


rule verdicts:
    # The last job, so that everything else is built when a verdict is not the expected one.
    input:
        f"{RESULTS}/manifest.json",
        claims=f"{RESULTS}/claims.json",
    output:
        f"{RESULTS}/verdicts.txt",
    log:
        f"{LOGS}/verdicts.log",
    localrule: True
    shell:
        command(
            "{COMMAND} verdicts --log {log:q} {STUDY_ARGUMENTS} --claims {input.claims:q} --output {output:q}"
        )
