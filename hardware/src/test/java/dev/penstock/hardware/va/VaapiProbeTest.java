package dev.penstock.hardware.va;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.hardware.Children;
import dev.penstock.hardware.va.VaFacts.VaConfig;
import dev.penstock.hardware.va.VaFacts.VaNode;
import dev.penstock.lab.Fleet;
import dev.penstock.lab.Lab;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the real libva says of a driver of the lab, which it finds as it finds any other. */
@Timeout(120)
class VaapiProbeTest {
  @TempDir Path folder;

  @Test
  void theDriverOfEachNode_isFoundByTheKernels() {
    List<VaNode> nodes = asked("0 model rx7900\n1 model a770\n1 pci 0000:04:00.0\n");

    assertThat(nodes).hasSize(2);
    assertThat(nodes)
        .extracting(node -> node.pci().toOptional().orElseThrow())
        .containsExactly("0000:03:00.0", "0000:04:00.0");
    assertThat(nodes)
        .extracting(node -> node.kernel().toOptional().orElseThrow())
        .containsExactly("amdgpu", "i915");
    assertThat(nodes.get(0).vendor().toOptional().orElseThrow()).startsWith("Mesa Gallium driver");
    assertThat(nodes.get(1).vendor().toOptional().orElseThrow()).startsWith("Intel iHD driver");
    assertThat(nodes.get(0).configs().toOptional().orElseThrow())
        .filteredOn(VaConfig::encodes)
        .extracting(VaConfig::entrypoint)
        .containsOnly("EncSlice");
    assertThat(nodes.get(1).configs().toOptional().orElseThrow())
        .filteredOn(VaConfig::encodes)
        .extracting(VaConfig::entrypoint)
        .containsOnly("EncSliceLP");
  }

  @Test
  void profiles_areReadWithTheirEntrypoints() {
    VaNode node =
        asked(
                """
                0 name Some GPU
                0 pci 0000:03:00.0
                0 kernel i915
                0 bus a770.pci
                0 vendor Intel iHD driver (of a test)
                0 va 17 1 0=0x1 18=8192
                0 va 17 8 0=0x1 5=0x12 13=0x10003 18=16384 19=12288
                0 va 18 8 0=0x100
                0 va -1 10
                """)
            .getFirst();

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
  void aDriverThatFails_isSaidInTheWordsOfLibva() {
    assertThat(asked("0 model rx7900\n0 vaInitialize 2\n").getFirst().version())
        .isInstanceOfSatisfying(
            Reading.Absent.class,
            absent -> {
              assertThat(absent.why()).isEqualTo(Why.FAILED);
              assertThat(absent.source()).isEqualTo("vaInitialize");
              assertThat(absent.text()).contains("(");
            });
  }

  private List<VaNode> asked(String scenario) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Map<String, String> environment =
        new HashMap<>(Fleet.of(folder.resolve("gpus"), scenario).environment());
    environment.merge(
        "LD_LIBRARY_PATH",
        System.getProperty("penstock.natives.fallback", ""),
        (ours, theirs) -> ours + ":" + theirs);
    return new Children(environment)
        .ask(VaapiProbe.class, "", Duration.ofSeconds(30))
        .as(VaFacts.class, "va")
        .toOptional()
        .orElseThrow()
        .nodes();
  }
}
