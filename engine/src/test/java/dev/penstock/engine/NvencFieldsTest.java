package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.LabMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
    FieldJobs.job(row.words(), folder.resolve("out.mp4")).on(machine.gpus()).run();

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

  /** Without what is zero, the versions of the structures, and where it was. */
  private static Map<String, String> shortened(Map<String, String> received) {
    Map<String, String> fields = new TreeMap<>();
    received.forEach((name, value) -> {
      if (name.equals("GPU")) {
        return;
      }
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
}
