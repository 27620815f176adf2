package dev.penstock.engine;

import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Filter;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Frames through the plan's filters. When the source changes its size or format on the way, the
 * chain is rebuilt, and ends in the size the encoder was opened with.
 */
final class VideoFilterStage implements Run.Stage {
  private final Plan.EncodeVideo plan;
  private final Link<Frame> in;
  private final Link<Frame> out;
  private final Rational timeBase;
  private final LogScope log;
  private @Nullable FilterGraph graph;
  private Frame.@Nullable Shape inputShape;
  private Frame.@Nullable Shape outputShape;

  VideoFilterStage(
      Plan.EncodeVideo plan, Link<Frame> in, Link<Frame> out, Rational timeBase, LogScope log) {
    this.plan = plan;
    this.in = in;
    this.out = out;
    this.timeBase = timeBase;
    this.log = log;
  }

  @Override
  public void run() {
    try (var _ = log.bind()) {
      Optional<Frame> next = in.receive();
      while (next.isPresent()) {
        try (Frame frame = next.get()) {
          FilterGraph filters = graphFor(frame);
          filters.send(frame);
          drain(filters);
        }
        next = in.receive();
      }
      finish();
    } finally {
      closeGraph();
    }
    out.end();
  }

  private FilterGraph graphFor(Frame frame) {
    if (graph != null && frame.shape().equals(inputShape)) {
      return graph;
    }
    finish();
    closeGraph();
    inputShape = frame.shape();
    FilterGraph built =
        FilterGraph.open(chain(), frame, timeBase, plan.frameRate().orElse(null), log);
    graph = built;
    return built;
  }

  private String chain() {
    String planned = Filter.chain(plan.filters());
    if (outputShape == null) {
      return planned;
    }
    String fit = "scale=" + outputShape.width() + ":" + outputShape.height() + ",setsar=1";
    String format = ",format=pix_fmts=" + plan.pixelFormat();
    return (planned.isEmpty() ? "" : planned + ",") + fit + format;
  }

  private void finish() {
    if (graph != null) {
      graph.send(null);
      drain(graph);
    }
  }

  private void drain(FilterGraph filters) {
    for (Frame frame = receive(filters); frame != null; frame = receive(filters)) {
      outputShape = frame.shape();
      Rational from = filters.timeBase();
      frame.setPts(Timestamp.rescale(frame.pts(), from, plan.timeBase()));
      frame.setDuration(Timestamp.rescale(frame.duration(), from, plan.timeBase()));
      out.send(frame);
    }
  }

  private static @Nullable Frame receive(FilterGraph filters) {
    Frame frame = Frame.create();
    boolean got = false;
    try {
      got = filters.receive(frame) == Flow.OK;
      return got ? frame : null;
    } finally {
      if (!got) {
        frame.close();
      }
    }
  }

  private void closeGraph() {
    if (graph != null) {
      graph.close();
    }
  }
}
