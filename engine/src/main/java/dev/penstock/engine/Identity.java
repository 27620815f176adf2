package dev.penstock.engine;

import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** What tells one state of a file from another, without reading it. */
final class Identity {
  private Identity() {}

  static String of(Path file) {
    try {
      BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
      return facts.size() + " bytes, changed " + facts.lastModifiedTime();
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(file, e), e);
    }
  }
}
