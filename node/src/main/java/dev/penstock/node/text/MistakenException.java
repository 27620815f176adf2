package dev.penstock.node.text;

import java.util.List;
import java.util.stream.Collectors;

/** A text is not what it should be. */
public final class MistakenException extends RuntimeException {
  private final String file;
  private final transient List<Mistake> mistakes;

  /**
   * @param file what the text is called in messages
   */
  public MistakenException(String file, Mistakes mistakes) {
    super(mistakes.all().stream().map(each -> each.text(file)).collect(Collectors.joining(" | ")));
    this.file = file;
    this.mistakes = mistakes.all();
  }

  public String file() {
    return file;
  }

  /** All of them, in the order of the lines. */
  public List<Mistake> mistakes() {
    return mistakes;
  }
}
