package dev.penstock.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Survey;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.BiFunction;

/** Runs commands in this process. */
final class Cli {
  /** Small and quick: for tests that are not about the pictures. */
  static final List<String> QUICK =
      List.of("--codec", "h264", "--preset", "p1", "--audio", "aac:64k");

  private Cli() {}

  static Answer run(Object... words) {
    return run(new Cancellation(), strings(words));
  }

  static Answer run(Cancellation cancellation, List<String> words) {
    return run(cancellation, words, Terminal::plain);
  }

  /** On a terminal of so many columns. */
  static Answer onTerminal(int columns, Object... words) {
    return run(
        new Cancellation(),
        strings(words),
        (out, err) -> new Terminal(out, err, true, true, false, () -> OptionalInt.of(columns)));
  }

  private static Answer run(
      Cancellation cancellation,
      List<String> words,
      BiFunction<PrintWriter, PrintWriter, Terminal> with) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    Terminal terminal = with.apply(new PrintWriter(out, true), new PrintWriter(err, true));
    int exit = Penstock.run(terminal, cancellation, words.toArray(String[]::new));
    terminal.flush();
    return new Answer(words, exit, out.toString(), err.toString());
  }

  static Answer probe(Object file, Object... options) {
    return run(strings("probe", file, List.of(options)).toArray());
  }

  /** Skips the test where the build lacks an encoder, by libav's name, that it is about. */
  static void assumeEncoder(String name) {
    assumeTrue(Survey.declared().encoder(name).isPresent(), () -> "this build lacks " + name);
  }

  /** With every track encoded, quickly. */
  static Answer encode(Object in, Object out, Object... options) {
    return run(strings("transcode", in, out, QUICK, List.of(options)).toArray());
  }

  /** Words, and words in lists, as the command line has them. */
  static List<String> strings(Object... words) {
    List<String> all = new ArrayList<>();
    for (Object word : words) {
      if (word instanceof List<?> list) {
        list.forEach(each -> all.add(each.toString()));
      } else {
        all.add(word.toString());
      }
    }
    return all;
  }
}
