package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Capability;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A change that fails these breaks somebody's program. */
class JsonTest {
  @Test
  void probe_hasTheDocumentedShape() throws IOException {
    assertThat(Json.pretty(Fixtures.input()) + "\n").isEqualTo(golden("probe.json"));
  }

  @Test
  void plan_hasTheDocumentedShape() throws IOException {
    assertThat(Json.pretty(Fixtures.planned()) + "\n").isEqualTo(golden("plan.json"));
  }

  @Test
  void whatWasMeasuredForALadder_hasTheDocumentedShape() throws IOException {
    assertThat(Json.pretty(Fixtures.perTitle()) + "\n").isEqualTo(golden("per-title.json"));
  }

  @Test
  void absence_isLeftOut() {
    assertThat(Json.line(Fixtures.small()))
        .doesNotContain("null", "duration", "frameRate", "profile", "bitRate");
  }

  /** None and not known are two answers. */
  @Test
  void referencesOfBFrames_mayBeNone() {
    Capability unknown =
        Capability.of(
            Capability.Direction.ENCODE,
            Capability.Api.NVENC,
            "hevc",
            List.of(),
            Capability.Evidence.PROBED,
            "a test");
    Capability.Features none =
        new Capability.Features(
            Optional.of(List.of()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    assertThat(Json.line(unknown)).doesNotContain("References");
    assertThat(Json.line(unknown.with(none))).contains("\"bFrameReferences\":[]");
  }

  @Test
  void seconds_arePlainNumbers() {
    assertThat(Json.line(Duration.ZERO)).isEqualTo("0");
    assertThat(Json.line(Duration.ofSeconds(1000))).isEqualTo("1000");
    assertThat(Json.line(Duration.ofNanos(1))).isEqualTo("0.000000001");
    assertThat(Json.line(Duration.ofMillis(-1500))).isEqualTo("-1.5");
  }

  @Test
  void report_isWrittenWhole(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("report.json"), "an old one");
    try (ReportTarget target = ReportTarget.open(file, /* overwrite= */ true)) {
      assertThat(file).hasContent("an old one");
      target.write(Fixtures.report());
    }
    assertThat(file)
        .content()
        .startsWith("{\n  \"penstock\" : \"" + Version.current() + "\",\n  \"input\" : {")
        .endsWith("}\n");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  private static String golden(String name) throws IOException {
    try (InputStream in = Objects.requireNonNull(JsonTest.class.getResourceAsStream(name))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
