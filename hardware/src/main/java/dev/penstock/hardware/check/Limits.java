package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The resource limits of a process as {@code /proc/self/limits} has them. */
final class Limits {
  /** No limit. */
  static final long NONE = Long.MAX_VALUE;

  private static final String FILE = "/proc/self/limits";
  static final Wanted WANTED = Wanted.text(FILE);

  private Limits() {}

  /**
   * A soft limit, the one that holds.
   *
   * @param name as the file has it, such as {@code Max open files}
   */
  static Reading<Long> soft(Machine machine, String name) {
    Reading<String> text = machine.files().text(FILE);
    String source = FILE + ", " + name;
    if (!(text instanceof Reading.Present<String>(String lines, String _))) {
      return text.map(_ -> 0L);
    }
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(name) + "\\s+(unlimited|\\d{1,18})\\s")
            .matcher(lines);
    return line.find()
        ? Reading.of(
            line.group(1).equals("unlimited") ? NONE : Long.parseLong(line.group(1)), source)
        : Reading.absent(Why.FAILED, source, "is not among the limits");
  }

  static String text(long limit) {
    return limit == NONE ? "any number of" : Long.toString(limit);
  }
}
