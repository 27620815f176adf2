package dev.penstock.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is written beside the media, and whether it may replace what is there. */
@Heading("Output")
final class OutputOptions {
  @Option(names = "--overwrite", description = "Replace OUT, and the report, if they exist.")
  boolean overwrite;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write the whole report as JSON; see docs/json.md.")
  @Nullable Path report;

  @Option(
      names = "--progress",
      paramLabel = "STYLE",
      completionCandidates = Words.ProgressStyles.class,
      description =
          "On standard error: auto (default: one moving line on a terminal, otherwise plain),"
              + " plain (a line every 5 s), json (an object a line), none.")
  ProgressStyle progress = ProgressStyle.AUTO;

  enum ProgressStyle {
    AUTO,
    PLAIN,
    JSON,
    NONE
  }
}
