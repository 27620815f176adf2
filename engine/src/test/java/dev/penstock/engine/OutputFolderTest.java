package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  private OutputFolder complete(boolean overwrite, Swap.Exchange exchange) throws IOException {
    OutputFolder output = OutputFolder.beside(folder, overwrite, RUN, exchange);
    Files.writeString(output.partial(folder.resolve("a.txt").toString()), "new");
    return output;
  }

  private static void assertRefused(OutputFolder output, String problem) {
    try (output) {
      assertThatThrownBy(output::publish)
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.failure().diagnosis().problem()).isEqualTo(problem));
    }
  }

  private void assertLeftAlone(String... files) throws IOException {
    assertThat(names()).containsExactly("out");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(files);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void filesThatAppearMeanwhile_areLeftAlone(boolean overwrite) throws IOException {
    OutputFolder.delete(folder);
    OutputFolder output = complete(overwrite, Swap::swap);
    Files.writeString(Files.createDirectory(folder).resolve("theirs.txt"), "theirs");

    assertRefused(output, "holds files that are not of a ladder");

    assertLeftAlone("theirs.txt");
  }

  @Test
  void aLadderThatAppearsMeanwhile_isLeftAlone() throws IOException {
    OutputFolder.delete(folder);
    OutputFolder output = complete(/* overwrite= */ false, Swap::swap);
    try (OutputFolder another = OutputFolder.beside(folder, /* overwrite= */ false, "another")) {
      Files.writeString(another.partial(folder.resolve("a.txt").toString()), "theirs");
      another.publish();
    }

    assertRefused(output, "holds a ladder already");

    assertLeftAlone("a.txt", OutputFolder.MARK);
    assertThat(folder.resolve("a.txt")).hasContent("theirs");
  }

  /** After the check, and before the swap or what stands for it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aFileThatAppearsAtTheLastMoment_isLeftAlone(boolean canSwap) throws IOException {
    OutputFolder output =
        complete(
            /* overwrite= */ true,
            (one, other) -> {
              write(folder.resolve("theirs.txt"));
              return canSwap && Swap.swap(one, other);
            });

    assertRefused(output, "holds files that are not of a ladder");

    assertLeftAlone("a.txt", "theirs.txt", OutputFolder.MARK);
    assertThat(folder.resolve("a.txt")).hasContent("old");
  }

  private static void write(Path file) {
    try {
      Files.writeString(file, "theirs");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anOldOneThatCannotBeSwappedBack_isKept() throws IOException {
    AtomicLong swaps = new AtomicLong();
    OutputFolder output =
        complete(
            /* overwrite= */ true,
            (one, other) -> {
              write(folder.resolve("theirs.txt"));
              return swaps.getAndIncrement() == 0 && Swap.swap(one, other);
            });

    assertRefused(output, "holds files that are not of a ladder");

    assertThat(names()).containsExactly("out", "out.before-run");
    assertThat(parent.resolve("out.before-run/theirs.txt")).hasContent("theirs");
  }

  @Test
  void anOldOne_isPutBackWhenTheNewOneCannotBeMoved() throws IOException {
    try (OutputFolder output =
        complete(
            /* overwrite= */ true,
            (one, _) -> {
              deleteAll(one);
              return false;
            })) {
      assertThatThrownBy(output::publish).isInstanceOf(FailureException.class);
    }

    assertLeftAlone("a.txt", OutputFolder.MARK);
    assertThat(folder.resolve("a.txt")).hasContent("old");
  }

  private static void deleteAll(Path path) {
    try {
      OutputFolder.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whereNamesCannotBeSwapped_theOldOneIsReplaced() throws IOException {
    try (OutputFolder output = complete(/* overwrite= */ true, (_, _) -> false)) {
      output.publish();
    }
    assertLeftAlone("a.txt", OutputFolder.MARK);
    assertThat(folder.resolve("a.txt")).hasContent("new");
  }

  @Test
  void aLink_isFollowedAndStays() throws IOException {
    Path real = Files.createDirectory(parent.resolve("disk")).resolve("real");
    Path link = parent.resolve("link");
    Files.createSymbolicLink(link, Path.of("disk/real"));
    folder = link;

    for (String text : List.of("made", "replaced")) {
      publish(text);
      assertThat(link).isSymbolicLink();
      assertThat(real.resolve("a.txt")).hasContent(text);
    }
    assertThatThrownBy(() -> OutputFolder.checkFree(link, /* overwrite= */ false))
        .isInstanceOfSatisfying(
            FailureException.class,
            e -> assertThat(e.failure().diagnosis().problem()).isEqualTo("holds a ladder already"));

    Files.move(real, real.resolveSibling(".real.run.old"));
    assertThat(OutputFolder.restore(link, RUN)).isTrue();
    assertThat(link.resolve("a.txt")).hasContent("replaced");
    try (Stream<Path> files = Files.list(real.getParent())) {
      assertThat(files).containsExactly(real);
    }
  }

  @Test
  void aLinkToAnEmptyFolder_isFollowed() throws IOException {
    Path real = Files.createDirectory(parent.resolve("real"));
    folder = Files.createSymbolicLink(parent.resolve("link"), real);
    publish("made");
    assertThat(real.resolve("a.txt")).hasContent("made");
    assertThat(folder).isSymbolicLink();
  }
}
