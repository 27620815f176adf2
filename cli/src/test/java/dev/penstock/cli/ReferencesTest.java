package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inputs that name other files: those beside them are read, others are refused and named. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class ReferencesTest {
  @TempDir Path folder;
  private Path inside;
  private Path results;

  @BeforeEach
  void makeFolders() throws IOException {
    inside = Files.createDirectory(folder.resolve("inside"));
    results = Files.createDirectory(folder.resolve("results"));
    Oracle.clip(folder, "secret.ts");
    Oracle.clip(inside, "segment.ts");
  }

  private Path playlist(String... lines) throws IOException {
    return Files.writeString(
        inside.resolve("list.m3u8"),
        "#EXTM3U\n#EXT-X-VERSION:3\n" + String.join("\n", lines) + "\n");
  }

  private Path segments(String url) throws IOException {
    return playlist("#EXT-X-TARGETDURATION:4", "#EXTINF:4.0,", url, "#EXT-X-ENDLIST");
  }

  private void assertRefused(Path input, String name) throws IOException {
    for (Answer answer :
        new Answer[] {Cli.probe(input), Cli.encode(input, results.resolve("out.mp4"))}) {
      answer.fails(3, "open", name);
      assertThat(answer.complaint()).startsWith("penstock: " + input + ": ");
    }
    Answer.assertOnly(results);
  }

  @Test
  void whatLiesBesideIt_isRead() throws IOException {
    assertThat(Cli.probe(segments("segment.ts")).succeeds().out()).contains("96x64");
    Path out = results.resolve("out.mp4");
    assertThat(Cli.encode(segments("segment.ts"), out).succeeds().out()).contains("100 frames in");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "/etc/passwd",
        "../secret.ts",
        "file:../secret.ts",
        "crypto:../secret.ts",
        "crypto+file:../secret.ts",
        "concat:segment.ts|../secret.ts",
        "subfile,,start,0,end,0,,:../secret.ts",
        "cache:../secret.ts",
        "async:../secret.ts",
        "data:video/mp2t;base64,AAAA",
        "http://127.0.0.1:9/a.ts",
        "https://127.0.0.1:9/a.ts",
        "udp://127.0.0.1:9",
        "tcp://127.0.0.1:9/a.ts",
        "unix:/run/x.ts",
        "ftp://127.0.0.1:9/a.ts",
      })
  void whatLiesElsewhere_isRefusedAndNamed(String url) throws IOException {
    assertRefused(segments(url), url.substring(url.lastIndexOf('/') + 1));
  }

  @Test
  void absolutePathsOutside_areRefused() throws IOException {
    assertRefused(segments(folder.resolve("secret.ts").toString()), "secret.ts");
  }

  @Test
  void linksDoNotLeadOut() throws IOException {
    Files.createSymbolicLink(inside.resolve("link.ts"), folder.resolve("secret.ts"));
    assertRefused(segments("link.ts"), "refers to something it may not reach");
  }

  @Test
  void keysComeFromInsideToo() throws IOException {
    assertRefused(
        playlist(
            "#EXT-X-TARGETDURATION:4",
            "#EXT-X-KEY:METHOD=AES-128,URI=\"../secret.ts\"",
            "#EXTINF:4.0,",
            "segment.ts",
            "#EXT-X-ENDLIST"),
        "secret.ts");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list.m3u8", "./list.m3u8", "../inside/list.m3u8"})
  void playlistsThatListThemselves_end(String itself) throws IOException {
    assertRefused(segments(itself), "list.m3u8");
    Answer answer = Cli.probe(playlist("#EXT-X-STREAM-INF:BANDWIDTH=1", itself));
    answer.fails(3, "open", "refers to something it may not reach");
  }

  @Test
  void playlistsThatListEachOther_end() throws IOException {
    String master =
        "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n%s\n#EXT-X-STREAM-INF:BANDWIDTH=2\n%s\n";
    Path a = Files.writeString(inside.resolve("a.m3u8"), master.formatted("b.m3u8", "b.m3u8"));
    Files.writeString(inside.resolve("b.m3u8"), master.formatted("a.m3u8", "a.m3u8"));
    assertRefused(a, "it seems to refer to itself");
  }

  @Test
  void listsOfFiles() throws IOException {
    Path list = inside.resolve("list.ffconcat");
    Files.writeString(list, "ffconcat version 1.0\nfile segment.ts\nfile segment.ts\n");
    Cli.probe(list).succeeds();
    for (String name : new String[] {"../secret.ts", "/etc/passwd", "list.ffconcat"}) {
      Files.writeString(list, "ffconcat version 1.0\nfile " + name + "\n");
      assertRefused(list, name);
    }
    segments("../secret.ts");
    Files.writeString(list, "ffconcat version 1.0\nfile list.m3u8\n");
    assertRefused(list, "list.m3u8");
  }

  @Test
  void descriptionsOfSessions_openNoSockets() throws IOException {
    String session =
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n";
    assertRefused(Files.writeString(inside.resolve("a.sdp"), session), "a.sdp");
  }

  @Test
  void playlistsThatNameOtherKindsOfFiles_areNotCalledDamaged() throws IOException {
    Files.copy(inside.resolve("segment.ts"), inside.resolve("segment.bin"));
    Path list = segments("segment.bin");
    Answer named = Cli.probe(list).fails(3, "open", "names files of other kinds", "segment.bin");
    Path other = Files.move(segments("segment.ts"), inside.resolve("list.txt"));
    Answer misnamed =
        Cli.probe(other).fails(3, "open", "a playlist under another name", "name it .m3u8");
    assertThat(named.err() + misnamed.err()).doesNotContain("damaged", "patch", "hls.c");
  }
}
