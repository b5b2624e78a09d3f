# The paper, set from the text, the figures and the numbers.


rule set_paper:
    input:
        sources("publication.paper"),
        [os.path.relpath(path) for path in setting.SOURCES],
        [f"{RESULTS}/{path}" for path in setting.inputs()],
    output:
        report(
            f"{RESULTS}/paper.pdf",
            caption="../report/paper.rst",
            category="Paper",
            labels={"paper": "the paper"},
        ),
    log:
        f"{LOGS}/set_paper.log",
    localrule: True
    shell:
        command(
            "{COMMAND} paper --log {log:q} --results {RESULTS:q} --output {output:q}"
        )


rule set_webpage:
    input:
        sources("publication.webpage"),
        rules.set_paper.input,
        [os.path.relpath(path) for path in webpage.SOURCES],
        [os.path.relpath(path) for path in webpage.scripts()],
        [f"{RESULTS}/{path}" for path in webpage.inputs()],
        evidence(
            "summaries/{}", "summaries/{}_rates", "summaries/{}_contrasts", "limits/{}"
        ),
    output:
        f"{RESULTS}/receipts.json",
        page=report(
            f"{RESULTS}/paper.html",
            caption="../report/webpage.rst",
            category="Paper",
            labels={"paper": "the paper as a web page"},
        ),
    log:
        f"{LOGS}/set_webpage.log",
    localrule: True
    shell:
        command(
            "{COMMAND} webpage --log {log:q} --results {RESULTS:q} --output {output.page:q}"
        )


rule tables:
    input:
        rules.set_paper.input,
        sources("publication.tables"),
        [os.path.relpath(path) for path in tabling.SOURCES],
    output:
        report(
            f"{RESULTS}/tables.html",
            caption="../report/tables.rst",
            category="Tables",
            labels={"table": "the tables of the paper"},
        ),
    log:
        f"{LOGS}/tables.log",
    localrule: True
    shell:
        command(
            "{COMMAND} tables --log {log:q} --results {RESULTS:q} --output {output:q}"
        )
