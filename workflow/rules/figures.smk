# Figures, each from the result files that it names.

# The captions of the report are those of the figures' records, which are there when it is made.
if not MODULE:
    config["figures"] = captions.Records(STUDY.results / "figures")


rule figure:
    input:
        lambda wildcards: sources("figures", f"figures.{wildcards.name}"),
        [os.path.relpath(path) for path in citation.SOURCES],
        lambda wildcards: [
            f"{RESULTS}/{path}" for path in figures.inputs(wildcards.name)
        ],
    output:
        multiext(f"{RESULTS}/figures/{{name}}", ".pdf", ".png", ".csv", ".txt", ".json"),
        report(
            f"{RESULTS}/figures/{{name}}.svg",
            caption=None if MODULE else "../report/figure.rst",
            category="Figures",
            labels=lambda wildcards: {
                "figure": wildcards.name,
                # its first words, so that the list leaves room for a figure
                "title": re.split("[:,]", figures.title(wildcards.name))[0],
            },
        ),
    log:
        f"{LOGS}/figures/{{name}}.log",
    wildcard_constraints:
        name="|".join(figures.names()),
    localrule: True
    params:
        configuration=lambda wildcards: citation.configuration(STUDY, wildcards.name),
    shell:
        command("{COMMAND} figure --log {log:q} {STUDY_ARGUMENTS} {wildcards.name:q}")
