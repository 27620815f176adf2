package dev.penstock.cli;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import org.junit.jupiter.api.Test;

class VersionTest {
  @Test
  void version_isFilledInByTheBuild() {
    assertThat(Version.current()).matches("\\d+\\.\\d+\\.\\d+.*");
  }

  @Test
  void natives_areNamedWithTheirLicence() {
    assertThat(Version.lines())
        .contains("Penstock: Apache License 2.0")
        .last(as(STRING))
        .matches(
            "FFmpeg \\d+\\.\\d+\\.\\d+, with(out)? x264 and x265: GNU L?GPL, version 3 or later");
  }
}
