package dev.penstock.cli;

import dev.penstock.node.text.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes a job file as JSON that says the same in whatever folder it is read. */
final class JobJson {
  /** What is read or written; of these the paths are made whole. */
  private static final List<String> PLACES = List.of(JobFile.INPUT, JobFile.OUTPUT, "key");

  private final Optional<Path> folder;

  private JobJson(Optional<Path> folder) {
    this.folder = folder;
  }

  /**
   * @param folder where paths in it start
   */
  static String of(Value.Keyed file, Optional<Path> folder) {
    JobJson json = new JobJson(folder);
    return file.entries().entrySet().stream()
        .map(each -> Json.quoted(each.getKey()) + ":" + json.part(each.getValue().value()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private String part(Value node) {
    return node instanceof Value.Keyed(_, Map<String, Value.Entry> entries)
        ? entries.entrySet().stream()
            .map(each -> Json.quoted(each.getKey()) + ":" + entry(each))
            .collect(Collectors.joining(",", "{", "}"))
        : value(node);
  }

  private String entry(Map.Entry<String, Value.Entry> entry) {
    Value value = entry.getValue().value();
    return PLACES.contains(entry.getKey()) ? place(value) : value(value);
  }

  private String place(Value node) {
    return switch (node) {
      case Value.Text(_, String text) -> Json.quoted(whole(text));
      case Value.Numeral(_, String text) -> Json.quoted(whole(text));
      case Value.Truth _, Value.Nothing _, Value.Items _, Value.Keyed _ -> value(node);
    };
  }

  private String whole(String text) {
    return DeliveryOptions.isOfEnvironment(text)
        ? text
        : SubmitOptions.whole(JobFile.located(folder, text));
  }

  /** Numbers as texts, which options read as well: so they stay as they were written. */
  private static String value(Value node) {
    return switch (node) {
      case Value.Text(_, String text) -> Json.quoted(text);
      case Value.Numeral number -> Json.quoted(number.plain());
      case Value.Truth(_, boolean value) -> Boolean.toString(value);
      case Value.Nothing _ -> "null";
      case Value.Items(_, List<Value> items) ->
          items.stream().map(JobJson::value).collect(Collectors.joining(",", "[", "]"));
      case Value.Keyed(_, Map<String, Value.Entry> entries) ->
          entries.entrySet().stream()
              .map(each -> Json.quoted(each.getKey()) + ":" + value(each.getValue().value()))
              .collect(Collectors.joining(",", "{", "}"));
    };
  }
}
