package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what picocli and the commands throw into words and an exit code. */
record Mistakes(Terminal terminal, Cancellation cancellation)
    implements IParameterExceptionHandler, IExecutionExceptionHandler {

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    return Complaint.print(List.of(complaint(e, List.of(args))), terminal).value();
  }

  private static Complaint complaint(ParameterException e, List<String> args) {
    CommandSpec command = e.getCommandLine().getCommandSpec();
    String help = "see " + command.qualifiedName() + " --help";
    ArgSpec argument = e.getArgSpec();
    if (argument instanceof OptionSpec option
        && e.getCause() instanceof TypeConversionException cause) {
      return Complaint.usage(option.longestName(), String.valueOf(cause.getMessage()), help);
    }
    if (e instanceof UnmatchedArgumentException unmatched) {
      return Complaint.usage(
          unmatched.getUnmatched().getFirst(), unknown(unmatched), suggestion(unmatched, help));
    }
    if (e instanceof MissingParameterException missing) {
      return missing(missing.getMissing().getFirst(), command, args, help);
    }
    if (e instanceof OverwrittenOptionException twice
        && twice.getOverwritten() instanceof OptionSpec option) {
      return Complaint.usage(option.longestName(), "is given more than once", help);
    }
    return Complaint.usage(command.name(), clause(String.valueOf(e.getMessage())), help);
  }

  private static Complaint missing(
      ArgSpec argument, CommandSpec command, List<String> args, String help) {
    if (argument instanceof OptionSpec option) {
      return Complaint.usage(option.longestName(), "needs a value", help);
    }
    Optional<String> dashed = args.stream().filter(Mistakes::mayBeFile).findFirst();
    return Complaint.usage(
        command.name(),
        "needs " + operands(command),
        dashed
            .map(file -> "if " + file + " is a file, put -- before it; otherwise " + help)
            .orElse(help));
  }

  /** Its dash makes it an option, and it looks like none. */
  private static boolean mayBeFile(String word) {
    return word.startsWith("-") && word.contains(".");
  }

  private static String operands(CommandSpec command) {
    return command.positionalParameters().stream()
        .map(ArgSpec::paramLabel)
        .collect(Collectors.joining(" and "));
  }

  private static String unknown(UnmatchedArgumentException e) {
    if (e.isUnknownOption()) {
      return "no such option";
    }
    boolean root = e.getCommandLine().getParent() == null;
    return root ? "no such command" : "one argument too many";
  }

  private static String suggestion(UnmatchedArgumentException e, String help) {
    List<String> near = e.getSuggestions();
    return near.isEmpty() ? help : "did you mean " + near.getFirst() + "? " + help;
  }

  /** picocli writes sentences; here they follow a colon. */
  private static String clause(String sentence) {
    String text = sentence.startsWith("Error: ") ? sentence.substring(7) : sentence;
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parsed) {
    return answer(
        e,
        parsed.originalArgs(),
        commandLine.getParseResult().matchedOptionValue("--verbose", false));
  }

  int answer(Throwable e, List<String> arguments, boolean verbose) {
    if (cancellation.isCancelled()) {
      terminal.err().println("penstock: interrupted");
      return ExitCode.INTERRUPTED.value();
    }
    ExitCode exit = Complaint.print(Complaint.of(e, arguments), terminal);
    if (verbose) {
      terminal.err().print(Secrets.hidden(e));
    }
    return exit.value();
  }
}
