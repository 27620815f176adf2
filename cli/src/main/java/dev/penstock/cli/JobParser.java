package dev.penstock.cli;

import java.math.BigDecimal;
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
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads YAML 1.2 or JSON as values with their lines. Nothing is expanded: anchors, tags and further
 * documents are mistakes, so that a file is never more than it looks.
 */
final class JobParser {
  /** Jobs have half of it. */
  private static final int MOST_DEEP = 10;

  private static final int MOST_DIGITS = 20;
  private static final Pattern PLACE = Pattern.compile("(?m)^ in .*, line (\\d{1,9}), column");

  private final JsonParser parser;
  private final JobMistakes mistakes;

  private JobParser(JsonParser parser, JobMistakes mistakes) {
    this.parser = parser;
    this.mistakes = mistakes;
  }

  /**
   * @throws JobFileException when it is neither
   */
  static JobNode parse(String text, boolean json, JobMistakes mistakes) {
    TokenStreamFactory form = json ? new JsonFactory() : new YAMLFactory();
    try (JsonParser parser = form.createParser(ObjectReadContext.empty(), text)) {
      return new JobParser(parser, mistakes).document();
    } catch (JacksonException e) {
      mistakes.add(
          line(e),
          "",
          "is not " + (json ? "JSON: " : "YAML: ") + problem(e),
          "look at that line and the one above it");
      throw mistakes.asException();
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

  /** Without the excerpts that some messages have around it. */
  private static String problem(JacksonException e) {
    return e.getOriginalMessage()
        .lines()
        .filter(line -> !line.startsWith(" ") && !line.startsWith("while "))
        .findFirst()
        .orElse("it cannot be read");
  }

  private JobNode document() {
    JsonToken first = parser.nextToken();
    if (first == null) {
      mistakes.add(1, "", "is empty");
      throw mistakes.asException();
    }
    JobNode root = node(first, "", 0);
    if (parser.nextToken() != null) {
      mistakes.add(line(), "", "a second document begins here", "put each job into its own file");
    }
    return root;
  }

  private JobNode node(JsonToken token, String path, int depth) {
    int line = line();
    if (depth > MOST_DEEP) {
      mistakes.add(line, path, "is nested too deeply");
      throw mistakes.asException();
    }
    if (parser instanceof YAMLParser yaml && yaml.isCurrentAlias()) {
      mistakes.add(line, path, "refers to an anchor", "write it out: anchors are not followed");
      return new JobNode.Nothing(line);
    }
    if (parser.getTypeId() != null) {
      mistakes.add(line, path, "has a tag, which means nothing here", "leave the tag out");
    }
    return switch (token) {
      case START_OBJECT -> keyed(line, path, depth);
      case START_ARRAY -> items(line, path, depth);
      case VALUE_TRUE -> new JobNode.Truth(line, true);
      case VALUE_FALSE -> new JobNode.Truth(line, false);
      case VALUE_NULL -> new JobNode.Nothing(line);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          new JobNode.Numeral(line, plain(parser.getString()));
      default -> text(line, path);
    };
  }

  private JobNode text(int line, String path) {
    String text = parser.getString();
    if (text.chars().anyMatch(Character::isISOControl)) {
      mistakes.add(line, path, "holds a control character or the end of a line");
      return new JobNode.Nothing(line);
    }
    return new JobNode.Text(line, text);
  }

  private JobNode keyed(int line, String path, int depth) {
    Map<String, JobNode.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      String place = child(path, key);
      int keyLine = line();
      JobNode value = node(parser.nextToken(), place, depth + 1);
      JobNode.Entry before = entries.putIfAbsent(key, new JobNode.Entry(keyLine, value));
      if (before != null) {
        mistakes.add(
            keyLine, place, "stands there twice, first on line " + before.line(), "leave one out");
      }
    }
    return new JobNode.Keyed(line, entries);
  }

  private JobNode items(int line, String path, int depth) {
    List<JobNode> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      items.add(node(token, path + "[" + items.size() + "]", depth + 1));
    }
    return new JobNode.Items(line, items);
  }

  static String child(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** JSON may write 2500000 as 2.5e6, which is no way to write a bit rate. */
  private static String plain(String number) {
    try {
      BigDecimal value = new BigDecimal(number);
      return Math.abs(value.scale()) + value.precision() <= MOST_DIGITS
          ? value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString()
          : number;
    } catch (NumberFormatException _) {
      return number;
    }
  }

  private int line() {
    return Math.max(1, parser.currentTokenLocation().getLineNr());
  }
}
