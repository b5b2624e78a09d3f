"""Findings: from rows to what is concluded: tables, measures, summaries, predictions, claims and numbers."""
