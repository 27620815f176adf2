package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where OUT may be, what happens to what is there, and that nothing else is left behind. */
@Timeout(value = 90, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class OutputTest {
  @TempDir Path folder;
  private Path in;
  private Path results;
  private Path out;

  @BeforeEach
  void makeClip() throws IOException {
    in = Oracle.clip(folder, "in.mp4");
    results = Files.createDirectory(folder.resolve("results"));
    out = results.resolve("out.mp4");
  }

  @Test
  void anExistingFile_staysAsItIs() throws IOException {
    Files.writeString(out, "mine");
    FileTime time = FileTime.from(Instant.parse("2001-02-03T04:05:06Z"));
    Files.setLastModifiedTime(out, time);
    Cli.encode(in, out).refuses("exists already");
    assertThat(out).hasContent("mine");
    assertThat(Files.getLastModifiedTime(out)).isEqualTo(time);
    Answer.assertOnly(results, "out.mp4");
  }

  @Test
  void overwrite_replacesIt_butOnlyByAWholeFile() throws IOException {
    Files.writeString(out, "mine");
    Object before = Files.getAttribute(out, "unix:ino");
    byte[] cut = Files.readAllBytes(in);
    Path damaged = Files.write(folder.resolve("damaged.mp4"), Arrays.copyOf(cut, 5000));
    Cli.encode(damaged, out, "--overwrite").fails(3, "open");
    assertThat(out).hasContent("mine");
    Cli.encode(in, out, "--overwrite").succeeds();
    assertThat(Files.getAttribute(out, "unix:ino")).isNotEqualTo(before);
    Cli.probe(out).succeeds();
    Answer.assertOnly(results, "out.mp4");
  }

  @Test
  void links_areFollowed() throws IOException {
    Path target = Files.writeString(folder.resolve("elsewhere.mp4"), "mine");
    Path link = Files.createSymbolicLink(out, target);
    Cli.encode(in, link).refuses("exists already");
    Cli.encode(in, link, "--overwrite").succeeds();
    assertThat(link).isSymbolicLink();
    Cli.probe(target).succeeds();
  }

  @Test
  void linksToNothing_stay() throws IOException {
    Files.createSymbolicLink(out, folder.resolve("nothing.mp4"));
    assertThat(Cli.encode(in, out).exit()).isIn(2, 5);
    assertThat(Files.exists(out, LinkOption.NOFOLLOW_LINKS)).isTrue();
    Answer.assertOnly(results, "out.mp4");
  }

  @Test
  void missingFolder() {
    Cli.encode(in, results.resolve("none/out.mp4"))
        .fails(5, "open", "its folder does not exist", "none is missing", "make the folder first");
  }

  @Test
  void fileAsFolder() {
    Cli.encode(in, in.resolve("out.mp4"))
        .fails(5, "open", "its folder does not exist", "in.mp4 is a file");
  }

  @Test
  void folderThatTakesNoFiles() {
    Cli.encode(in, "/proc/out.mp4").fails(5, "open", "/proc/out.mp4: its folder cannot be written");
  }

  @Test
  void folderAsOutput() {
    Cli.encode(in, results, "--overwrite").refuses("is a folder");
  }

  @Test
  void deviceAsOutput() {
    Cli.encode(in, "/dev/null").refuses("exists already");
    Cli.encode(in, "/dev/full", "--overwrite").fails(4, "plan", "does not say which container");
  }

  /** As a shell in a mount namespace of its own, where that is allowed; it cleans up by itself. */
  private static boolean mayMount() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt")
            .redirectErrorStream(true)
            .start();
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }

  private Answer inShell(String before, List<String> command) throws Exception {
    String script = before + "; \"$@\"; code=$?; ls -A " + results + " >&2; exit $code";
    List<String> shell = Cli.strings("sh", "-c", script, "sh", command);
    List<String> wrapped = mayMount() ? Cli.strings("unshare", "-rm", shell) : shell;
    try (Child child = Child.start(folder, Path.of("/dev/null"), command, wrapped)) {
      return child.answer();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"out.mp4", "out.mkv", "out.ts"})
  void fullDisk(String name) throws Exception {
    boolean mounted = mayMount();
    // Where mounting is not allowed, a limit on the size of files comes nearest.
    String limit = mounted ? "mount -t tmpfs -o size=16k none " + results : "ulimit -f 16";
    Answer answer =
        inShell(limit, Child.command("transcode", in, results.resolve(name), Cli.QUICK));
    answer.fails(
        6, "mux", mounted ? "the disk is full" : "may not grow so large", "nothing was left behind");
    assertThat(answer.err()).endsWith("nothing was left behind\n");
  }

  @Test
  void limitedFileSize() throws Exception {
    Answer answer = inShell("ulimit -f 16", Child.command("transcode", in, out, Cli.QUICK));
    answer.fails(6, "mux", "the file may not grow so large");
    Answer.assertOnly(results);
  }

  @Test
  void readOnlyDisk() throws Exception {
    if (!mayMount()) {
      folderThatTakesNoFiles();
      return;
    }
    inShell("mount -t tmpfs -o ro none " + results, Child.command("transcode", in, out, Cli.QUICK))
        .fails(5, "open", "its folder cannot be written", "Read-only file system");
  }

  @Test
  void resultsThatAreLost_areNoSuccess() throws Exception {
    List<String> probe = Child.command("probe", in);
    List<String> full = Cli.strings("sh", "-c", "\"$@\" > /dev/full", "sh", probe);
    try (Child child = Child.start(folder, Path.of("/dev/null"), full, full)) {
      Answer answer = child.answer().withoutTraces();
      assertThat(answer.exit()).as(answer.err()).isEqualTo(5);
      assertThat(answer.err()).startsWith("penstock: standard output: could not be written");
    }
    List<String> left = Cli.strings("bash", "-c", "\"$@\" | true; exit ${PIPESTATUS[0]}", "sh", probe);
    try (Child child = Child.start(folder, Path.of("/dev/null"), left, left)) {
      assertThat(child.answer().succeeds().err()).isEmpty();
    }
  }

  @Test
  void twoAtOnce_oneWins() throws Exception {
    List<Answer> answers = twice(() -> Cli.encode(in, out));
    assertThat(answers.stream().filter(answer -> answer.exit() == 0)).hasSize(1);
    Answer other = answers.stream().filter(answer -> answer.exit() != 0).findFirst().orElseThrow();
    assertThat(other.exit()).as(other.err()).isIn(2, 5);
    assertThat(other.withoutTraces().err()).containsPattern("already exists|exists already");
    Cli.probe(out).succeeds();
    Answer.assertOnly(results, "out.mp4");
  }

  @Test
  void twoAtOnce_bothOverwriting_leaveAWholeFile() throws Exception {
    Files.writeString(out, "mine");
    twice(() -> Cli.encode(in, out, "--overwrite")).forEach(Answer::succeeds);
    Cli.probe(out).succeeds();
    Answer.assertOnly(results, "out.mp4");
  }

  private static List<Answer> twice(Callable<Answer> command) throws Exception {
    try (ExecutorService both = Executors.newFixedThreadPool(2)) {
      List<Future<Answer>> answers = both.invokeAll(List.of(command, command));
      return List.of(answers.get(0).get(), answers.get(1).get());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with space.mp4",
        "ünï☃😀.mp4",
        "%03d.mp4",
        "%s%n%p.mp4",
        "a:b.mp4",
        "file:x.mp4",
        "-dash.mp4",
        "quote'\".mp4",
        "new\nline.mp4",
        "$(x)`y`|.mp4",
        "..mp4.mp4"
      })
  void oddNames(String name) throws Exception {
    Answer answer = Child.run(results, "transcode", Cli.QUICK, "--", in, name);
    answer.succeeds();
    Answer.assertOnly(results, name);
  }

  @Test
  void longNames() throws IOException {
    for (String name : new String[] {"x".repeat(251), "é".repeat(125), "😀".repeat(62)}) {
      Path file = results.resolve(name + ".mp4");
      Cli.run("transcode", in, file).succeeds();
      Files.delete(file);
    }
    Cli.encode(in, results.resolve("x".repeat(300) + ".mp4")).fails(5, "open", "File name too long");
    Answer.assertOnly(results);
  }

  @Test
  void namesThatBeginWithADash_areExplained() {
    Cli.run("transcode", in, "-dash.mp4").refuses("needs IN and OUT");
    assertThat(Cli.run("transcode", in, "-dash.mp4").err()).contains("put -- before it");
  }

  @Test
  void theInputIsNeverTheOutput() throws Exception {
    byte[] before = Files.readAllBytes(in);
    Cli.encode(in, in, "--overwrite").refuses("is the input itself");
    Cli.encode("file://" + in, in, "--overwrite").refuses("is the input itself");
    List<String> words = Cli.strings("transcode", "-", in, "--overwrite");
    try (Child child = Child.start(folder, in, words.toArray())) {
      child.answer().refuses("is the input itself");
    }
    assertThat(in).hasBinaryContent(before);
  }

  @ParameterizedTest
  @CsvSource({"in.mp4", "results/out.mp4", "results", "results/none/report.json"})
  void reports_loseNothing(String report) throws IOException {
    byte[] before = Files.readAllBytes(in);
    Cli.encode(in, out, "--report", folder.resolve(report)).refuses("--report: ");
    assertThat(in).hasBinaryContent(before);
    Answer.assertOnly(results);
  }

  @Test
  void aReportThatCannotBeWritten_isSaid_andTheOutputStays() throws IOException {
    Answer answer = Cli.encode(in, out, "--report", "/proc/report.json").withoutTraces();
    assertThat(answer.exit()).isEqualTo(5);
    assertThat(answer.err())
        .startsWith("penstock: /proc/report.json: the report could not be written")
        .contains("the output is complete", "\n  next: ");
    Cli.probe(out).succeeds();
    Answer.assertOnly(results, "out.mp4");
  }
}
