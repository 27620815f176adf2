package dev.penstock.planner;

import static java.util.stream.Collectors.joining;

import dev.penstock.model.Plan.Labels;
import dev.penstock.model.Track;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Which tags go from the input to the output. */
final class Labelling {
  /** Facts about the old packets or the old file, which the new ones make false. */
  private static final Set<String> OUTDATED =
      Set.of(
          "bps",
          "duration",
          "number_of_frames",
          "number_of_bytes",
          "source_id",
          "encoder",
          "vendor_id",
          "handler_name",
          "rotate");

  private static final String TITLE = "title";
  private static final String LANGUAGE = "language";
  private static final String HANDLER = "handler_name";

  /** QuickTime gives the length of a handler's name in one byte. */
  private static final int LONGEST_HANDLER = 255;

  /** How programs name handlers on their own account, in lower case. */
  private static final Pattern NO_TITLE =
      Pattern.compile(".*(handler|\\whandle|core media|iso media|gopro|mainconcept|vork muxer).*");

  private Labelling() {}

  static Labels of(Request request, Track track) {
    return of(request, track, Set.of());
  }

  /** Encoding takes the transparency, so that nothing may claim it. */
  static Labels ofEncoded(Request request, Track.Video track) {
    return of(request, track, Set.of("alpha_mode"));
  }

  private static Labels of(Request request, Track track, Set<String> untrue) {
    Map<String, String> tags = new HashMap<>();
    track.stream().tags().forEach((name, value) -> put(tags, name, value));
    tags.keySet().removeIf(name -> untrue.contains(name.toLowerCase(Locale.ROOT)));
    tags.keySet().removeIf(Labelling::outdated);
    if (request.trimsStart()) {
      // A cut moves the first frame away from the time code.
      tags.remove("timecode");
    }
    titleOf(track).ifPresent(title -> tags.putIfAbsent(TITLE, title));
    if (!(track instanceof Track.Picture)) {
      fit(request, track, tags);
    }
    return new Labels(tags, track.stream().dispositions());
  }

  /** libav knows these by lower-case names, whatever the source's case. */
  private static void put(Map<String, String> tags, String name, String value) {
    String lower = name.toLowerCase(Locale.ROOT);
    tags.put(lower.equals(TITLE) || lower.equals(LANGUAGE) ? lower : name, value);
  }

  /** MP4 files often have a track's title in the name of its handler only. */
  private static Optional<String> titleOf(Track track) {
    return track.stream().tags().entrySet().stream()
        .filter(tag -> tag.getKey().equalsIgnoreCase(HANDLER))
        .map(Map.Entry::getValue)
        .filter(name -> !name.isBlank())
        .filter(name -> name.chars().noneMatch(Character::isISOControl))
        .filter(name -> !NO_TITLE.matcher(name.toLowerCase(Locale.ROOT)).matches())
        .findFirst();
  }

  /** Leaves what the container can say. */
  private static void fit(Request request, Track track, Map<String, String> tags) {
    Container container = request.container();
    Set<String> lost = new TreeSet<>();
    container
        .trackTags()
        .ifPresent(known -> {
          lost.addAll(tags.keySet());
          lost.removeIf(name -> known.contains(name.toLowerCase(Locale.ROOT)));
        });
    String language = tags.getOrDefault(LANGUAGE, "und");
    if (!language.equals("und")) {
      container
          .language(language)
          .ifPresentOrElse(code -> tags.put(LANGUAGE, code), () -> lost.add(LANGUAGE));
    }
    if (!lost.isEmpty()) {
      String named = lost.stream().map(name -> name + "=" + tags.get(name)).collect(joining(", "));
      request
          .ledger()
          .note("track " + track.index() + ": " + container.label() + " has no place for " + named);
      tags.keySet().removeAll(lost);
    }
    String title = tags.getOrDefault(TITLE, "");
    if (container.titlesAreHandlers()
        && !title.isEmpty()
        && title.getBytes(StandardCharsets.UTF_8).length <= LONGEST_HANDLER) {
      tags.put(HANDLER, title);
    }
  }

  /** Where covers are attached files they need a name and a type, which other containers lack. */
  static Labels ofCover(Request request, Track.Picture picture) {
    Labels labels = of(request, picture);
    if (!request.container().holdsAttachments()) {
      return labels;
    }
    boolean png = picture.codec().equals("png");
    Map<String, String> tags = new HashMap<>(labels.tags());
    tags.putIfAbsent("filename", png ? "cover.png" : "cover.jpg");
    tags.putIfAbsent("mimetype", png ? "image/png" : "image/jpeg");
    return new Labels(tags, labels.dispositions());
  }

  /** Matroska files repeat statistics per language: {@code BPS-eng}. */
  private static boolean outdated(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    int dash = lower.indexOf('-');
    String base = dash < 0 ? lower : lower.substring(0, dash);
    return OUTDATED.contains(base) || base.startsWith("_statistics_");
  }
}
