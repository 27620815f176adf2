package dev.penstock.hardware.va;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.hardware.Children;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.lab.Lab;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What libva is asked, through the real binding. */
@Timeout(120)
class VaapiProbeTest {
  @TempDir Path folder;

  /** The same of the nodes of another folder. */
  public static final class OfFolder implements Probe<VaFacts> {
    @Override
    public VaFacts ask(String argument) throws IOException {
      return new VaapiProbe().ask(Path.of(argument));
    }
  }

  @Test
  void profiles_areReadWithTheirEntrypoints() throws IOException {
    VaNode node =
        asked(
            """
            vendor Intel iHD driver (of a test)
            config 17 1 0=0x1 18=8192
            config 17 8 0=0x1 5=0x12 13=0x10003 18=16384 19=12288
            config 18 8 0=0x100
            config -1 10
            """);

    assertThat(node.version().toOptional()).contains("1.22");
    assertThat(node.vendor().toOptional()).contains("Intel iHD driver (of a test)");
    assertThat(node.configs().toOptional().orElseThrow())
        .containsExactly(
            new VaConfig(
                "HEVCMain", "hevc", "VLD", Map.of("RTFormat", 1L, "MaxPictureWidth", 8192L)),
            new VaConfig(
                "HEVCMain",
                "hevc",
                "EncSliceLP",
                Map.of(
                    "RTFormat", 1L,
                    "RateControl", 0x12L,
                    "EncMaxRefFrames", 0x10003L,
                    "MaxPictureWidth", 16384L,
                    "MaxPictureHeight", 12288L)),
            new VaConfig("HEVCMain10", "hevc", "EncSliceLP", Map.of("RTFormat", 0x100L)));
  }

  @Test
  void aDriverThatIsMissing_isSaidInTheWordsOfLibva() throws IOException {
    assertThat(asked("fails -1\n").version())
        .isEqualTo(Reading.absent(Why.FAILED, "vaInitialize", "unknown libva error (-1)"));
  }

  private VaNode asked(String scenario) throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Lab.va(folder.resolve("lib"), scenario);
    Path nodes = Files.createDirectory(folder.resolve("dri"));
    Files.writeString(nodes.resolve("renderD128"), "");
    Files.writeString(nodes.resolve("card0"), "");
    VaFacts facts =
        new Children(Map.of("LD_LIBRARY_PATH", folder.resolve("lib").toString()))
            .ask(OfFolder.class, nodes.toString(), Duration.ofSeconds(30))
            .as(VaFacts.class, "va")
            .toOptional()
            .orElseThrow();
    assertThat(facts.nodes()).hasSize(1);
    return facts.nodes().getFirst();
  }
}
