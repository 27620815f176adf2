package dev.penstock.node.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML 1.2 or JSON as values with their lines. Nothing is expanded: anchors, tags and further
 * documents are mistakes, so that a text is never more than it looks.
 */
public final class ValueReader {
  /** What people write has half of it. */
  private static final int MOST_DEEP = 10;

  private static final Pattern PLACE = Pattern.compile("(?m)^ in .*, line (\\d{1,9}), column");

  private final JsonParser parser;
  private final Mistakes mistakes;

  private ValueReader(JsonParser parser, Mistakes mistakes) {
    this.parser = parser;
    this.mistakes = mistakes;
  }

  public enum Form {
    YAML,
    JSON
  }

  /**
   * What a text says.
   *
   * @param mistakes gets what is wrong with it; what can still be told is among the values
   * @return empty when the text is, and when it cannot be read, which is a mistake
   */
  public static Optional<Value> read(String text, Form form, Mistakes mistakes) {
    TokenStreamFactory factory =
        switch (form) {
          case YAML -> new YAMLFactory();
          case JSON -> new JsonFactory();
        };
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), text)) {
      return new ValueReader(parser, mistakes).document();
    } catch (JacksonException e) {
      mistakes.add(
          line(e),
          "",
          "is not " + form + ": " + problem(e),
          "look at that line and the one above it");
      return Optional.empty();
    }
  }

  /** The location of what YAML throws is that of the token before. */
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

  private Optional<Value> document() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return Optional.empty();
    }
    Value root = value(first, "", 0);
    if (parser.nextToken() != null) {
      mistakes.add(
          line(), "", "a second document begins here", "leave it out, or give it its own file");
    }
    return Optional.of(root);
  }

  private Value value(JsonToken token, String path, int depth) {
    int line = line();
    if (depth > MOST_DEEP) {
      mistakes.add(line, path, "is nested too deeply", "leave it out");
      parser.skipChildren();
      return new Value.Nothing(line);
    }
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      mistakes.add(line, path, "refers to an anchor", "write it out: anchors are not followed");
      return new Value.Nothing(line);
    }
    if (parser.getTypeId() != null) {
      mistakes.add(line, path, "has a tag, which means nothing here", "leave the tag out");
    }
    return switch (token) {
      case START_OBJECT -> keyed(line, path, depth);
      case START_ARRAY -> items(line, path, depth);
      case VALUE_TRUE -> new Value.Truth(line, true);
      case VALUE_FALSE -> new Value.Truth(line, false);
      case VALUE_NULL -> new Value.Nothing(line);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Value.Numeral(line, parser.getString());
      default -> text(line, path);
    };
  }

  private Value text(int line, String path) {
    String text = parser.getString();
    if (text.chars().anyMatch(Character::isISOControl)) {
      mistakes.add(
          line, path, "holds a control character or the end of a line", "keep it to one line");
      return new Value.Nothing(line);
    }
    return new Value.Text(line, text);
  }

  private Value keyed(int line, String path, int depth) {
    Map<String, Value.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      String place = child(path, key);
      int keyLine = line();
      Value value = value(parser.nextToken(), place, depth + 1);
      Value.Entry before = entries.putIfAbsent(key, new Value.Entry(keyLine, value));
      if (before != null) {
        mistakes.add(
            keyLine, place, "stands there twice, first on line " + before.line(), "leave one out");
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

  /** A key with those above it. */
  public static String child(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  private int line() {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }
}
