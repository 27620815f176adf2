package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelWatchTest {
  private static final String RECORD =
      "3,%d,%d,-;NVRM: Xid (PCI:0000:01:00): %d, pid=5, name=ffmpeg, Ch 1\n";

  @TempDir Path folder;

  private final BlockingQueue<KernelEvent> events = new LinkedBlockingQueue<>();

  private static String record(int code) {
    return RECORD.formatted(code, code * 1_000_000L, code);
  }

  private KernelSource.Places places(Path kmsg, List<String> journalctl, Path... files) {
    return new KernelSource.Places(kmsg, journalctl, List.of(files));
  }

  private Path none() {
    return folder.resolve("none");
  }

  private KernelEvent next() throws InterruptedException {
    KernelEvent event = events.poll(20, TimeUnit.SECONDS);
    assertThat(event).isNotNull();
    return event;
  }

  private KernelWatch follow(KernelSource source) throws IOException {
    return KernelWatch.start(source, KernelSource.clock(), Map.of(), events::add, _ -> {});
  }

  @Test
  void whatTheLogHolds_comesFirst_thenWhatIsAdded() throws Exception {
    Path kmsg = Files.writeString(folder.resolve("kmsg"), record(31));
    KernelSource source = KernelSource.find(places(kmsg, List.of("none")));
    assertThat(source.name()).isEqualTo(kmsg.toString());
    try (KernelWatch _ = follow(source)) {
      assertThat(next().code()).isEqualTo("xid 31");
      Files.writeString(kmsg, record(79), StandardOpenOption.APPEND);
      assertThat(next().code()).isEqualTo("xid 79");
    }
  }

  @Test
  void aPipe_isReadWithoutBlocking_andLeftAtOnce() throws Exception {
    Path kmsg = folder.resolve("kmsg");
    assertThat(new ProcessBuilder("mkfifo", kmsg.toString()).start().waitFor()).isZero();
    KernelSource source = KernelSource.find(places(kmsg, List.of("none")));
    long before = System.nanoTime();
    try (KernelWatch _ = follow(source)) {
      Files.writeString(kmsg, record(48), StandardOpenOption.WRITE);
      assertThat(next().code()).isEqualTo("xid 48");
    }
    assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(20));
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("kernel-log"));
  }

  @Test
  void aRotatedFile_isFollowed() throws Exception {
    Path file = folder.resolve("kern.log");
    String line = "Nov 22 10:00:00 h kernel: NVRM: Xid (PCI:0000:01:00): %d, Ch 1%n";
    Files.writeString(file, line.formatted(31));
    try (KernelWatch _ = follow(KernelSource.find(places(none(), List.of("none"), file)))) {
      assertThat(next().code()).isEqualTo("xid 31");
      Files.move(file, folder.resolve("kern.log.1"));
      Files.writeString(folder.resolve("new"), line.formatted(79));
      Files.move(folder.resolve("new"), file);
      assertThat(next().code()).isEqualTo("xid 79");
    }
  }

  @Test
  void theJournal_isTaken_whereKmsgIsNotPermitted() throws Exception {
    Path journalctl = folder.resolve("journalctl");
    Files.writeString(
        journalctl,
        """
        #!/bin/sh
        echo '{"_TRANSPORT":"kernel","SYSLOG_FACILITY":"0","MESSAGE":"NVRM: Xid (PCI:0000:01:00): 62, x"}'
        case "$*" in *-f*) exec sleep 1000 ;; esac
        """);
    Files.setPosixFilePermissions(journalctl, PosixFilePermissions.fromString("rwx------"));
    KernelSource source = KernelSource.find(places(none(), List.of(journalctl.toString())));
    assertThat(source.trust()).isEqualTo(Trust.JOURNAL);
    assertThat(source.refused())
        .extracting(KernelSource.Refused::reason)
        .containsExactly("No such file or directory");
    try (KernelWatch _ = follow(source)) {
      assertThat(next().code()).isEqualTo("xid 62");
    }
    assertThat(KernelWatch.read(source, KernelSource.clock(), Map.of())).hasSize(1);
  }

  @Test
  void whereNothingCanBeRead_itSaysWhyForEach() {
    assertThatThrownBy(() -> KernelSource.find(places(none(), List.of("no-such-command"), none())))
        .isInstanceOfSatisfying(
            FailureException.class,
            e ->
                assertThat(e.failure().diagnosis().likelyCause())
                    .contains(
                        none() + ": No such file", "no-such-command -k: ", "there is no such"));
  }

  @Test
  void aRead_givesWhatIsThere_judgedByDevice() throws Exception {
    Path kmsg =
        Files.writeString(
            folder.resolve("kmsg"),
            record(31) + record(79) + "3,9,9,-;amdgpu: [drm] ring vcn_enc0 timeout\n");
    KernelSource source = KernelSource.find(places(kmsg, List.of("none")));
    LogClock clock = KernelSource.clock();
    Faults faults =
        Faults.of(
            source,
            Evidence.of(KernelWatch.read(source, clock, Map.of()), Optional.empty(), clock.now()),
            LogClock.of(clock.now(), clock.zone()));
    assertThat(faults.devices())
        .singleElement()
        .satisfies(device -> {
          assertThat(device.level()).isEqualTo(Verdict.Level.LOST);
          assertThat(device.faults())
              .extracting(Answer.Cause::id)
              .containsExactly("xid 31", "xid 79");
        });
    assertThat(faults.others()).extracting(Answer.Cause::id).containsExactly("amd.ring-timeout");
  }
}
