package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.AudioCodec;
import dev.penstock.model.Crop;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.AudioTarget;
import dev.penstock.model.JobSpec.VideoTarget;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.TypeConversionException;

class ValuesTest {
  private static Arguments row(Function<String, Object> reader, String text, Object value) {
    return Arguments.of(reader, text, value);
  }

  static Stream<Arguments> read() {
    return Stream.of(
        row(Values::video, "av1", new VideoTarget.Encode(VideoCodec.AV1)),
        row(Values::video, "copy", new VideoTarget.Copy()),
        row(Values::audio, "aac", new AudioTarget.Encode(AudioCodec.AAC, OptionalLong.empty())),
        row(
            Values::audio,
            "opus:96k",
            new AudioTarget.Encode(AudioCodec.OPUS, OptionalLong.of(96_000))),
        row(Values::audio, "copy", new AudioTarget.Copy()),
        row(Values::audio, "none", new AudioTarget.None()),
        row(Values::preset, "p1", Preset.P1),
        row(Values::preset, "p7", Preset.P7),
        row(Values::tuning, "quality", Tuning.QUALITY),
        row(Values::tuning, "ultra-low-latency", Tuning.ULTRA_LOW_LATENCY),
        row(Values::bitRate, "5M", new BitRate(5_000_000)),
        row(Values::bitRate, "2.5m", new BitRate(2_500_000)),
        row(Values::bitRate, "800k", new BitRate(800_000)),
        row(Values::bitRate, "2500000", new BitRate(2_500_000)),
        row(Values::gop, "60", new Gop.Frames(60)),
        row(Values::gop, "2s", new Gop.Time(Duration.ofSeconds(2))),
        row(Values::gop, "500ms", new Gop.Time(Duration.ofMillis(500))),
        row(Values::size, "720p", new SizeSpec.Lines(720)),
        row(Values::size, "1280x720", new SizeSpec.Within(new Size(1280, 720))),
        row(Values::size, "1280x720!", new SizeSpec.Exactly(new Size(1280, 720))),
        row(Values::size, "50%", new SizeSpec.Percent(50)),
        row(Values::size, "33.3%", new SizeSpec.Percent(33.3)),
        row(Values::frameRate, "25", new Rational(25, 1)),
        row(Values::frameRate, "29.97", new Rational(30000, 1001)),
        row(Values::frameRate, "24000/1001", new Rational(24000, 1001)),
        row(Values::crop, "1920x800+0+140", new Crop(1920, 800, 0, 140)),
        row(Values::pad, "1280x720", new PadSpec.To(new Size(1280, 720))),
        row(Values::pad, "16:9", new PadSpec.Aspect(new Rational(16, 9))),
        row(Values::trackNumbers, "1,3", new TrackNumbers(List.of(1, 3))),
        row(Values::lufs, "-23LUFS", new Lufs(-23)),
        row(Values::lufs, "-16.5 lufs", new Lufs(-16.5)),
        row(Values::lufs, "-23", new Lufs(-23)),
        row(Values::lufs, "0", new Lufs(0)),
        row(Values::lufs, "-0LUFS", new Lufs(0)),
        row(
            Values::encoderOption,
            "x264-params=a=1:b=2",
            new EncoderOption("x264-params", "a=1:b=2")),
        row(Values::encoderOption, "tune=", new EncoderOption("tune", "")),
        row(Values::duration, "90", Duration.ofSeconds(90)),
        row(Values::number, "22.5", 22.5),
        row(Values::count, "8", 8),
        row(text -> Values.word(JobSpec.Hdr.class, text), "sdr", JobSpec.Hdr.SDR));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void read(Function<String, Object> reader, String text, Object value) {
    assertThat(reader.apply(text)).isEqualTo(value);
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        row(Values::video, "h265", "'h265' is none of h264, hevc, av1, vp9, copy"),
        row(
            Values::audio,
            "mp3",
            "'mp3' is none of aac, opus (with a bit rate: aac:128k), copy, none"),
        row(Values::audio, "aac:loud", "'loud' is not a bit rate (5M, 800k or 2500000)"),
        row(
            Values::tuning,
            "film",
            "'film' is none of quality, low-latency, ultra-low-latency, lossless"),
        row(Values::preset, "p8", "'p8' is none of p1 (fastest) to p7 (best)"),
        row(Values::bitRate, "", "'' is not a bit rate (5M, 800k or 2500000)"),
        row(Values::bitRate, "M", "'M' is not a bit rate (5M, 800k or 2500000)"),
        row(Values::bitRate, "-5M", "'-5M' is not a bit rate (5M, 800k or 2500000)"),
        row(Values::bitRate, "0", "'0' is not a bit rate (5M, 800k or 2500000)"),
        row(Values::bitRate, "5Mbit", "'5Mbit' is not a bit rate (5M, 800k or 2500000)"),
        row(Values::gop, "2x", "'2x' is neither frames (60) nor a time (2s)"),
        row(Values::gop, "0", "'0' is neither frames (60) nor a time (2s)"),
        row(Values::gop, "0s", "'0s' is neither frames (60) nor a time (2s)"),
        row(Values::gop, "2.5", "'2.5' is neither frames (60) nor a time (2s)"),
        row(Values::gop, "", "'' is neither frames (60) nor a time (2s)"),
        row(
            Values::size,
            "720",
            "'720' is not a size (720p, 1280x720 to fit inside, 1280x720! exactly, 50%)"),
        row(
            Values::size,
            "0x720",
            "'0x720' is not a size (720p, 1280x720 to fit inside, 1280x720! exactly, 50%)"),
        row(
            Values::size,
            "99999x2",
            "'99999x2' is not a size (720p, 1280x720 to fit inside, 1280x720! exactly, 50%)"),
        row(Values::frameRate, "0", "'0' is not a frame rate (25, 29.97 or 30000/1001)"),
        row(Values::frameRate, "25/0", "'25/0' is not a frame rate (25, 29.97 or 30000/1001)"),
        row(Values::frameRate, "fast", "'fast' is not a frame rate (25, 29.97 or 30000/1001)"),
        row(
            Values::crop,
            "1920x800",
            "'1920x800' is not WIDTHxHEIGHT+X+Y (1920x800+0+140 leaves out 140 lines at the top)"),
        row(Values::pad, "16", "'16' is neither a size (1280x720) nor an aspect (16:9)"),
        row(Values::pad, "16:0", "'16:0' is neither a size (1280x720) nor an aspect (16:9)"),
        row(Values::trackNumbers, "0", "'0' is not a list of track numbers counted from 1 (1,3)"),
        row(
            Values::trackNumbers,
            "1,,2",
            "'1,,2' is not a list of track numbers counted from 1 (1,3)"),
        row(Values::trackNumbers, "2,2", "'2,2' names track 2 twice"),
        row(Values::lufs, "23", "'23' is not a loudness from -70 to 0 (-23LUFS or -23)"),
        row(Values::lufs, "-80", "'-80' is not a loudness from -70 to 0 (-23LUFS or -23)"),
        row(Values::encoderOption, "tune", "'tune' is not NAME=VALUE"),
        row(Values::encoderOption, "=x", "'=x' is not NAME=VALUE"),
        row(Values::duration, "soon", "'soon' is not a time (90, 90s, 1m30s or 00:01:30.5)"),
        row(Values::number, "NaN", "'NaN' is not a number of 0 or more"),
        row(Values::count, "0", "'0' is not a whole number of 1 or more"),
        row(
            text -> Values.word(JobSpec.Deinterlace.class, text),
            "yes",
            "'yes' is none of auto, on, off"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void refused(Function<String, Object> reader, String text, Object message) {
    assertThatThrownBy(() -> reader.apply(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessage(message.toString());
  }

  @Test
  void whole_takesDigitsOnly() {
    assertThat(Values.whole("007")).hasValue(7);
    assertThat(Values.whole("+7")).isEmpty();
    assertThat(Values.whole("1234567890")).isEmpty();
  }

  @Test
  void decimal_takesNoExponent() {
    assertThat(Values.decimal(".5")).hasValue(0.5);
    assertThat(Values.decimal("1e3")).isEmpty();
    assertThat(Values.decimal("1.2.3")).isEmpty();
    assertThat(Values.decimal(".")).isEmpty();
  }
}
