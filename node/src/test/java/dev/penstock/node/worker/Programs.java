package dev.penstock.node.worker;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What tests run as workers. */
public final class Programs {
  private Programs() {}

  /** The main method of a class of the tests, in a JVM that starts soon. */
  public static Launch of(Class<?> main, String... words) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(words));
    return of(command);
  }

  /** A command, without limits. */
  static Launch of(List<String> command) {
    return new Launch(command, Map.of("PATH", "/usr/bin:/bin"), Launch.Limits.none());
  }
}
