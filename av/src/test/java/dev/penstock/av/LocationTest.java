package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files and hosts an input can make us reach. */
@ExtendWith(NoLeaks.class)
class LocationTest {
  private static final int FRAMES = 25;

  @TempDir Path root;
  private Path folder;
  private Path inside;
  private Path outside;

  @BeforeEach
  void files() throws IOException {
    folder = Files.createDirectory(root.resolve("job"));
    inside = Clip.silent().write(folder.resolve("inside.ts"), "mpegts");
    outside = Clip.silent().write(root.resolve("outside.ts"), "mpegts");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "with space.mkv",
        "a:b.mkv",
        "http:x.mkv",
        "größe 日本.mkv",
        "-dash.mkv",
        "50%.mkv",
        "%d.mkv",
        "%03d.mkv",
        "quote'\".mkv",
        "pipe:0",
        "a\\b.mkv",
        "a?b#c&d.mkv",
        "[x]*.mkv",
        "new\nline.mkv"
      })
  void fileNames_areTakenLiterally(String name) {
    Path file = Clip.silent().write(folder.resolve(name), "matroska");
    assertThat(Media.packets(file)).hasSize(FRAMES);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%d.png", "%03d.png", "*.png", "%*.png"})
  void pictureNames_areNoPatterns(String name) throws IOException {
    Path file =
        Clip.empty()
            .video("testsrc2=size=64x48:rate=1:duration=1,format=rgb24", "png")
            .write(folder.resolve("x.png"), "image2pipe");
    Path odd = Files.move(file, folder.resolve(name));
    Files.copy(odd, folder.resolve("0.png"));
    Files.copy(odd, folder.resolve("1.png"));
    assertThat(Media.packets(odd)).hasSize(1);
  }

  @Test
  void relativePath_isRelativeToTheWorkingFolder() {
    Path here = Path.of("").toAbsolutePath();
    assertThat(Media.packets(here.relativize(inside.toAbsolutePath()))).hasSize(FRAMES);
  }

  @Test
  void fileUrl_isAPath() {
    Location location = Location.of("file://" + inside);
    assertThat(location.url()).isEqualTo("file:" + inside);
    assertThat(location.folder()).isPresent();
  }

  @Test
  void hls_ofSiblings_works() throws IOException {
    Files.copy(inside, Files.createDirectory(folder.resolve("sub")).resolve("b.ts"));
    assertThat(Media.packets(playlist("inside.ts", "sub/b.ts"))).hasSize(2 * FRAMES);
  }

  @Test
  void hls_thatLeavesTheFolder_isRefused() throws IOException {
    assertRefused(playlist("../outside.ts"));
    assertRefused(playlist(outside.toString()));
    assertRefused(playlist("file:" + outside));
    assertRefused(playlist("file://" + outside));
    assertRefused(playlist("sub/../../outside.ts"));
    assertRefused(playlist("/etc/passwd"));
    Files.createSymbolicLink(folder.resolve("link.ts"), outside);
    assertRefused(playlist("link.ts"));
    Files.createSymbolicLink(folder.resolve("up"), root);
    assertRefused(playlist("up/outside.ts"));
  }

  @Test
  void hls_encryptedSegmentOutside_isRefused() throws IOException {
    Files.write(folder.resolve("key.ts"), new byte[16]);
    String key = "#EXT-X-KEY:METHOD=AES-128,URI=\"key.ts\"\n";
    assertRefused(playlist(key, "../outside.ts"));
    assertThat(Location.of(folder.resolve("a.m3u8").toString()).allows("crypto+file:" + outside))
        .isFalse();
    assertThat(Location.of(folder.resolve("a.m3u8").toString()).allows("crypto+file:" + inside))
        .isTrue();
  }

  @Test
  void hls_keyOutside_isRefused() throws IOException {
    Files.write(root.resolve("key.ts"), new byte[16]);
    assertRefused(playlist("#EXT-X-KEY:METHOD=AES-128,URI=\"../key.ts\"\n", "inside.ts"));
  }

  @Test
  void hls_masterThatNamesAPlaylistOutside_isRefused() throws IOException {
    Files.writeString(root.resolve("out.m3u8"), text("", "outside.ts"));
    Path master = folder.resolve("master.m3u8");
    Files.writeString(master, "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\n../out.m3u8\n");
    assertRefused(master);
  }

  @Test
  void hls_thatNamesAHost_isRefusedWithoutAskingIt() throws Exception {
    try (Host host = new Host()) {
      assertRefused(playlist("http://127.0.0.1:" + host.port() + "/x.ts"));
      assertRefused(playlist("tcp://127.0.0.1:" + host.port()));
      assertRefused(playlist("crypto+http://127.0.0.1:" + host.port() + "/x.ts"));
      assertThat(host.calls()).isZero();
    }
  }

  @Test
  void concat_ofSiblings_works() throws IOException {
    Files.copy(inside, Files.createDirectory(folder.resolve("sub")).resolve("b.ts"));
    assertThat(Media.packets(list("inside.ts", "'sub/b.ts'"))).hasSize(2 * FRAMES);
  }

  @Test
  void concat_thatLeavesTheFolder_isRefused() throws IOException {
    assertRefused(list("../outside.ts"));
    assertRefused(list(outside.toString()));
    assertRefused(list("file:" + outside));
    assertRefused(list("/etc/passwd"));
    Files.createSymbolicLink(folder.resolve("link.ts"), outside);
    assertRefused(list("link.ts"));
    assertRefused(list("inside.ts", "'l'ink.ts"));
    assertRefused(list("inside.ts", "l\\ink.ts"));
    assertRefused(list("inside.ts\0file link.ts"));
    assertRefused(list("inside.ts\rfile link.ts"));
  }

  @Test
  void concat_ofLists_isRefused() throws IOException {
    Files.writeString(folder.resolve("list.m3u8"), text("", outside.toString()));
    assertRefused(list("list.m3u8"));
    Files.createSymbolicLink(folder.resolve("link.ts"), outside);
    Files.writeString(folder.resolve("inner.ffconcat"), "ffconcat version 1.0\nfile link.ts\n");
    assertRefused(list("inner.ffconcat"));
  }

  @Test
  void concat_thatNamesAHost_isRefusedWithoutAskingIt() throws Exception {
    try (Host host = new Host()) {
      assertRefused(list("http://127.0.0.1:" + host.port() + "/x.ts"));
      assertThat(host.calls()).isZero();
    }
  }

  @Test
  void concat_underAnotherName_isJudgedToo() throws IOException {
    Files.createSymbolicLink(folder.resolve("link.ts"), outside);
    assertRefused(Files.move(list("link.ts"), folder.resolve("film.mp4")));
  }

  @Test
  void playlistFromAHost_cannotNameLocalFiles() {
    Location location = Location.of("http://example.org/a.m3u8");
    assertThat(location.allows("file:/etc/passwd")).isFalse();
    assertThat(location.allows("/etc/passwd")).isFalse();
    assertThat(location.allows("http://example.org/b.ts")).isTrue();
    assertThat(location.protocols().split(",")).doesNotContain("file", "pipe", "concat");
  }

  @Test
  void missingSegment_isMissing_notRefused() {
    Location location = Location.of(folder.resolve("a.m3u8").toString());
    assertThat(location.allows("file:" + folder.resolve("none/none.ts"))).isTrue();
    assertThat(location.allows("file:" + folder.resolve("../none.ts"))).isFalse();
  }

  @Test
  void segmentWithAnUnreadableName_isRefused() throws IOException {
    Path file = folder.resolve("a.m3u8");
    byte[] text = text("", "b?d.ts").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    text[new String(text, java.nio.charset.StandardCharsets.US_ASCII).indexOf('?')] = (byte) 0xff;
    Files.write(file, text);
    assertThatThrownBy(() -> Media.packets(file)).isInstanceOf(AvException.class);
  }

  /** Nothing of the file is read: opening fails, or the input ends without a packet. */
  private static void assertRefused(Path file) {
    try {
      assertThat(Media.packets(file)).as(file.toString()).isEmpty();
    } catch (AvException refused) {
      assertThat(refused).hasMessageContaining(file.getFileName().toString());
    }
  }

  private Path playlist(String... segments) throws IOException {
    String head = segments[0].startsWith("#") ? segments[0] : "";
    String[] names =
        head.isEmpty() ? segments : java.util.Arrays.copyOfRange(segments, 1, segments.length);
    return Files.writeString(folder.resolve("list-under-test.m3u8"), text(head, names));
  }

  private static String text(String head, String... segments) {
    StringBuilder text = new StringBuilder("#EXTM3U\n#EXT-X-TARGETDURATION:1\n" + head);
    for (String segment : segments) {
      text.append("#EXTINF:1,\n").append(segment).append('\n');
    }
    return text.append("#EXT-X-ENDLIST\n").toString();
  }

  private Path list(String... names) throws IOException {
    StringBuilder text = new StringBuilder("ffconcat version 1.0\n");
    for (String name : names) {
      text.append("  file ").append(name).append('\n');
    }
    return Files.writeString(folder.resolve("under-test.ffconcat"), text);
  }

  /** Counts who calls. */
  private static final class Host implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final AtomicInteger calls = new AtomicInteger();

    Host() throws IOException {
      Thread.ofPlatform().daemon().start(this::serve);
    }

    private void serve() {
      while (true) {
        try (var _ = socket.accept()) {
          calls.incrementAndGet();
        } catch (IOException closed) {
          return;
        }
      }
    }

    int port() {
      return socket.getLocalPort();
    }

    int calls() {
      return calls.get();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
