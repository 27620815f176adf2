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
 * What a driver of VA-API is given, for the words that a user gives: {@code vaapi-fields.txt}. What
 * stands there of a field is what it must be, and a 0 that it must be 0.
 */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class VaapiFieldsTest {
  private static final Map<String, String> SHORT =
      Map.ofEntries(
          Map.entry("VAConfig", "config"),
          Map.entry("VAEncSequenceParameterBufferH264", "seq"),
          Map.entry("VAEncSequenceParameterBufferHEVC", "seq"),
          Map.entry("VAEncPictureParameterBufferH264", "pic"),
          Map.entry("VAEncPictureParameterBufferHEVC", "pic"),
          Map.entry("VAEncSliceParameterBufferH264", "slice"),
          Map.entry("VAEncSliceParameterBufferHEVC", "slice"),
          Map.entry("VAEncMiscParameterRateControl", "rc"),
          Map.entry("VAEncMiscParameterHRD", "hrd"),
          Map.entry("VAEncMiscParameterFrameRate", "rate"),
          Map.entry("VAEncMiscParameterBufferQualityLevel", "level"),
          Map.entry("pictures", "pictures"));

  @TempDir Path folder;

  private record Row(String words, Map<String, String> changes) {
    @Override
    public String toString() {
      return words;
    }
  }

  static Stream<Arguments> rows() {
    return lines().stream()
        .filter(line -> line.startsWith("--"))
        .map(line -> line.split("\\|", -1))
        .map(cells -> Arguments.of(new Row(cells[0].strip(), fields(cells[1]))));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyField_isWhatTheWordsMean(Row row) {
    LabMachine machine =
        row.words().contains("--gpu arc")
            ? LabMachine.arc(folder.resolve("gpus"))
            : LabMachine.radeon(folder.resolve("gpus"));
    FieldJobs.job(row.words(), folder.resolve("out.mp4")).on(machine.gpus()).run();

    List<Map<String, String>> sessions =
        machine.fleet().received().values().stream().map(VaapiFieldsTest::shortened).toList();

    Map<String, String> expected = new TreeMap<>(usual(row.words()));
    expected.putAll(row.changes());
    expected.values().removeIf(value -> value.equals("0"));
    assertThat(sessions).isNotEmpty().allSatisfy(each -> assertThat(each).isEqualTo(expected));
  }

  /** Without what is zero. */
  private static Map<String, String> shortened(Map<String, String> received) {
    Map<String, String> fields = new TreeMap<>();
    received.forEach((name, value) -> {
      String[] parts = name.split("\\.", 2);
      if (!value.equals("0") && SHORT.containsKey(parts[0])) {
        fields.put(SHORT.get(parts[0]) + "." + parts[1], runs(value));
      }
    });
    return fields;
  }

  /** {@code KPBBPBB} as {@code KP2BP2B}. */
  private static String runs(String types) {
    StringBuilder text = new StringBuilder();
    for (int i = 0, count = 1; i < types.length(); i++, count++) {
      boolean ends = i + 1 == types.length() || types.charAt(i + 1) != types.charAt(i);
      if (Character.isDigit(types.charAt(i))) {
        return types;
      }
      if (ends) {
        text.append(count > 1 ? Integer.toString(count) : "").append(types.charAt(i));
        count = 0;
      }
    }
    return text.toString();
  }

  private static List<String> lines() {
    try (InputStream in =
        Objects.requireNonNull(VaapiFieldsTest.class.getResourceAsStream("vaapi-fields.txt"))) {
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

  /** What holds for the codec, then for the GPU, then for both. */
  private static Map<String, String> usual(String words) {
    String codec = words.contains("--codec hevc") ? "hevc:" : "h264:";
    String gpu = words.contains("--gpu arc") ? "arc" : "radeon";
    Map<String, String> fields = new TreeMap<>();
    for (String prefix : List.of(codec, gpu + ":", gpu + "-" + codec)) {
      lines().stream()
          .filter(line -> line.startsWith(prefix))
          .forEach(line -> fields.putAll(fields(line.substring(prefix.length()))));
    }
    return fields;
  }
}
