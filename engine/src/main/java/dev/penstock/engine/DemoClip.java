package dev.penstock.engine;

import java.nio.file.Path;
import java.time.Duration;

/** A clip with motion and sound that needs no input. */
public final class DemoClip {
  private DemoClip() {}

  /** Writes it to {@code file}, whose extension chooses the container. */
  @SuppressWarnings("DoNotCallSuggester")
  public static void write(Path file, Duration length, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }
}
