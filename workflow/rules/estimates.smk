# A block is one scenario and one range of replicates; a job makes a bundle of them, in one process. It keeps the rows
# that still hold and computes the rest. It has no inputs: what is stale is decided by the files' own metadata (see
# common.smk), and what a job has finished stays when it fails later.


onstart:
    guards.sweep(RESULTS)
    # Compile the kernels once, before workers that start together would each do it; the last to begin waits for all.
    shell(
        " & ".join(
            f"({COMMAND} kernels {STUDY_ARGUMENTS}{' --say' * (process == 0)})"
            for process in range(min(workflow.cores or 1, 4))
        )
    )
    FORKS.begin(ENVIRONMENT)


rule block:
    output:
        update(f"{RESULTS}/estimates/{{block}}.parquet"),
    log:
        f"{LOGS}/estimates/{{block}}.log",
    wildcard_constraints:
        block="[^/]+/.+/[0-9]+-[0-9]+",
    localrule: IN_JOB
    shell:
        command("{COMMAND} block --log {log:q} {STUDY_ARGUMENTS} {wildcards.block:q}")


patches.bundle(
    rules.block.rule, [[block.name for block in bundle] for bundle in BUNDLES]
)
patches.keep_finished(STUDY.results / "estimates")
