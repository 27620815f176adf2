package dev.penstock.hardware;

import java.util.List;

/**
 * A path that a check wants read, and how.
 *
 * @param pattern an absolute path. {@code *} stands for any part of a name; {@code {gpu}} for the
 *     PCI address of each display device, {@code {port}} for that of each bridge above one, {@code
 *     {loader}} for each folder where the loader looks for libraries, {@code {loader-file}} for
 *     each file that says so
 */
public record Wanted(String pattern, How how) {
  /** How much of what is there is read. */
  public enum How {
    TEXT,
    /** The first 256 bytes; of PCI configuration only the first 64 without privileges. */
    HEX,
    /** The first 4096 bytes: with privileges, the whole of a PCI configuration. */
    PAGE,
    LINK,
    LIST,
    /** Only whether it is there and whose it is. */
    EXISTS,
    /** As a device node, which is opened for reading and writing and closed at once. */
    OPEN,
    SPACE
  }

  public static List<Wanted> texts(String... patterns) {
    return List.of(patterns).stream().map(pattern -> new Wanted(pattern, How.TEXT)).toList();
  }

  public static Wanted text(String pattern) {
    return new Wanted(pattern, How.TEXT);
  }

  public static Wanted link(String pattern) {
    return new Wanted(pattern, How.LINK);
  }

  public static Wanted list(String pattern) {
    return new Wanted(pattern, How.LIST);
  }

  public static Wanted exists(String pattern) {
    return new Wanted(pattern, How.EXISTS);
  }

  public static Wanted hex(String pattern) {
    return new Wanted(pattern, How.HEX);
  }

  public static Wanted space(String pattern) {
    return new Wanted(pattern, How.SPACE);
  }

  public static Wanted open(String pattern) {
    return new Wanted(pattern, How.OPEN);
  }
}
