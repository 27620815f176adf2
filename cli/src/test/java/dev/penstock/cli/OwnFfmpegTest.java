package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.lab.Lab;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands with an FFmpeg of the user's own: copies of the libraries that come with Penstock. */
class OwnFfmpegTest {
  private static final Path EMBEDDED =
      Path.of(System.getProperty("org.bytedeco.javacpp.platform.preloadpath"));

  @TempDir Path folder;
  private Path libraries;

  @Test
  void theVersion_isThatOfTheLibraries() throws Exception {
    copied();
    String said = run("--ffmpeg-libs", libraries, "--version").succeeds().out();
    assertThat(said.lines().toList().get(2)).startsWith("FFmpeg ").endsWith(", in " + libraries);
    assertThat(said.lines().toList().get(3)).startsWith("configured with --PREFIX=");
  }

  @Test
  void theVariable_doesTheSame_andTheOptionWins() throws Exception {
    copied();
    assertThat(withVariable(libraries, "--version").succeeds().out())
        .contains(", in " + libraries + "\n", "configured with --PREFIX=");
    assertThat(
            withVariable(Path.of("/nowhere"), "--version", "--ffmpeg-libs", libraries)
                .succeeds()
                .out())
        .contains("configured with --PREFIX=");
    withVariable(Path.of("/nowhere"), "--version")
        .fails(2, "open", "/nowhere", "there is no such folder", "PENSTOCK_FFMPEG_LIBS");
    withVariable(Path.of("/nowhere"), "transcode", "--help").succeeds();
    assertThat(withVariable(Path.of(""), "--version").succeeds().out())
        .doesNotContain("configured with");
  }

  @Test
  void theSameLibraries_writeTheSameBytes() throws Exception {
    copied();
    Path in = Oracle.clip(folder, "in.mp4");
    Cli.encode(in, folder.resolve("embedded.mp4")).succeeds();
    run("transcode", in, folder.resolve("own.mp4"), Cli.QUICK, "--ffmpeg-libs", libraries)
        .succeeds();
    assertThat(folder.resolve("own.mp4")).hasSameBinaryContentAs(folder.resolve("embedded.mp4"));
  }

  @Test
  void whatIsCached_isOfTheBuildThatMadeIt() throws Exception {
    copied();
    Path in = Oracle.clip(folder, "in.mp4");
    List<Object> cached =
        List.of("--cache", folder.resolve("cache"), "--overwrite", "--progress", "json");
    Path out = folder.resolve("out.mp4");
    List<Object> own = List.of("--ffmpeg-libs", libraries);
    assertThat(isHit(run("transcode", in, out, Cli.QUICK, cached))).isFalse();
    assertThat(isHit(run("transcode", in, out, Cli.QUICK, cached))).isTrue();
    assertThat(isHit(run("transcode", in, out, Cli.QUICK, cached, own))).isFalse();
    assertThat(isHit(run("transcode", in, out, Cli.QUICK, cached, own))).isTrue();
    Path util = libraries.resolve("libavutil.so.60");
    Files.setLastModifiedTime(util, FileTime.fromMillis(1));
    assertThat(isHit(run("transcode", in, out, Cli.QUICK, cached, own))).isFalse();
  }

  @Test
  void theDoctor_asksTheSameLibraries() throws Exception {
    copied();
    assertThat(
            run("doctor", "--only", "ff.build", "--no-active", "--ffmpeg-libs", libraries)
                .succeeds()
                .out())
        .contains("PASS    ff.build", libraries.toString(), "configured with", "--PREFIX=");
  }

  @Test
  void aMissingLibrary_isNamed() throws Exception {
    copied();
    Files.delete(libraries.resolve("libswresample.so.6"));
    run("probe", "clip.mp4", "--ffmpeg-libs", libraries)
        .fails(5, "open", libraries + ": lacks libswresample.so.6");
  }

  @Test
  void aTextFile_isRefused() throws Exception {
    copied();
    Files.writeString(libraries.resolve("libavcodec.so.62"), "INPUT(-lavcodec)\n".repeat(9));
    run("probe", "clip.mp4", "--ffmpeg-libs", libraries)
        .fails(5, "open", libraries.resolve("libavcodec.so.62") + ": is no shared library");
  }

  @Test
  void anotherMajorVersion_isRefused() throws Exception {
    copied();
    stub("libavutil.so.59", "59 << 16");
    run("probe", "clip.mp4", "--ffmpeg-libs", libraries)
        .fails(5, "open", "is libavutil.so.59, and libavutil.so.60 is needed");
    stub("libavutil.so.60", "59 << 16 | 39 << 8 | 100");
    run("probe", "clip.mp4", "--ffmpeg-libs", libraries)
        .fails(5, "open", "is version 59.39.100, and 60.8 or a later 60 is needed");
  }

  private static boolean isHit(Answer answer) {
    answer.succeeds();
    assertThat(answer.err()).contains("\"event\":\"done\"");
    return answer.err().contains("\"cached\":{");
  }

  private Answer run(Object... words) throws Exception {
    return Child.run(folder, words);
  }

  private Answer withVariable(Path value, Object... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("env", "PENSTOCK_FFMPEG_LIBS=" + value));
    command.addAll(Child.command(words));
    try (Child child = Child.start(folder, Path.of("/dev/null"), Cli.strings(words), command)) {
      return child.answer();
    }
  }

  /** Copies that say they were configured otherwise. */
  private void copied() throws IOException {
    libraries = Files.createDirectory(folder.resolve("libraries"));
    List<Path> originals;
    try (Stream<Path> all = Files.list(EMBEDDED)) {
      originals = all.filter(path -> path.toString().matches(".*/lib(av|sw).*")).toList();
    }
    for (Path original : originals) {
      Files.copy(original, libraries.resolve(original.getFileName()));
    }
    Path codec = libraries.resolve("libavcodec.so.62");
    String bytes = Files.readString(codec, StandardCharsets.ISO_8859_1);
    Files.writeString(codec, bytes.replace("--prefix=", "--PREFIX="), StandardCharsets.ISO_8859_1);
  }

  /** In place of libavutil: it knows its version and nothing else. */
  private void stub(String soname, String version) throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    Path source = folder.resolve("stub.c");
    Files.writeString(
        source,
        "unsigned avutil_version(void);\nunsigned avutil_version(void) { return "
            + version
            + "; }");
    Lab.compile(
        List.of(
            "-shared",
            "-fPIC",
            "-Wl,-soname," + soname,
            "-o",
            libraries.resolve("libavutil.so.60").toString(),
            source.toString()));
  }
}
