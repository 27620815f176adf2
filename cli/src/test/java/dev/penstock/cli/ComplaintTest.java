package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ComplaintTest {
  private final StringWriter err = new StringWriter();
  private final Terminal plain = Terminal.plain(new PrintWriter(err), new PrintWriter(err));

  static Stream<Arguments> exitCodes() {
    Failure.Diagnosis diagnosis = Fixtures.diagnosis();
    return Stream.of(
        Arguments.of(new Failure.BadRequest(diagnosis), 2),
        Arguments.of(new Failure.BadInput(diagnosis), 3),
        Arguments.of(new Failure.Unsupported(diagnosis), 4),
        Arguments.of(new Failure.DeviceLost(diagnosis), 5),
        Arguments.of(new Failure.HostMisconfigured(diagnosis), 5),
        Arguments.of(new Failure.OutOfResource(diagnosis), 6),
        Arguments.of(new Failure.Bug(diagnosis), 70));
  }

  @ParameterizedTest
  @MethodSource
  void exitCodes(Failure failure, int code) {
    assertThat(Complaint.print(List.of(Complaint.of(failure)), plain).value()).isEqualTo(code);
  }

  @Test
  void text_isOneLineAndItsExplanation() {
    assertThat(Complaint.of(new Failure.BadInput(Fixtures.diagnosis())).text(plain))
        .isEqualTo(
            """
            penstock: in.mkv: cannot be read
              stage: open
              cause: No such file or directory
              next: check the name
            """);
  }

  @Test
  void text_isColouredWhereWanted() {
    PrintWriter writer = new PrintWriter(err);
    Terminal colored = new Terminal(writer, writer, true, true, true, OptionalInt::empty);
    assertThat(Complaint.usage("x", "y", "z").text(colored))
        .startsWith("\033[31;1mpenstock: \033[0mx");
  }

  @Test
  void refusals_areAllPrinted() {
    Throwable refused =
        new RefusedException(
            List.of(
                new Failure.Unsupported(Fixtures.diagnosis()),
                new Failure.BadInput(Fixtures.diagnosis())));
    assertThat(Complaint.print(Complaint.of(refused, List.of()), plain).value()).isEqualTo(4);
    assertThat(err.toString().lines().filter(line -> line.startsWith("penstock: "))).hasSize(2);
  }

  @Test
  void unexpectedExceptions_goToAFile() throws Exception {
    Complaint complaint =
        Complaint.of(new IllegalStateException("odd"), List.of("probe", "x")).getFirst();
    assertThat(complaint.exitCode().value()).isEqualTo(70);
    assertThat(complaint.text(plain))
        .startsWith("penstock: internal error: IllegalStateException (odd)\n")
        .doesNotContain("\tat ");
    Path file = Path.of(complaint.details().orElseThrow());
    assertThat(file).content().contains("arguments: [probe, x]", "\tat ", Version.current());
    Files.delete(file);
  }

  @Test
  void ourOwnFailures_goToAFileToo() throws Exception {
    Throwable bug = new FailureException(new Failure.Bug(Fixtures.diagnosis()));
    Complaint complaint = Complaint.of(bug, List.of()).getFirst();
    Files.delete(Path.of(complaint.details().orElseThrow()));
    assertThat(
            Complaint.of(
                new FailureException(new Failure.BadInput(Fixtures.diagnosis())), List.of()))
        .allMatch(other -> other.details().isEmpty());
  }

  @Test
  void missingLibraries_areTheHostsFault() throws Exception {
    Complaint complaint =
        Complaint.of(new UnsatisfiedLinkError("no jniavutil"), List.of()).getFirst();
    assertThat(complaint.exitCode().value()).isEqualTo(5);
    Files.delete(Path.of(complaint.details().orElseThrow()));
  }

  @Test
  void noColor_isRespected() {
    assertThat(Terminal.colorWanted(Map.of())).isTrue();
    assertThat(Terminal.colorWanted(Map.of("NO_COLOR", "1"))).isFalse();
    assertThat(Terminal.colorWanted(Map.of("NO_COLOR", ""))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "http://user:secret@host/x.mp4, http://user:***@host/x.mp4",
    "open rtmp://u:a@b:c@host:1935/a?b=c@d failed, open rtmp://u:***@host:1935/a?b=c@d failed",
    "https://:secret@host, https://:***@host",
    "http://host:80/a@b:c@d, http://host:80/a@b:c@d",
    "http://user@host/x, http://user@host/x",
    "a:b@c, a:b@c",
  })
  void passwords_areNotPrinted(String text, String printed) {
    assertThat(Terminal.oneLine(text)).isEqualTo(printed);
    assertThat(Json.line(List.of(text))).isEqualTo("[\"" + printed + "\"]");
  }

  @Test
  void passwords_areNotPrinted_byCommands(@TempDir Path folder) {
    String url = "http://user:secret@127.0.0.1:1/x.mp4";
    Path out = folder.resolve("o.mp4");
    for (Answer answer :
        List.of(
            Cli.probe(url, "-v"),
            Cli.run("plan", url, out),
            Cli.run("transcode", url, out, "-v", "--progress", "json"))) {
      assertThat(answer.exit()).isEqualTo(3);
      assertThat(answer.out() + answer.err()).contains("user:***@").doesNotContain("secret");
    }
  }
}
