package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that refuse, stall, or go away: a broken download is never a success. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class NetworkTest {
  private static final String[] CODECS =
      "-c:v mpeg4 -g 25 -b:v 100k -c:a aac -movflags +faststart".split(" ");

  @TempDir Path folder;
  private final CountDownLatch over = new CountDownLatch(1);
  private ServerSocket listening;

  /** Answers a request, the headers included. */
  private interface Handler {
    void answer(OutputStream client) throws Exception;
  }

  @BeforeEach
  void listen() throws IOException {
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    over.countDown();
    listening.close();
  }

  private String serve(String name, Handler handler) {
    Thread.ofPlatform().daemon().start(() -> acceptAll(handler));
    return "http://127.0.0.1:" + listening.getLocalPort() + "/" + name;
  }

  private void acceptAll(Handler handler) {
    while (!listening.isClosed()) {
      try {
        Socket socket = listening.accept();
        Thread.ofVirtual().start(() -> answer(socket, handler));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void answer(Socket socket, Handler handler) {
    try (socket) {
      BufferedReader request =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      while (!request.readLine().isEmpty()) {
        // Whatever is asked for, the answer is the same.
      }
      handler.answer(socket.getOutputStream());
    } catch (Exception gone) {
      // The client has heard enough.
    }
  }

  private static byte[] head(String status, String... headers) {
    String text = "HTTP/1.1 " + status + "\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] part(byte[] whole, int thirds) {
    return Arrays.copyOf(whole, whole.length * thirds / 3);
  }

  private Path out() {
    return folder.resolve("out.mp4");
  }

  private void assertFails(String url, String stage, String... said) throws IOException {
    for (Answer answer :
        new Answer[] {
          Cli.encode(url, out(), "--timeout", "3s"),
          Cli.run("transcode", url, out(), "--timeout", "3s")
        }) {
      answer.fails(3, stage, said);
      assertThat(answer.complaint()).startsWith("penstock: " + url);
    }
    Answer.assertOnly(folder);
  }

  @Test
  void aWholeFile_isRead() {
    byte[] clip = Oracle.clip("a.mp4", CODECS);
    String url =
        serve(
            "a.mp4",
            client -> {
              client.write(head("200 OK", "Content-Length: " + clip.length));
              client.write(clip);
            });
    assertThat(Cli.encode(url, out()).succeeds().out())
        .contains("100 frames in")
        .doesNotContain("warning");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "401 Unauthorized",
        "403 Forbidden",
        "404 Not Found",
        "410 Gone",
        "429 Too Many Requests",
        "500 Internal Server Error",
        "503 Service Unavailable"
      })
  void statusesAreNamed(String status) throws IOException {
    String url = serve("a.mp4", client -> client.write(head(status, "Content-Length: 0")));
    String number = status.substring(0, 1);
    assertFails(url, "open", "the server did not give it", "Server returned " + number);
  }

  @ParameterizedTest
  @CsvSource({"a.mp4, 1", "a.mp4, 2", "a.mkv, 2", "a.ts, 1", "a.ts, 2"})
  void aConnectionThatBreaks_isAFailure(String name, int thirds) throws IOException {
    byte[] clip = Oracle.clip(name, CODECS);
    String url =
        serve(
            name,
            client -> {
              client.write(head("200 OK", "Content-Length: " + clip.length));
              client.write(part(clip, thirds));
            });
    for (String codec : new String[] {"h264", "copy"}) {
      Answer answer = Cli.run("transcode", url, out(), "--codec", codec);
      assertThat(answer.withoutTraces().exit()).as(answer.err()).isEqualTo(3);
      assertThat(answer.err()).contains("reading failed", "try again");
      Answer.assertOnly(folder);
    }
  }

  @Test
  void aConnectionThatBreaks_isAFailure_evenWhereNoLengthWasSaid() throws IOException {
    byte[] clip = Oracle.clip("a.mp4", CODECS);
    byte[] half = part(clip, 1);
    String url =
        serve(
            "a.mp4",
            client -> {
              client.write(head("200 OK", "Transfer-Encoding: chunked"));
              client.write(
                  (Integer.toHexString(half.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
              client.write(half);
            });
    assertFails(url, "demux", "ends early", "it should last 4.0 s", "try again");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.mp4", "a.ts", "a.mkv"})
  void aServerThatDoesNotSayHowMuchItSends_isReadToItsEnd(String name) {
    byte[] clip = Oracle.clip(name, CODECS);
    String url =
        serve(
            name,
            client -> {
              client.write(head("200 OK", "Connection: close"));
              client.write(clip);
            });
    assertThat(Cli.encode(url, out()).succeeds().out())
        .contains("100 frames in", "warning: " + url + ": the server did not say how long it is");
  }

  @Test
  void aServerThatStalls_isGivenUpInTime() throws IOException {
    byte[] clip = Oracle.clip("a.mp4", CODECS);
    String url =
        serve(
            "a.mp4",
            client -> {
              client.write(head("200 OK", "Content-Length: " + clip.length));
              client.write(part(clip, 2));
              client.flush();
              over.await();
            });
    Answer answer = Cli.encode(url, out(), "--timeout", "1s");
    answer.fails(3, "demux", "gave no data for 1 s", "--timeout");
    Answer.assertOnly(folder);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aServerThatNeverAnswers_isGivenUpInTime(boolean headers) {
    String url =
        serve(
            "a.ts",
            client -> {
              if (headers) {
                client.write(head("200 OK", "Content-Length: 1000000"));
                client.flush();
              }
              over.await();
            });
    Cli.probe(url, "--timeout", "1s").fails(3, "open", "gave no data for 1 s");
  }

  @Test
  void aSlowServer_isFastEnough() {
    byte[] clip = Oracle.clip("a.ts", CODECS);
    String url =
        serve(
            "a.ts",
            client -> {
              client.write(head("200 OK", "Content-Length: " + clip.length));
              for (int i = 0; i < 20; i++) {
                client.write(
                    clip, clip.length * i / 20, clip.length * (i + 1) / 20 - clip.length * i / 20);
                client.flush();
                Thread.sleep(Duration.ofMillis(100));
              }
            });
    assertThat(Cli.encode(url, out(), "--timeout", "1s").succeeds().out())
        .contains("100 frames in");
  }

  @Test
  void redirectsThatNeverEnd() throws IOException {
    String[] url = {""};
    url[0] =
        serve(
            "a.mp4",
            client -> client.write(head("302 Found", "Location: " + url[0], "Content-Length: 0")));
    assertFails(url[0], "open", "the server did not give it");
  }

  @Test
  void redirectsToFiles_areNotFollowed() throws IOException {
    String url =
        serve(
            "a.mp4",
            client ->
                client.write(
                    head("302 Found", "Location: file:///etc/passwd", "Content-Length: 0")));
    assertFails(url, "open");
  }

  @Test
  void playlistsFromTheNetwork_doNotReachFiles() throws IOException {
    Path secret = Oracle.clip(folder, "secret.ts");
    String list =
        "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4.0,\nfile://" + secret + "\n#EXT-X-ENDLIST\n";
    String url =
        serve(
            "a.m3u8",
            client -> {
              client.write(
                  head(
                      "200 OK",
                      "Content-Type: application/vnd.apple.mpegurl",
                      "Content-Length: " + list.length()));
              client.write(list.getBytes(StandardCharsets.US_ASCII));
            });
    Cli.probe(url).fails(3, "open", "refers to something it may not reach", "secret.ts");
  }

  @Test
  void nobodyThere() throws IOException {
    listening.close();
    String url = "http://127.0.0.1:" + listening.getLocalPort() + "/a.mp4";
    Cli.probe(url).fails(3, "open", "the server did not give it", "Connection refused");
    Cli.probe("http://no-such-host.invalid/a.mp4", "--timeout", "5s")
        .fails(3, "open", "the server did not give it", "check the address");
    Cli.probe("nosuch://127.0.0.1/a.mp4").fails(4, "open", "Protocol not found", "http, https");
  }
}
