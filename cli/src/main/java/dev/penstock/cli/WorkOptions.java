package dev.penstock.cli;

import java.nio.file.Path;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How segments are worked on. The bytes written do not depend on it. */
@Heading("Segments")
final class WorkOptions {
  @Option(
      names = "--lanes",
      paramLabel = "N",
      description =
          "Segments worked on at once: auto (default: one for each processor, if they fit"
              + " into memory) or N.")
  @Nullable Lanes lanes;

  @Option(
      names = "--work",
      paramLabel = "FOLDER",
      description =
          "Where finished segments are kept until OUT is complete; a job that is started again"
              + " goes on from there. Default: a hidden folder beside OUT.")
  @Nullable Path folder;

  OptionalInt laneCount() {
    return lanes == null ? OptionalInt.empty() : lanes.count();
  }

  /** A number of lanes, or the machine's. */
  record Lanes(OptionalInt count) {}
}
