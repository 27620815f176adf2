package dev.penstock.planner;

import dev.penstock.model.Plan.Labels;
import dev.penstock.model.Track;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

  private static final Set<String> OF_THE_FILE =
      Set.of("encoder", "major_brand", "minor_version", "compatible_brands");

  private Labelling() {}

  static Labels of(Request request, Track track) {
    Map<String, String> tags =
        track.stream().tags().entrySet().stream()
            .filter(tag -> !outdated(tag.getKey()))
            // A cut moves the first frame away from the time code.
            .filter(tag -> !(request.trimsStart() && tag.getKey().equals("timecode")))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    return new Labels(tags, track.stream().dispositions());
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

  static Map<String, String> ofContainer(Map<String, String> tags) {
    return tags.entrySet().stream()
        .filter(tag -> !OF_THE_FILE.contains(tag.getKey().toLowerCase(Locale.ROOT)))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
