package dev.penstock.hardware.telemetry;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/** Small files in which the kernel says one thing. */
final class SysFile {
  private SysFile() {}

  /** Its text, without white space around it. */
  static Reading<String> text(Path file) {
    String source = file.toString();
    try {
      return Reading.of(Files.readString(file).strip(), source);
    } catch (NoSuchFileException | NotDirectoryException _) {
      return Reading.absent(Why.MISSING, source, "no such file");
    } catch (AccessDeniedException _) {
      return Reading.absent(Why.DENIED, source, "not permitted");
    } catch (IOException e) {
      return Reading.absent(Why.FAILED, source, String.valueOf(e.getMessage()));
    }
  }

  /** The number it holds. */
  static Reading<Long> number(Path file) {
    return switch (text(file)) {
      case Present<String>(String text, String source) -> number(text, source);
      case Absent<String>(Why why, String source, String text) -> Reading.absent(why, source, text);
    };
  }

  private static Reading<Long> number(String text, String source) {
    try {
      return Reading.of(Long.decode(text), source);
    } catch (NumberFormatException _) {
      return Reading.absent(Why.FAILED, source, "no number: " + text);
    }
  }
}
