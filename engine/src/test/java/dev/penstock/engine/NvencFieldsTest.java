package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.Preset;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What NVENC is set up with, every field, for the words that a user gives: {@code
 * nvenc-fields.txt}.
 */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class NvencFieldsTest {
  private static final Map<String, String> SHORT =
      Map.of(
          "NV_ENC_INITIALIZE_PARAMS", "init",
          "NV_ENC_CONFIG", "config",
          "NV_ENC_RC_PARAMS", "rc",
          "NV_ENC_CONFIG_H264", "codec",
          "NV_ENC_CONFIG_HEVC", "codec",
          "NV_ENC_CONFIG_H264_VUI_PARAMETERS", "vui",
          "NV_ENC_CONFIG_HEVC_VUI_PARAMETERS", "vui");

  private static final String BT709 =
      "range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709";

  @TempDir Path folder;

  /** A case of the table: the words, and the fields that differ from those of its codec. */
  private record Row(String words, Map<String, String> changes) {
    @Override
    public String toString() {
      return words;
    }
  }

  static Stream<Arguments> rows() {
    List<String> lines = lines();
    return lines.stream()
        .filter(line -> line.startsWith("--"))
        .map(line -> line.split("\\|", -1))
        .map(cells -> Arguments.of(new Row(cells[0].strip(), fields(cells[1]))));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyField_isWhatTheWordsMean(Row row) {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    job(row.words()).on(machine.gpus()).run();

    List<Map<String, String>> sessions =
        machine.fleet().received().values().stream().map(NvencFieldsTest::shortened).toList();

    Map<String, String> expected = new TreeMap<>(usual(row.words()));
    row.changes().forEach((field, value) -> put(field, value, expected));
    assertThat(sessions).isNotEmpty().allSatisfy(each -> assertThat(each).isEqualTo(expected));
  }

  private static void put(String field, String value, Map<String, String> fields) {
    if (value.equals("0")) {
      fields.remove(field);
    } else {
      fields.put(field, value);
    }
  }

  /** Without what is zero, and without the versions of the structures. */
  private static Map<String, String> shortened(Map<String, String> received) {
    Map<String, String> fields = new TreeMap<>();
    received.forEach((name, value) -> {
      String[] parts = name.split("\\.", 2);
      boolean said = !value.matches("[0 ]+") && !parts[1].equals("version");
      if (said && SHORT.containsKey(parts[0])) {
        fields.put(SHORT.get(parts[0]) + "." + parts[1], value);
      }
    });
    return fields;
  }

  // ---- the table

  private static List<String> lines() {
    try (InputStream in =
        Objects.requireNonNull(NvencFieldsTest.class.getResourceAsStream("nvenc-fields.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> fields(String text) {
    Map<String, String> fields = new TreeMap<>();
    Arrays.stream(text.strip().split("\\s+"))
        .filter(word -> !word.isEmpty())
        .map(word -> word.split("=", 2))
        .forEach(pair -> fields.put(pair[0], pair[1]));
    return fields;
  }

  private static Map<String, String> usual(String words) {
    String codec = words.contains("--codec hevc") ? "hevc:" : "h264:";
    return fields(
        lines().stream()
            .filter(line -> line.startsWith(codec))
            .map(line -> line.substring(codec.length()))
            .reduce("", (all, line) -> all + " " + line));
  }

  // ---- the job

  private Transcoding job(String text) {
    List<String> words = Arrays.asList(text.split(" "));
    Transcoding job =
        Transcoding.of(clip(words.contains("ten-bits")), folder.resolve("out.mp4"))
            .codec(VideoCodec.H264)
            .segments(new Segments.Off());
    for (int i = 0; i + 1 < words.size(); i += 2) {
      set(words.get(i), words.get(i + 1), job);
    }
    return job;
  }

  private static void set(String option, String value, Transcoding job) {
    switch (option) {
      case "--codec" -> job.codec(VideoCodec.valueOf(value.toUpperCase(java.util.Locale.ROOT)));
      case "--preset" -> job.preset(Preset.valueOf(value.toUpperCase(java.util.Locale.ROOT)));
      case "--tune" -> job.tune(Tuning.of(value).orElseThrow());
      case "--quality" -> job.quality(Double.parseDouble(value));
      case "--bitrate" -> job.bitrate(bits(value));
      case "--max-bitrate" -> job.maxBitrate(bits(value));
      case "--buffer" -> job.buffer(bits(value));
      case "--gop" -> job.gop(gop(value));
      case "--segments" ->
          job.segments(new Segments.Every(Duration.ofSeconds(Long.parseLong(value))));
      case "--size" -> job.size(new SizeSpec.Lines(Integer.parseInt(value)));
      case "--fps" -> job.fps(value);
      case "--pixel-format" -> job.pixelFormat(value);
      case "--input" -> {}
      default -> {
        assertThat(option).startsWith("--encoder:");
        job.encoderOption(option.substring("--encoder:".length()), value);
      }
    }
  }

  private static long bits(String value) {
    return value.endsWith("M")
        ? Long.parseLong(value.replace("M", "")) * 1_000_000
        : Long.parseLong(value);
  }

  private static Gop gop(String value) {
    return value.endsWith("s")
        ? new Gop.Time(Duration.ofSeconds(Long.parseLong(value.replace("s", ""))))
        : new Gop.Frames(Integer.parseInt(value));
  }

  private static Path clip(boolean tenBits) {
    return tenBits
        ? Clips.make(
            "fields.mp4",
            "-f lavfi -i testsrc2=s=320x192:r=25:d=0.4,format=yuv420p10le",
            "-c:v libx265 -preset ultrafast -crf 12 -color_range tv",
            "-color_primaries bt2020 -colorspace bt2020nc -color_trc smpte2084",
            "-x265-params log-level=error:colorprim=bt2020:colormatrix=bt2020nc"
                + ":transfer=smpte2084:hdr10=1:max-cll=1000,400"
                + ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)")
        : Clips.make(
            "fields.mp4",
            "-f lavfi -i testsrc2=s=320x192:r=25:d=2,format=yuv420p,setparams=" + BT709,
            "-c:v libx264 -preset ultrafast -g 25 -bf 2");
  }
}
