package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;

/** The limits of the control group at the root of what can be seen. */
record HostControlGroup() implements Check {
  private static final String MEMORY = "/sys/fs/cgroup/memory.max";
  private static final String TASKS = "/sys/fs/cgroup/pids.max";
  private static final String PROCESSORS = "/sys/fs/cgroup/cpu.max";
  private static final long LEAST_MEMORY = 2L << 30;
  private static final long LEAST_TASKS = 1024;

  @Override
  public String id() {
    return "host.cgroup";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "limits of the control group";
  }

  @Override
  public String rule() {
    return "The control group allows at least 1024 tasks and 2 GiB of memory. Containers and"
        + " services have their own; at the root of a host there are none.";
  }

  @Override
  public String source() {
    return "Documentation/admin-guide/cgroup-v2.rst of the Linux kernel; the thresholds are"
        + " Penstock's judgement";
  }

  @Override
  public List<Wanted> files() {
    return Wanted.texts(MEMORY, TASKS, PROCESSORS);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<String> memory = machine.files().text(MEMORY);
    Reading<String> tasks = machine.files().text(TASKS);
    Reading<String> processors = machine.files().text(PROCESSORS);
    if (memory.toOptional().isEmpty() && tasks.toOptional().isEmpty()) {
      return List.of(
          Found.by(this).seen(memory).seen(tasks).without(memory, "no limits at this root"));
    }
    Found found = Found.by(this).seen(memory).seen(tasks).seen(processors);
    String summary =
        "memory "
            + memory.toOptional().map(HostControlGroup::size).orElse("not told")
            + ", tasks "
            + tasks.toOptional().orElse("not told");
    if (isBelow(memory, LEAST_MEMORY) || isBelow(tasks, LEAST_TASKS)) {
      return List.of(
          found
              .remedy(
                  Remedy.byHand(
                      "For a container: docker run --memory=8g --pids-limit=4096; for a service:"
                          + " MemoryMax= and TasksMax= in its [Service] section."))
              .warn(
                  summary, "Encoders are killed for memory, or their threads cannot be started."));
    }
    return List.of(found.pass(summary));
  }

  private static boolean isBelow(Reading<String> limit, long least) {
    return limit
        .toOptional()
        .filter(text -> text.matches("\\d{1,18}"))
        .filter(text -> Long.parseLong(text) < least)
        .isPresent();
  }

  private static String size(String limit) {
    return limit.matches("\\d{1,18}") ? (Long.parseLong(limit) >> 20) + " MiB" : limit;
  }
}
