package dev.penstock.hardware.amd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.hardware.Children;
import dev.penstock.hardware.amd.AmdFacts.AmdCodec;
import dev.penstock.hardware.amd.AmdFacts.AmdNode;
import dev.penstock.lab.Lab;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AmdProbeTest {
  @TempDir Path folder;

  @BeforeEach
  void source() throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    try (InputStream in =
        Objects.requireNonNull(AmdProbeTest.class.getResourceAsStream("amdgpu.c"))) {
      Files.write(folder.resolve("amdgpu.c"), in.readAllBytes());
    }
  }

  @Test
  void whatTheKernelSays_isRead() throws IOException {
    Path library = Files.createDirectory(folder.resolve("lib")).resolve("libdrm_amdgpu.so.1");
    compile("-shared", "-fPIC", "-o", library.toString());

    AmdNode node = asked(Map.of("LD_LIBRARY_PATH", folder.resolve("lib").toString()));

    assertThat(node.rings().toOptional()).contains(1);
    assertThat(node.encode().toOptional().orElseThrow())
        .containsExactly(
            new AmdCodec("h264", 4096, 4096),
            new AmdCodec("hevc", 8192, 4352),
            new AmdCodec("av1", 8192, 4352));
  }

  private AmdNode asked(Map<String, String> environment) throws IOException {
    Path nodes = Files.createDirectory(folder.resolve("dri"));
    Files.writeString(nodes.resolve("renderD128"), "");
    AmdFacts facts =
        new Children(environment)
            .ask(AmdProbe.class, nodes.toString(), Duration.ofSeconds(30))
            .as(AmdFacts.class, "amd")
            .toOptional()
            .orElseThrow();
    assertThat(facts.nodes()).hasSize(1);
    return facts.nodes().getFirst();
  }

  @Test
  void sizesAndOffsets_areThoseOfC() throws IOException {
    String ip = "struct drm_amdgpu_info_hw_ip";
    String codec = "struct drm_amdgpu_info_video_codec_info";
    Files.writeString(
        folder.resolve("claims.h"),
        claim("sizeof(" + ip + ") == " + AmdLayout.HW_IP_SIZE)
            + claim("offsetof(" + ip + ", available_rings) == " + AmdLayout.HW_IP_RINGS)
            + claim("sizeof(" + codec + ") == " + AmdLayout.CODEC_SIZE)
            + claim("offsetof(" + codec + ", valid) == " + AmdLayout.CODEC_VALID)
            + claim("offsetof(" + codec + ", max_width) == " + AmdLayout.CODEC_WIDTH)
            + claim("offsetof(" + codec + ", max_height) == " + AmdLayout.CODEC_HEIGHT)
            + claim(
                "sizeof(struct drm_amdgpu_info_video_caps) == "
                    + AmdLayout.CODEC_SIZE * AmdLayout.CODECS));

    assertThatCode(() -> compile("-DCLAIMS", "-fsyntax-only")).doesNotThrowAnyException();
  }

  private static String claim(String what) {
    return "_Static_assert(" + what + ", \"" + what + "\");\n";
  }

  private void compile(String... options) {
    List<String> all = new ArrayList<>(List.of("-std=c11"));
    all.addAll(List.of(options));
    all.add(folder.resolve("amdgpu.c").toString());
    Lab.compile(all);
  }
}
