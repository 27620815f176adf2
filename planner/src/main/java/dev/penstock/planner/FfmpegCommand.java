package dev.penstock.planner;

import dev.penstock.model.Plan;
import java.util.List;

/** The nearest {@code ffmpeg} command to a plan. */
public final class FfmpegCommand {
  private FfmpegCommand() {}

  public static List<String> of(Plan plan) {
    throw new UnsupportedOperationException();
  }
}
