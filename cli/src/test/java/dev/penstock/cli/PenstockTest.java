package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.Cancellation;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The command from its words to its text and exit code, as far as no media is needed. */
class PenstockTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    Terminal terminal = Terminal.plain(new PrintWriter(out, true), new PrintWriter(err, true));
    return Penstock.run(terminal, new Cancellation(), words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plan a b --gop 2x | --gop: '2x' is neither frames (60) nor a time (2s)",
        "plan a b --gopp 60 | --gopp: no such option",
        "plan a b c | c: one argument too many",
        "plan a | plan: needs IN and OUT",
        "plan | plan: needs IN and OUT",
        "prob x | prob: no such command",
        "plan a b --gop | --gop: needs a value",
        "plan a b --encoder-option x | --encoder-option: 'x' is not NAME=VALUE",
        "plan a b --codec av1 --size 720p --size 480p | --size: is given more than once",
        "plan a b --json --ffmpeg | --ffmpeg: cannot be had with --json",
        "compare a | compare: needs A and B",
        "compare - - | B: standard input can be only one of both",
        "compare a b --metric vmaf | --metric: 'vmaf' is none of xpsnr, ssim, psnr, all",
        "compare a b --min-ssim 2 | --min-ssim: is more than 1",
        "compare a b --min-xpsnr x | --min-xpsnr: 'x' is not a number of 0 or more",
        "compare a b --duration 0 | --duration: is zero",
        "compare a b --svg /nowhere/a.svg | --svg: /nowhere is not a folder",
        "transcode a - | OUT: standard output cannot be written to",
      })
  void mistakes_nameTheSubjectAndExitWith2(String words, String line) {
    assertThat(run(words.split(" "))).isEqualTo(2);
    assertThat(err.toString()).startsWith("penstock: " + line).contains("\n  next: ");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void mistakes_suggestTheNearestName() {
    run("plan", "a", "b", "--gopp", "60");
    assertThat(err.toString()).contains("did you mean --gop?");
  }

  @Test
  void noWords_printHelpAndExitWith2() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("Usage: penstock", "transcode", "Exit codes:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "probe -h",
        "plan --help",
        "transcode --help",
        "compare --help",
        "encoders --help",
        "demo --help",
        "completion --help"
      })
  void help_goesToStandardOutputAndFits(String words) {
    assertThat(run(words.split(" "))).isZero();
    assertThat(out.toString().lines()).isNotEmpty().allMatch(line -> line.length() <= 100);
    assertThat(out.toString()).doesNotContain("train-aot", "worker");
  }

  @Test
  void help_groupsOptionsUnderHeadings() {
    run("transcode", "--help");
    assertThat(out.toString())
        .containsSubsequence(
            "\nVideo\n",
            "--codec",
            "\nAudio",
            "--loudness",
            "\nRange",
            "--start",
            "\nOutput\n",
            "--report",
            "\nGeneral\n",
            "--timeout");
  }

  @Test
  void help_listsEveryExitCode() {
    run("--help");
    for (ExitCode code : ExitCode.values()) {
      assertThat(out.toString()).containsPattern("(?m)^  " + code.value() + " +\\w");
    }
  }

  @Test
  void version_worksBesideOtherWords() {
    assertThat(run("-V")).isZero();
    assertThat(out.toString()).startsWith("penstock " + Version.current());
  }

  @Test
  void transcode_refusesToWriteOverItsInput(@TempDir Path folder) throws IOException {
    Path in = Files.writeString(folder.resolve("in.mp4"), "x");
    Path link = Files.createSymbolicLink(folder.resolve("link.mp4"), in);
    assertThat(run("transcode", in.toString(), link.toString(), "--overwrite")).isEqualTo(2);
    assertThat(err.toString()).startsWith("penstock: " + link + ": is the input itself");
    assertThat(in).hasContent("x");
  }

  @Test
  void transcode_refusesToReplaceUnasked(@TempDir Path folder) throws IOException {
    Path out = Files.writeString(folder.resolve("out.mp4"), "x");
    assertThat(run("transcode", "in.mkv", out.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("exists already", "--overwrite");
  }

  @Test
  void transcode_refusesAReportThatCannotBeWritten(@TempDir Path folder) {
    String report = folder.resolve("missing/report.json").toString();
    assertThat(run("transcode", "in.mkv", "out.mp4", "--report", report)).isEqualTo(2);
    assertThat(err.toString()).startsWith("penstock: --report: " + folder.resolve("missing"));
  }

  @Test
  void transcode_refusesAFolder(@TempDir Path folder) {
    assertThat(run("transcode", "in.mkv", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("is a folder");
  }

  @Test
  void completion_knowsCommandsOptionsAndTheirWords() {
    assertThat(run("completion")).isZero();
    assertThat(out.toString()).contains("transcode", "--deinterlace", "keep", "p7");
  }
}
