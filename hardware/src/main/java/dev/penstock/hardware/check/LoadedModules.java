package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The modules that are loaded into the kernel. */
final class LoadedModules {
  private static final String FILE = "/proc/modules";
  static final Wanted WANTED = Wanted.text(FILE);

  private LoadedModules() {}

  /** A module's state, such as {@code Live}; MISSING when it is not loaded. */
  static Reading<String> state(Machine machine, String name) {
    Reading<String> modules = machine.files().text(FILE);
    if (!(modules instanceof Reading.Present<String>(String lines, String _))) {
      return modules;
    }
    // Name, size, users, their names, state; m_show of kernel/module/procfs.c.
    Matcher line =
        Pattern.compile("(?m)^" + Pattern.quote(name) + " \\d+ \\S+ \\S+ (\\w+) ").matcher(lines);
    String source = FILE + ", " + name;
    return line.find()
        ? Reading.of(line.group(1), source)
        : Reading.absent(Why.MISSING, source, "is not loaded");
  }

  static boolean has(Machine machine, String name) {
    return state(machine, name).toOptional().isPresent();
  }
}
