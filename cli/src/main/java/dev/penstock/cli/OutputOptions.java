package dev.penstock.cli;

import dev.penstock.model.Verification;
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

  @Option(
      names = "--verify",
      paramLabel = "LEVEL",
      completionCandidates = Words.VerifyLevels.class,
      description =
          "How closely what was written is looked at before it gets its name: none, structure"
              + " (default: read back), decode (also decoded and compared with IN).")
  Verification.Level verify = Verification.Level.STRUCTURE;

  enum ProgressStyle {
    AUTO,
    PLAIN,
    JSON,
    NONE
  }
}
