package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KernelLogTest {
  private static final String XID = "NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.";
  private static final Instant NOW = Instant.parse("2026-11-22T20:00:00Z");
  private static final LogClock CLOCK =
      new LogClock(NOW, Optional.of(Instant.parse("2026-11-22T00:00:00Z")), ZoneOffset.UTC);

  private static List<KernelEvent> parse(Trust trust, String... lines) {
    KernelLog log = new KernelLog(Catalogue.standard(), CLOCK, trust, Map.of());
    List<KernelEvent> events = new ArrayList<>();
    for (String line : lines) {
      events.addAll(log.accept(line));
    }
    events.addAll(log.finish());
    return events;
  }

  // ---- the corpus

  record Case(String name, List<String> lines, List<String> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> corpus() throws IOException {
    List<Case> cases = new ArrayList<>();
    try (InputStream in = KernelLogTest.class.getResourceAsStream("kernel-lines.txt")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      for (String block : text.split("\n\n")) {
        List<String> lines = block.lines().toList();
        String name = lines.getFirst().substring(2);
        if (name.matches("[FAISN]\\d\\d .*")) {
          cases.add(
              new Case(
                  name,
                  lines.stream().skip(1).filter(line -> !line.startsWith("=> ")).toList(),
                  lines.stream()
                      .filter(line -> line.startsWith("=> ") && !line.equals("=> nothing"))
                      .map(line -> line.substring(3))
                      .toList()));
        }
      }
    }
    assertThat(cases).hasSizeGreaterThan(85);
    return cases;
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void everyLine_isWhatItIs(Case each) {
    List<KernelEvent> events = parse(Trust.PASTED, each.lines().toArray(String[]::new));
    assertThat(events.stream().map(KernelEvent::code))
        .containsExactlyElementsOf(
            each.expected().stream().map(line -> line.split("\\|", -1)[0]).toList());
    for (int i = 0; i < events.size(); i++) {
      List<String> wanted = Arrays.asList(each.expected().get(i).split("\\|", -1));
      List<String> fields = fields(events.get(i)).subList(0, wanted.size());
      for (int f = 0; f < wanted.size(); f++) {
        if (!wanted.get(f).isEmpty()) {
          assertThat(fields.get(f)).isEqualTo(wanted.get(f));
        }
      }
      if (wanted.size() < 4) {
        assertThat(events.get(i).process().flatMap(KernelEvent.Work::name)).isEmpty();
      }
    }
  }

  private static List<String> fields(KernelEvent event) {
    Optional<KernelEvent.Work> work = event.process();
    OptionalInt pid = work.map(KernelEvent.Work::pid).orElse(OptionalInt.empty());
    return List.of(
        event.code(),
        event.device().orElse(""),
        pid.isPresent() ? Integer.toString(pid.getAsInt()) : "",
        work.flatMap(KernelEvent.Work::name).orElse(""),
        event.causedBy().isPresent() ? "caused by " + event.causedBy().getAsInt() : "",
        event.detail().orElse(""),
        event.severity().name().toLowerCase(Locale.ROOT),
        event.lost().name().toLowerCase(Locale.ROOT));
  }

  /**
   * Whatever a watcher reads, none of the lines in the corpus is the kernel's without its frame.
   */
  @ParameterizedTest
  @MethodSource("corpus")
  void aWatcher_takesNoLineWithoutItsOwnFrame(Case each) {
    assertThat(parse(Trust.KMSG, each.lines().toArray(String[]::new))).isEmpty();
    assertThat(parse(Trust.JOURNAL, each.lines().toArray(String[]::new))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("corpus")
  void everyLine_isTheSameInARecordOfKmsg(Case each) {
    String[] bare =
        each.lines().stream()
            .map(line -> new Framing(CLOCK, Trust.PASTED).strip(line))
            .flatMap(Optional::stream)
            .map(line -> "3,1,60000000,-;" + line.text().getFirst().replace("\\", "\\x5c"))
            .toArray(String[]::new);
    assertThat(parse(Trust.KMSG, bare).stream().map(KernelEvent::code))
        .containsExactlyElementsOf(
            each.expected().stream().map(line -> line.split("\\|", -1)[0]).toList());
  }

  // ---- frames and times

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "3,3964,3600000000,-;%s | 2026-11-22T01:00:00Z | KMSG",
        "3,3964,3600000000,-,caller=T1946;%s | 2026-11-22T01:00:00Z | KMSG",
        "[ 3600.000000] %s | 2026-11-22T01:00:00Z | DMESG",
        "[ 3600.000000] [ T1946] %s | 2026-11-22T01:00:00Z | DMESG",
        "<3>[ 3600.000000] %s | 2026-11-22T01:00:00Z | DMESG",
        "kern  :err   : [ 3600.000000] %s | 2026-11-22T01:00:00Z | DMESG",
        "[Fri Aug 30 11:43:09 2024] %s | 2024-08-30T11:43:09Z | DMESG",
        "[Fr Okt  6 11:43:09 2023] %s | 2023-10-06T11:43:09Z | DMESG",
        "2024-08-30T11:43:09,123456+02:00 %s | 2024-08-30T09:43:09.123456Z | DMESG",
        "Nov 22 18:29:55 hostname kernel: %s | 2026-11-22T18:29:55Z | SYSLOG",
        "Nov 22 18:29:55 hostname kernel: [  966.503025] %s | 2026-11-22T18:29:55Z | SYSLOG",
        "Dec 23 23:32:27 rescue kernel: %s | 2025-12-23T23:32:27Z | SYSLOG",
        "Feb 29 10:00:00 rescue kernel: %s | 2024-02-29T10:00:00Z | SYSLOG",
        "Okt 06 17:59:27 balrog kernel: %s | 2026-10-06T17:59:27Z | SYSLOG",
        "févr. 06 17:59:27 balrog kernel: %s | 2026-02-06T17:59:27Z | SYSLOG",
        "août 06 17:59:27 balrog kernel: %s | 2026-08-06T17:59:27Z | SYSLOG",
        "мая 06 17:59:27 balrog kernel: %s | 2026-05-06T17:59:27Z | SYSLOG",
        "paź 06 17:59:27 balrog kernel: %s | 2026-10-06T17:59:27Z | SYSLOG",
        "11月 06 17:59:27 balrog kernel: %s | 2026-11-06T17:59:27Z | SYSLOG",
        "2024-08-30T11:43:09.123456+02:00 host kernel: %s | 2024-08-30T09:43:09.123456Z | SYSLOG",
        "2024-08-30T11:43:09+0200 host kernel: %s | 2024-08-30T09:43:09Z | SYSLOG",
        "Fri 2024-08-30 11:43:09 UTC host kernel: %s | 2024-08-30T11:43:09Z | SYSLOG",
        "[ 3600.000000] host kernel: %s | 2026-11-22T01:00:00Z | SYSLOG",
      })
  void everyFrame_isTakenOff(String line, Instant at, Origin origin) {
    assertThat(parse(Trust.PASTED, line.formatted(XID)))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.code()).isEqualTo("xid 79");
          assertThat(event.at()).contains(at);
          assertThat(event.origin()).isEqualTo(origin);
          assertThat(event.message()).isEqualTo(XID);
        });
  }

  @Test
  void theJournal_tellsTimeAndDevice() {
    String line =
        "{\"_TRANSPORT\":\"kernel\",\"SYSLOG_FACILITY\":\"0\",\"PRIORITY\":\"3\","
            + "\"__REALTIME_TIMESTAMP\":\"1700000000123456\",\"_SOURCE_MONOTONIC_TIMESTAMP\":\"5000000\","
            + "\"_KERNEL_DEVICE\":\"+pci:0000:03:00.0\",\"MESSAGE\":\"[drm] ring vcn_enc0 timeout\"}";
    assertThat(parse(Trust.JOURNAL, line))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.at()).contains(Instant.parse("2023-11-14T22:13:20.123456Z"));
          assertThat(event.uptime()).contains(Duration.ofSeconds(5));
          assertThat(event.device()).contains("0000:03:00.0");
        });
  }

  @Test
  void theJournal_writesSomeMessagesAsBytes() {
    StringBuilder bytes = new StringBuilder();
    for (byte each : XID.getBytes(StandardCharsets.UTF_8)) {
      bytes.append(bytes.isEmpty() ? "" : ",").append(each);
    }
    assertThat(
            parse(
                Trust.JOURNAL,
                "{\"_TRANSPORT\":\"kernel\",\"SYSLOG_FACILITY\":\"0\",\"MESSAGE\":["
                    + bytes
                    + "]}"))
        .hasSize(1);
  }

  @Test
  void kmsg_namesTheDeviceBesideTheMessage() {
    assertThat(
            parse(
                Trust.KMSG,
                "3,9,100,-;[drm] *ERROR* ring vcn_enc0 timeout\n SUBSYSTEM=pci\n"
                    + " DEVICE=+pci:0000:0a:00.0\n"))
        .singleElement()
        .satisfies(event -> assertThat(event.device()).contains("0000:0a:00.0"));
  }

  @Test
  void withoutABoot_uptimeIsNoTime() {
    KernelLog log =
        new KernelLog(
            Catalogue.standard(), LogClock.of(NOW, ZoneId.of("UTC")), Trust.PASTED, Map.of());
    assertThat(log.accept("[ 12.5] " + XID))
        .singleElement()
        .satisfies(event -> {
          assertThat(event.at()).isEmpty();
          assertThat(event.uptime()).contains(Duration.ofMillis(12500));
        });
  }

  @Test
  void theLog_tellsWhichUuidAnAddressHas() {
    String uuid = "GPU-509665ad-b600-ac93-3616-d754b23d636d";
    assertThat(parse(Trust.PASTED, "NVRM: GPU at PCI:0000:01:00: " + uuid, XID))
        .singleElement()
        .satisfies(event -> assertThat(event.uuid()).contains(uuid));
    KernelLog told =
        new KernelLog(Catalogue.standard(), CLOCK, Trust.PASTED, Map.of("0000:01:00.0", "GPU-x"));
    assertThat(told.accept(XID).getFirst().uuid()).contains("GPU-x");
  }

  @Test
  void aMigInstance_isKept() {
    assertThat(
            parse(Trust.PASTED, "NVRM: Xid (PCI:0000:01:00 GPU-I:05 GPU-CI:01): 94, pid=7, x")
                .getFirst()
                .instance())
        .contains("GPU-I:05 GPU-CI:01");
  }

  // ---- nobody forges

  @Test
  void otherFacilities_areNotTheKernel() {
    String record = "12,1,100,-;" + XID;
    assertThat(parse(Trust.KMSG, record)).isEmpty();
    assertThat(parse(Trust.INJECTED, record)).hasSize(1);
  }

  /** A name of 15 characters, which anybody chooses, in every place where the kernel prints one. */
  static Stream<String> names() {
    return Stream.of(
            "Xid 79",
            "): 79, GPU",
            "\nNVRM: Xid (PCI",
            "\\x0aNVRM: Xid",
            ", name=x, 79",
            "pid=1, Xid: 95",
            "x\nVRAM is lost",
            "x' (pid 1)",
            "] [2], in y [3]")
        .flatMap(name ->
            Stream.of(
                    "NVRM: Xid (PCI:0000:01:00): 43, pid=5, name=%s, Ch 00000008",
                    "NVRM: Xid (PCI:0000:01:00): 43, pid=5, name=%s, ",
                    "i915 0000:00:02.0: [drm] GPU HANG: ecode 12:4:28ffff7d, in %s [1377]",
                    "amdgpu 0000:03:00.0: amdgpu: [mmhub0] retry page fault (src_id:0 ring:0 vmid:3"
                        + " pasid:1, for process %s pid 23 thread ffmpeg:cs0 pid 24)",
                    "Out of memory: Killed process 77 (%s) total-vm:1kB")
                .map(line -> line.formatted(name)));
  }

  @ParameterizedTest
  @MethodSource("names")
  void aName_changesNothingButTheName(String message) {
    for (String record :
        List.of("3,1,100,-;" + message, "3,1,100,-;" + message.replace("\n", "\\x0a"))) {
      assertThat(parse(Trust.KMSG, record))
          .allSatisfy(event ->
              assertThat(event.code()).isIn("xid 43", "intel.hang", "amd.page-fault", "host.oom"));
      assertThat(parse(Trust.KMSG, record)).hasSizeLessThanOrEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "6,1,100,-;usb 1-1: Product: NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.",
        "6,1,100,-;x\\x0aNVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.",
        "6,1,100,-;x\nNVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.",
        "6,1,100,-;x\n DEVICE=+pci:0000:01:00.0\n3,1,100,-;NVRM: Xid (PCI:0000:01:00): 79",
        "6,1,100,-; NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.",
      })
  void textInsideARecord_beginsNoMessage(String record) {
    assertThat(parse(Trust.KMSG, record)).isEmpty();
  }

  @Test
  void aMessageOfSeveralLines_isOneRecordOrSeveral() {
    String record =
        "3,1,100,-;NVRM: The NVIDIA GPU 0000:18:00.0\\x0aNVRM: (PCI ID: 10de:2901) installed in this"
            + " system has\\x0aNVRM: fallen off the bus and is not responding to commands.";
    assertThat(parse(Trust.KMSG, record)).hasSize(1);
    assertThat(
            parse(
                Trust.KMSG,
                "3,1,100,-;NVRM: The NVIDIA GPU 0000:18:00.0",
                "3,1,100,-;" + XID,
                "3,1,100,-;NVRM: fallen off the bus and is not responding to commands."))
        .singleElement()
        .satisfies(event -> assertThat(event.code()).isEqualTo("xid 79"));
  }

  private static List<String> codes(Trust trust, String... lines) {
    return parse(trust, lines).stream()
        .map(event -> event.code() + event.device().map(device -> " " + device).orElse(""))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // the record's own field, dmesg, no caller at all, and times without callers
        """
        3,1,100,-,caller=T1946;NVRM: The NVIDIA GPU 0000:18:00.0
        3,2,101,-,caller=C3;NVRM: Xid (PCI:0000:01:00): 43, Ch 00000020
        3,3,102,-,caller=T1946;NVRM: (PCI ID: 10de:2901) installed in this system has
        6,4,103,-,caller=C1;usb 1-1: new high-speed USB device
        3,5,104,-,caller=T1946;NVRM: fallen off the bus and is not responding to commands.
        """,
        """
        [  130.456250] [ T1946] NVRM: The NVIDIA GPU 0000:18:00.0
        [  130.456251] [    C3] NVRM: Xid (PCI:0000:01:00): 43, Ch 00000020
        [  130.456252] [ T1946] NVRM: (PCI ID: 10de:2901) installed in this system has
        [  130.456253] [    C1] usb 1-1: new high-speed USB device
        [  130.456254] [ T1946] NVRM: fallen off the bus and is not responding to commands.
        """,
        """
        NVRM: The NVIDIA GPU 0000:18:00.0
        NVRM: Xid (PCI:0000:01:00): 43, Ch 00000020
        NVRM: (PCI ID: 10de:2901) installed in this system has
        usb 1-1: new high-speed USB device
        NVRM: fallen off the bus and is not responding to commands.
        """,
        """
        [ 1843.308145] NVRM: The NVIDIA GPU 0000:18:00.0
        [ 1843.308146] NVRM: Xid (PCI:0000:01:00): 43, Ch 00000020
                       NVRM: (PCI ID: 10de:2901) installed in this system has
                       NVRM: fallen off the bus and is not responding to commands.
        """,
      })
  void linesOfOthers_interruptNoMessage(String lines) {
    Trust trust = lines.startsWith("3,") ? Trust.KMSG : Trust.PASTED;

    assertThat(codes(trust, lines.split("\n", -1)))
        .containsExactly("xid 43 0000:01:00.0", "nv.off-the-bus-at-start 0000:18:00.0");
  }

  @Test
  void messagesOfTwoCallers_areToldApart() {
    assertThat(
            codes(
                Trust.KMSG,
                "3,1,100,-,caller=T7;NVRM: The NVIDIA GPU 0000:18:00.0",
                "3,2,101,-,caller=T8;NVRM: The NVIDIA GPU 0000:19:00.0",
                "3,3,102,-,caller=T8;NVRM: (PCI ID: 10de:2901) installed in this system has",
                "3,4,103,-,caller=T8;NVRM: fallen off the bus and is not responding to commands.",
                "3,5,104,-,caller=T7;NVRM: (PCI ID: 10de:2901) installed in this system has"))
        .containsExactly("nv.off-the-bus-at-start 0000:19:00.0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // too late, another caller, a line too few, and one that a name with a line end began
        "3,3,2000000,-;NVRM: fallen off the bus and is not responding to commands.",
        "3,3,102,-,caller=C9;NVRM: fallen off the bus and is not responding to commands.",
        "3,3,102,-,caller=T7;NVRM: RmInitAdapter",
        "6,3,102,-;x\\x0aNVRM: fallen off the bus and is not responding to commands.",
      })
  void aMessageThatEndsInTheMiddle_isNone(String last) {
    assertThat(
            codes(
                Trust.KMSG,
                "3,1,100,-,caller=T7;NVRM: The NVIDIA GPU 0000:18:00.0",
                "3,2,101,-,caller=T7;NVRM: (PCI ID: 10de:2901) installed in this system has",
                last))
        .isEmpty();
  }

  @Test
  void aMessageThatEndedLongAgo_isNotGoneOnWith() {
    List<String> lines = new ArrayList<>(List.of("NVRM: The NVIDIA GPU 0000:18:00.0"));
    lines.addAll(Collections.nCopies(101, "usb 1-1: new high-speed USB device"));
    lines.add("NVRM: (PCI ID: 10de:2901) installed in this system has");
    lines.add("NVRM: fallen off the bus and is not responding to commands.");

    assertThat(codes(Trust.PASTED, lines.toArray(String[]::new))).isEmpty();
  }
}
