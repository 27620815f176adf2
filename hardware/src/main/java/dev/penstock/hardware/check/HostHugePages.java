package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Memory that is kept for huge pages. */
record HostHugePages() implements Check {
  private static final String MEMORY = "/proc/meminfo";
  private static final String TRANSPARENT = "/sys/kernel/mm/transparent_hugepage/enabled";

  @Override
  public String id() {
    return "host.hugepages";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "huge pages";
  }

  @Override
  public String rule() {
    return "Not more than a tenth of the memory is reserved for huge pages that nobody uses:"
        + " it is lost to encoders. Transparent huge pages are only told.";
  }

  @Override
  public String source() {
    return "Documentation/admin-guide/mm/hugetlbpage.rst of the Linux kernel; the threshold is"
        + " Penstock's judgement";
  }

  @Override
  public List<Wanted> files() {
    return Wanted.texts(MEMORY, TRANSPARENT);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<String> memory = machine.files().text(MEMORY);
    if (!(memory instanceof Reading.Present<String>(String text, String _))) {
      return List.of(Found.by(this).seen(memory).without(memory, "there is no such file"));
    }
    OptionalLong total = kilobytes(text, "MemTotal");
    OptionalLong free = kilobytes(text, "HugePages_Free");
    OptionalLong size = kilobytes(text, "Hugepagesize");
    if (total.isEmpty()) {
      return List.of(Found.by(this).unknown(MEMORY + " does not say how much memory there is", ""));
    }
    if (free.isEmpty() || size.isEmpty()) {
      return List.of(Found.by(this).skip("this kernel has no huge pages"));
    }
    long kept = free.getAsLong() * size.getAsLong();
    Found found =
        Found.by(this)
            .seen(MEMORY, "HugePages_Free " + free.getAsLong() + " of " + size.getAsLong() + " kB")
            .seen(machine.files().text(TRANSPARENT));
    return List.of(
        10 * kept <= total.getAsLong()
            ? found.pass((kept >> 10) + " MiB kept for huge pages and unused")
            : found
                .remedy(
                    Remedy.command(
                        "Give them back, unless a database or virtual machines are to use them.",
                        "sysctl -w vm.nr_hugepages=0"))
                .warn(
                    (kept >> 10)
                        + " MiB of "
                        + (total.getAsLong() >> 10)
                        + " MiB are kept for huge pages and unused",
                    "Encoders have that much less memory."));
  }

  private static OptionalLong kilobytes(String text, String name) {
    Matcher line = Pattern.compile("(?m)^" + name + ":\\s+(\\d+)").matcher(text);
    return line.find() ? OptionalLong.of(Long.parseLong(line.group(1))) : OptionalLong.empty();
  }
}
