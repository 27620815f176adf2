package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By the XDG Base Directory Specification. */
class FoldersTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "HOME=/home/ann                           | /home/ann/.cache/penstock",
        "HOME=/home/ann XDG_CACHE_HOME=/c         | /c/penstock",
        "HOME=/home/ann XDG_CACHE_HOME=           | /home/ann/.cache/penstock",
        "HOME=/home/ann XDG_CACHE_HOME=relative   | /home/ann/.cache/penstock",
        "HOME=/home/ann XDG_STATE_HOME=/s         | /home/ann/.cache/penstock",
        "XDG_CACHE_HOME=relative                  | -",
        "HOME=                                    | -",
        "OTHER=x                                  | -",
      })
  void cache(String environment, String folder) {
    assertThat(Folders.cache(map(environment)))
        .isEqualTo(Optional.ofNullable(folder).map(Path::of));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "HOME=/home/ann                           | /home/ann/.local/state/penstock",
        "HOME=/home/ann XDG_STATE_HOME=/s         | /s/penstock",
        "HOME=/home/ann XDG_STATE_HOME=relative   | /home/ann/.local/state/penstock",
        "XDG_CACHE_HOME=/c                        | -",
      })
  void state(String environment, String folder) {
    assertThat(Folders.state(map(environment)))
        .isEqualTo(Optional.ofNullable(folder).map(Path::of));
  }

  private static Map<String, String> map(String environment) {
    return Stream.of(environment.split(" +"))
        .map(each -> each.split("=", -1))
        .collect(Collectors.toMap(each -> each[0], each -> each[1]));
  }
}
