package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;

/** How many files a process may have open. */
record HostOpenFiles() implements Check {
  private static final long LEAST = 4096;
  private static final long ENOUGH = 65_536;

  @Override
  public String id() {
    return "host.nofile";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "limit of open files";
  }

  @Override
  public String rule() {
    return "A process may have at least 4096 files open; below 65536 a warning. Each session"
        + " of a driver, each input and each output holds several. The Java virtual machine"
        + " raises its soft limit to the hard one, so it is the hard limit of the service that"
        + " counts.";
  }

  @Override
  public String source() {
    return "setrlimit(2), RLIMIT_NOFILE; os_linux.cpp of OpenJDK (MaxFDLimit); the thresholds"
        + " are Penstock's judgement";
  }

  @Override
  public List<Wanted> files() {
    return List.of(Limits.WANTED);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<Long> limit = Limits.soft(machine, "Max open files");
    Found found = Found.by(this).seen(limit);
    return List.of(
        limit
            .toOptional()
            .map(most -> judged(found, most))
            .orElseGet(() -> found.without(limit, "there are no limits")));
  }

  private static Finding judged(Found found, long most) {
    String summary = "at most " + Limits.text(most) + " open files";
    if (most >= ENOUGH) {
      return found.pass(summary);
    }
    found
        .remedy(
            Remedy.byHand(
                "For a service: LimitNOFILE=1048576 in its [Service] section; for a"
                    + " container: --ulimit nofile=1048576."))
        .remedy(
            Remedy.safe(
                "For users who log in from now on.",
                "printf '* - nofile 1048576\\n' > /etc/security/limits.d/90-penstock-nofile.conf"));
    return most < LEAST
        ? found.fail(
            summary,
            "With several sessions drivers fail to open their devices; it looks like a library"
                + " that cannot be loaded.")
        : found.warn(summary, "With many sessions and outputs at once the limit is reached.");
  }
}
