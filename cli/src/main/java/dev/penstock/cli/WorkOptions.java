package dev.penstock.cli;

import dev.penstock.engine.ResultCache;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
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

  @Option(
      names = "--cache",
      paramLabel = "FOLDER",
      description =
          "Give the outputs of the same job again from this folder, and keep new ones there; IN is"
              + " read once more to know it again.")
  @Nullable Path cache;

  @Option(
      names = "--cache-size",
      paramLabel = "BYTES",
      description = "How much the cache may hold, such as 50G; what was not used for longest goes.")
  @Nullable ByteCount cacheSize;

  /** A number of bytes, with decimal units. */
  record ByteCount(long bytes) {}

  /** The cache, if one is wanted. */
  Optional<ResultCache> resultCache() {
    if (cache == null) {
      if (cacheSize != null) {
        throw new UsageException("--cache-size", "there is no cache", "add --cache FOLDER");
      }
      return Optional.empty();
    }
    OptionalLong most =
        cacheSize == null ? OptionalLong.empty() : OptionalLong.of(cacheSize.bytes());
    return Optional.of(ResultCache.in(cache, most, Version.current(), InstantSource.system()));
  }

  OptionalInt laneCount() {
    return lanes == null ? OptionalInt.empty() : lanes.count();
  }

  /** A number of lanes, or the machine's. */
  record Lanes(OptionalInt count) {}
}
