package dev.penstock.model;

import java.util.List;
import java.util.Optional;

/**
 * What was found when the outputs of a job were looked at before they got their names.
 *
 * @param checks in the order in which they were made
 */
public record Verification(Level level, List<Check> checks) {
  public Verification {
    checks = List.copyOf(checks);
  }

  /** How closely outputs are looked at. */
  public enum Level {
    NONE,
    /** Read back without decoding. */
    STRUCTURE,
    /** Decoded too, and compared with the source. */
    DECODE
  }

  /**
   * One thing that was looked at.
   *
   * @param output its path
   * @param track which of it, for people; empty for all of it
   * @param name what was looked at
   */
  public record Check(String output, Optional<String> track, String name, Result result) {}

  /** What came of a check. */
  public sealed interface Result {
    /**
     * It is as it should be.
     *
     * @param found the figures
     */
    record Passed(String found) implements Result {}

    /** It says nothing about this job. */
    record NotChecked(String why) implements Result {}

    /** It is not as it should be; no job that is done has this. */
    record Failed(String found, String expected) implements Result {}
  }

  /** Checks that were made and passed. */
  public long passed() {
    return checks.stream().filter(check -> check.result() instanceof Result.Passed).count();
  }

  public List<Check> notChecked() {
    return checks.stream().filter(check -> check.result() instanceof Result.NotChecked).toList();
  }

  public List<Check> failed() {
    return checks.stream().filter(check -> check.result() instanceof Result.Failed).toList();
  }
}
