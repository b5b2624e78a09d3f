# The study: see workflow/Snakefile. This file lets `snakemake` find it, and the profiles beside it, from here.
#
#   snakemake --cores all                                        the paper's study
#   snakemake --cores all --configfile config/quick.yaml         the same on a small grid
#   snakemake --cores all figures                                one of the targets: all, figures, paper, estimates


include: "workflow/Snakefile"


# Snakemake forgets the default target of what is included; that of a workflow which imports this one is its own.
if not MODULE:
    workflow.default_target = "all"
