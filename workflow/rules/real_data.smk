# Real data, most with known groups: no part of the study, and shown beside it in the paper.


rule real_data:
    input:
        sources("examples.results"),
        [
            os.path.relpath(path)
            for path in sorted(provenance.PACKAGE.glob("examples/*.csv"))
        ],
    output:
        f"{RESULTS}/real_data_observations.csv",
        f"{RESULTS}/real_data.json",
        results=f"{RESULTS}/real_data.csv",
    log:
        f"{LOGS}/real_data.log",
    localrule: True
    shell:
        command("{COMMAND} real_data --log {log:q} --output {output.results:q}")
