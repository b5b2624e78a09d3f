# The study: configuration -> blocks of estimates -> summaries beside the limits -> figures, numbers, claims -> paper.
#
#   snakemake --cores all                                        the paper's study
#   snakemake --cores all --configfile config/quick.yaml         the same on a small grid
#   snakemake --cores all figures                                one of the targets: all, figures, paper, estimates

from snakemake.utils import min_version

min_version("9.27")


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/estimates.smk"
include: "workflow/rules/limits.smk"
include: "workflow/rules/summaries.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/paper.smk"
include: "workflow/rules/explore.smk"


rule all:
    default_target: True
    input:
        PAPER,
        f"{RESULTS}/explore.html",
        f"{RESULTS}/limits/certificates.csv",
        f"{RESULTS}/verdicts.txt",


rule figures:
    input:
        expand("{results}/figures/{name}.svg", results=RESULTS, name=FIGURES),


rule paper:
    input:
        PAPER,


rule estimates:
    input:
        [block_file(name) for name in STUDY.blocks],


rule findings:
    # what a confirming study needs, which has no figures and no paper
    input:
        f"{RESULTS}/claims.json",
