package dev.penstock.node.around;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.Clock;
import dev.penstock.node.JobRecord;
import dev.penstock.node.journal.Asked;
import dev.penstock.node.journal.AuditLog;
import dev.penstock.node.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RetentionTest {
  private static final long GIB = 1L << 30;
  private static final Retention.Settings SETTINGS =
      new Retention.Settings(Duration.ofDays(30), Duration.ofDays(7), Duration.ofDays(90), GIB);

  @TempDir Path data;
  private final Clock clock = new Clock();
  private final List<Optional<String>> held = new CopyOnWriteArrayList<>();
  private final List<String> log = new CopyOnWriteArrayList<>();
  private volatile long free = 2 * GIB;
  private Journal journal;

  @BeforeEach
  void open() {
    journal = Journal.open(data, clock, new Random(1));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private Retention retention() {
    Retention retention =
        new Retention(SETTINGS, journal, data, _ -> free, held::add, clock, log::add);
    retention.begin();
    return retention;
  }

  private JobRecord submit() {
    return journal.submit(Asked.job("a", "{}")).job();
  }

  private Path crash(String name, Duration age) throws IOException {
    Path report = Files.createDirectories(data.resolve("crashes")).resolve(name);
    Files.writeString(report, "{}");
    return Files.setLastModifiedTime(report, FileTime.from(clock.instant().minus(age)));
  }

  @Test
  void whatIsLongOver_isRemoved_andNothingElse() throws IOException {
    journal.audit().append(new AuditLog.Deed("me", "::1", "submitJob", "x", "201", "{}"));
    JobRecord over = journal.cancel(submit().id(), "me");
    JobRecord waits = submit();
    clock.pass(Duration.ofDays(31));
    JobRecord fresh = journal.cancel(submit().id(), "me");
    Path old = crash("worker-1.json", Duration.ofDays(8));
    Path young = crash("worker-2.json", Duration.ofDays(6));
    try (Retention retention = retention()) {
      Eventually.is("pruned", () -> journal.find(over.id()).isEmpty());
      Eventually.is("removed", () -> !Files.exists(old));
      assertThat(journal.find(waits.id())).isPresent();
      assertThat(journal.find(fresh.id())).isPresent();
      assertThat(young).exists();
      assertThat(journal.audit().list(Optional.empty(), OptionalLong.empty(), 9)).hasSize(1);

      clock.pass(Duration.ofDays(60));
      retention.change(SETTINGS);
      Eventually.is(
          "pruned",
          () -> journal.audit().list(Optional.empty(), OptionalLong.empty(), 9).isEmpty());
      Eventually.is("removed", () -> !Files.exists(young));
      assertThat(journal.find(waits.id())).isPresent();
    }
  }

  @Test
  void ofAWorkerThatDiesOverAndOver_theOldestReportsGo() throws IOException {
    for (int i = 0; i < 502; i++) {
      Path _ = crash("worker-" + i + ".json", Duration.ofMinutes(i));
    }
    try (Retention _ = retention()) {
      Eventually.is("removed", () -> !Files.exists(data.resolve("crashes/worker-501.json")));
      assertThat(data.resolve("crashes/worker-499.json")).exists();
    }
  }

  @Test
  void whileTheDiskIsNearlyFull_nothingBegins() {
    free = GIB - 1;
    try (Retention retention = retention()) {
      // Known before it returns, so that no job slips through at the start.
      assertThat(held.getFirst().orElseThrow()).contains("1023 MiB left", "below 1024 MiB");
      free = GIB + GIB / 16;
      retention.change(SETTINGS);
      Eventually.is("looked", () -> held.size() > 2);
      assertThat(held).allMatch(Optional::isPresent);
      free = GIB + GIB / 8;
      retention.change(SETTINGS);
      Eventually.is("let go", () -> held.getLast().isEmpty());
    }
    assertThat(log).filteredOn(line -> line.contains("nearly full")).hasSize(1);
    assertThat(log).filteredOn(line -> line.contains("has room again")).hasSize(1);
  }
}
