package dev.penstock.cli;

/** Bits per second, as {@code 5M}, {@code 800k} or {@code 2500000} on the command line. */
record BitRate(long bitsPerSecond) {}
