package dev.penstock.cli;

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
  static String of(JobNode.Keyed file, Optional<Path> folder) {
    JobJson json = new JobJson(folder);
    return file.entries().entrySet().stream()
        .map(each -> Json.quoted(each.getKey()) + ":" + json.part(each.getValue().value()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private String part(JobNode node) {
    return node instanceof JobNode.Keyed(_, Map<String, JobNode.Entry> entries)
        ? entries.entrySet().stream()
            .map(each -> Json.quoted(each.getKey()) + ":" + entry(each))
            .collect(Collectors.joining(",", "{", "}"))
        : value(node);
  }

  private String entry(Map.Entry<String, JobNode.Entry> entry) {
    JobNode value = entry.getValue().value();
    return PLACES.contains(entry.getKey()) ? place(value) : value(value);
  }

  private String place(JobNode node) {
    return switch (node) {
      case JobNode.Text(_, String text) -> Json.quoted(whole(text));
      case JobNode.Numeral(_, String text) -> Json.quoted(whole(text));
      case JobNode.Truth _, JobNode.Nothing _, JobNode.Items _, JobNode.Keyed _ -> value(node);
    };
  }

  private String whole(String text) {
    return DeliveryOptions.isOfEnvironment(text)
        ? text
        : SubmitOptions.whole(JobFile.located(folder, text));
  }

  /** Numbers as texts, which options read as well: so they stay as they were written. */
  private static String value(JobNode node) {
    return switch (node) {
      case JobNode.Text(_, String text) -> Json.quoted(text);
      case JobNode.Numeral(_, String text) -> Json.quoted(text);
      case JobNode.Truth(_, boolean value) -> Boolean.toString(value);
      case JobNode.Nothing _ -> "null";
      case JobNode.Items(_, List<JobNode> items) ->
          items.stream().map(JobJson::value).collect(Collectors.joining(",", "[", "]"));
      case JobNode.Keyed(_, Map<String, JobNode.Entry> entries) ->
          entries.entrySet().stream()
              .map(each -> Json.quoted(each.getKey()) + ":" + value(each.getValue().value()))
              .collect(Collectors.joining(",", "{", "}"));
    };
  }
}
