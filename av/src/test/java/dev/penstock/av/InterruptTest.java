package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(NoLeaks.class)
@Timeout(60)
class InterruptTest {
  private static final Duration SHORT = Duration.ofMillis(400);
  private static final Duration LONG = Duration.ofMinutes(10);

  @TempDir Path folder;

  @Test
  void open_hostThatNeverAnswers_endsInTime() throws Exception {
    try (Host host = new Host(new byte[0], 0);
        Interrupt interrupt = Interrupt.of(() -> false, SHORT)) {
      long start = System.nanoTime();
      AvException e = failure(() -> open(host.url(), interrupt));
      assertThat(e.kind()).isEqualTo(AvException.Kind.INTERRUPTED);
      assertThat(e).hasMessageStartingWith("open " + host.url());
      assertThat(interrupt.timedOut()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void open_tcpHostThatNeverAnswers_endsInTime() throws Exception {
    try (Host host = new Host(new byte[0], 0);
        Interrupt interrupt = Interrupt.of(() -> false, SHORT)) {
      AvException e = failure(() -> open(host.url().replace("http:", "tcp:"), interrupt));
      assertThat(e.kind()).isEqualTo(AvException.Kind.INTERRUPTED);
      assertThat(interrupt.timedOut()).isTrue();
    }
  }

  @Test
  void cancellation_endsAnOpenAtOnce() throws Exception {
    AtomicBoolean cancelled = new AtomicBoolean();
    try (Host host = new Host(new byte[0], 0);
        Interrupt interrupt = Interrupt.of(cancelled::get, LONG)) {
      Thread.ofPlatform()
          .start(() -> {
            host.awaitCall();
            cancelled.set(true);
          });
      AvException e = failure(() -> open(host.url(), interrupt));
      assertThat(e.kind()).isEqualTo(AvException.Kind.INTERRUPTED);
      assertThat(interrupt.timedOut()).isFalse();
    }
  }

  @Test
  void read_hostThatStallsInTheMiddle_endsInTime() throws Exception {
    byte[] clip = longClip();
    try (Host host = new Host(clip, clip.length * 2 / 3);
        Interrupt interrupt = Interrupt.of(() -> false, Duration.ofSeconds(2));
        Demuxer demuxer = open(host.url(), interrupt)) {
      AvException e = failure(() -> Media.rest(demuxer));
      assertThat(e.kind()).isEqualTo(AvException.Kind.INTERRUPTED);
      assertThat(e.operation()).isEqualTo("read");
      assertThat(interrupt.timedOut()).isTrue();
    }
  }

  @Test
  void read_hostThatHangsUpInTheMiddle_isAnError_notTheEnd() throws Exception {
    byte[] clip = longClip();
    try (Host host = new Host(clip, clip.length * 2 / 3);
        Interrupt interrupt = Interrupt.of(() -> false, Duration.ofSeconds(20));
        Demuxer demuxer = open(host.url(), interrupt)) {
      host.hangUp();
      AvException e = failure(() -> Media.rest(demuxer));
      assertThat(e.operation()).isEqualTo("read");
      assertThat(interrupt.timedOut()).isFalse();
    }
  }

  @Test
  void everyOperationHasItsFullTime() throws Exception {
    Path file = Clip.silent().write(folder.resolve("a.mkv"), "matroska");
    try (Interrupt interrupt = Interrupt.of(() -> false, Duration.ofMillis(500));
        Demuxer demuxer = Media.open(file, interrupt);
        Packet packet = Packet.create()) {
      for (int i = 0; i < 3; i++) {
        Thread.sleep(300);
        assertThat(demuxer.read(packet)).isTrue();
      }
      assertThat(interrupt.timedOut()).isFalse();
    }
  }

  @Test
  void throwingCancellation_interrupts() throws Exception {
    BooleanSupplier broken =
        () -> {
          throw new IllegalStateException("broken");
        };
    try (Host host = new Host(new byte[0], 0);
        Interrupt interrupt = Interrupt.of(broken, LONG)) {
      AvException e = failure(() -> open(host.url(), interrupt));
      assertThat(e.kind()).isEqualTo(AvException.Kind.INTERRUPTED);
    }
  }

  private byte[] longClip() throws IOException {
    Path file =
        Clip.empty()
            .video("testsrc2=size=640x480:rate=25:duration=4,format=yuv420p", "mpeg4", "b", "8M")
            .write(folder.resolve("long.ts"), "mpegts");
    return Files.readAllBytes(file);
  }

  private static Demuxer open(String url, Interrupt interrupt) {
    return Demuxer.open(Location.of(url), interrupt, LogScope.silent());
  }

  private static AvException failure(Runnable operation) {
    AvException e = catchThrowableOfType(AvException.class, operation::run);
    assertThat(e).isNotNull();
    return e;
  }

  /** Answers the first call with the beginning of a body, then waits. */
  private static final class Host implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch hangUp = new CountDownLatch(1);
    private final byte[] body;
    private final int sent;

    Host(byte[] body, int sent) throws IOException {
      this.body = body;
      this.sent = sent;
      Thread.ofPlatform().daemon().start(this::serve);
    }

    private void serve() {
      try (Socket client = socket.accept();
          OutputStream out = client.getOutputStream()) {
        called.countDown();
        if (sent > 0) {
          String head = "HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n";
          out.write(head.getBytes(StandardCharsets.US_ASCII));
          out.write(body, 0, sent);
          out.flush();
        }
        hangUp.await();
      } catch (IOException | InterruptedException ended) {
        // The test is over.
      }
    }

    String url() {
      return "http://127.0.0.1:" + socket.getLocalPort() + "/a.ts";
    }

    void awaitCall() {
      try {
        called.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    void hangUp() {
      hangUp.countDown();
    }

    @Override
    public void close() throws IOException {
      hangUp.countDown();
      socket.close();
    }
  }
}
