"""Speed and size, measured: ratios within one run, medians of repeated rounds."""
