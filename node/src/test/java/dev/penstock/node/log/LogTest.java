package dev.penstock.node.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import dev.penstock.node.log.LogSettings.Format;
import dev.penstock.node.log.LogSettings.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LogTest {
  private static final Logger LOG = Logger.getLogger("dev.penstock.node.Something");
  private static final JsonMapper JSON = new JsonMapper();
  private static final String JOB = "01JABCDEFGHJKMNPQRSTVWXYZ0";
  private static final String OTHER = "01JABCDEFGHJKMNPQRSTVWXYZ1";

  @TempDir Path folder;
  private final List<String> lines = new ArrayList<>();

  private Log open(Format format, Level level) {
    return Log.open(new LogSettings(format, level, Optional.empty(), 1 << 20, 2), lines::add);
  }

  private LogSettings inFile(long size, int count) {
    return new LogSettings(
        Format.TEXT, Level.INFO, Optional.of(folder.resolve("penstock.log")), size, count);
  }

  private JsonNode last() {
    return JSON.readTree(lines.getLast());
  }

  @Test
  void anEvent_isALine_withWhatItIsAbout() {
    Subject subject =
        new Subject(
            Optional.of(JOB), OptionalLong.of(4711), Optional.of("0000:3b:00.0"), Optional.of("a"));
    try (Log _ = open(Format.JSON, Level.INFO)) {
      subject.log(LOG, java.util.logging.Level.WARNING, "worker died");
      assertThat(last().path("time").asString()).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]{12}Z");
      assertThat(last().path("level").asString()).isEqualTo("warning");
      assertThat(last().path("from").asString()).isEqualTo("Something");
      assertThat(last().path("message").asString()).isEqualTo("worker died");
      assertThat(last().path("job").asString()).isEqualTo(JOB);
      assertThat(last().path("worker").asLong()).isEqualTo(4711);
      assertThat(last().path("device").asString()).isEqualTo("0000:3b:00.0");
      assertThat(last().path("tenant").asString()).isEqualTo("a");
    }
    try (Log _ = open(Format.TEXT, Level.INFO)) {
      subject.log(LOG, java.util.logging.Level.WARNING, "worker died");
    }
    assertThat(lines.getLast())
        .matches(
            "\\S+Z warning worker died job=" + JOB + " tenant=a worker=4711 device=0000:3b:00.0");
  }

  @Test
  void theLogOfAJob_isFoundByItsId_whoeverNamesIt() {
    try (Log _ = open(Format.JSON, Level.DEBUG)) {
      LOG.info("job " + JOB + ": running");
      LOG.fine(JOB + " [h264 @ 0x1] error while decoding");
      System.getLogger("dev.penstock.node.Else")
          .log(System.Logger.Level.WARNING, "job {0} is put off", OTHER);
      LOG.info("nothing of a job, XX" + JOB);
    }
    assertThat(
            lines.stream()
                .map(JSON::readTree)
                .filter(each -> each.path("job").asString("").equals(JOB)))
        .hasSize(2);
    assertThat(lines.stream().filter(each -> each.contains(OTHER))).hasSize(1);
  }

  @Test
  void secretsAndLineEnds_areHarmless() {
    String hostile =
        "rtsp://me:hunter2@cam/x\r\n2030-01-01T00:00:00.000Z error forged\u001b[2J\u202e"
            + " Authorization: Bearer abc.hunter2 pst_hunter2hunter2";
    for (Format format : Format.values()) {
      try (Log _ = open(format, Level.INFO)) {
        LOG.info(hostile);
        LOG.log(java.util.logging.Level.SEVERE, "failed", new IllegalStateException(hostile));
      }
    }
    assertThat(lines)
        .hasSize(4)
        .allSatisfy(line ->
            assertThat(line)
                .doesNotContain("hunter2", "\n", "\r", "\u001b", "\u202e")
                .contains("rtsp://me:***@cam/x"));
    assertThat(lines.getFirst()).contains("\\n2030");
    assertThat(JSON.readTree(lines.get(3)).path("trace").asString()).contains("LogTest");
  }

  @Test
  void onlyWhatIsWanted_isTold_andOthersChatterNever() {
    Logger jetty = Logger.getLogger("org.eclipse.jetty.server.Server");
    try (Log log = open(Format.TEXT, Level.INFO)) {
      LOG.fine("one");
      jetty.info("two");
      LOG.info("three");
      log.follow(new LogSettings(Format.TEXT, Level.DEBUG, Optional.empty(), 1 << 20, 2));
      LOG.fine("four");
      jetty.info("five");
      jetty.warning("six");
      log.follow(new LogSettings(Format.TEXT, Level.ERROR, Optional.empty(), 1 << 20, 2));
      LOG.warning("seven");
    }
    assertThat(lines.stream().map(each -> each.replaceFirst(".* ", "")))
        .containsExactly("three", "four", "six");
  }

  @Test
  void aFileThatWasTakenAway_costsNoneOfTheOthers() throws Exception {
    try (Log _ = Log.open(inFile(200, 2), lines::add)) {
      for (int i = 0; i < 20; i++) {
        LOG.info("event " + i + " " + "x".repeat(40));
      }
      String kept = Files.readString(folder.resolve("penstock.log.1"));
      Files.delete(folder.resolve("penstock.log"));
      for (int i = 0; i < 9 && !Files.exists(folder.resolve("penstock.log")); i++) {
        LOG.info("more " + "x".repeat(40));
      }
      assertThat(Files.readString(folder.resolve("penstock.log"))).contains("more");
      assertThat(Files.readString(folder.resolve("penstock.log.1"))).isEqualTo(kept);
    }
    assertThat(lines).isEmpty();
  }

  @Test
  void aFullFile_isBegunAnew_andAsManyAreKeptAsWanted() throws Exception {
    try (Log log = Log.open(inFile(200, 2), lines::add)) {
      for (int i = 0; i < 20; i++) {
        LOG.info("event " + i + " " + "x".repeat(40));
      }
      assertThat(folder.toFile().list())
          .containsExactlyInAnyOrder("penstock.log", "penstock.log.1", "penstock.log.2");
      assertThat(Files.readString(folder.resolve("penstock.log"))).contains("event 19");
      assertThat(Files.size(folder.resolve("penstock.log.1"))).isLessThanOrEqualTo(200);

      Files.move(folder.resolve("penstock.log"), folder.resolve("moved"));
      log.follow(inFile(1 << 20, 2));
      LOG.info("anew");
      assertThat(Files.readAllLines(folder.resolve("penstock.log"))).hasSize(1);

      LogSettings nowhere =
          new LogSettings(
              Format.JSON, Level.INFO, Optional.of(folder.resolve("none/x.log")), 1 << 20, 2);
      assertThatThrownBy(() -> log.follow(nowhere)).isInstanceOf(FailureException.class);
      LOG.info("still");
      assertThat(Files.readString(folder.resolve("penstock.log"))).contains("still");
    }
    assertThat(lines).isEmpty();
  }
}
