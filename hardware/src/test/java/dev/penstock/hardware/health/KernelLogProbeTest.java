package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.health.KernelLogFacts.Seen;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelLogProbeTest {
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
        new KernelSource.Places(kmsg, List.of(folder + "/no-journalctl"), List.of()));
  }
}
