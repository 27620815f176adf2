package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an encoder cannot do is said before or when it starts, never ignored. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
class RefusedOptionsTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--encoder-option unknown=1          | plan | libx264 has no such option",
        "--encoder-option tun=film           | plan | did you mean tune?",
        "--encoder-option aqmode=1           | plan | did you mean aq-mode?",
        "--encoder-option crf=abc            | plan | it takes a number from -1 up",
        "--encoder-option tune=nonsense      | plan | it takes film, animation, grain",
        "--encoder-option preset=nonsense    | plan | it takes ultrafast, superfast",
        "--encoder-option g=-99999999999     | plan | it takes a number from",
        "--encoder-option x264-params=none=1 | encode | Error parsing option 'none = 1'",
        "--encoder-option x264-params=crf=x  | encode | Error parsing option 'crf = x'",
        "--encoder-option profile=baseline --pixel-format yuv420p10le | plan | the profile baseline",
        "--encoder-option level=99           | encode | level",
        "--quality 99                        | plan | its crf is a number from 0 (best) to 51",
        "--size 1x1!                         | plan | --size",
        "--size 20000x20000!                 | plan | --size: 20000x20000 is beyond",
        "--size 16384x16384!                 | encode | Picture size 16384x16384 is invalid",
        "--threads 1000                      | plan | --threads: 1000 is out of range",
        "--pixel-format nosuch               | plan | --pixel-format nosuch: libx264",
        "--crop 1000x1000+0+0                | plan | it reaches outside the picture",
        "--pad 10x10                         | plan | it is smaller than the picture",
        "--start 100s                        | plan | it is beyond the end",
        "--audio-tracks 9                    | plan | the input has no such audio track",
        "--hardware require                  | plan | --hardware require",
      })
  void x264(String options, String stage, String said) throws IOException {
    Cli.assumeEncoder("libx264");
    assertRefused(4, "h264", options, stage, said);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hevc | --encoder-option x265-params=none=1   | encode | Unknown option: none",
        "hevc | --encoder-option x265-params=crf=x    | encode | Invalid value for crf: x",
        "hevc | --encoder-option tune=nonsense        | encode | nonsense",
        "hevc | --quality 99                          | plan   | its crf is a number from 0",
        "hevc | --size 10x10!                         | plan   | it takes 16x16 to",
        "av1  | --encoder-option svtav1-params=none=1 | encode | Error parsing option none: 1",
        "av1  | --bitrate 200M                        | plan   | it takes at most 100000000",
        "av1  | --quality 99                          | plan   | its crf is a whole number",
        "av1  | --size 10x10!                         | plan   | it takes 64x64 to",
        "vp9  | --quality 99                          | plan   | its crf is a whole number",
        "vp9  | --encoder-option deadline=nonsense    | plan   | deadline=nonsense",
      })
  void others(String codec, String options, String stage, String said) throws IOException {
    if (codec.equals("hevc")) {
      Cli.assumeEncoder("libx265");
    }
    assertRefused(4, codec, options, stage, said);
  }

  /** Encoders have logs of their own, past libav's, which only a process of its own shows. */
  @ParameterizedTest
  @CsvSource({
    "av1, svtav1-params=tile-rows=99, yuv420p, SVT_LOG=1",
    "hevc, profile=main, yuv420p10le, incompatible profile",
    "h264, level=99, yuv420p, invalid level_idc",
  })
  void encodersThatRefuse_writeNothingBesideJson(
      String codec, String option, String format, String said) throws Exception {
    Path in = Oracle.clip(folder, "in.mp4");
    Answer answer =
        Child.run(
            folder,
            List.of("transcode", in, folder.resolve("out.mp4"), "--progress", "json"),
            List.of("--codec", codec, "--encoder-option", option, "--pixel-format", format));
    assertThat(answer.exit()).as(answer.err()).isEqualTo(4);
    assertThat(answer.err().lines()).allMatch(line -> line.startsWith("{"), "is JSON");
    assertThat(answer.err()).contains(said);
  }

  /** What makes no sense with any input, build or machine. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--bitrate 1                      | --bitrate",
        "--bitrate 99999999M              | --bitrate: 99999999000000 is out of range",
        "--bitrate 2M --max-bitrate 1M    | it is below --bitrate",
        "--bitrate 2M --quality 20        | only one of them can lead",
        "--buffer 2M                      | a buffer without a bit rate",
        "--fps 1000000                    | --fps: 1000000 is not a frame rate",
        "--duration 0s                    | nothing would be left",
      })
  void senseless(String options, String said) throws IOException {
    assertRefused(2, "h264", options, "plan", said);
  }

  private void assertRefused(int code, String codec, String options, String stage, String said)
      throws IOException {
    Path in = Oracle.clip(folder, "in.mp4");
    Path results = Files.createDirectory(folder.resolve("results"));
    Path out = results.resolve("out.mp4");
    Answer answer =
        Cli.run("transcode", in, out, "--codec", codec, List.of(options.trim().split(" +")));
    answer.refusesEach(code, stage, said);
    Answer.assertOnly(results);
  }
}
