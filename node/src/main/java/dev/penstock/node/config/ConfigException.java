package dev.penstock.node.config;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/** A configuration is none. */
public final class ConfigException extends RuntimeException {
  private final String file;
  private final transient List<Mistake> mistakes;

  ConfigException(String file, List<Mistake> mistakes) {
    super(mistakes.stream().map(each -> each.text(file)).collect(Collectors.joining(" | ")));
    this.file = file;
    this.mistakes = mistakes.stream().sorted(Comparator.comparingInt(Mistake::line)).toList();
  }

  public String file() {
    return file;
  }

  /** All of them, in the order of the lines. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
