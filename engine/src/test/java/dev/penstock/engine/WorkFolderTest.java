package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run at a time works in a folder, and a run that failed keeps no other out. */
class WorkFolderTest {
  @TempDir Path parent;
  private Path folder;

  @BeforeEach
  void nameIt() {
    folder = parent.resolve("work");
  }

  @Test
  void oneThatIsOpen_isRefusedToOthers() {
    try (WorkFolder _ = WorkFolder.open(folder, "job")) {
      assertThatThrownBy(() -> WorkFolder.open(folder, "job"))
          .isInstanceOfSatisfying(
              FailureException.class,
              e -> assertThat(e.failure()).isInstanceOf(Failure.HostMisconfigured.class));
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void oneThatCannotBePrepared_isFreeAgain() throws IOException {
    Path obstacle = Files.createDirectories(folder.resolve("job"));
    assertThatThrownBy(() -> WorkFolder.open(folder, "job")).isInstanceOf(FailureException.class);
    Files.delete(obstacle);

    WorkFolder.open(folder, "job").close();
    assertThat(folder).doesNotExist();
  }

  @Test
  void oneThatCannotBeTidied_isFreeAgainAndTidiedLater() throws IOException {
    Path output = Files.writeString(parent.resolve("out.mp4"), "complete");
    Path published = Files.createDirectories(folder).resolve("published");
    Files.writeString(
        published,
        String.valueOf(Files.readAttributes(output, BasicFileAttributes.class).fileKey()));

    WorkFolder.tidy(
        folder,
        output,
        () -> {
          throw new IOException("a disk that is gone");
        });
    assertThat(published).exists();

    WorkFolder.tidy(folder, output, () -> {});
    assertThat(folder).doesNotExist();
  }

  @Test
  void aLockThatItsHolderDeleted_isNotHandedOut() throws IOException {
    Path file = parent.resolve("lock");
    FolderLock holder = FolderLock.take(file).orElseThrow();
    FolderLock late = FolderLock.open(file);
    Files.delete(file);
    holder.close();
    try (FolderLock _ = FolderLock.take(file).orElseThrow()) {
      assertThatThrownBy(late::hold).isInstanceOf(NoSuchFileException.class);
    }
  }
}
