package dev.penstock.node.worker;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Gathers what is known of a death, which takes a moment. */
final class Obituary {
  private static final int MOST_BYTES = 1 << 18;
  private static final Duration AROUND = Duration.ofSeconds(10);

  private final Workers.Options options;
  private final Worker worker;
  private final List<Assignment> tasks;
  private final Duration lived;
  private final Instant at;

  Obituary(
      Workers.Options options, Worker worker, List<Assignment> tasks, Duration lived, Instant at) {
    this.options = options;
    this.worker = worker;
    this.tasks = tasks;
    this.lived = lived;
    this.at = at;
  }

  /** Keeps it in a file, and answers it. Whatever cannot be read is left out. */
  CrashReport write() {
    Optional<String> hsErr = hsErr();
    CrashReport report =
        new CrashReport(
            worker.place,
            worker.pid(),
            at,
            how(hsErr),
            Death.signal(worker.status()).isPresent()
                ? java.util.OptionalInt.empty()
                : worker.status(),
            Death.signal(worker.status()),
            lived,
            hsErr,
            worker.lastLines(),
            kernel(),
            tasks.stream().map(task -> task.job).toList());
    try {
      Files.writeString(
          options.crashes().resolve("worker-" + worker.pid() + ".json"),
          Wire.write(report, CrashReport.class) + "\n");
    } catch (IOException _) {
      // It is told all the same.
    }
    return report;
  }

  /** The JVM ends as other programs do after it has told of a crash. */
  private String how(Optional<String> hsErr) {
    if (worker.why().isEmpty() && worker.ranOutOfMemory() && Death.isFromOutside(worker.status())) {
      return Death.ofMemory(options.cgroup().memory());
    }
    Optional<String> crash =
        worker.why().isPresent() ? Optional.empty() : hsErr.flatMap(HsErr::summary);
    return crash
        .map(words -> "crashed: " + words)
        .orElseGet(() -> Death.words(worker.status(), worker.why()));
  }

  private Optional<String> hsErr() {
    Path file = Launch.hsErr(options.crashes(), worker.pid());
    try (var in = Files.newInputStream(file)) {
      String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      return text.isBlank() ? Optional.empty() : Optional.of(text);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private List<String> kernel() {
    try {
      return options.kernel().between(at.minus(AROUND), at.plus(AROUND));
    } catch (RuntimeException e) {
      return List.of("the kernel's log could not be read: " + e.getMessage());
    }
  }
}
