package dev.penstock.planner;

import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Which tags of the file go to the output, and how the muxer writes them.
 *
 * <p>The MP4 family has two forms, of which libav writes one: a fixed list, which players and music
 * libraries read and which holds the cover, and tags of any name, which fewer read. The second is
 * taken only where nothing would be missing from the first, such as for what a phone writes about
 * its camera.
 *
 * @param options of the muxer
 */
record FileTags(Map<String, String> tags, SequencedMap<String, String> options) {
  private static final Set<String> OF_THE_OLD_FILE =
      Set.of("encoder", "major_brand", "minor_version", "compatible_brands");

  /** In the list, but written in either form. */
  private static final Set<String> IN_BOTH_FORMS = Set.of("creation_time", "timecode");

  /**
   * Decides.
   *
   * @param cover whether a cover picture goes to the output
   */
  static FileTags of(Request request, boolean cover) {
    Container container = request.container();
    SequencedMap<String, String> options = container.muxerOptions();
    Map<String, String> tags =
        only(request.input().tags(), name -> !OF_THE_OLD_FILE.contains(base(name)));
    Set<String> list = container.fileTags().orElse(Set.of());
    Map<String, String> others =
        container.fileTags().isPresent()
            ? only(tags, name -> !list.contains(base(name)))
            : Map.of();
    if (others.isEmpty()) {
      return new FileTags(tags, options);
    }
    String names = String.join(", ", new TreeSet<>(others.keySet()));
    boolean listed =
        cover
            || tags.keySet().stream()
                .map(FileTags::base)
                .anyMatch(name -> list.contains(name) && !IN_BOTH_FORMS.contains(name));
    if (container.takesAnyTag() && !listed) {
      options.merge("movflags", "+use_metadata_tags", String::concat);
      request
          .ledger()
          .decide(
              "tags of the file",
              "under their own names",
              "none of them has a place in " + container.label() + "'s list: " + names);
      return new FileTags(tags, options);
    }
    request
        .ledger()
        .note(container.label() + " has no place for these tags, which are left out: " + names);
    return new FileTags(only(tags, name -> list.contains(base(name))), options);
  }

  private static Map<String, String> only(Map<String, String> tags, Predicate<String> wanted) {
    return tags.entrySet().stream()
        .filter(tag -> wanted.test(tag.getKey()))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Without the language, as in {@code title-eng}. */
  private static String base(String name) {
    return name.toLowerCase(Locale.ROOT).replaceFirst("-[a-z]{3}$", "");
  }
}
