# One job is a block: one scenario and one range of replicates. It keeps the rows that still hold and computes the
# rest. It has no inputs: what is stale is decided by the file's own metadata (see common.smk).


onstart:
    progress.sweep(RESULTS)
    # Compile the kernels once, before workers that start together would each do it; the last to begin waits for all.
    shell(
        " & ".join(
            [f"({COMMAND} kernels {STUDY_ARGUMENTS})"] * min(workflow.cores or 1, 4)
        )
    )


rule block:
    output:
        update(f"{RESULTS}/estimates/{{block}}.parquet"),
    log:
        f"{LOGS}/estimates/{{block}}.log",
    wildcard_constraints:
        block="[^/]+/.+/[0-9]+-[0-9]+",
    shell:
        command("{COMMAND} block --log {log:q} {STUDY_ARGUMENTS} {wildcards.block:q}")
