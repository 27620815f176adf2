package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what picocli and the commands throw into words and an exit code. */
record Mistakes(Terminal terminal, Cancellation cancellation)
    implements IParameterExceptionHandler, IExecutionExceptionHandler {

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    return Complaint.print(List.of(complaint(e)), terminal).value();
  }

  private static Complaint complaint(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    String help = "see " + command + " --help";
    ArgSpec argument = e.getArgSpec();
    if (argument instanceof OptionSpec option
        && e.getCause() instanceof TypeConversionException cause) {
      return Complaint.usage(option.longestName(), String.valueOf(cause.getMessage()), help);
    }
    if (e instanceof UnmatchedArgumentException unmatched) {
      return Complaint.usage(
          unmatched.getUnmatched().getFirst(), unknown(unmatched), suggestion(unmatched, help));
    }
    return Complaint.usage(command, clause(String.valueOf(e.getMessage())), help);
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
    return sentence.isEmpty()
        ? sentence
        : sentence.substring(0, 1).toLowerCase(Locale.ROOT) + sentence.substring(1);
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine commandLine, ParseResult parsed) {
    if (cancellation.isCancelled()) {
      terminal.err().println("penstock: interrupted");
      return ExitCode.INTERRUPTED.value();
    }
    ExitCode exit = Complaint.print(Complaint.of(e, parsed.originalArgs()), terminal);
    if (parsed.matchedOptionValue("--verbose", false)) {
      e.printStackTrace(terminal.err());
    }
    return exit.value();
  }
}
