package dev.penstock.av;

import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A process that works with libraries of the user's own; says which are in it, or what is wrong.
 */
final class OwnLibrariesTrial {
  private OwnLibrariesTrial() {}

  /**
   * Prints a line for each library of FFmpeg and each binding in the process.
   *
   * @param args the folder, and {@code bindings} to work with them or {@code none} to load them
   *     only
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    try {
      if (args[1].equals("bindings")) {
        Libraries.use(folder);
        System.out.println(Codecs.build());
        System.out.println(Codecs.filters(List.of("scale")));
      } else {
        OwnLibraries.in(folder).load();
      }
      Files.readAllLines(Path.of("/proc/self/maps")).stream()
          .filter(line -> line.matches(".*/lib(jni)?(av|sw)[a-z]+\\.so.*"))
          .map(line -> line.substring(line.indexOf('/')))
          .distinct()
          .forEach(System.out::println);
    } catch (FailureException e) {
      System.out.println("refused: " + e.failure().diagnosis().line());
    }
  }
}
