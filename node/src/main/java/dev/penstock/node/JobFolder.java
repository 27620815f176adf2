package dev.penstock.node;

import java.nio.file.Path;

/**
 * What a job has in the data folder while it is not over:
 *
 * <pre>
 *   work/ID          segments, of the engine
 *   work/ID.report   what its worker wrote down before the outputs got their names
 * </pre>
 */
public final class JobFolder {
  static final String REPORT = ".report";

  private JobFolder() {}

  /**
   * Where the worker writes down that a job is done.
   *
   * @param work the folder of its segments
   */
  public static Path report(Path work) {
    return work.resolveSibling(work.getFileName() + REPORT);
  }
}
