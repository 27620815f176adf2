package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.JobSpec;
import dev.penstock.model.MediaInfo;

/** What every step of one planning reads, and the ledger it writes to. */
record Request(
    JobSpec spec, MediaInfo input, Capabilities capabilities, Container container, Ledger ledger) {

  boolean holds(String codec) {
    return container.holds(codec, capabilities);
  }

  /** Whether the output begins inside the input, which only decoding can do to the frame. */
  boolean trimsStart() {
    return spec.trim().start().filter(start -> !start.isZero()).isPresent();
  }
}
