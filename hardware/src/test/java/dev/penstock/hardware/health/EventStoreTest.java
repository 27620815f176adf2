package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStoreTest {
  private static final Instant BOOT = Instant.parse("2026-11-22T00:00:00Z");
  private static final Instant NOW = BOOT.plus(Duration.ofHours(1));

  @TempDir Path folder;

  private static KernelEvent event(String message, int second) {
    KernelLog log =
        new KernelLog(
            Catalogue.standard(),
            new LogClock(NOW, Optional.of(BOOT), ZoneOffset.UTC),
            Trust.KMSG,
            Map.of("0000:01:00.0", "GPU-1"));
    return log.accept("3,1," + second * 1_000_000L + ",-;" + message).getFirst();
  }

  private static KernelEvent xid(int second) {
    return event("NVRM: Xid (PCI:0000:01:00 GPU-I:05): 31, pid=5, name=ffmpeg, Ch 1", second);
  }

  @Test
  void events_comeBackAsTheyWere_alsoAfterClosing() {
    Path file = folder.resolve("a/b/faults.db");
    KernelEvent mmu = xid(10);
    KernelEvent recovery =
        event(
            "NVRM: Xid (PCI:0000:01:00): 154, GPU recovery action changed from 0x0 (None) to 0x2"
                + " (Node Reboot Required)",
            70);
    KernelEvent amd =
        event("amdgpu 0000:03:00.0: ring vce0 timeout, signaled seq=19, emitted seq=20", 80);
    try (EventStore store = EventStore.open(file)) {
      List.of(mmu, recovery, amd).forEach(each -> assertThat(store.record(each, NOW)).isTrue());
    }
    try (EventStore store = EventStore.open(file)) {
      List<KernelEvent> kept = store.since(BOOT).stream().map(EventStore.Stored::event).toList();
      assertThat(kept)
          .usingRecursiveComparison()
          .ignoringFields("uptime")
          .isEqualTo(List.of(mmu, recovery, amd));
      assertThat(store.since(BOOT.plusSeconds(75))).hasSize(1);
    }
  }

  @Test
  void whatIsSaidAgain_isCounted_andALogMayBeReadAgain() {
    try (EventStore store = EventStore.open(folder.resolve("faults.db"))) {
      assertThat(store.record(xid(10), NOW)).isTrue();
      assertThat(store.record(xid(40), NOW)).isFalse();
      assertThat(store.record(xid(100), NOW)).isTrue();
      for (int second : List.of(10, 40, 100)) {
        assertThat(store.record(xid(second), NOW)).isFalse();
      }
      assertThat(store.since(BOOT)).extracting(EventStore.Stored::repeats).containsExactly(1, 0);
      assertThat(store.since(BOOT).getFirst().last()).isEqualTo(BOOT.plusSeconds(40));
    }
  }

  @Test
  void aLogThatIsReadAgain_changesNothing_butForWhatIsNew() {
    List<KernelEvent> log = new ArrayList<>(List.of(xid(10), xid(12), xid(69), xid(71), xid(300)));
    try (EventStore store = EventStore.open(folder.resolve("faults.db"))) {
      store.record(log, NOW);
      List<EventStore.Stored> once = store.since(BOOT);
      assertThat(once).extracting(EventStore.Stored::repeats).containsExactly(2, 0, 0);
      store.record(log, NOW);
      store.record(log.subList(1, 4), NOW);
      assertThat(store.since(BOOT)).isEqualTo(once);
      log.add(xid(310));
      store.record(log, NOW);
      assertThat(store.since(BOOT)).extracting(EventStore.Stored::repeats).containsExactly(2, 0, 1);
    }
  }

  @Test
  void ofALog_allIsKept_orNothing() throws Exception {
    Path file = folder.resolve("faults.db");
    EventStore.open(file).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          """
          CREATE TRIGGER full BEFORE INSERT ON event WHEN (SELECT COUNT(*) FROM event) = 1
          BEGIN SELECT RAISE(ABORT, 'the disk is full'); END
          """);
    }
    try (EventStore store = EventStore.open(file)) {
      List<KernelEvent> two = List.of(xid(10), xid(100));
      assertThatThrownBy(() -> store.record(two, NOW)).hasMessageContaining("the disk is full");
      assertThat(store.since(BOOT)).isEmpty();
      assertThat(store.record(xid(10), NOW)).isTrue();
    }
  }

  @Test
  void aFileOfTheFirstVersion_isBroughtUpToDate_andOnlyItsOwnerReadsIt() throws Exception {
    Path file = folder.resolve("faults.db");
    try (EventStore store = EventStore.open(file)) {
      store.record(xid(10), NOW);
    }
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("ALTER TABLE event DROP COLUMN last");
      statement.executeUpdate("PRAGMA user_version = 1");
    }
    try (EventStore store = EventStore.open(file)) {
      assertThat(store.record(xid(10), NOW)).isFalse();
      assertThat(store.since(BOOT).getFirst().repeats()).isZero();
      assertThat(store.since(BOOT).getFirst().last()).isEqualTo(BOOT.plusSeconds(10));
    }
    assertThat(Files.getPosixFilePermissions(file))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void whatIsOld_isForgotten() {
    try (EventStore store = EventStore.open(folder.resolve("faults.db"))) {
      store.record(xid(10), NOW);
      store.record(xid(100), NOW);
      store.record(new Repair("0000:01:00.0", BOOT.plusSeconds(20), Repair.Kind.RESET));
      store.record(new Repair("0000:01:00.0", BOOT.plusSeconds(90), Repair.Kind.REBOOT));
      assertThat(store.prune(BOOT.plusSeconds(50))).isEqualTo(1);
      assertThat(store.since(BOOT)).hasSize(1);
      assertThat(store.repairs(BOOT)).extracting(Repair::kind).containsExactly(Repair.Kind.REBOOT);
    }
  }

  @Test
  void itIsWrittenAhead_andKnowsItsVersion() throws Exception {
    Path file = folder.resolve("faults.db");
    EventStore.open(file).close();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeQuery("PRAGMA journal_mode").getString(1)).isEqualTo("wal");
      assertThat(statement.executeQuery("PRAGMA user_version").getInt(1)).isEqualTo(2);
      statement.executeUpdate("PRAGMA user_version = 99");
    }
    assertThatThrownBy(() -> EventStore.open(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("newer version");
  }

  @Test
  void aFileOfSomethingElse_isRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("faults.db"), "no database".repeat(100));
    assertThatThrownBy(() -> EventStore.open(file)).isInstanceOf(UncheckedIOException.class);
  }
}
