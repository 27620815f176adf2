package dev.penstock.hardware;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;

/**
 * The process in which one probe runs, or the files of a machine are read. It answers on standard
 * output, a line at a time; whoever asked kills it when it takes too long.
 */
public final class ProbeChild {
  static final String BEGINNING = "> ";
  static final String FOUND = "< ";
  static final String ANSWER = "= ";
  static final String FAILED = "! ";

  private ProbeChild() {}

  /**
   * Answers and ends.
   *
   * @param args {@code files ROOT SKIPPED...} with a {@link Wanted} a line on standard input, or
   *     {@code probe CLASS ARGUMENT}
   */
  public static void main(String[] args) throws Exception {
    PrintStream out =
        new PrintStream(
            new FileOutputStream(FileDescriptor.out),
            /* autoFlush= */ true,
            StandardCharsets.UTF_8);
    // Libraries print what they like to standard output, which is for answers only.
    System.setOut(System.err);
    if (args[0].equals("files")) {
      files(Path.of(args[1]), Set.copyOf(Arrays.asList(args).subList(2, args.length)), out);
    } else {
      out.println(answer(args[1], args[2]));
    }
    out.flush();
    // Threads that a library left behind, and its own clean-up, must not keep it from ending.
    Runtime.getRuntime().halt(0);
  }

  private static void files(Path root, Set<String> skipped, PrintStream out) throws Exception {
    String wanted = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    new Capture(
            root.equals(Path.of("/")) ? Root.ofThisMachine() : Root.of(root),
            path -> out.println(BEGINNING + path),
            (path, node) -> out.println(FOUND + TreeText.line(path, node)))
        .read(wanted.lines().map(line -> FactsJson.read(line, Wanted.class)).toList(), skipped);
    out.println(ANSWER);
  }

  private static String answer(String type, String argument) {
    try {
      Object probe = Class.forName(type).getDeclaredConstructor().newInstance();
      return ANSWER + FactsJson.line(((Probe<?>) probe).ask(argument));
    } catch (Throwable e) {
      // Linkage errors too: a library that cannot be loaded is an answer.
      return FAILED + (e.getMessage() == null ? e.toString() : e.getMessage()).replace('\n', ' ');
    }
  }
}
