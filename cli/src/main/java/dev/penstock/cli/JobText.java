package dev.penstock.cli;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** Writes the words of a command line as a job file. */
final class JobText {
  private static final Pattern PLAIN = Pattern.compile("-?[A-Za-z0-9./][A-Za-z0-9_./!%+:-]*");
  private static final Pattern PLAIN_NAME = Pattern.compile("(?:[A-Za-z]|\\.?\\.?/)[\\w./-]*");
  private static final List<String> CONSTANTS = List.of("true", "false", "null");

  private JobText() {}

  /**
   * A job file that asks for the same.
   *
   * @param kind of job
   * @param command as it was parsed
   * @param options those of the job among the command's
   */
  static String of(
      String kind, String input, String output, @Nullable CommandSpec command, Object options) {
    Set<String> wishes = JobKeys.options(JobKeys.lineOf(options)).keySet();
    StringBuilder text = new StringBuilder(kind + ":\n");
    text.append("  input: ").append(name(input)).append('\n');
    text.append("  output: ").append(name(output)).append('\n');
    ParseResult given = Objects.requireNonNull(command).commandLine().getParseResult();
    for (OptionSpec option : given.matchedOptionsSet()) {
      if (wishes.contains(JobKeys.key(option))) {
        text.append("  ").append(JobKeys.key(option)).append(':');
        value(text, option);
      }
    }
    return text.toString();
  }

  private static void value(StringBuilder text, OptionSpec option) {
    List<String> values = option.originalStringValues();
    if (JobKeys.isFlag(option)) {
      text.append(' ').append(option.<Boolean>getValue()).append('\n');
    } else if (option.isMultiValue()) {
      text.append('\n');
      option.<List<EncoderOption>>getValue().stream()
          .map(EncoderOption::name)
          .distinct()
          .forEach(name ->
              text.append("    ")
                  .append(plainOrQuoted(name, PLAIN_NAME))
                  .append(": ")
                  .append(plainOrQuoted(last(option, name), PLAIN))
                  .append('\n'));
    } else {
      text.append(' ').append(plainOrQuoted(values.getLast(), PLAIN)).append('\n');
    }
  }

  /** As on the command line, the last one counts. */
  private static String last(OptionSpec option, String name) {
    return option.<List<EncoderOption>>getValue().reversed().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow()
        .value();
  }

  private static String name(String file) {
    return plainOrQuoted(file, PLAIN_NAME);
  }

  /** YAML reads the quotes of JSON. */
  private static String plainOrQuoted(String text, Pattern plain) {
    return plain.matcher(text).matches() && !text.endsWith(":") && !CONSTANTS.contains(text)
        ? text
        : Json.quoted(text);
  }
}
