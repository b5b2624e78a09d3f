# Predictions, made before and apart from the simulation.


rule predict:
    input:
        lambda wildcards: sources(
            "findings.predictions",
            *(f"limits.{method}" for method, _ in experiment(wildcards).methods),
        ),
    output:
        f"{RESULTS}/limits/{{experiment}}.csv",
    log:
        f"{LOGS}/limits/{{experiment}}.log",
    localrule: IN_JOB
    params:
        scenarios=lambda wildcards: [s.key for s in experiment(wildcards).scenarios],
        methods=lambda wildcards: experiment(wildcards).methods,
    shell:
        command(
            "{COMMAND} predict --log {log:q} {STUDY_ARGUMENTS} {wildcards.experiment:q} --output {output:q}"
        )


rule curve:
    input:
        sources("limits.curves"),
    output:
        f"{RESULTS}/limits/curves/{{name}}.csv",
    log:
        f"{LOGS}/limits/curves/{{name}}.log",
    localrule: IN_JOB
    params:
        # so that a new separation computes only these again
        deltas=lambda wildcards: (
            STUDY.separations if limits.uses_separations(wildcards.name) else []
        ),
        draws=lambda wildcards: (
            STUDY.draws if limits.uses_draws(wildcards.name) else None
        ),
    shell:
        command(
            "{COMMAND} curve --log {log:q} {STUDY_ARGUMENTS} {wildcards.name:q} --output {output:q}"
        )


# Enclosures of the predictions, by ball arithmetic: of each table apart, so that a new scenario or separation is a short job.


rule certify:
    input:
        sources("findings.certified", "limits.certificates.table"),
        limits=f"{RESULTS}/limits/{{part}}.csv",
    output:
        f"{RESULTS}/certificates/{{part}}.csv",
    log:
        f"{LOGS}/certificates/{{part}}.log",
    wildcard_constraints:
        part="|".join(certified.parts(STUDY)),
    localrule: IN_JOB
    params:
        every=lambda wildcards: (
            STUDY.every if wildcards.part.startswith("curves/") else None
        ),
    shell:
        command(
            "{COMMAND} certify --log {log:q} {STUDY_ARGUMENTS} {wildcards.part:q}"
            " --limits {input.limits:q} --output {output:q}"
        )


rule certificates:
    input:
        sources("findings.certified"),
        parts=[f"{RESULTS}/certificates/{part}.csv" for part in certified.parts(STUDY)],
    output:
        f"{RESULTS}/limits/certificates.csv",
    log:
        f"{LOGS}/certificates.log",
    localrule: True
    shell:
        command(
            "{COMMAND} certificates --log {log:q} {input.parts:q} --output {output:q}"
        )
