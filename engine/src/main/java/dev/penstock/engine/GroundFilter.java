package dev.penstock.engine;

import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.Track;
import org.jspecify.annotations.Nullable;

/** Brings the frames of one video onto the common ground, also when their size changes. */
final class GroundFilter implements AutoCloseable {
  private static final Rational COUNT = new Rational(1, 25);

  private final CommonGround ground;
  private final Track.Video track;
  private final LogScope log;
  private @Nullable FilterGraph graph;
  private Frame.@Nullable Shape shape;

  GroundFilter(CommonGround ground, Track.Video track, LogScope log) {
    this.ground = ground;
    this.track = track;
    this.log = log;
  }

  /** The frame as it is on that ground, which the caller closes. */
  Frame brought(Frame frame) {
    FilterGraph filters = graphFor(frame);
    filters.send(frame);
    try (Frame out = Frame.create()) {
      if (filters.receive(out) != Flow.OK) {
        throw new IllegalStateException("filters keep a frame back: " + track);
      }
      // libavfilter's xpsnr reads deep pictures as if lines had no padding.
      return ground.pixels().bitDepth() > 8 ? out.packed() : out.move();
    }
  }

  private FilterGraph graphFor(Frame frame) {
    if (graph != null && frame.shape().equals(shape)) {
      return graph;
    }
    close();
    String chain = ground.chain(track, new Size(frame.width(), frame.height()));
    FilterGraph built = FilterGraph.open(chain, frame, COUNT, null, log);
    graph = built;
    shape = frame.shape();
    return built;
  }

  @Override
  public void close() {
    if (graph != null) {
      graph.close();
    }
  }
}
