package dev.penstock.engine.packaging;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A playlist read by the rules of RFC 8216bis 4.1 and 4.2. */
record Playlist(List<Tag> tags, List<Entry> entries) {
  private static final Pattern ATTRIBUTE =
      Pattern.compile("([A-Z0-9-]+)=(\"[^\"]*\"|[^\",]*)(,|$)");

  /**
   * @param value what follows the colon
   */
  record Tag(String name, String value) {
    Map<String, String> attributes() {
      Map<String, String> attributes = new LinkedHashMap<>();
      Matcher matcher = ATTRIBUTE.matcher(value);
      int end = 0;
      while (matcher.find()) {
        if (matcher.start() != end) {
          throw new AssertionError("not an attribute list: " + value);
        }
        end = matcher.end();
        if (attributes.put(matcher.group(1), matcher.group(2)) != null) {
          throw new AssertionError(matcher.group(1) + " twice in " + value);
        }
      }
      if (end != value.length()) {
        throw new AssertionError("not an attribute list: " + value);
      }
      return attributes;
    }

    String attribute(String key) {
      return attributes().getOrDefault(key, "").replace("\"", "");
    }
  }

  /** A URI and the tags since the one before. */
  record Entry(String uri, List<Tag> tags) {
    String value(String tag) {
      return tags.stream().filter(t -> t.name.equals(tag)).findFirst().map(Tag::value).orElse("");
    }

    Tag tag(String name) {
      return tags.stream().filter(t -> t.name.equals(name)).findFirst().orElseThrow();
    }

    double duration() {
      return Double.parseDouble(value("EXTINF").split(",", 2)[0]);
    }
  }

  static Playlist parse(String text) {
    List<Tag> tags = new ArrayList<>();
    List<Entry> entries = new ArrayList<>();
    List<Tag> since = new ArrayList<>();
    if (!text.startsWith("#EXTM3U\n")) {
      throw new AssertionError("no playlist: " + text);
    }
    for (String line : text.lines().toList()) {
      if (!line.startsWith("#")) {
        entries.add(new Entry(line, List.copyOf(since)));
        since.clear();
        continue;
      }
      String[] parts = line.substring(1).split(":", 2);
      Tag tag = new Tag(parts[0], parts.length == 1 ? "" : parts[1]);
      tags.add(tag);
      since.add(tag);
    }
    return new Playlist(tags, entries);
  }

  List<Tag> all(String name) {
    return tags.stream().filter(tag -> tag.name.equals(name)).toList();
  }

  Tag one(String name) {
    List<Tag> found = all(name);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " tags " + name);
    }
    return found.getFirst();
  }

  boolean has(String name) {
    return !all(name).isEmpty();
  }
}
