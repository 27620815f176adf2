package dev.penstock.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ExplainTest {
  @TempDir Path folder;

  @Test
  void anError_isExplained_withWhatToDo() {
    Answer answer =
        Cli.run("explain", "NVRM: Xid (PCI:0000:08:00): 119, pid=5, name=ffmpeg, Timeout")
            .succeeds();
    assertThat(answer.out())
        .startsWith("Xid 119: GSP does not answer\n")
        .contains(
            "  where     0000:08:00.0, process ffmpeg pid 5\n",
            "  lost      all sessions on this GPU, until it is reset\n",
            "  confirm   penstock doctor --only nv.gsp,",
            "sudo nvidia-smi --gpu-reset -i 0000:08:00.0\n",
            "  source    NVIDIA");
  }

  /** Commands are not broken: they are copied. */
  @Test
  void linesFitATerminal() {
    assertThat(Cli.onTerminal(80, "explain", "--no-checks", "xid", "79").out().lines())
        .filteredOn(line -> line.length() > 80)
        .allMatch(line -> line.startsWith("  confirm   penstock doctor --only "));
  }

  @Test
  void whatItNames_isLookedAtHere() {
    String log = "NVRM: GPU 0000:29:00.0: GPU has fallen off the bus.";

    assertThat(Cli.run("explain", log).succeeds().out()).contains("\nOn this machine:\n");
    assertThat(Cli.run("explain", "--no-checks", log).succeeds().out())
        .doesNotContain("On this machine");
  }

  @Test
  void ofALongLog_theLastPartIsRead() throws IOException {
    for (int length : new int[] {0, 1, 9, 10, 11, 19, 20, 21, 35}) {
      byte[] log = "abcdefghijklmnopqrstuvwxyz0123456789".substring(0, length).getBytes(UTF_8);

      byte[] last = ExplainCommand.last(new ByteArrayInputStream(log), 10);

      assertThat(new String(last, UTF_8))
          .isEqualTo(new String(log, UTF_8).substring(Math.max(0, length - 10)));
    }
  }

  /** Whose size is 0, whatever comes through it. */
  @Test
  @Timeout(10)
  void ofAPipe_theLastPartIsReadToo() throws Exception {
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Process writer =
        new ProcessBuilder("sh", "-c", "printf %s abcdefghijklmnopqrstuvwxyz > " + pipe).start();

    assertThat(new String(ExplainCommand.last(pipe, 10), UTF_8)).isEqualTo("qrstuvwxyz");
    assertThat(writer.waitFor()).isZero();
  }

  @Test
  void words_areOneQuestion_andCodesMayBeNegative() {
    assertThat(Cli.run("explain", "how", "many", "sessions").succeeds().out())
        .startsWith("How many encoder sessions does a consumer card allow?\n");
    assertThat(Cli.run("explain", "MFX", "-9").succeeds().out())
        .startsWith("MFX_ERR_NOT_FOUND (-9)");
  }

  @Test
  void aLog_isExplained_itsFirstCauseFirst() throws Exception {
    Path log =
        Files.writeString(
            folder.resolve("ffmpeg.log"),
            """
            [h264_nvenc @ 0x55d] OpenEncodeSessionEx failed: out of memory (10): (no details)
            [h264_nvenc @ 0x55d] No capable devices found
            Conversion failed!
            """);
    assertThat(Cli.run("explain", "--file", log).succeeds().out())
        .startsWith("NVENC: no more encoder sessions, or no GPU memory\n  said      line 1: ")
        .doesNotContain("Also:");
    assertThat(Cli.run("explain", "--file", log, "--json").succeeds().out())
        .contains("\"id\" : \"nvenc.open.memory\"", "\"rank\" : \"api\"", "\"trailers\"");
  }

  @Test
  void theUnknown_isSaidToBe_withWhatWasLookedFor() {
    Answer answer = Cli.run("explain", "blargh");
    assertThat(answer.exit()).isEqualTo(ExitCode.FAILED.value());
    assertThat(answer.out()).startsWith("Nothing here is known").contains("  - an Xid number");
  }

  @Test
  void nothingThatATerminalObeys_isPrinted() {
    String evil = "NVRM: Xid (PCI:0000:01:00): 43, pid=5, name=\033[2J\007x, Ch 1";
    assertThat(Cli.run("explain", evil).succeeds().out()).doesNotContain("\033", "\007");
  }

  @Test
  void mistakes_areToldSo() {
    Cli.run("explain", "--file", folder.resolve("none")).refuses("does not exist");
    Cli.run("explain", "--file", folder, "x").refuses("does not go with words");
    Cli.run("explain", "--nonsense").refuses("is no option of explain");
  }

  @Test
  void faults_areListedByDevice_withAVerdict() throws Exception {
    Path log =
        Files.writeString(
            folder.resolve("dmesg"),
            """
            [Fri Aug 30 11:43:09 2024] NVRM: GPU at PCI:0000:01:00: GPU-509665ad-b600-ac93-3616-d754b23d636d
            [Fri Aug 30 11:43:09 2024] NVRM: Xid (PCI:0000:01:00): 31, pid=7, name=ffmpeg, Ch 1
            [Fri Aug 30 11:43:10 2024] NVRM: Xid (PCI:0000:01:00): 79, GPU has fallen off the bus.
            [Fri Aug 30 11:43:11 2024] Out of memory: Killed process 77 (ffmpeg) total-vm:1kB
            """);
    Answer answer = Cli.run("faults", "--log", log);
    assertThat(answer.exit()).isEqualTo(ExitCode.HOST.value());
    assertThat(answer.out())
        .isEqualTo(
            """
            Read from %s

            0000:01:00.0 GPU-509665ad-b600-ac93-3616-d754b23d636d: lost
              because   Xid 79: GPU has fallen off the bus
              2024-08-30T11:43:09Z        Xid 31: MMU fault: GPU memory page fault, ffmpeg pid 7
              2024-08-30T11:43:10Z        Xid 79: GPU has fallen off the bus
              next      penstock explain "xid 79"

            No device named:
              2024-08-30T11:43:11Z        the kernel ended a process for lack of memory, ffmpeg pid 77
              next      penstock explain host.oom
            """
                .formatted(log));
    assertThat(Cli.run("faults", "--log", log, "--json").out())
        .contains("\"level\" : \"lost\"", "\"others\"");
    Files.writeString(log, "nothing\n");
    assertThat(Cli.run("faults", "--log", log).succeeds().out())
        .contains("It holds nothing against any device.");
  }
}
