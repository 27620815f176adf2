package dev.penstock.cli;

/**
 * What charts are drawn of: the elements of SVG, one after the other. It refers to nothing outside
 * itself.
 */
final class SvgDrawing {
  private final StringBuilder svg = new StringBuilder();

  /**
   * Begins a drawing on paper of its own.
   *
   * @param style a {@code <style>} element
   */
  SvgDrawing(int width, int height, String title, String style) {
    svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ")
        .append(width)
        .append(' ')
        .append(height)
        .append("\" role=\"img\">\n<title>")
        .append(escaped(title))
        .append("</title>\n")
        .append(style)
        .append("<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
  }

  void line(double x1, double y1, double x2, double y2, String kind) {
    svg.append("<line class=\"").append(kind).append("\" x1=\"").append(number(x1));
    svg.append("\" y1=\"").append(number(y1)).append("\" x2=\"").append(number(x2));
    svg.append("\" y2=\"").append(number(y2)).append("\"/>\n");
  }

  /**
   * @param anchor which end of the words is at {@code x}: {@code start}, {@code middle}, {@code
   *     end}
   */
  void text(double x, double y, String kind, String anchor, String words) {
    svg.append("<text x=\"").append(number(x)).append("\" y=\"").append(number(y));
    svg.append("\" text-anchor=\"").append(anchor).append('"');
    if (!kind.isEmpty()) {
      svg.append(" class=\"").append(kind).append('"');
    }
    svg.append('>').append(escaped(words)).append("</text>\n");
  }

  /**
   * @param said to whoever points at it
   */
  void circle(double x, double y, String kind, String radius, String said) {
    svg.append("<circle class=\"").append(kind).append("\" cx=\"").append(number(x));
    svg.append("\" cy=\"").append(number(y)).append("\" r=\"").append(radius);
    svg.append("\"><title>").append(escaped(said)).append("</title></circle>\n");
  }

  void path(String kind, CharSequence steps) {
    svg.append("<path class=\"").append(kind).append("\" d=\"").append(steps).append("\"/>\n");
  }

  static String number(double value) {
    return Amounts.trimmed(value, 1);
  }

  /** Names come from files that anybody may have made. */
  private static String escaped(String text) {
    return Terminal.oneLine(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** Ends it. */
  String drawn() {
    return svg.append("</svg>\n").toString();
  }
}
