package dev.penstock.hardware;

import java.io.File;
import java.util.ArrayList;
import java.util.List;

/** How another process of this program is started. */
public final class ChildJvm {
  /** What it may need of how this process was started. */
  private static final List<String> PASSED_ON =
      List.of(
          "java.library.path",
          "org.sqlite.lib.path",
          "org.bytedeco.javacpp.pathsFirst",
          "org.bytedeco.javacpp.platform.preloadpath",
          "org.bytedeco.javacpp.nopointergc",
          "org.bytedeco.javacpp.maxphysicalbytes",
          "penstock.natives.fallback",
          "penstock.ffmpeg.libs");

  private ChildJvm() {}

  /** The command line of a class's main method, with these words. */
  public static List<String> command(String main, List<String> words) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
    command.addAll(
        List.of(
            "-Xshare:auto",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            // A crash in a driver is an answer, not a file in the user's folder.
            "-XX:ErrorFile=/dev/null",
            "-XX:-CreateCoredumpOnCrash",
            "--enable-native-access=ALL-UNNAMED"));
    for (String name : PASSED_ON) {
      String value = System.getProperty(name);
      if (value != null) {
        command.add("-D" + name + "=" + value);
      }
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(words);
    return command;
  }
}
