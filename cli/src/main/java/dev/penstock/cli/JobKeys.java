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

  private final T options;
  private final CommandLine line;
  private final List<String> operands;
  private final Mistakes mistakes;
  private final Optional<Path> folder;

  /**
   * @param options gets the values
   * @param operands what the command needs beside options
   * @param folder where the paths among the values start; empty to leave them as they are
   */
  JobKeys(T options, List<String> operands, Optional<Path> folder, Mistakes mistakes) {
    this.options = options;
    this.operands = operands;
    this.folder = folder;
    this.mistakes = mistakes;
    this.line = lineOf(options);
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
    List<String> words = new ArrayList<>();
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
          words.addAll(words(option, entry, place));
        });
    parse(words);
    return options;
  }

  /** What the command line would say; nothing where that is a mistake. */
  private List<String> words(OptionSpec option, Value.Entry entry, String place) {
    String name = option.longestName();
    return switch (entry.value()) {
      case Value.Truth(_, boolean value) when isFlag(option) -> value ? List.of(name) : List.of();
      case Value.Truth(_, boolean value) when value && option.arity().min() == 0 -> List.of(name);
      case Value.Keyed keyed when option.isMultiValue() -> pairs(name, keyed, place);
      case Value.Items items when LISTS.contains(option.type()) -> list(name, items, place);
      case Value.Scalar scalar -> scalar(option, scalar, place);
      case Value value -> wrong(option, value, place);
    };
  }

  static boolean isFlag(OptionSpec option) {
    return option.type() == boolean.class;
  }

  private List<String> wrong(OptionSpec option, Value value, String place) {
    String wanted =
        option.isMultiValue()
            ? "names with values"
            : LISTS.contains(option.type()) ? "a list or a word" : "one value";
    return wrong(value, place, wanted);
  }

  private List<String> wrong(Value value, String place, String wanted) {
    mistakes.add(
        value.line(),
        place,
        "holds " + value.noun() + ", and should hold " + wanted,
        value instanceof Value.Nothing
            ? "give it a value, or leave the key out"
            : "see docs/jobs.md");
    return List.of();
  }

  private List<String> scalar(OptionSpec option, Value.Scalar scalar, String place) {
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
    String word = option.longestName() + "=" + value;
    return isRead(word, at, place) ? List.of(word) : List.of();
  }

  private static boolean namesFile(OptionSpec option) {
    return option.type() == Path.class || option.paramLabel().equals("FILE");
  }

  private List<String> list(String name, Value.Items items, String place) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < items.items().size(); i++) {
      item(items.items().get(i), place + "[" + i + "]", name).ifPresent(texts::add);
    }
    if (items.items().isEmpty()) {
      mistakes.add(items.line(), place, "is an empty list", "leave the key out");
    }
    String word = name + "=" + String.join(",", texts);
    return texts.size() == items.items().size()
            && !texts.isEmpty()
            && isRead(word, items.line(), place)
        ? List.of(word)
        : List.of();
  }

  private Optional<String> item(Value item, String place, String name) {
    Optional<String> text = text(item);
    if (text.isEmpty()) {
      wrong(item, place, "one value");
    } else if (text.get().indexOf(',') >= 0) {
      mistakes.add(item.line(), place, item.noun() + " is several", "give each an item of its own");
    } else if (isRead(name + "=" + text.get(), item.line(), place)) {
      return text;
    }
    return Optional.empty();
  }

  private List<String> pairs(String name, Value.Keyed keyed, String place) {
    List<String> words = new ArrayList<>();
    keyed
        .entries()
        .forEach((key, entry) -> {
          String at = ValueReader.child(place, key);
          Optional<String> text = text(entry.value());
          if (text.isEmpty()) {
            wrong(entry.value(), at, "one value");
          } else if (key.indexOf('=') >= 0) {
            mistakes.add(entry.line(), at, "a name cannot hold =");
          } else if (isRead(name + "=" + key + "=" + text.get(), entry.line(), at)) {
            words.add(name + "=" + key + "=" + text.get());
          }
        });
    return words;
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

  private boolean isRead(String word, int at, String place) {
    try {
      parse(List.of(word));
      return true;
    } catch (ParameterException e) {
      String message =
          e.getCause() instanceof TypeConversionException cause
              ? cause.getMessage()
              : e.getMessage();
      mistakes.add(at, place, String.valueOf(message));
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
