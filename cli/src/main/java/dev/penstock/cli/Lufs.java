package dev.penstock.cli;

/** A loudness target, as {@code -23LUFS} or {@code -23} on the command line. */
record Lufs(double value) {}
