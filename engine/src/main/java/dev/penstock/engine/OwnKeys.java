package dev.penstock.engine;

import dev.penstock.model.Plan.EncodeVideo;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What the encoder itself was told of key frames, in parameters that libav hands on unread and that
 * win over its own. Pure.
 */
final class OwnKeys {
  /** Of x264, x265, SVT-AV1, libaom and rav1e; spelled with hyphens. */
  private static final Set<String> NAMES =
      Set.of(
          "keyint",
          "keyint-max",
          "keyint-min",
          "min-keyint",
          "intra-refresh",
          "gop-lookahead",
          "intra-period",
          "irefresh-type",
          "kf-mode",
          "kf-max-dist",
          "kf-min-dist",
          "key-frame-interval",
          "min-key-frame-interval");

  private OwnKeys() {}

  /** Why nobody but the encoder can say where key frames stand. */
  static Optional<String> of(EncodeVideo video) {
    return video.options().entrySet().stream()
        .flatMap(OwnKeys::names)
        .findFirst()
        .map(name -> "the encoder was told about key frames by " + name);
  }

  private static Stream<String> names(Map.Entry<String, String> option) {
    String name = option.getKey();
    if (isList(name)) {
      return Stream.of(option.getValue().split(":"))
          .map(parameter -> parameter.split("=", 2)[0].strip())
          .filter(parameter -> NAMES.contains(plain(parameter)))
          .map(parameter -> parameter + " in " + name);
    }
    return plain(name).equals("intra-refresh") && !option.getValue().equals("0")
        ? Stream.of(name)
        : Stream.empty();
  }

  /** Whether an option holds parameters of the encoder's own. */
  static boolean isList(String option) {
    return option.endsWith("-params") || option.equals("x264opts");
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
