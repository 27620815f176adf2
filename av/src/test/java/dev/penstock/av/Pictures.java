package dev.penstock.av;

/** Single frames to test with. */
final class Pictures {
  private Pictures() {}

  /** The first picture of a source chain. */
  static Frame of(String chain) {
    return first(chain, true);
  }

  /** The first run of samples of a source chain. */
  static Frame sound(String chain) {
    return first(chain, false);
  }

  private static Frame first(String chain, boolean video) {
    try (FilterGraph graph = FilterGraph.source(chain, video, LogScope.silent())) {
      Frame frame = Frame.create();
      Flow _ = graph.receive(frame);
      return frame;
    }
  }

  /** What a chain makes of a picture. The caller closes both. */
  static Frame filtered(String chain, Frame picture) {
    try (FilterGraph graph =
        FilterGraph.open(
            chain, picture, new dev.penstock.model.Rational(1, 25), null, LogScope.silent())) {
      graph.send(picture);
      graph.send(null);
      Frame frame = Frame.create();
      Flow _ = graph.receive(frame);
      return frame;
    }
  }

  /** The bytes of a grey picture, row by row. */
  static byte[] grey(Frame picture) {
    byte[] bytes = new byte[picture.width() * picture.height()];
    int stride = picture.nativeFrame().linesize(0);
    byte[] row = new byte[picture.width()];
    for (int y = 0; y < picture.height(); y++) {
      picture.nativeFrame().data(0).position((long) y * stride).get(row);
      System.arraycopy(row, 0, bytes, y * row.length, row.length);
    }
    return bytes;
  }
}
