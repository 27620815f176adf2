package dev.penstock.model;

import java.time.Duration;

/** A chapter of the container, on the presentation time line that starts at zero. */
public record Chapter(String title, Duration start, Duration end) {}
