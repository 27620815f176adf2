package dev.penstock.cli;

import dev.penstock.model.LadderSpec;
import dev.penstock.node.text.Mistakes;
import dev.penstock.node.text.Value;
import dev.penstock.node.text.ValueReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * The keys of a part of a job file: the options of {@code T} without their dashes. Values are read
 * by the very option, so that a job file cannot differ from a command line.
 *
 * @param <T> what holds the options
 */
final class JobKeys<T> {
  /** What may be a list in a file, where the command line has commas. */
  static final Set<Class<?>> LISTS =
      Set.of(
          LadderSpec.Rungs.class,
          LadderOptions.Codecs.class,
          LadderOptions.AudioList.class,
          TrackNumbers.class);

  /**
   * What the command line would say.
   *
   * @param items each item of a list alone, which are looked at first
   */
  private record Said(String word, int line, String place, List<Said> items) {
    static Said of(String word, int line, String place) {
      return new Said(word, line, place, List.of());
    }
  }

  private final T options;
  private final CommandLine line;
  private final List<String> operands;
  private final Mistakes mistakes;
  private final Optional<Path> folder;

  /**
   * @param line reads the values
   * @param operands what the command needs beside options
   * @param folder where the paths among the values start; empty to leave them as they are
   */
  JobKeys(
      OptionLines.Line<T> line, List<String> operands, Optional<Path> folder, Mistakes mistakes) {
    this.options = line.options();
    this.operands = operands;
    this.folder = folder;
    this.mistakes = mistakes;
    this.line = line.reader();
  }

  static CommandLine lineOf(Object options) {
    CommandLine line = new CommandLine(options);
    Values.register(line);
    return line.setExpandAtFiles(false);
  }

  /** By key, in the order of the help. */
  static Map<String, OptionSpec> options(CommandLine line) {
    Map<String, OptionSpec> options = new LinkedHashMap<>();
    line.getCommandSpec().options().forEach(option -> options.put(key(option), option));
    return options;
  }

  static String key(OptionSpec option) {
    return option.longestName().substring("--".length());
  }

  /**
   * Reads all entries.
   *
   * @param own keys that the caller reads itself
   */
  T read(Value.Keyed part, String path, List<String> own) {
    Map<String, OptionSpec> known = options(line);
    List<String> keys = Stream.concat(own.stream(), known.keySet().stream()).distinct().toList();
    List<Said> said = new ArrayList<>();
    part.entries()
        .forEach((key, entry) -> {
          String place = ValueReader.child(path, key);
          OptionSpec option = known.get(key);
          if (own.contains(key)) {
            return;
          }
          if (option == null) {
            mistakes.unknown(entry.line(), place, key, keys);
            return;
          }
          said.addAll(said(option, entry, place));
        });
    if (!isRead(said)) {
      parse(said.stream().filter(this::isRead).map(Said::word).toList());
    }
    return options;
  }

  /** All at once, as most files are right: each alone tells which is not. */
  private boolean isRead(List<Said> said) {
    try {
      parse(said.stream().map(Said::word).toList());
      return true;
    } catch (ParameterException _) {
      return false;
    }
  }

  /** Nothing where it is a mistake whatever the option. */
  private List<Said> said(OptionSpec option, Value.Entry entry, String place) {
    String name = option.longestName();
    return switch (entry.value()) {
      case Value.Truth(int at, boolean value) when isFlag(option) ->
          value ? List.of(Said.of(name, at, place)) : List.of();
      case Value.Truth(int at, boolean value) when value && option.arity().min() == 0 ->
          List.of(Said.of(name, at, place));
      case Value.Keyed keyed when option.isMultiValue() -> pairs(name, keyed, place);
      case Value.Items items when LISTS.contains(option.type()) -> list(name, items, place);
      case Value.Scalar scalar -> scalar(option, scalar, place);
      case Value value -> wrong(option, value, place);
    };
  }

  static boolean isFlag(OptionSpec option) {
    return option.type() == boolean.class;
  }

  private List<Said> wrong(OptionSpec option, Value value, String place) {
    String wanted =
        option.isMultiValue()
            ? "names with values"
            : LISTS.contains(option.type()) ? "a list or a word" : "one value";
    return wrong(value, place, wanted);
  }

  private List<Said> wrong(Value value, String place, String wanted) {
    mistakes.add(
        value.line(),
        place,
        "holds " + value.noun() + ", and should hold " + wanted,
        value instanceof Value.Nothing
            ? "give it a value, or leave the key out"
            : "see docs/jobs.md");
    return List.of();
  }

  private List<Said> scalar(OptionSpec option, Value.Scalar scalar, String place) {
    String text = text(scalar);
    int at = scalar.line();
    if (isFlag(option)) {
      mistakes.add(at, place, "'" + text + "' is neither true nor false");
      return List.of();
    }
    if (option.isMultiValue()) {
      return wrong(option, scalar, place);
    }
    String value = namesFile(option) ? JobFile.located(folder, text) : text;
    return List.of(Said.of(option.longestName() + "=" + value, at, place));
  }

  private static boolean namesFile(OptionSpec option) {
    return option.type() == Path.class || option.paramLabel().equals("FILE");
  }

  private List<Said> list(String name, Value.Items items, String place) {
    List<String> texts = new ArrayList<>();
    List<Said> alone = new ArrayList<>();
    for (int i = 0; i < items.items().size(); i++) {
      Value item = items.items().get(i);
      String at = place + "[" + i + "]";
      item(item, at)
          .ifPresent(text -> {
            texts.add(text);
            alone.add(Said.of(name + "=" + text, item.line(), at));
          });
    }
    if (items.items().isEmpty()) {
      mistakes.add(items.line(), place, "is an empty list", "leave the key out");
    }
    Said all = new Said(name + "=" + String.join(",", texts), items.line(), place, alone);
    if (texts.size() == items.items().size() && !texts.isEmpty()) {
      return List.of(all);
    }
    alone.forEach(this::isRead);
    return List.of();
  }

  private Optional<String> item(Value item, String place) {
    Optional<String> text = text(item);
    if (text.isEmpty()) {
      wrong(item, place, "one value");
    } else if (text.get().indexOf(',') >= 0) {
      mistakes.add(item.line(), place, item.noun() + " is several", "give each an item of its own");
      return Optional.empty();
    }
    return text;
  }

  private List<Said> pairs(String name, Value.Keyed keyed, String place) {
    List<Said> said = new ArrayList<>();
    keyed
        .entries()
        .forEach((key, entry) -> {
          String at = ValueReader.child(place, key);
          Optional<String> text = text(entry.value());
          if (text.isEmpty()) {
            wrong(entry.value(), at, "one value");
          } else if (key.indexOf('=') >= 0) {
            mistakes.add(entry.line(), at, "a name cannot hold =");
          } else {
            said.add(Said.of(name + "=" + key + "=" + text.get(), entry.line(), at));
          }
        });
    return said;
  }

  private static Optional<String> text(Value node) {
    return switch (node) {
      case Value.Scalar scalar -> Optional.of(text(scalar));
      case Value.Nothing _, Value.Items _, Value.Keyed _ -> Optional.empty();
    };
  }

  /** As the options read it. */
  private static String text(Value.Scalar scalar) {
    return scalar instanceof Value.Numeral number ? number.plain() : scalar.text();
  }

  private boolean isRead(Said said) {
    // Every item, whatever the others are: all mistakes are told.
    List<Said> read = said.items().stream().filter(this::isRead).toList();
    if (read.size() < said.items().size()) {
      return false;
    }
    try {
      parse(List.of(said.word()));
      return true;
    } catch (ParameterException e) {
      String message =
          e.getCause() instanceof TypeConversionException cause
              ? cause.getMessage()
              : e.getMessage();
      mistakes.add(said.line(), said.place(), String.valueOf(message));
      return false;
    }
  }

  private void parse(List<String> words) {
    List<String> all = new ArrayList<>(words);
    if (!operands.isEmpty()) {
      all.add("--");
      all.addAll(operands);
    }
    line.parseArgs(all.toArray(String[]::new));
  }
}
