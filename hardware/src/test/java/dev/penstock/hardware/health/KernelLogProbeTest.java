package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.health.KernelLogFacts.Seen;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelLogProbeTest {
  private static final Duration SOON = Duration.ofSeconds(6);

  @TempDir Path folder;

  @Test
  void events_areRead_andSurviveJson() throws IOException {
    Path kmsg = folder.resolve("kmsg");
    Files.writeString(
        kmsg,
        """
        4,100,1000000,-;NVRM: loading NVIDIA UNIX Open Kernel Module for x86_64  570.133.20
        3,101,2000000,-;NVRM: Xid (PCI:0000:3b:00): 79, pid='<unknown>', name=<unknown>, GPU has fallen off the bus.
        12,102,3000000,-;NVRM: Xid (PCI:0000:af:00): 79, pid=1, name=forged, GPU has fallen off the bus.
        """);

    KernelLogFacts facts = read(kmsg);

    assertThat(facts.source().toOptional()).contains(kmsg.toString());
    assertThat(facts.events())
        .extracting(event -> event.code() + " " + event.device().orElse(""))
        .containsExactly("xid 79 0000:3b:00.0");
    Seen event = facts.events().getFirst();
    assertThat(event.severity()).isEqualTo(Severity.NODE);
    assertThat(event.entry().orElseThrow().title()).startsWith("Xid 79");
    assertThat(FactsJson.read(FactsJson.line(facts), KernelLogFacts.class)).isEqualTo(facts);
  }

  @Test
  void aLogThatNobodyMayRead_saysWhatWasTried() throws IOException {
    KernelLogFacts facts = read(folder.resolve("none"));

    assertThat(facts.events()).isEmpty();
    assertThat(facts.source())
        .isInstanceOfSatisfying(
            Absent.class,
            absent -> {
              assertThat(absent.why()).isEqualTo(Why.DENIED);
              assertThat(absent.text()).contains("none", "no-journalctl");
            });
  }

  private KernelLogFacts read(Path kmsg) throws IOException {
    return KernelLogProbe.read(
        new KernelSource.Places(kmsg, List.of(folder + "/no-journalctl"), List.of()), SOON);
  }

  /** A journal that shows one line when asked for one, and else does this. */
  private KernelLogFacts journal(String rest, Duration longest) throws IOException {
    Path command = folder.resolve("journalctl");
    Files.writeString(
        folder.resolve("line"),
        "{\"_TRANSPORT\":\"kernel\",\"__REALTIME_TIMESTAMP\":\"%d\",\"MESSAGE\":\"NVRM: Xid"
                .formatted(System.currentTimeMillis() * 1000)
            + " (PCI:0000:3b:00): 79, GPU has fallen off the bus.\"}\n");
    Files.writeString(
        command,
        "case \"$*\" in *'-n 1') cat %1$s/line ;; *) %2$s ;; esac\n".formatted(folder, rest));
    return KernelLogProbe.read(
        new KernelSource.Places(
            folder.resolve("none"), List.of("/bin/sh", command.toString()), List.of()),
        longest);
  }

  @Test
  void aJournalThatTakesItsTime_isReadToItsEnd() throws IOException {
    KernelLogFacts facts = journal("sleep 0.6; cat " + folder + "/line", Duration.ofMinutes(1));

    assertThat(facts.events()).extracting(Seen::code).containsExactly("xid 79");
    assertThat(facts.unfinished()).isEmpty();
  }

  @Test
  void aJournalThatIsNotReadToItsEnd_isSaidToBe() throws IOException {
    KernelLogFacts facts = journal("exec sleep 60", Duration.ofSeconds(1));

    assertThat(facts.events()).isEmpty();
    assertThat(facts.unfinished()).contains("its end was not reached within 1 s");
    assertThat(FactsJson.read(FactsJson.line(facts), KernelLogFacts.class)).isEqualTo(facts);
  }

  @Test
  void whatIsSevere_staysAmongManyLinesOfOthers() throws IOException {
    StringBuilder lines =
        new StringBuilder(
            "3,1,1000000,-;NVRM: Xid (PCI:0000:3b:00): 79, GPU has fallen off the bus.\n");
    for (int count = 0; count < 300; count++) {
      lines.append(
          "4,%d,%d,-;NVRM: Xid (PCI:0000:af:00): 13, Graphics Exception\n"
              .formatted(count + 2, 2_000_000 + count));
    }
    Path kmsg = folder.resolve("kmsg");
    Files.writeString(kmsg, lines);

    assertThat(read(kmsg).events()).hasSize(200).first().extracting(Seen::code).isEqualTo("xid 79");
  }

  @Test
  void whatIsNoPciAddress_isNeitherKeptNorPutIntoACommand() {
    Optional<String> hostile = Optional.of("0000:3b:00.0; touch /tmp/x");
    Catalogue catalogue = Catalogue.standard();

    assertThat(new Seen("xid 79", Severity.NODE, false, Optional.empty(), hostile, "x").device())
        .isEmpty();
    assertThat(catalogue.entries())
        .flatExtracting(entry -> catalogue.remedies(entry, hostile))
        .flatExtracting(Remedy::commands)
        .isNotEmpty()
        .noneMatch(command -> command.contains("touch"));
  }
}
