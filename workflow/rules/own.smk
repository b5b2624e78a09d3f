# A study that lacks some of the paper's experiments: a page of those that it has, with a figure of each.


rule overview:
    input:
        sources("figures._overview"),
        [os.path.relpath(path) for path in citation.SOURCES],
        f"{RESULTS}/summaries/{{experiment}}.csv",
    output:
        multiext(
            f"{RESULTS}/figures/overview_{{experiment}}",
            ".svg",
            ".pdf",
            ".png",
            ".csv",
            ".txt",
            ".json",
        ),
    log:
        f"{LOGS}/figures/overview_{{experiment}}.log",
    localrule: True
    shell:
        command(
            "{COMMAND} overview --log {log:q} {STUDY_ARGUMENTS} {wildcards.experiment:q}"
        )


rule study_page:
    input:
        sources("publication.study_page"),
        [os.path.relpath(path) for path in study_page.SOURCES],
        f"{RESULTS}/design.json",
        f"{RESULTS}/claims.json",
        evidence("summaries/{}"),
        expand(f"{RESULTS}/figures/{{name}}.json", name=FIGURES),
        expand(f"{RESULTS}/figures/overview_{{name}}.json", name=OVERVIEWS),
    output:
        report(
            f"{RESULTS}/study.html",
            category="Study",
            labels={"study": "designs, tables, figures and claims"},
        ),
    log:
        f"{LOGS}/study_page.log",
    localrule: True
    params:
        remarks=list(remarks.lines(STUDY)),
    shell:
        command(
            "{COMMAND} study_page --log {log:q} {STUDY_ARGUMENTS} --output {output:q}"
        )
