package dev.penstock.engine;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Jobs whose result depends on more than the bytes of one input, the plan and the build. */
final class Uncacheable {
  /** Containers that name other files. */
  private static final Set<String> LISTS = Set.of("hls", "dash", "concat", "imf", "sdp", "vobsub");

  /** Parameters of encoders that name a file they read or write; spelled with hyphens. */
  private static final Set<String> FILES =
      Set.of(
          "stats",
          "passlogfile",
          "cqmfile",
          "qpfile",
          "zonefile",
          "dhdr10-info",
          "dolby-vision-rpu",
          "analysis-load",
          "analysis-save",
          "analysis-reuse-file",
          "refine-analysis-file",
          "scaling-list",
          "lambda-file",
          "dump-yuv",
          "recon",
          "csv",
          "fgs-table",
          "film-grain-table");

  private Uncacheable() {}

  /** Why the result of a job cannot be known by them. */
  static Optional<String> reason(Input input, Plan plan) {
    MediaInfo info = input.info();
    if (!input.isFile()) {
      return Optional.of("the input is no file");
    }
    if (!info.seekable()) {
      return Optional.of("the input can be read only once");
    }
    if (namesOthers(info.format())) {
      return Optional.of("the input names other files");
    }
    return plan.tracks().stream()
        .flatMap(track -> options(track).entrySet().stream())
        .flatMap(Uncacheable::files)
        .findFirst()
        .map(option -> "the encoder is given a file by " + option);
  }

  /**
   * Whether a container names other files.
   *
   * @param format libav's names of it
   */
  static boolean namesOthers(String format) {
    return Stream.of(format.split(",")).anyMatch(LISTS::contains);
  }

  private static Map<String, String> options(Plan.TrackPlan track) {
    return switch (track) {
      case Plan.EncodeVideo video -> video.options();
      case Plan.EncodeAudio audio -> audio.options();
      case Plan.Copy _, Plan.ConvertSubtitle _ -> Map.of();
    };
  }

  private static Stream<String> files(Map.Entry<String, String> option) {
    String name = option.getKey();
    if (isFile(name, option.getValue())) {
      return Stream.of(name);
    }
    return OwnKeys.isList(name)
        ? Stream.of(option.getValue().split("(?<!\\\\):"))
            .map(parameter -> parameter.split("=", 2))
            .filter(pair -> pair.length == 2 && isFile(pair[0].strip(), pair[1]))
            .map(pair -> pair[0].strip() + " in " + name)
        : Stream.empty();
  }

  private static boolean isFile(String name, String value) {
    return FILES.contains(name.toLowerCase(Locale.ROOT).replace('_', '-')) || exists(value);
  }

  private static boolean exists(String value) {
    try {
      Path path = Path.of(value.replace("\\", ""));
      return Files.exists(path) && !Files.isDirectory(path);
    } catch (InvalidPathException _) {
      return false;
    }
  }
}
