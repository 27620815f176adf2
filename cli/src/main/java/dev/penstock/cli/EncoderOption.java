package dev.penstock.cli;

/** {@code NAME=VALUE} on the command line. */
record EncoderOption(String name, String value) {}
