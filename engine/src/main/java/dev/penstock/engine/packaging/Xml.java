package dev.penstock.engine.packaging;

import java.util.ArrayDeque;

/** XML as text, indented, elements one after the other. */
final class Xml {
  private final StringBuilder text =
      new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
  private final ArrayDeque<String> open = new ArrayDeque<>();
  private boolean inTag;

  /** Begins an element; what comes before {@link #close} stands in it. */
  Xml open(String name) {
    endTag();
    text.append("  ".repeat(open.size())).append('<').append(name);
    open.push(name);
    inTag = true;
    return this;
  }

  /** An attribute of the element begun last, before anything stands in it. */
  Xml with(String attribute, String value) {
    if (!inTag) {
      throw new IllegalStateException("no tag to put " + attribute + " in");
    }
    text.append(' ').append(attribute).append("=\"").append(escaped(value)).append('"');
    return this;
  }

  Xml close() {
    String name = open.pop();
    if (inTag) {
      text.append("/>\n");
    } else {
      text.append("  ".repeat(open.size())).append("</").append(name).append(">\n");
    }
    inTag = false;
    return this;
  }

  /** An element with text in it. */
  Xml element(String name, String content) {
    endTag();
    text.append("  ".repeat(open.size()))
        .append('<')
        .append(name)
        .append('>')
        .append(escaped(content))
        .append("</")
        .append(name)
        .append(">\n");
    return this;
  }

  private void endTag() {
    if (inTag) {
      text.append(">\n");
      inTag = false;
    }
  }

  /** XML 1.0 2.2 has no control characters, escaped or not. */
  private static String escaped(String value) {
    return value
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", "");
  }

  String text() {
    return text.toString();
  }
}
