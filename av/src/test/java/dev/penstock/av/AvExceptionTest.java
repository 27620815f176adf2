package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.av.AvException.Kind;
import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NoLeaks.class)
class AvExceptionTest {
  private static final LogScope LOG = LogScope.silent();

  @TempDir Path folder;

  @Test
  void missingFile_isNotFound() {
    AvException e = openFailure(folder.resolve("none.mp4"));
    assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
    assertThat(e.operation()).isEqualTo("open");
    assertThat(e.subject()).endsWith("none.mp4");
    assertThat(e.reason()).isEqualTo("No such file or directory");
    assertThat(e)
        .hasMessageStartingWith(
            "open " + folder.resolve("none.mp4") + ": No such file or directory");
  }

  @Test
  void fileAsFolder_isNotFound() throws Exception {
    Files.writeString(folder.resolve("a"), "x");
    assertThat(openFailure(folder.resolve("a/b.mp4")).kind()).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void garbage_isInvalidData() throws Exception {
    Path file = Files.write(folder.resolve("a.mp4"), new byte[10_000]);
    assertThat(openFailure(file).kind()).isEqualTo(Kind.INVALID_DATA);
  }

  @Test
  void emptyFile_isInvalidData() throws Exception {
    AvException e = openFailure(Files.createFile(folder.resolve("a.mp4")));
    assertThat(e.kind()).isEqualTo(Kind.INVALID_DATA);
  }

  @Test
  void cutFile_quotesWhatLibavLogged() throws Exception {
    byte[] whole = Files.readAllBytes(Clip.usual().write(folder.resolve("a.mp4"), "mp4"));
    Path cut = folder.resolve("cut.mp4");
    Files.write(cut, java.util.Arrays.copyOf(whole, whole.length / 2));
    AvException e = openFailure(cut);
    assertThat(e.kind()).isEqualTo(Kind.INVALID_DATA);
    assertThat(e.lastLog()).contains("moov atom not found");
    assertThat(e).hasMessageEndingWith("(" + e.lastLog() + ")");
  }

  @Test
  void folderAsInput_isNoFile() {
    assertThat(openFailure(folder).kind()).isIn(Kind.NO_PERMISSION, Kind.INVALID_DATA);
  }

  @Test
  void unknownOption_isUnknownComponent_andNamesIt() {
    try (Frame picture = Pictures.of(Clip.PICTURE)) {
      Encoder.Settings settings =
          new Encoder.Settings(
              "mpeg4",
              new LinkedHashMap<>(Map.of("no_such_thing", "7")),
              new Rational(1, 25),
              Optional.empty(),
              Color.UNKNOWN,
              false,
              false);
      AvException e = failure(() -> Encoder.open(settings, picture, LOG));
      assertThat(e.kind()).isEqualTo(Kind.UNKNOWN_COMPONENT);
      assertThat(e).hasMessageContaining("no_such_thing=7").hasMessageContaining("encoder mpeg4");
    }
  }

  @Test
  void optionOutOfRange_isInvalidArgument_andSaysTheRange() {
    try (Frame picture = Pictures.of(Clip.PICTURE)) {
      Encoder.Settings settings =
          new Encoder.Settings(
              "mpeg4",
              new LinkedHashMap<>(Map.of("qmin", "5000")),
              new Rational(1, 25),
              Optional.empty(),
              Color.UNKNOWN,
              false,
              false);
      AvException e = failure(() -> Encoder.open(settings, picture, LOG));
      assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
      assertThat(e.lastLog()).contains("qmin").contains("out of range");
    }
  }

  @Test
  void filterThatDoesNotParse_namesTheChain() {
    try (Frame picture = Pictures.of(Clip.PICTURE)) {
      AvException e =
          failure(
              () -> FilterGraph.open("hflip,nonsense=1", picture, new Rational(1, 25), null, LOG));
      assertThat(e.kind()).isEqualTo(Kind.INVALID_ARGUMENT);
      assertThat(e).hasMessageContaining("'hflip,nonsense=1'");
      assertThat(e.lastLog()).contains("nonsense");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "-2, NOT_FOUND",
    "-13, NO_PERMISSION",
    "-28, NO_SPACE",
    "-122, NO_SPACE",
    "-12, NO_MEMORY",
    "-22, INVALID_ARGUMENT",
    "-110, NETWORK",
    "-111, NETWORK",
    "-104, NETWORK",
    "-5, IO",
    "-9999, OTHER"
  })
  void errnoKinds(int code, Kind kind) {
    Natives.load();
    assertThat(Kind.of(code)).isEqualTo(kind);
  }

  @Test
  void tagKinds() {
    Natives.load();
    assertThat(Kind.of(avutil.AVERROR_INVALIDDATA)).isEqualTo(Kind.INVALID_DATA);
    assertThat(Kind.of(avutil.AVERROR_EXIT)).isEqualTo(Kind.INTERRUPTED);
    assertThat(Kind.of(avutil.AVERROR_HTTP_NOT_FOUND)).isEqualTo(Kind.NETWORK);
    assertThat(Kind.of(avutil.AVERROR_HTTP_TOO_MANY_REQUESTS)).isEqualTo(Kind.NETWORK);
    assertThat(Kind.of(avutil.AVERROR_ENCODER_NOT_FOUND)).isEqualTo(Kind.UNKNOWN_COMPONENT);
    assertThat(Kind.of(avutil.AVERROR_BUG)).isEqualTo(Kind.OTHER);
  }

  private static AvException openFailure(Path file) {
    try (Interrupt interrupt = Media.patient()) {
      return failure(() -> Media.open(file, interrupt));
    }
  }

  private static AvException failure(Runnable operation) {
    AvException e = catchThrowableOfType(AvException.class, operation::run);
    assertThat(e).isNotNull();
    return e;
  }
}
