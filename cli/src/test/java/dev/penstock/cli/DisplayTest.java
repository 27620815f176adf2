package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class DisplayTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Terminal pipe = Terminal.plain(new PrintWriter(out), new PrintWriter(err, true));

  private Terminal screen(int columns) {
    return new Terminal(
        new PrintWriter(out),
        new PrintWriter(err),
        true,
        true,
        false,
        () -> OptionalInt.of(columns));
  }

  @Test
  void line_holdsEverythingWhereThereIsRoom() {
    assertThat(ProgressLine.whole(ProgressLine.parts(Fixtures.progress())))
        .isEqualTo(" 42.4%  1234 frames  118.3 fps  3.94x  4.21 Mb/s  ETA 0:13");
    assertThat(ProgressLine.fitting(ProgressLine.parts(Fixtures.progress()), 79))
        .isEqualTo(ProgressLine.whole(ProgressLine.parts(Fixtures.progress())));
  }

  @Test
  void line_givesWayToTheWidth() {
    assertThat(ProgressLine.fitting(ProgressLine.parts(Fixtures.progress()), 40))
        .isEqualTo(" 42.4%  118.3 fps  3.94x  ETA 0:13");
    assertThat(ProgressLine.fitting(ProgressLine.parts(Fixtures.progress()), 10))
        .isEqualTo(" 42.4%");
    for (int columns = 0; columns < 80; columns++) {
      assertThat(ProgressLine.fitting(ProgressLine.parts(Fixtures.progress()), columns).length())
          .isLessThanOrEqualTo(columns);
    }
  }

  @Test
  void line_showsThePositionWhereTheLengthIsUnknown() {
    assertThat(ProgressLine.whole(ProgressLine.parts(Fixtures.progressAt(Duration.ofSeconds(5)))))
        .startsWith("0:03  ");
  }

  @Test
  void live_redrawsOneLineAndErasesItAtTheEnd() {
    Display display = new TextDisplay(screen(60), TextDisplay.Style.LIVE);
    display.progress(Fixtures.progress());
    display.progress(Fixtures.progress());
    display.log("hello\n");
    display.done(Fixtures.report());
    assertThat(err.toString().split("\r", -1)).hasSize(4);
    assertThat(err.toString()).endsWith("\r\033[Khello\n");
    assertThat(out.toString()).startsWith("out.mp4: ");
  }

  @Test
  void plain_printsEveryFiveSeconds() {
    Display display = new TextDisplay(pipe, TextDisplay.Style.PLAIN);
    for (int quarter = 0; quarter <= 48; quarter++) {
      display.progress(Fixtures.progressAt(Duration.ofMillis(250L * quarter)));
    }
    assertThat(err.toString().lines()).hasSize(2);
    assertThat(err.toString()).doesNotContain("\r", "\033");
  }

  @Test
  void whatHinders_isSaid_andEachWarningOnce() {
    Display display = new TextDisplay(pipe, TextDisplay.Style.PLAIN);
    for (int seconds = 6; seconds < 20; seconds += 6) {
      display.progress(
          Fixtures.progressAt(Duration.ofSeconds(seconds))
              .hindered(Optional.of("for a session"), List.of("too few bits")));
    }
    assertThat(err.toString().lines())
        .containsExactly(
            "warning: too few bits",
            "0:03  waits for a session",
            "0:03  waits for a session",
            "0:03  waits for a session");
  }

  @Test
  void none_printsFailuresOnly() {
    Display display = new TextDisplay(pipe, TextDisplay.Style.NONE);
    display.progress(Fixtures.progressAt(Duration.ofSeconds(6)));
    assertThat(err.toString()).isEmpty();
    display.failed(List.of(Complaint.usage("x", "y", "z")));
    assertThat(err.toString()).startsWith("penstock: x: y");
  }

  @Test
  void interrupted_saysThatNothingIsLeft() {
    new TextDisplay(pipe, TextDisplay.Style.PLAIN).interrupted("out.mp4", Optional.empty());
    assertThat(err.toString()).isEqualTo("penstock: interrupted; nothing was written to out.mp4\n");
  }

  @Test
  void json_isOneObjectALine() {
    Display display = new JsonDisplay(pipe);
    display.progress(Fixtures.progress());
    display.log("hello\n");
    ExitCode exit = display.failed(List.of(Complaint.usage("x", "y", "z")));
    display.interrupted("out.mp4", Optional.empty());
    assertThat(exit).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString())
        .isEqualTo(
            """
            {"event":"progress","done":0.4235,"frames":1234,"framesPerSecond":118.25,"speed":3.944,\
            "position":38,"elapsed":9.7,"bitRate":4210000.0,"bytes":20000000,"remaining":13.2,\
            "warnings":[],"rungs":[]}
            {"event":"log","line":"hello"}
            {"event":"failed","exitCode":2,"failures":[\
            {"exitCode":2,"subject":"x","problem":"y","next":"z"}]}
            {"event":"interrupted","output":"out.mp4"}
            """);
  }
}
