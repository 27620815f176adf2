package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output is there whole, the old one or the new one, whenever somebody looks. */
class OutputFolderTest {
  private static final String RUN = "run";

  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void makeOne() throws IOException {
    folder = parent.resolve("out");
    publish("old");
  }

  private void publish(String text) throws IOException {
    try (OutputFolder output = OutputFolder.beside(folder, /* overwrite= */ true, RUN)) {
      Files.writeString(output.partial(folder.resolve("a.txt").toString()), text);
      output.publish();
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void oneThatIsReplaced_isNeverMissing() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    AtomicLong missing = new AtomicLong();
    AtomicLong looks = new AtomicLong();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              while (!over.get()) {
                missing.addAndGet(Files.exists(folder.resolve("a.txt")) ? 0 : 1);
                looks.incrementAndGet();
              }
            });
    for (int i = 0; i < 100 || looks.get() < 100; i++) {
      publish("new " + i);
    }
    over.set(true);
    reader.join();
    assertThat(missing).hasValue(0);
    assertThat(folder.resolve("a.txt")).content().startsWith("new ");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void whatWasMovedAwayByARunThatWasKilled_isPutBack() throws IOException {
    Files.move(folder, parent.resolve(".out.run.old"));
    assertThat(OutputFolder.restore(folder, "another")).isFalse();
    assertThat(OutputFolder.restore(folder, RUN)).isTrue();
    assertThat(folder.resolve("a.txt")).hasContent("old");
    assertThat(names()).containsExactly("out");
    assertThat(OutputFolder.restore(folder, RUN)).isFalse();
    assertThatThrownBy(() -> OutputFolder.checkFree(folder, /* overwrite= */ false))
        .isInstanceOf(FailureException.class);
  }

  @Test
  void whatLiesThereSinceAKill_isReplaced() throws IOException {
    for (String name : List.of(".out.run.old", ".out.run.part")) {
      Files.writeString(Files.createDirectories(parent.resolve(name)).resolve("b.txt"), "torn");
    }
    publish("new");
    assertThat(folder.resolve("a.txt")).hasContent("new");
    assertThat(folder.resolve("b.txt")).doesNotExist();
    assertThat(names()).containsExactly("out");
  }
}
