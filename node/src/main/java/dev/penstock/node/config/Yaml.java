package dev.penstock.node.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML 1.2 as values with their lines. Nothing is expanded: anchors, tags and further
 * documents are mistakes, so that a file is never more than it looks.
 */
final class Yaml {
  private static final int MOST_DEEP = 8;
  private static final Pattern PLACE = Pattern.compile("(?m)^ in .*, line (\\d{1,9}), column");

  private final YAMLParser parser;
  private final List<Mistake> mistakes;

  private Yaml(YAMLParser parser, List<Mistake> mistakes) {
    this.parser = parser;
    this.mistakes = mistakes;
  }

  /**
   * The keys of a document; none where it is empty.
   *
   * @param mistakes gets what is wrong with it
   */
  static Value.Keyed parse(String text, List<Mistake> mistakes) {
    try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
      return new Yaml((YAMLParser) parser, mistakes).document();
    } catch (JacksonException e) {
      mistakes.add(
          new Mistake(
              line(e), "", "is not YAML: " + problem(e), "look at that line and the one above it"));
      return new Value.Keyed(1, Map.of());
    }
  }

  /** The location of what is thrown is that of the token before. */
  private static int line(JacksonException e) {
    int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
    for (Matcher place = PLACE.matcher(e.getOriginalMessage()); place.find(); ) {
      line = Integer.parseInt(place.group(1));
    }
    return Math.max(1, line);
  }

  /** Without the excerpts around it, which may hold what is nobody's business. */
  private static String problem(JacksonException e) {
    return e.getOriginalMessage()
        .lines()
        .filter(line -> !line.startsWith(" ") && !line.startsWith("while "))
        .findFirst()
        .orElse("it cannot be read");
  }

  private Value.Keyed document() {
    JsonToken first = parser.nextToken();
    if (first == null || first == JsonToken.VALUE_NULL) {
      return new Value.Keyed(1, Map.of());
    }
    Value root = value(first, "", 0);
    if (parser.nextToken() != null) {
      mistakes.add(new Mistake(line(), "", "a second document begins here", "leave it out"));
    }
    if (root instanceof Value.Keyed keyed) {
      return keyed;
    }
    mistakes.add(new Mistake(root.line(), "", "holds " + root.noun(), "write key: value"));
    return new Value.Keyed(1, Map.of());
  }

  private Value value(JsonToken token, String path, int depth) {
    int line = line();
    if (depth > MOST_DEEP) {
      parser.skipChildren();
      mistakes.add(new Mistake(line, path, "is nested too deeply", "leave it out"));
      return new Value.Nothing(line);
    }
    if (parser.isCurrentAlias()) {
      mistakes.add(
          new Mistake(line, path, "refers to an anchor", "write it out: anchors are not followed"));
      return new Value.Nothing(line);
    }
    if (parser.getTypeId() != null) {
      mistakes.add(new Mistake(line, path, "has a tag, which means nothing here", "leave it out"));
    }
    return switch (token) {
      case START_OBJECT -> keyed(line, path, depth);
      case START_ARRAY -> items(line, path, depth);
      case VALUE_NULL -> new Value.Nothing(line);
      default -> scalar(line, path);
    };
  }

  private Value scalar(int line, String path) {
    String text = parser.getString();
    if (text.chars().anyMatch(Character::isISOControl)) {
      mistakes.add(
          new Mistake(
              line, path, "holds a control character or the end of a line", "keep it to one line"));
      return new Value.Nothing(line);
    }
    return text.isEmpty() ? new Value.Nothing(line) : new Value.Scalar(line, text);
  }

  private Value keyed(int line, String path, int depth) {
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      String place = path.isEmpty() ? key : path + "." + key;
      int keyLine = line();
      Value value = value(parser.nextToken(), place, depth + 1);
      Value.Entry before = entries.putIfAbsent(key, new Value.Entry(keyLine, value));
      if (before != null) {
        mistakes.add(
            new Mistake(
                keyLine,
                place,
                "stands there twice, first on line " + before.line(),
                "leave one out"));
      }
    }
    return new Value.Keyed(line, entries);
  }

  private Value items(int line, String path, int depth) {
    List<Value> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(value(token, path + "[" + items.size() + "]", depth + 1));
    }
    return new Value.Items(line, items);
  }

  private int line() {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }
}
