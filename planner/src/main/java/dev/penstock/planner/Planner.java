package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.JobSpec;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Planning;

/** Decides how a job is done. Pure: the same arguments give the same answer. */
public final class Planner {
  private Planner() {}

  public static Planning plan(JobSpec spec, MediaInfo input, Capabilities capabilities) {
    throw new UnsupportedOperationException();
  }
}
