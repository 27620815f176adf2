package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;

/** How much memory a process may lock. */
record HostLockedMemory() implements Check {
  /** The kernel's default since 5.16. */
  private static final long ENOUGH = 8L << 20;

  @Override
  public String id() {
    return "host.memlock";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "limit of locked memory";
  }

  @Override
  public String rule() {
    return "A process may lock at least 8 MiB, which is the kernel's own default since 5.16."
        + " Rings of io_uring and buffers that are registered for transfers count against it.";
  }

  @Override
  public String source() {
    return "setrlimit(2), RLIMIT_MEMLOCK; Linux 5.16, include/uapi/linux/resource.h, MLOCK_LIMIT";
  }

  @Override
  public List<Wanted> files() {
    return List.of(Limits.WANTED);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<Long> limit = Limits.soft(machine, "Max locked memory");
    Found found = Found.by(this).seen(limit);
    return List.of(
        limit
            .toOptional()
            .map(most -> judged(found, most))
            .orElseGet(() -> found.without(limit, "there are no limits")));
  }

  private static Finding judged(Found found, long most) {
    String summary =
        "may lock " + (most == Limits.NONE ? "as much memory as there is" : (most >> 10) + " KiB");
    return most >= ENOUGH
        ? found.pass(summary)
        : found
            .remedy(
                Remedy.byHand(
                    "For a service: LimitMEMLOCK=infinity in its [Service] section; for a"
                        + " container: --ulimit memlock=-1."))
            .warn(summary, "Transfers that register their buffers fail or are copied.");
  }
}
