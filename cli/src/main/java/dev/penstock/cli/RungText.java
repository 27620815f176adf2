package dev.penstock.cli;

import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.Spelling;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads one rung: a size, and after colons, in any order, a bit rate or a quality, a codec, and
 * wishes by name: {@code 1080p:5M:max=7.5M:buffer=10M:preset=p5:profile=high:hevc}.
 */
final class RungText {
  private static final int LEAST_LINES = 16;
  private static final List<String> CODECS = List.of("h264", "hevc", "av1");
  private static final List<String> NAMES = List.of("max", "buffer", "preset", "profile");
  private static final List<String> PROFILES = List.of("baseline", "main", "high", "main10");

  private final String rung;
  private @Nullable VideoCodec codec;
  private OptionalLong bitrate = OptionalLong.empty();
  private OptionalLong max = OptionalLong.empty();
  private OptionalLong buffer = OptionalLong.empty();
  private OptionalDouble quality = OptionalDouble.empty();
  private @Nullable Preset preset;
  private @Nullable String profile;

  private RungText(String rung) {
    this.rung = rung;
  }

  static RungSpec parse(String text) {
    return new RungText(text).spec();
  }

  private RungSpec spec() {
    String[] pieces = rung.split(":", -1);
    SizeSpec.Lines size = size(pieces[0]);
    for (int i = 1; i < pieces.length; i++) {
      piece(pieces[i]);
    }
    if (bitrate.isPresent() && quality.isPresent()) {
      throw bad("has a bit rate and a quality: only one of them can lead");
    }
    if (buffer.isPresent() && bitrate.isEmpty() && max.isEmpty()) {
      throw bad("has a buffer without a bit rate; add one, such as max=5M");
    }
    return new RungSpec(
        size,
        Optional.ofNullable(codec),
        bitrate,
        max,
        quality,
        buffer,
        Optional.ofNullable(preset),
        Optional.ofNullable(profile));
  }

  private SizeSpec.Lines size(String text) {
    return lines(text)
        .orElseThrow(() ->
            bad("is not a rung (720p, 720p:2.8M, 720p:q23 or 720p:q23:max=4M:preset=p5:hevc)"));
  }

  /** The lines of a rung, such as {@code 720p}. */
  static Optional<SizeSpec.Lines> lines(String text) {
    OptionalInt lines =
        text.endsWith("p")
            ? Values.whole(text.substring(0, text.length() - 1))
            : OptionalInt.empty();
    return lines.isPresent()
            && lines.getAsInt() >= LEAST_LINES
            && lines.getAsInt() <= Values.MAX_SIDE
        ? Optional.of(new SizeSpec.Lines(lines.getAsInt()))
        : Optional.empty();
  }

  private void piece(String text) {
    int equals = text.indexOf('=');
    if (equals >= 0) {
      named(text.substring(0, equals), text.substring(equals + 1));
    } else if (CODECS.contains(text)) {
      once(codec == null, "codec");
      codec = VideoCodec.of(text).orElseThrow();
    } else if (text.startsWith("q") && Values.decimal(text.substring(1)).isPresent()) {
      once(quality.isEmpty(), "quality");
      quality = Values.decimal(text.substring(1));
    } else if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
      once(bitrate.isEmpty(), "bit rate");
      bitrate = bits(text);
    } else {
      throw bad("has '" + text + "', which is " + hint(text));
    }
  }

  private void named(String name, String value) {
    switch (name) {
      case "max" -> {
        once(max.isEmpty(), name);
        max = bits(value);
      }
      case "buffer" -> {
        once(buffer.isEmpty(), name);
        buffer = bits(value);
      }
      case "preset" -> {
        once(preset == null, name);
        preset = Values.preset(value);
      }
      case "profile" -> {
        once(profile == null, name);
        profile = value;
      }
      default ->
          throw bad(
              "has '"
                  + name
                  + "', which is none of max, buffer, preset, profile"
                  + Spelling.nearest(name, NAMES)
                      .map(near -> "; did you mean " + near + "?")
                      .orElse(""));
    }
  }

  private static OptionalLong bits(String text) {
    return OptionalLong.of(Values.bitRate(text).bitsPerSecond());
  }

  private void once(boolean first, String what) {
    if (!first) {
      throw bad("has more than one " + what);
    }
  }

  /** What a bare word may have meant. */
  private static String hint(String word) {
    if (word.matches("p[1-7]")) {
      return "to be written preset=" + word;
    }
    if (PROFILES.contains(word)) {
      return "to be written profile=" + word;
    }
    return "neither a bit rate (2.8M), a quality (q23), a codec (h264, hevc, av1) nor a wish"
        + " (max=, buffer=, preset=, profile=)"
        + Spelling.nearest(word, CODECS).map(near -> "; did you mean " + near + "?").orElse("");
  }

  private TypeConversionException bad(String problem) {
    return new TypeConversionException("'" + rung + "' " + problem);
  }
}
