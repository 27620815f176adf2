package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** A ladder that is killed at any moment is gone on with by the next run, to the same bytes. */
class KillTest {
  private static final int LANES = 2;
  private static final int KILLS = 3;
  private static final List<String> JOB =
      List.of(
          ("in.mkv out --rungs 180p:300k,90p:100k --preset p4 --segments 2s --format both"
                  + " --progress none --lanes "
                  + LANES)
              .split(" "));

  @TempDir static Path folder;
  private static Map<String, String> wanted = Map.of();
  private static Duration length = Duration.ZERO;

  private final Random random = new Random(11);

  @BeforeAll
  static void runUndisturbed() throws Exception {
    Oracle.clip(
        folder,
        "in.mkv",
        ("-filter_complex testsrc2=size=320x180:rate=25:duration=14"
                + " -c:v mpeg4 -g 25 -b:v 800k -c:a aac")
            .split(" "));
    try (Child child = Child.start(folder, Path.of("/dev/null"), words())) {
      long began = awaitWork(child);
      child.answer().succeeds();
      length = Duration.ofNanos(System.nanoTime() - began);
    }
    wanted = contents(folder.resolve("out"));
    assertThat(wanted).hasSizeGreaterThan(5);
    delete(folder.resolve("out"));
  }

  @BeforeEach
  void startWithNothing() throws IOException {
    assertThat(names(folder)).containsExactly("in.mkv");
  }

  private static Object[] words(String... more) {
    return Cli.strings("ladder", JOB, List.of(more)).toArray();
  }

  @Test
  void atAnyMoment() throws Exception {
    for (int i = 0; i < KILLS; i++) {
      long moment = (long) (length.toNanos() * (i + random.nextDouble()) / KILLS);
      killed(moment, words());
      Path out = folder.resolve("out");
      if (Files.exists(out)) {
        assertThat(contents(out)).isEqualTo(wanted);
      }
      goOn(Files.exists(out));
      delete(out);
    }
  }

  @Test
  void whileOutputsAreMade_andReplaced() throws Exception {
    Path out = folder.resolve("out");
    Path old = folder.resolve("old");
    Cli.run("ladder", folder.resolve("in.mkv"), old, "--rungs", "90p:50k", "--preset", "p1")
        .succeeds();
    Map<String, String> before = contents(old);
    Files.move(old, out);

    try (Child child = Child.start(folder, Path.of("/dev/null"), words("--overwrite"))) {
      while (child.isAlive() && !isPublishing()) {
        Thread.onSpinWait();
      }
      child.signal("KILL");
      assertThat(child.answer().exit()).isIn(0, 137);
    }

    assertThat(contents(out)).isIn(before, wanted);
    goOn(/* complete= */ false, "--overwrite");
    delete(out);
  }

  /** What was encoded serves other outputs, and nothing of the outputs that were begun is left. */
  @Test
  void whileOtherOutputsAreMade() throws Exception {
    Object[] others = words("--layout", "files", "--poster=1s", "--thumbnails", "2s");
    try (Child child = Child.start(folder, Path.of("/dev/null"), others)) {
      while (child.isAlive() && !isPublishing()) {
        Thread.onSpinWait();
      }
      child.signal("KILL");
      assertThat(child.answer().exit()).isEqualTo(137);
    }

    goOn(/* complete= */ false);
    delete(folder.resolve("out"));
  }

  /** Outputs are being made of spools that are all there. */
  private boolean isPublishing() throws IOException {
    return names(folder).stream()
        .anyMatch(name -> name.startsWith(".out.") && name.endsWith(".part"));
  }

  /** Starting takes longer than the job, and differs more: moments count from the first piece. */
  private static long awaitWork(Child child) {
    while (child.isAlive() && !Files.exists(folder.resolve(".out.penstock"))) {
      Thread.onSpinWait();
    }
    return System.nanoTime();
  }

  private void killed(long moment, Object[] words) throws Exception {
    try (Child child = Child.start(folder, Path.of("/dev/null"), words)) {
      long began = awaitWork(child);
      while (child.isAlive() && System.nanoTime() - began < moment) {
        Thread.onSpinWait();
      }
      child.signal("KILL");
      assertThat(child.answer().exit()).isIn(0, 137);
    }
  }

  private void goOn(boolean complete, String... more) throws Exception {
    List<String> kept = names(folder.resolve(".out.penstock"));
    long whole = kept.stream().filter(name -> name.matches("segment-\\d+|rest")).count();
    long lost = kept.stream().filter(name -> name.matches("(segment-\\d+|rest)\\.part")).count();
    assertThat(lost).as("pieces that are done twice, of %s", kept).isLessThanOrEqualTo(LANES);

    Path report = folder.resolve("report.json");
    List<String> words = new ArrayList<>(Cli.strings(words(more)));
    words.set(1, folder.resolve("in.mkv").toString());
    words.set(2, folder.resolve("out").toString());
    Answer answer = Cli.run(Cli.strings(words, "--report", report).toArray());
    if (complete) {
      answer.fails(2, "open", "holds a ladder already");
    } else {
      answer.succeeds();
      var pieces = JsonMapper.shared().readTree(Files.readString(report)).get("pieces");
      assertThat(pieces.get("segments").asInt()).isEqualTo(7);
      assertThat(pieces.get("reused").asLong()).as("kept: %s", kept).isEqualTo(whole);
      Files.delete(report);
    }
    assertThat(contents(folder.resolve("out"))).isEqualTo(wanted);
    assertThat(names(folder)).containsOnly("in.mkv", "out");
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  /** Digests of all files below a folder. */
  private static Map<String, String> contents(Path folder)
      throws IOException, NoSuchAlgorithmException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        contents.put(folder.relativize(file).toString(), HexFormat.of().formatHex(sum));
      }
    }
    return contents;
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, IOException failed)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
