package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.lab.Lab;
import dev.penstock.lab.Scenarios;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rehearsals, as a user has them. */
@Timeout(600)
class LabTest {
  /** GPUs are tried, one process after the other. */
  private static final long DEADLINE_SECONDS = 240;

  @TempDir static Path kept;
  @TempDir Path folder;

  @Test
  void list_saysWhatEachIsAbout() {
    Answer answer = Cli.run("lab", "list");

    assertThat(answer.exit()).isZero();
    assertThat(answer.out().lines()).hasSameSizeAs(Scenarios.BUILT_IN);
    assertThat(answer.out()).contains("gpu-lost", "falls off the bus");
  }

  @Test
  void everyScenario_canBePlayed() {
    assertThat(Scenarios.BUILT_IN)
        .allSatisfy(name -> {
          String text = Scenarios.text(name);
          assertThat(Scenarios.mistake(text)).isEmpty();
          assertThat(Scenarios.about(text)).isNotBlank();
          assertThat(Scenarios.mistake(Scenarios.before(text))).isEmpty();
        });
  }

  @Test
  void mistakes_areTold() throws IOException {
    Path file = folder.resolve("mine.scenario");
    Files.writeString(file, "# mine\n0 model l41\n");

    assertThat(Cli.run("lab", "run", file, "--", "true").err())
        .contains("line 2: the lab has no model l41");
    assertThat(Cli.run("lab", "run", "gpu-los", "--", "true").err())
        .contains("did you mean gpu-lost?");
    assertThat(Cli.run("lab", "run", "gpu-lost").err()).contains("there is no command to run");
    assertThat(Cli.run("lab", "run").exit()).isEqualTo(ExitCode.USAGE.value());
  }

  @Test
  void twoGpus_andOneLost() throws Exception {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Cli.assumeEncoder("libx264");
    Path source = source();

    Answer healthy = rehearsed("two-l40s", "--received", source, folder.resolve("healthy.mp4"));
    assertComplete(healthy);
    assertThat(healthy.err())
        .contains("GPU 0  NVIDIA L40S (0000:21:00.0)", "session 1 begins: h264 216x144")
        .contains("NV_ENC_CONFIG.gopLength ")
        .doesNotContain("Kernel log");
    // The command finds what was tried before it.
    assertThat(healthy.err()).doesNotContain("trying out");

    Path soon = folder.resolve("soon.scenario");
    Files.writeString(soon, Scenarios.text("gpu-lost").replace("frame 60", "frame 20"));
    Answer lost = rehearsed(soon, source, folder.resolve("lost.mp4"));
    assertComplete(lost);
    assertThat(lost.err()).doesNotContain("trying");
    assertThat(lost.out()).contains("NVIDIA L40S (0000:21:00.0) failed in ");
    assertThat(lost.err())
        .contains("GPU 0  is lost: CUDA fails with 999, NVENC with 5")
        .contains("Xid (PCI:0000:21:00): 79");
  }

  @Test
  void otherMakers_areReachedByVaapi() throws Exception {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Cli.assumeEncoder("libx264");

    Answer radeon = rehearsed("radeon", "--received", source(), folder.resolve("radeon.mp4"));

    assertComplete(radeon);
    assertThat(radeon.err())
        .contains("GPU 0  AMD Radeon RX 7900 XTX (0000:03:00.0)", "begins: h264 ")
        .contains("VAEncSequenceParameterBufferH264.intra_idr_period ");
    assertThat(run("lab", "run", "radeon", "--", "penstock", "devices").out())
        .containsPattern("encodes h264 +VA-API .*\\(proved\\)")
        .containsPattern("decodes h264 +VA-API .*\\(proved\\)");
  }

  @Test
  void aShell_seesTheMachineInAllCommands() throws Exception {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Cli.assumeEncoder("libx264");

    Answer devices = run("lab", "run", "two-l40s", "--", "penstock", "devices");
    assertThat(devices.out())
        .contains("NVIDIA L40S at 0000:21:00.0", "NVIDIA L40S at 0000:41:00.0");
    Answer top = run("lab", "run", "two-l40s", "--", "penstock", "top", "--once");
    assertThat(top.out()).contains("NVIDIA L40S");
    Answer faults = run("lab", "run", "two-l40s", "--", "penstock", "faults");
    assertThat(faults.out()).contains("/machine/dev/kmsg", "0000:41:00.0");
    assertThat(run("lab", "run", "two-l40s", "--", "false").exit()).isEqualTo(1);
  }

  /** Nobody but the lab knows of it: it would run on for ever. */
  @Test
  void aCommand_isToldToEnd_withTheLab() throws Exception {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Cli.assumeEncoder("libx264");
    String script = "trap 'kill $!; echo told; exit 7' TERM; sleep 500 & echo begun $$ $!; wait";
    try (Child child = start("lab", "run", "two-l40s", "--", "sh", "-c", script)) {
      while (!child.out().endsWith("\n")) {
        assertThat(child.isAlive()).as(child.err()).isTrue();
        Thread.sleep(10);
      }
      List<ProcessHandle> all =
          child
              .out()
              .replaceAll("\\D", " ")
              .strip()
              .lines()
              .flatMap(line -> Stream.of(line.split(" +")))
              .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
              .toList();
      assertThat(all).hasSize(2);
      child.signal("TERM");
      Answer answer = child.answer();
      assertThat(answer.exit()).as(answer.err()).isEqualTo(143);
      assertThat(answer.out()).endsWith("told\n");
      assertThat(answer.err()).contains("The command ended with 7.");
      for (ProcessHandle each : all) {
        each.onExit().get(10, TimeUnit.SECONDS);
      }
    }
  }

  private Answer rehearsed(Object... words) throws Exception {
    List<String> before = Cli.strings("lab", "run");
    List<String> all = Cli.strings(words);
    List<String> files = all.subList(all.size() - 2, all.size());
    before.addAll(all.subList(0, all.size() - 2));
    before.addAll(List.of("--", "penstock", "transcode"));
    before.addAll(files);
    before.addAll(
        List.of(
            "--hardware",
            "require",
            "--codec",
            "h264",
            "--size",
            "144p",
            "--lanes",
            "2",
            "--segments",
            "2s"));
    return run(before.toArray());
  }

  /** With a cache of this test's own. */
  private Answer run(Object... words) throws Exception {
    try (Child child = start(words)) {
      return child.answer(DEADLINE_SECONDS);
    }
  }

  private Child start(Object... words) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("env", "XDG_CACHE_HOME=" + kept, "XDG_STATE_HOME=" + kept.resolve("state")));
    command.addAll(Child.command(words));
    return Child.start(folder, Path.of("/dev/null"), Cli.strings(words), command);
  }

  /** Eight seconds, a key frame every second. */
  private Path source() throws IOException {
    return Oracle.clip(
        folder,
        "in.mp4",
        "-vf",
        "scale=320:192,loop=loop=1:size=100:start=0",
        "-an",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-g",
        "25",
        "-pix_fmt",
        "yuv420p");
  }

  private static void assertComplete(Answer answer) {
    assertThat(answer.exit()).as(answer.err()).isZero();
    assertThat(answer.out()).contains("200 frames in, 200 out", "verified: structure");
  }
}
