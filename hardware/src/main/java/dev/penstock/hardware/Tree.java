package dev.penstock.hardware;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a machine as they were read: absolute paths, as an operator would type them, and
 * what was found there. What was never looked for is told from what is not there.
 */
public final class Tree {
  private final SortedMap<String, Node> nodes;

  public Tree(Map<String, Node> nodes) {
    this.nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
  }

  public SortedMap<String, Node> nodes() {
    return nodes;
  }

  public Optional<Node> at(String path) {
    return Optional.ofNullable(nodes.get(path));
  }

  /** Whether something is there, readable or not. */
  public boolean has(String path) {
    return at(path).filter(node -> !(node instanceof Node.Missing)).isPresent();
  }

  /** A file's text without the blanks around it. */
  public Reading<String> text(String path) {
    return switch (nodes.get(path)) {
      case Node.Text(String text) -> Reading.of(text.strip(), path);
      case Node.Unreadable(Why why, String text) -> Reading.absent(why, path, text);
      case null -> Reading.absent(Why.NOT_ASKED, path, "was not looked at");
      case Node.Missing _ -> Reading.absent(Why.MISSING, path, "is not there");
      case Node other -> Reading.absent(Why.FAILED, path, "is no file of text: " + kind(other));
    };
  }

  /** A file that holds one whole number, decimal or with 0x before it. */
  public Reading<Long> number(String path) {
    Reading<String> text = text(path);
    if (!(text instanceof Reading.Present<String>(String word, String _))) {
      return text.map(_ -> 0L);
    }
    try {
      return Reading.of(Long.decode(word.replaceFirst("^0+(?=\\d)", "")), path);
    } catch (NumberFormatException e) {
      return Reading.absent(Why.FAILED, path, "holds no number: " + word);
    }
  }

  /** Where a link points, as it is written there. */
  public Optional<String> link(String path) {
    return nodes.get(path) instanceof Node.Link(String target)
        ? Optional.of(target)
        : Optional.empty();
  }

  /** The last name of where a link points, such as the name of a driver. */
  public Optional<String> linkName(String path) {
    return link(path).map(target -> target.substring(target.lastIndexOf('/') + 1));
  }

  /** The names in a folder; empty when it is not there or was not listed. */
  public List<String> names(String path) {
    return nodes.get(path) instanceof Node.Folder(List<String> names) ? names : List.of();
  }

  /** The paths of what is in a folder and below it, in order, of those that were looked at. */
  public List<String> under(String folder) {
    // '0' is the character after '/'
    return nodes.subMap(folder + "/", folder + "0").entrySet().stream()
        .filter(each -> !(each.getValue() instanceof Node.Missing))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The bytes at the beginning of a file. */
  public Reading<byte[]> bytes(String path) {
    return switch (nodes.get(path)) {
      case Node.Hex(String digits) -> Reading.of(HexFormat.of().parseHex(digits), path);
      case null, default -> text(path).map(_ -> new byte[0]);
    };
  }

  private static String kind(Node node) {
    return switch (node) {
      case Node.Text _ -> "text";
      case Node.Hex _ -> "bytes";
      case Node.Link _ -> "a link";
      case Node.Folder _ -> "a folder";
      case Node.Exists _ -> "a file that was not read";
      case Node.Device _ -> "a device";
      case Node.Space _ -> "a file system";
      case Node.Missing _ -> "nothing";
      case Node.Unreadable _ -> "unreadable";
    };
  }
}
