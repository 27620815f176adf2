package dev.penstock.hardware.telemetry;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Names of processes, from {@code /proc}.
 *
 * @param root the machine's root directory
 */
public record ProcessNames(Path root) {
  /** At most 15 bytes, chosen by the process itself. */
  public Reading<String> name(long pid) {
    Path file = root.resolve("proc/" + pid + "/comm");
    try {
      return Reading.of(Files.readString(file).strip(), file.toString());
    } catch (NoSuchFileException _) {
      return Reading.absent(
          Why.MISSING, file.toString(), "no such process; in a container it may be outside");
    } catch (AccessDeniedException _) {
      return Reading.absent(Why.DENIED, file.toString(), "not permitted");
    } catch (IOException e) {
      return Reading.absent(Why.FAILED, file.toString(), String.valueOf(e.getMessage()));
    }
  }
}
