package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class RungTextTest {
  @Test
  void everyPiece_isRead_inAnyOrder() {
    RungSpec expected =
        new RungSpec(
            new SizeSpec.Lines(1080),
            Optional.of(VideoCodec.HEVC),
            OptionalLong.of(5_000_000),
            OptionalLong.of(7_500_000),
            OptionalDouble.empty(),
            OptionalLong.of(10_000_000),
            Optional.of(Preset.P5),
            Optional.of("main"));

    assertThat(RungText.parse("1080p:5M:max=7.5M:buffer=10M:preset=p5:profile=main:hevc"))
        .isEqualTo(expected)
        .isEqualTo(RungText.parse("1080p:hevc:profile=main:preset=p5:buffer=10M:max=7.5M:5M"));
  }

  @Test
  void shortForms_stay() {
    assertThat(RungText.parse("480p").bitrate()).isEmpty();
    assertThat(RungText.parse("720p:2.8M").bitrate()).hasValue(2_800_000);
    assertThat(RungText.parse("720p:q23.5").quality()).hasValue(23.5);
    assertThat(RungText.parse("720p:q23:max=4M").maxBitrate()).hasValue(4_000_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "720                  | is not a rung",
        "8p                   | is not a rung",
        "720p:p5              | to be written preset=p5",
        "720p:high            | to be written profile=high",
        "720p:hevcc           | did you mean hevc?",
        "720p:fast            | neither a bit rate (2.8M)",
        "720p:qx              | neither a bit rate",
        "720p:                | neither a bit rate",
        "720p:presett=p5      | did you mean preset?",
        "720p:colour=red      | none of max, buffer, preset, profile",
        "720p:preset=fast     | is none of p1 (fastest) to p7 (best)",
        "720p:5M:6M           | has more than one bit rate",
        "720p:h264:hevc       | has more than one codec",
        "720p:max=1M:max=2M   | has more than one max",
        "720p:5M:q20          | only one of them can lead",
        "720p:buffer=5M       | has a buffer without a bit rate",
        "720p:max=lots        | is not a bit rate",
      })
  void mistakes_areNamed(String text, String said) {
    assertThatThrownBy(() -> RungText.parse(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining(said);
  }
}
