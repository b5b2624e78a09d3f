"""Figures: one module each, one shared style; they read result files only."""
