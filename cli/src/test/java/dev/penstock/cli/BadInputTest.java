package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** Inputs that are not what they should be: one clear error, the right exit code, nothing left. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class BadInputTest {
  @TempDir Path folder;
  private Path results;
  private Path out;

  @BeforeEach
  void makeResultsFolder() throws IOException {
    results = Files.createDirectory(folder.resolve("results"));
    out = results.resolve("out.mp4");
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(folder.resolve(name), content);
  }

  private Path file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content);
  }

  /** Neither command takes it, and both say so alike. */
  private void assertBad(Path file, String stage, String... said) throws IOException {
    for (Answer answer : new Answer[] {Cli.probe(file), Cli.encode(file, out)}) {
      answer.fails(3, stage, said);
      assertThat(answer.complaint()).startsWith("penstock: " + file + ": ");
      assertThat(answer.out()).isEmpty();
    }
    Answer.assertOnly(results);
  }

  /** A container that opens, but holds nothing to decode. */
  private void assertNothingToEncode(Path file, String stage) throws IOException {
    Answer answer = Cli.encode(file, out).fails(3, stage);
    assertThat(answer.complaint()).startsWith("penstock: " + file + ": ");
    Answer.assertOnly(results);
  }

  @Test
  void missingFile() throws IOException {
    assertBad(folder.resolve("none.mp4"), "open", "no such file", "check the path");
  }

  @Test
  void folderAsInput() throws IOException {
    assertBad(folder, "open", "is a folder", "name a file in it");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "a.mkv", "a.ts", "a.wav", "a"})
  void emptyFile(String name) throws IOException {
    assertBad(file(name, ""), "open", "is empty");
  }

  @Test
  void threeBytes() throws IOException {
    assertBad(file("a.mp4", new byte[] {0, 0, 0}), "open", "not readable as media");
  }

  static Stream<Arguments> randomBytes() {
    // What files of these kinds begin with, and random bytes behind it.
    return Stream.of(
            arguments("mp4", "00000018667479706d703432000000006d70343269736f6d"),
            arguments("mkv", "1a45dfa3a342868101"),
            arguments("ts", "47400010"),
            arguments("avi", "524946460000010041564920"),
            arguments("webm", ""),
            arguments("mp3", "494433"),
            arguments("flv", "464c560105"),
            arguments("h264", "0000000167"),
            arguments("mpg", "000001ba"),
            arguments("ogg", "4f67675300"),
            arguments("bin", ""))
        .flatMap(kind ->
            IntStream.range(0, 3).mapToObj(seed -> arguments(kind.get()[0], kind.get()[1], seed)));
  }

  @ParameterizedTest
  @MethodSource
  void randomBytes(String extension, String magic, int seed) throws IOException {
    byte[] bytes = new byte[60_000];
    new Random(seed).nextBytes(bytes);
    byte[] start = HexFormat.of().parseHex(magic);
    System.arraycopy(start, 0, bytes, 0, start.length);
    Path file = file("a." + extension, bytes);
    // libav finds sound or pictures in some noise; what matters is how it ends.
    assertThat(Cli.probe(file).withoutTraces().exit()).isIn(0, 3);
    Answer answer = Cli.encode(file, out).withoutTraces();
    assertThat(answer.exit()).as(answer.err()).isIn(0, 3, 4);
    Answer.assertOnly(results, answer.exit() == 0 ? new String[] {"out.mp4"} : new String[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "a.mp4", "a.nfo", "a.ans", "a.html", "a.xml", "a.srt.bak", "a"})
  void text(String name) throws IOException {
    assertBad(file(name, "It was a dark and stormy night.\n".repeat(500)), "open", "not readable");
  }

  @Test
  void documentsThatGrowWhenRead() throws IOException {
    StringBuilder entities = new StringBuilder("<!ENTITY a0 \"aaaaaaaaaa\">");
    for (int i = 1; i < 10; i++) {
      entities.append("<!ENTITY a" + i + " \"" + ("&a" + (i - 1) + ";").repeat(10) + "\">");
    }
    String bomb = "<?xml version=\"1.0\"?><!DOCTYPE x [" + entities + "]>";
    assertBad(
        file("a.mpd", bomb + "<MPD xmlns=\"urn:mpeg:dash:schema:mpd:2011\">&a9;</MPD>"), "open");
    assertBad(file("a.html", bomb + "<html><video src=\"file:///etc/passwd\"/></html>"), "open");
    Path svg = file("a.svg", bomb + "<svg width=\"100000\" height=\"100000\">&a9;</svg>");
    assertThat(Cli.probe(svg).withoutTraces().exit()).isIn(0, 3);
    assertThat(Cli.encode(svg, out).withoutTraces().exit()).isIn(3, 4);
    Answer.assertOnly(results);
  }

  @Test
  void mp4WithoutItsIndex() throws IOException {
    byte[] whole = Oracle.clip("a.mp4");
    Path file = file("cut.mp4", Arrays.copyOf(whole, whole.length / 2));
    assertBad(file, "open", "not readable as media", "its index is missing", "get the file again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "a.mkv"})
  void cutInTheMiddle_givesWhatIsThere_andSaysHowMuchThatIs(String name) throws IOException {
    String[] frontIndex = "-c:v mpeg4 -g 25 -b:v 100k -c:a aac -movflags +faststart".split(" ");
    byte[] whole = Oracle.clip(name, frontIndex);
    Path file = file(name, Arrays.copyOf(whole, whole.length / 3));
    Answer answer = Cli.encode(file, out).succeeds();
    assertThat(answer.out())
        .containsPattern("video h264, \\d\\d frames in, \\d\\d out")
        .containsPattern("is cut off; it should last 4\\.\\d s, and [01]\\.\\d s are there");
    assertThat(Cli.probe(out).succeeds().out()).containsPattern("0:0[01]\\.\\d");
    Files.delete(out);
    Cli.encode(file, out, "--strict").fails(3, name.endsWith("4") ? "decode" : "demux");
    Answer.assertOnly(results);
  }

  @Test
  void copyOfACutFile_saysSoToo() throws IOException {
    byte[] whole =
        Oracle.clip("a.mp4", "-c:v", "libx264", "-c:a", "aac", "-movflags", "+faststart");
    Path file = file("cut.mp4", Arrays.copyOf(whole, whole.length / 3));
    assertThat(Cli.run("transcode", file, out).succeeds().out())
        .contains("copied", "is cut off; it should last 4.0 s");
  }

  @Test
  void cutInsideAGroupOfPictures_givesWhatIsThere() throws IOException {
    byte[] whole = Oracle.clip("a.ts");
    Path file = file("cut.ts", Arrays.copyOf(whole, whole.length * 5 / 8 + 77));
    assertThat(Cli.encode(file, out).succeeds().out())
        .containsPattern("video h264, (4|5|6)\\d frames in");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mkv", "ts", "avi"})
  void damagedFrames_areDecodedPastAndCounted(String extension) throws IOException {
    byte[] bytes = Oracle.clip("a." + extension).clone();
    Random random = new Random(1);
    for (int i = 0; i < 40; i++) {
      bytes[bytes.length / 3 + random.nextInt(bytes.length / 3)] ^=
          (byte) (1 + random.nextInt(255));
    }
    Path file = file("damaged." + extension, bytes);
    Path report = folder.resolve("report.json");
    Answer answer = Cli.encode(file, out, "--report", report).succeeds();
    assertThat(answer.out())
        .containsPattern("video h264, \\d{2,3} frames in, \\d{2,3} out, \\d+ damaged")
        .containsPattern("warning: .*damaged." + extension + ", track 0: \\d+ damaged places");
    assertThat(Files.readString(report)).containsPattern("\"damaged\" : [1-9]");
    Files.delete(out);
    Cli.encode(file, out, "--strict").fails(3, "decode", "is damaged", "leave out --strict");
    Answer.assertOnly(results);
  }

  @Test
  void strict_takesAWholeFile() throws IOException {
    Cli.encode(Oracle.clip(folder, "a.mp4"), out, "--strict").succeeds();
  }

  @Test
  void soundAlone_becomesSoundInMp4() throws IOException {
    Path file = Oracle.clip(folder, "a.m4a", "-vn", "-c:a", "aac");
    Answer plan = Cli.run("plan", file, out).succeeds();
    assertThat(plan.out())
        .contains("note: the input has no video; the output will hold sound only");
    Cli.run("transcode", file, out, "--audio", "aac:64k").succeeds();
    assertThat(Cli.probe(out).succeeds().out()).contains("audio").doesNotContain("video");
  }

  @Test
  void tracksWithoutAPacket() throws IOException {
    assertNothingToEncode(file("a.y4m", "YUV4MPEG2 W64 H64 F25:1 Ip A1:1 C420jpeg\n"), "decode");
    assertNothingToEncode(file("a.ivf", Crafted.ivf(64, 64, 0)), "decode");
    byte[] whole = Oracle.clip("a.mp4", "-c:v", "mpeg4", "-an", "-movflags", "+empty_moov");
    int fragment = indexOf(whole, "moof") - 4;
    assertNothingToEncode(file("a.mp4", Arrays.copyOf(whole, fragment)), "plan");
  }

  private static int indexOf(byte[] bytes, String box) {
    return new String(bytes, StandardCharsets.ISO_8859_1).indexOf(box);
  }

  @Test
  void aTrackThatNeverComes_doesNotSpoilTheOthers() throws IOException {
    byte[] bytes =
        Oracle.clip("two.mp4", "-map 0:v -map 0:v -map 1:a -c:v mpeg4 -c:a aac".split(" "));
    // The second picture track's size, 96x64, in its sample entry and its header.
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int second = text.indexOf("mp4v", text.indexOf("mp4v", text.indexOf("stsd")) + 4);
    ByteBuffer.wrap(bytes).putInt(second + 28, 0);
    bytes[text.indexOf("esds", second)] = 'x';
    Path file = file("two.mp4", bytes);
    Answer answer = Cli.encode(file, out);
    assertThat(answer.succeeds().out()).contains("track 0: video h264, 100 frames in");
  }

  static Stream<Arguments> absurdSizes() {
    return Stream.of(
        arguments("a.png", Crafted.png(65_535, 65_535)),
        arguments("b.png", Crafted.png(Integer.MAX_VALUE, Integer.MAX_VALUE)),
        arguments("a.bmp", Crafted.bmp(65_535, 65_535)),
        arguments("b.bmp", Crafted.bmp(1, Integer.MAX_VALUE)),
        arguments("a.ivf", Crafted.ivf(16_383, 16_383, 2)),
        arguments("a.h264", Crafted.h264(65_535, 65_535)),
        arguments("b.h264", Crafted.h264(16_384, 16_384)),
        arguments(
            "a.y4m",
            "YUV4MPEG2 W65535 H65535 F25:1 Ip A1:1 C420jpeg\nFRAME\n"
                .getBytes(StandardCharsets.US_ASCII)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void absurdSizes(String name, byte[] bytes) throws IOException {
    if (name.equals("a.ivf")) {
      Cli.assumeEncoder("libx264"); // OpenH264 refuses the size before the file is read
    }
    Path file = file(name, bytes);
    Answer probed = Cli.probe(file).withoutTraces();
    assertThat(probed.exit()).isIn(0, 3);
    assertThat(probed.out()).doesNotContain("0x0");
    Answer answer = Cli.encode(file, out).withoutTraces();
    assertThat(answer.exit()).as(answer.err()).isEqualTo(3);
    assertThat(answer.complaint()).startsWith("penstock: " + file);
    Answer.assertOnly(results);
  }

  @ParameterizedTest
  @CsvSource({"/dev/null, open", "/dev/zero, open"})
  void devices(Path device, String stage) throws IOException {
    assertBad(device, stage);
  }

  @Test
  void namesWithPatternsAreNames() throws IOException {
    Path clip = Oracle.clip(folder, "a.mp4");
    for (String name :
        new String[] {"%03d.mp4", "%s%n.mp4", "*?{a,b}.mp4", "a:b.mp4", "file:x.mp4"}) {
      Path copy = Files.copy(clip, folder.resolve(name));
      Cli.probe(copy).succeeds();
      Path result = results.resolve(name);
      Cli.run("transcode", copy, result).succeeds();
      Answer.assertOnly(results, name);
      Files.delete(result);
    }
    Path picture = Oracle.clip(folder, "%02d.png", "-map", "0:v", "-frames:v", "1", "-update", "1");
    assertThat(Cli.probe(picture).succeeds().out()).contains("96x64");
  }

  @Test
  void whatATerminalWouldObey_isNotPrinted() throws IOException {
    String title = "a\033]0;b\007c\u009bd\nforged: line";
    Path file =
        Oracle.clip(folder, "a.mkv", "-c:v", "mpeg4", "-c:a", "aac", "-metadata", "title=" + title);
    assertThat(Cli.probe(file).succeeds().out())
        .contains("title: a")
        .contains("forged")
        .doesNotContain("\033", "\007", "\nforged");
    assertThat(Cli.probe(file, "--json").succeeds().out())
        .contains("\\u001B")
        .doesNotContain("\033");
    assertThat(Cli.run("plan", file, out).succeeds().out())
        .doesNotContain("\033", "\007", "\u009b", "\nforged");
    assertThat(Cli.run("plan", file, out, "--ffmpeg").succeeds().out().strip())
        .contains("forged")
        .doesNotContain("\033", "\007", "\u009b", "\n", " -y ");
    Path odd = folder.resolve("new\nline\033[31m.mp4");
    assertThat(Cli.probe(odd).fails(3, "open").err()).doesNotContain("\033", "new\nline");
  }

  /** The file may be good; this user, or this machine, is not the one to read it. */
  @Test
  void withoutPermission() throws Exception {
    Path file = Oracle.clip(folder, "locked.mkv");
    Files.setPosixFilePermissions(file, Set.of());
    List<String> probe = Child.command("probe", file);
    List<String> command =
        Files.isReadable(file)
            // Root reads everything, unless it is robbed of that.
            ? Cli.strings("setpriv", "--bounding-set=-all", "--inh-caps=-all", probe)
            : probe;
    try (Child child = Child.start(folder, Path.of("/dev/null"), command, command)) {
      child.answer().fails(5, "open", "may not be read", "Permission denied");
    }
  }

  @Test
  void noNameAtAll() {
    Cli.probe("").refuses("FILE: is empty");
    Cli.run("transcode", "", out).refuses("IN: is empty");
    Cli.run("transcode", "a.mp4", "").refuses("OUT: is empty");
    Cli.probe("a.mp4", "--timeout", "0s").refuses("--timeout: is zero");
  }
}
