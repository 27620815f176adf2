package dev.penstock.hardware;

import dev.penstock.model.Reading.Why;
import java.util.List;

/** What was found at one path of a machine. */
public sealed interface Node {
  /** A file of text. Long ones are cut. */
  record Text(String text) implements Node {}

  /**
   * The beginning of a file of bytes.
   *
   * @param digits two hexadecimal digits for each byte
   */
  record Hex(String digits) implements Node {}

  /** A symbolic link, not followed. */
  record Link(String target) implements Node {}

  /** A folder's names, in order. */
  record Folder(List<String> names) implements Node {
    public Folder {
      names = List.copyOf(names);
    }
  }

  /** A file whose content was not asked for. */
  record Exists(Owner owner) implements Node {}

  /**
   * A device node, and what opening it for reading and writing answered.
   *
   * @param kind {@code c} or {@code b}
   * @param opened {@code ok}, the name of an error such as {@code EACCES}, or {@code not tried}
   */
  record Device(char kind, int major, int minor, Owner owner, String opened) implements Node {}

  /** The file system at a path, in bytes. */
  record Space(long total, long free) implements Node {}

  /** It was looked for and is not there. */
  record Missing() implements Node {}

  /** It is there and cannot be read. */
  record Unreadable(Why why, String text) implements Node {}

  /**
   * Who may use a file.
   *
   * @param mode the twelve lower bits of {@code st_mode}
   */
  record Owner(int mode, int user, int group) {}
}
