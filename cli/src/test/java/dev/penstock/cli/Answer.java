package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a command answered, in its own process or in this one. */
record Answer(List<String> words, int exit, String out, String err) {
  /** The last line for people that begins an error, or empty. */
  String complaint() {
    return err.lines().filter(line -> line.startsWith("penstock: ")).findFirst().orElse("");
  }

  Answer succeeds() {
    assertThat(exit).as("%s%n%s", words, err).isZero();
    return this;
  }

  /** Fails with this code and one error in the usual shape, and no trace of a programming error. */
  Answer fails(int code, String stage, String... said) {
    assertThat(exit).as("%s%n%s", words, err).isEqualTo(code);
    assertThat(err)
        .as("%s", words)
        .containsOnlyOnce("penstock: ")
        .contains("\n  stage: " + stage + "\n", "\n  cause: ", "\n  next: ");
    assertThat(List.of(said)).as("%s%n%s", words, err).allMatch(err::contains);
    return withoutTraces();
  }

  /** As {@link #fails}, perhaps for several reasons. */
  Answer refusesEach(int code, String stage, String said) {
    assertThat(exit).as("%s%n%s", words, err).isEqualTo(code);
    assertThat(err).startsWith("penstock: ").contains("\n  stage: " + stage + "\n", said);
    assertThat(err.lines())
        .allMatch(line -> line.matches("penstock: .*|  (stage|cause|next): .*"), "is ours");
    return withoutTraces();
  }

  /** Fails with a mistake on the command line. */
  Answer refuses(String said) {
    assertThat(exit).as("%s%n%s", words, err).isEqualTo(2);
    assertThat(err).containsOnlyOnce("penstock: ").contains(said, "\n  next: ");
    return withoutTraces();
  }

  Answer withoutTraces() {
    assertThat(err)
        .as("%s", words)
        .doesNotContain("\tat ", "Exception", "java.", "0x7f", "SIGSEGV", "terminate called");
    return this;
  }

  /** Nothing is in the folder but these names. */
  static void assertOnly(Path folder, String... names) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .as("files in the output's folder")
          .containsExactlyInAnyOrder(names);
    }
  }
}
