package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
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
    Cli.encode(in, out).refuses("exists already");
    assertThat(Files.exists(out, LinkOption.NOFOLLOW_LINKS)).isTrue();
    Answer.assertOnly(results, "out.mp4");
  }

  @Test
  void linksToNothing_areWrittenThrough_whenAskedTo() throws IOException {
    Path between = folder.resolve("between.mp4");
    Files.createSymbolicLink(out, Path.of("..", between.getFileName().toString()));
    Files.createSymbolicLink(between, folder.resolve("nothing.mp4"));
    Cli.encode(in, out, "--overwrite").succeeds();
    assertThat(out).isSymbolicLink();
    assertThat(between).isSymbolicLink();
    Cli.probe(folder.resolve("nothing.mp4")).succeeds();
    Answer.assertOnly(results, "out.mp4");
  }

  @Test
  void linksInACircle_areSaid() throws IOException {
    Files.createSymbolicLink(out, results.resolve("other.mp4"));
    Files.createSymbolicLink(results.resolve("other.mp4"), out);
    Cli.encode(in, out, "--overwrite").fails(5, "open", "Too many levels of symbolic links");
    Answer.assertOnly(results, "out.mp4", "other.mp4");
  }

  @Test
  void pipesAsOutput_stay() throws Exception {
    assertThat(new ProcessBuilder("mkfifo", out.toString()).start().waitFor()).isZero();
    Cli.encode(in, out, "--overwrite").fails(2, "open", "is no regular file");
    Path link = Files.createSymbolicLink(results.resolve("link.mp4"), out);
    Cli.encode(in, link, "--overwrite").fails(2, "open", "is no regular file");
    assertThat(Files.readAttributes(out, BasicFileAttributes.class).isOther()).isTrue();
    Answer.assertOnly(results, "out.mp4", "link.mp4");
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
    Cli.encode(in, "/dev/full", "--overwrite").fails(2, "plan", "does not say which container");
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
        6,
        "mux",
        mounted ? "the disk is full" : "may not grow so large",
        "nothing was left behind");
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
    List<String> left =
        Cli.strings("bash", "-c", "\"$@\" | true; exit ${PIPESTATUS[0]}", "sh", probe);
    try (Child child = Child.start(folder, Path.of("/dev/null"), left, left)) {
      assertThat(child.answer().succeeds().err()).isEmpty();
    }
  }

  @Test
  void twoAtOnce_oneWins() throws Exception {
    List<Answer> answers = twice(() -> Cli.encode(in, out));
    assertThat(answers.stream().filter(answer -> answer.exit() == 0)).hasSize(1);
    Answer other = answers.stream().filter(answer -> answer.exit() != 0).findFirst().orElseThrow();
    assertThat(other.exit()).as(other.err()).isEqualTo(2);
    assertThat(other.withoutTraces().err()).contains("exists already");
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
        "%03d.mp4",
        "%s%n%p.mp4",
        "a:b.mp4",
        "quote'\".mp4",
        "new\nline.mp4",
        "$(x)`y`|.mp4",
        "..mp4.mp4"
      })
  void oddNames(String name) throws Exception {
    Cli.encode(in, results.resolve(name)).succeeds();
    Answer.assertOnly(results, name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ünï☃😀.mp4", "file:x.mp4", "-dash.mp4"})
  void oddNames_asTheShellPassesThem(String name) throws Exception {
    Child.run(results, "transcode", Cli.QUICK, "--", in, name).succeeds();
    Answer.assertOnly(results, name);
  }

  @Test
  void longNames() throws IOException {
    for (String name : new String[] {"x".repeat(251), "é".repeat(125), "😀".repeat(62)}) {
      Path file = results.resolve(name + ".mp4");
      Cli.run("transcode", in, file).succeeds();
      Files.delete(file);
    }
    Cli.encode(in, results.resolve("x".repeat(300) + ".mp4"))
        .fails(5, "open", "File name too long");
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
  void reports_loseNothing_throughLinkedFolders() throws IOException {
    Path linked = Files.createSymbolicLink(folder.resolve("linked"), results);
    Cli.encode(in, out, "--report", linked.resolve("out.mp4"))
        .refuses("--report: " + linked.resolve("out.mp4") + " is the input or the output");
    Answer.assertOnly(results);
  }

  @Test
  void reports_replaceNothingUnasked() throws IOException {
    Path report = Files.writeString(results.resolve("out.json"), "mine");
    Cli.encode(in, out, "--report", report).refuses("--report: " + report + " exists already");
    assertThat(report).hasContent("mine");
    Answer.assertOnly(results, "out.json");
    Cli.encode(in, out, "--report", report, "--overwrite").succeeds();
    assertThat(report).content().startsWith("{\n");
    Answer.assertOnly(results, "out.json", "out.mp4");
  }

  @Test
  void reports_replaceFilesOnly() throws Exception {
    Path pipe = results.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    Path link = Files.createSymbolicLink(results.resolve("link"), folder.resolve("nothing"));
    for (Path file : List.of(pipe, link)) {
      Cli.encode(in, out, "--overwrite", "--report", file).refuses("is a link, a pipe or a device");
    }
    Answer.assertOnly(results, "pipe", "link");
  }

  /** Whoever may write to the folder could have put a link under the name. */
  @Test
  void reports_haveNoNameThatCanBeForeseen() throws IOException {
    Path victim = Files.writeString(folder.resolve("victim"), "mine");
    Path report = results.resolve("out.json");
    Path trap = results.resolve(".out.json." + ProcessHandle.current().pid());
    Files.createSymbolicLink(trap, victim);
    Cli.encode(in, out, "--report", report).succeeds();
    assertThat(victim).hasContent("mine");
    assertThat(report).isRegularFile();
    assertThat(trap).isSymbolicLink();
  }

  @Test
  void jobsThatFail_leaveNoReport() throws IOException {
    Cli.run("transcode", in, out, "--report", results.resolve("out.json"), "--audio-tracks", "9")
        .fails(4, "plan");
    Answer.assertOnly(results);
  }

  @Test
  void aReportThatCannotBeWritten_isSaidBeforeTheWork() throws IOException {
    Cli.encode(in, out, "--report", "/proc/report.json")
        .fails(5, "open", "/proc/report.json: the report cannot be written there");
    Answer.assertOnly(results);
  }

  /** The output is small enough, the report is not. */
  @Test
  void aReportThatFindsNoRoom_leavesTheOutput() throws Exception {
    List<String> small = List.of("--duration", "0.1s", "--audio", "none", "--codec", "h264");
    Path report = folder.resolve("out.json");
    Answer answer =
        inShell("ulimit -f 8", Child.command("transcode", in, out, small, "--report", report));
    assertThat(answer.exit()).as(answer.err()).isEqualTo(6);
    assertThat(answer.err())
        .contains("the report could not be written; the output is complete", "File too large");
    assertThat(report).doesNotExist();
    Cli.probe(out).succeeds();
    Answer.assertOnly(results, "out.mp4");
    Answer.assertOnly(folder, "in.mp4", "results");
  }

  static Stream<Arguments> reportFailures() {
    return Stream.of(
        arguments(new IOException("No space left on device"), 6, "No space left on device"),
        arguments(new IOException("Disk quota exceeded"), 6, "Disk quota exceeded"),
        arguments(new AccessDeniedException("x"), 5, "Permission denied"),
        arguments(new NoSuchFileException("x"), 5, "No such file or directory"));
  }

  @ParameterizedTest
  @MethodSource("reportFailures")
  void aReportThatIsLost_isSaid(IOException e, int exit, String cause) {
    Complaint complaint = Complaint.of(ReportTarget.failure(Path.of("out.json"), Stage.FINISH, e));
    assertThat(complaint.exitCode().value()).isEqualTo(exit);
    assertThat(complaint.problem()).contains("the output is complete");
    assertThat(complaint.cause()).contains(cause);
  }
}
