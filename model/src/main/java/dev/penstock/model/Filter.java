package dev.penstock.model;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * One step of a filter chain.
 *
 * @param name libavfilter's name
 * @param args its options, in the order they print
 * @param why the reason it is there, for the receipt
 */
public record Filter(String name, SequencedMap<String, String> args, String why) {
  public Filter {
    args = Maps.inOrder(args);
  }

  /** A step whose arguments are given as name, value, name, value ... */
  public static Filter of(String name, String why, Object... namesAndValues) {
    SequencedMap<String, String> args = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      args.put(namesAndValues[i].toString(), namesAndValues[i + 1].toString());
    }
    return new Filter(name, args, why);
  }

  /** The step in libavfilter's graph syntax. */
  public String text() {
    if (args.isEmpty()) {
      return name;
    }
    return args.entrySet().stream()
        .map(arg -> arg.getKey() + "=" + escape(arg.getValue()))
        .collect(Collectors.joining(":", name + "=", ""));
  }

  /**
   * A whole chain in libavfilter's graph syntax; {@code null} or {@code anull} must stand for an
   * empty one.
   */
  public static String chain(Iterable<Filter> steps) {
    StringBuilder text = new StringBuilder();
    for (Filter step : steps) {
      text.append(text.isEmpty() ? "" : ",").append(step.text());
    }
    return text.toString();
  }

  /** Escapes a value twice, as ffmpeg-filters(1), "Notes on filtergraph escaping", asks. */
  private static String escape(String value) {
    String option = value.replaceAll("([\\\\':])", "\\\\$1");
    return option.replaceAll("([\\\\'\\[\\],;])", "\\\\$1");
  }
}
