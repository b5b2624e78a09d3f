"""The study: configuration, design, streams, blocks, performance measures, claims."""
