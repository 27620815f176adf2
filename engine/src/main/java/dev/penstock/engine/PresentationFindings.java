package dev.penstock.engine;

import dev.penstock.engine.packaging.MediaPlaylist;
import dev.penstock.engine.packaging.RenditionReading;
import dev.penstock.engine.packaging.RenditionReading.Part;
import dev.penstock.engine.packaging.Span;
import dev.penstock.model.Verification.Result;
import dev.penstock.model.Verification.Result.Failed;
import dev.penstock.model.Verification.Result.Passed;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds playlists, manifests and indexes against the segments that they name. Pure: facts of what
 * was read go in.
 */
final class PresentationFindings {
  private static final long ROUNDING_MICROS = 2_000;
  private static final Pattern DURATION =
      Pattern.compile("mediaPresentationDuration=\"PT([0-9.]+)S\"");
  private static final Pattern NAMED = Pattern.compile("URI=\"([^\"]+)\"");

  private PresentationFindings() {}

  /** Whether segments are there and, of pictures, begin where those of the first rung do. */
  static Result segments(RenditionReading rendition, boolean video, RenditionReading first) {
    if (rendition.parts().isEmpty()) {
      return new Failed("no segment", "at least one");
    }
    for (int i = 0; i < rendition.parts().size(); i++) {
      Part part = rendition.parts().get(i);
      if (part.count() == 0) {
        return new Failed("segment " + (i + 1) + " is empty", "samples");
      }
      if (video && !rendition.samples().get(part.first()).key()) {
        return new Failed("segment " + (i + 1) + " begins with no key frame", "one");
      }
    }
    return video ? aligned(rendition, first) : new Passed(rendition.parts().size() + " segments");
  }

  private static Result aligned(RenditionReading rendition, RenditionReading first) {
    if (rendition.parts().size() != first.parts().size()) {
      return new Failed(
          rendition.parts().size() + " segments",
          first.parts().size() + ", as many as " + first.id() + " has");
    }
    for (int i = 0; i < rendition.parts().size(); i++) {
      long start = micros(rendition, rendition.start(rendition.parts().get(i)));
      long wanted = micros(first, first.start(first.parts().get(i)));
      if (Math.abs(start - wanted) > ROUNDING_MICROS) {
        return new Failed(
            "segment " + (i + 1) + " begins at " + Findings.seconds(start),
            Findings.seconds(wanted) + ", as in " + first.id());
      }
    }
    return new Passed(rendition.parts().size() + " segments");
  }

  private static long micros(RenditionReading rendition, long ticks) {
    return Math.round(rendition.seconds(ticks) * 1e6);
  }

  /** How long each segment lasts: up to the next, or to the end. */
  private static List<Long> lengths(RenditionReading rendition) {
    List<Long> lengths = new ArrayList<>();
    List<Part> parts = rendition.parts();
    for (int i = 0; i < parts.size(); i++) {
      long end = i + 1 < parts.size() ? rendition.start(parts.get(i + 1)) : rendition.end();
      lengths.add(end - rendition.start(parts.get(i)));
    }
    return lengths;
  }

  /** Whether a media playlist names the segments, all of them, and says how long they are. */
  static Result playlist(MediaPlaylist playlist, RenditionReading rendition) {
    List<MediaPlaylist.Entry> entries = playlist.entries();
    List<Part> parts = rendition.parts();
    List<Long> lengths = lengths(rendition);
    if (entries.size() != parts.size() || !playlist.ended()) {
      return new Failed(
          entries.size() + " segments" + (playlist.ended() ? "" : ", without an end"),
          Integer.toString(parts.size()));
    }
    for (int i = 0; i < entries.size(); i++) {
      MediaPlaylist.Entry entry = entries.get(i);
      if (!names(entry.span(), parts.get(i).span())) {
        return new Failed(
            "segment " + (i + 1) + " is said to be " + words(entry.span()),
            words(parts.get(i).span()));
      }
      long length = micros(rendition, lengths.get(i));
      if (Math.abs(entry.micros() - length) > ROUNDING_MICROS) {
        return new Failed(
            "segment " + (i + 1) + " is said to last " + Findings.seconds(entry.micros()),
            Findings.seconds(length));
      }
      if (Math.round(entry.micros() / 1e6) > playlist.targetDuration()) {
        return new Failed(
            "segment " + (i + 1) + " lasts " + Findings.seconds(entry.micros()),
            "at most the target duration, " + playlist.targetDuration() + " s");
      }
    }
    return new Passed(entries.size() + " segments, " + total(entries));
  }

  private static String total(List<MediaPlaylist.Entry> entries) {
    return Findings.seconds(entries.stream().mapToLong(MediaPlaylist.Entry::micros).sum());
  }

  /** A name without a range stands for the whole file. */
  private static boolean names(Span said, Span there) {
    return said.whole()
        ? there.whole() && said.uri().equals(there.uri())
        : said.uri().equals(there.uri())
            && said.offset() == there.offset()
            && said.bytes() == there.bytes();
  }

  private static String words(Span span) {
    return span.whole() ? span.uri() : span.uri() + ", " + span.bytes() + "@" + span.offset();
  }

  /** Whether a playlist of key frames names fragments that begin with one. */
  static Result keyFrames(MediaPlaylist playlist, RenditionReading rendition) {
    List<RenditionReading.Fragmented> fragments =
        rendition.parts().stream().flatMap(part -> part.keys().stream()).toList();
    for (MediaPlaylist.Entry entry : playlist.entries()) {
      Optional<RenditionReading.Fragmented> fragment =
          fragments.stream().filter(f -> begins(entry.span(), f.span())).findFirst();
      if (fragment.isEmpty() || !rendition.samples().get(fragment.get().sample()).key()) {
        return new Failed("no key frame begins at " + words(entry.span()), "one");
      }
    }
    long keys = fragments.stream().filter(f -> rendition.samples().get(f.sample()).key()).count();
    return playlist.entries().size() == keys
        ? new Passed(keys + " key frames")
        : new Failed(playlist.entries().size() + " key frames", Long.toString(keys));
  }

  private static boolean begins(Span said, Span there) {
    return said.uri().equals(there.uri())
        && (said.whole() || (said.offset() == there.offset() && said.bytes() <= there.bytes()));
  }

  /** Whether the index before the segments refers to them. */
  static Result index(RenditionReading.Index index, RenditionReading rendition) {
    List<Long> bytes = rendition.parts().stream().map(part -> part.span().bytes()).toList();
    List<Long> lengths = lengths(rendition);
    long begin = rendition.parts().getFirst().span().offset();
    if (index.first() != begin) {
      return new Failed("it refers to byte " + index.first(), Long.toString(begin));
    }
    if (!index.bytes().equals(bytes)) {
      return new Failed("it refers to " + index.bytes() + " bytes", bytes.toString());
    }
    for (int i = 0; i < lengths.size(); i++) {
      if (Math.abs(index.durations().get(i) - lengths.get(i)) > 1) {
        return new Failed(
            "segment " + (i + 1) + " is said to last " + index.durations().get(i) + " ticks",
            Long.toString(lengths.get(i)));
      }
    }
    return new Passed(bytes.size() + " segments");
  }

  /** Whether the MPD names a rendition's index and initialization where they are. */
  static Result manifest(String mpd, RenditionReading rendition) {
    Matcher block =
        Pattern.compile(
                "<Representation id=\"" + Pattern.quote(rendition.id()) + "\".*?</Representation>",
                Pattern.DOTALL)
            .matcher(mpd);
    if (!block.find()) {
      return new Failed("it is not named", "a Representation");
    }
    Optional<RenditionReading.Index> index = rendition.index();
    if (index.isPresent() && !rendition.init().whole()) {
      for (String range : List.of(index.get().span().range(), rendition.init().range())) {
        if (!block.group().contains("\"" + range + "\"")) {
          return new Failed("bytes " + range + " are not named", "where they are");
        }
      }
      return new Passed("index and initialization");
    }
    return timeline(block.group(), rendition);
  }

  /** Runs of equal durations: ISO/IEC 23009-1 5.3.9.6. */
  private static Result timeline(String representation, RenditionReading rendition) {
    List<Long> said = new ArrayList<>();
    Matcher run =
        Pattern.compile("<S (?:t=\"\\d+\" )?d=\"(\\d+)\"(?: r=\"(\\d+)\")?")
            .matcher(representation);
    while (run.find()) {
      int more = run.group(2) == null ? 0 : Integer.parseInt(run.group(2));
      for (int i = 0; i <= more; i++) {
        said.add(Long.parseLong(run.group(1)));
      }
    }
    List<Long> lengths = lengths(rendition);
    return said.equals(lengths)
        ? new Passed(said.size() + " segments")
        : new Failed("segments of " + said + " ticks", lengths.toString());
  }

  /** Whether the MPD says how long all of it is. */
  static Result duration(String mpd, List<RenditionReading> renditions) {
    double end = renditions.stream().mapToDouble(r -> r.seconds(r.end())).max().orElse(0);
    Matcher said = DURATION.matcher(mpd);
    if (!said.find()) {
      return new Failed("it states no duration", end + " s");
    }
    double stated = Double.parseDouble(said.group(1));
    return Math.abs(stated - end) > ROUNDING_MICROS / 1e6
        ? new Failed(stated + " s", end + " s")
        : new Passed(stated + " s");
  }

  /** What a multivariant playlist names. */
  static List<String> named(String master) {
    List<String> named = new ArrayList<>();
    for (String line : master.lines().toList()) {
      Matcher uri = NAMED.matcher(line);
      if (line.startsWith("#") && uri.find()) {
        named.add(uri.group(1));
      } else if (!line.startsWith("#") && !line.isBlank()) {
        named.add(line);
      }
    }
    return named;
  }
}
