package dev.penstock.cli;

import dev.penstock.engine.Ffmpeg;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, as Maven wrote it into {@code version.properties}. */
public final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    return lines().toArray(String[]::new);
  }

  /**
   * The version, what it is made of, and under which licences: without loading what comes with it.
   */
  static List<String> lines() {
    return List.of("penstock " + current(), "Penstock: Apache License 2.0", ffmpeg());
  }

  private static String ffmpeg() {
    // Asked of the property that it is kept in: asking the engine would load it.
    if (System.getProperty("penstock.ffmpeg.libs") != null) {
      return Ffmpeg.build() + "\nconfigured with " + Ffmpeg.configuration();
    }
    boolean gpl = value("natives").endsWith("-gpl");
    return "FFmpeg "
        + value("ffmpeg").replaceFirst("-.*", "")
        + (gpl ? ", with x264 and x265: GNU GPL" : ", without x264 and x265: GNU LGPL")
        + ", version 3 or later";
  }

  static String current() {
    return value("version");
  }

  private static String value(String name) {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        return "unknown";
      }
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty(name, "unknown");
  }
}
