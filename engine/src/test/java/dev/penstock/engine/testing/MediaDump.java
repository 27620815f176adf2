package dev.penstock.engine.testing;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** A file's packets as text, one line each, for comparing with a text that people can review. */
public final class MediaDump {
  private MediaDump() {}

  /**
   * {@code stream pts dts key}, times in milliseconds: what does not depend on the bytes an encoder
   * writes.
   */
  public static String times(Path file) {
    return lines(file, row -> key(row, "stream_index") + times(row));
  }

  /** {@code stream pts dts key size hash}. */
  public static String packets(Path file) {
    return lines(
        file,
        row -> key(row, "stream_index") + times(row) + " " + row.fact("size") + " " + hash(row));
  }

  private static String key(Media.Row row, String name) {
    return row.fact(name) + " ";
  }

  private static String times(Media.Row row) {
    return millis(row, "pts_time")
        + " "
        + millis(row, "dts_time")
        + (row.fact("flags").startsWith("K") ? " key" : "");
  }

  private static String millis(Media.Row row, String name) {
    return row.fact(name).equals("N/A")
        ? "-"
        : Long.toString(Math.round(row.micros(name) / 1000.0));
  }

  private static String hash(Media.Row row) {
    return row.fact("data_hash").replace("MD5:", "");
  }

  private static String lines(Path file, java.util.function.Function<Media.Row, String> format) {
    return Media.rows(
            file,
            List.of("-show_packets", "-show_data_hash", "MD5"),
            "packet",
            "stream_index",
            "pts_time",
            "dts_time",
            "flags",
            "size",
            "data_hash")
        .stream()
        .map(format)
        .collect(Collectors.joining("\n", "", "\n"));
  }
}
