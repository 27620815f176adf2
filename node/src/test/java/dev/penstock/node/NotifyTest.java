package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Heard by a real socket. */
@Timeout(30)
class NotifyTest {
  private static final long PID = 42;

  @TempDir Path folder;
  private final List<String> log = new CopyOnWriteArrayList<>();

  private Notify notify(String socket, String... more) {
    Map<String, String> environment = new HashMap<>(Map.of("NOTIFY_SOCKET", socket));
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return Notify.of(environment, PID, log::add);
  }

  @Test
  void aDaemon_tellsOfItsLife() {
    String socket = folder.resolve("notify").toString();
    try (SystemdSocket systemd = SystemdSocket.bind(socket)) {
      try (Notify notify = notify(socket)) {
        notify.ready("Listens\nhere");
        assertThat(systemd.receive()).isEqualTo("READY=1\nSTATUS=Listens here");
        notify.status("Busy");
        assertThat(systemd.receive()).isEqualTo("STATUS=Busy");
        notify.reloading();
        assertThat(systemd.receive()).startsWith("RELOADING=1\nMONOTONIC_USEC=");
      }
      assertThat(systemd.receive()).startsWith("STOPPING=1\n");
    }
    assertThat(log).isEmpty();
  }

  /** systemd ignores a reload whose time is not that of its own clock. */
  @Test
  void theTimeOfAReload_isThatOfTheKernel() throws IOException {
    String socket = folder.resolve("notify").toString();
    try (SystemdSocket systemd = SystemdSocket.bind(socket);
        Notify notify = notify(socket)) {
      double before = uptime();
      notify.reloading();
      String said = systemd.receive();
      double seconds =
          Long.parseLong(said.lines().toList().get(1).replace("MONOTONIC_USEC=", "")) / 1e6;
      // The uptime counts suspension, too, which servers do not have.
      assertThat(seconds).isBetween(before - 1, uptime() + 1);
    }
  }

  private static double uptime() throws IOException {
    return Double.parseDouble(Files.readString(Path.of("/proc/uptime")).split(" ", 2)[0]);
  }

  @Test
  void aSocketWithoutAFile_isTold() {
    String socket = "@penstock-test-" + folder.getFileName();
    try (SystemdSocket systemd = SystemdSocket.bind(socket);
        Notify notify = notify(socket)) {
      notify.status("é");
      assertThat(systemd.receive()).isEqualTo("STATUS=é");
    }
    assertThat(log).isEmpty();
  }

  @Test
  void theWatchdog_isFedOnlyWhileTheFlowLives() throws InterruptedException {
    String socket = folder.resolve("notify").toString();
    AtomicInteger asked = new AtomicInteger();
    CountDownLatch askedOften = new CountDownLatch(10);
    try (SystemdSocket systemd = SystemdSocket.bind(socket)) {
      try (Notify notify = notify(socket, "WATCHDOG_USEC", "10000", "WATCHDOG_PID", "42")) {
        notify.watch(() -> {
          askedOften.countDown();
          return asked.incrementAndGet() <= 3;
        });
        assertThat(Stream.generate(systemd::receive).limit(3)).containsOnly("WATCHDOG=1");
        askedOften.await();
      }
      assertThat(systemd.receive()).startsWith("STOPPING=1");
    }
    assertThat(log).containsExactly("jobs are not looked after any more");
  }

  @Test
  void anothersWatchdog_isLeftAlone() {
    String socket = folder.resolve("notify").toString();
    try (SystemdSocket systemd = SystemdSocket.bind(socket);
        Notify notify = notify(socket, "WATCHDOG_USEC", "10000", "WATCHDOG_PID", "41")) {
      notify.watch(() -> {
        throw new AssertionError("asked");
      });
      notify.status("mark");
      assertThat(systemd.receive()).isEqualTo("STATUS=mark");
    }
  }

  @Test
  void nobodyListening_isSaidOnce_andHarmless() {
    try (Notify notify = notify(folder.resolve("none").toString())) {
      notify.ready("");
      notify.ready("");
    }
    assertThat(log).singleElement().asString().contains("could not be told", "errno 2");
  }

  @Test
  void whatIsNoSocket_isSaid() {
    notify("vsock:2:1").ready("");
    assertThat(log).singleElement().asString().contains("vsock:2:1");
    log.clear();
    notify("/" + "x".repeat(108)).ready("");
    assertThat(log).hasSize(1);
  }

  @Test
  void withoutSystemd_nothingIsSaid() {
    try (Notify notify = Notify.of(Map.of("WATCHDOG_USEC", "10"), PID, log::add)) {
      assertThat(notify.isAsked()).isFalse();
      notify.ready("");
      notify.reloading();
      notify.watch(() -> true);
    }
    assertThat(log).isEmpty();
  }
}
