package dev.penstock.engine;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.model.Progress;
import java.util.function.Consumer;

/** Does what a plan says. */
public final class Engine {
  private Engine() {}

  /**
   * How to run, beside the plan.
   *
   * @param overwrite whether an existing output may be replaced
   * @param progress called about four times a second, from one thread
   * @param log receives libav's log lines of level info and worse
   */
  public record Options(boolean overwrite, Consumer<Progress> progress, Consumer<String> log) {}

  /**
   * Runs the plan and blocks until it is done, failed or cancelled. The output appears under its
   * final name only when it is complete; otherwise nothing is left behind.
   */
  public static Outcome execute(
      Planning.Planned planned, MediaInfo input, Options options, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }
}
