package dev.penstock.cli;

import dev.penstock.hardware.Machine;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Users of this machine, asked of {@code id}, which knows directories of users besides files. */
final class Users {
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private Users() {}

  /**
   * The user of this name, or who runs this.
   *
   * @throws FailureException when there is none
   */
  static Machine.User named(@Nullable String name) {
    return new Machine.User(
        id("-un", name),
        Integer.parseUnsignedInt(id("-u", name)),
        Arrays.stream(id("-G", name).split(" ")).map(Integer::parseUnsignedInt).toList());
  }

  private static String id(String what, @Nullable String name) {
    List<String> command = new ArrayList<>(List.of("id", what));
    if (name != null) {
      command.addAll(List.of("--", name));
    }
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw unknown(name, "the directory of users does not answer");
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.exitValue() == 0) {
        return said.strip();
      }
      throw unknown(name, said.strip());
    } catch (IOException e) {
      throw unknown(name, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unknown(name, "interrupted");
    }
  }

  private static FailureException unknown(@Nullable String name, String said) {
    return new FailureException(
        new Failure.BadRequest(
            new Failure.Diagnosis(
                name == null ? "this user" : "--user " + name,
                Stage.PROBE,
                "is not known on this machine",
                said,
                "give the name of the user that is to run Penstock")));
  }
}
