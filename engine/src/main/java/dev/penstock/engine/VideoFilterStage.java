package dev.penstock.engine;

import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Filter;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Frames through the plan's filters. When the source changes its size or format on the way, the
 * chain is rebuilt, and ends in the size the encoder was opened with.
 */
final class VideoFilterStage implements Run.Stage {
  private final Plan.EncodeVideo plan;
  private final Link<Frame> in;
  private final Tee out;
  private final Rational timeBase;
  private final @Nullable HwDevice device;
  private final Optional<Kept> kept;
  private final LogScope log;
  private final Account account;
  private @Nullable FilterGraph graph;
  private Frame.@Nullable Shape inputShape;
  private Frame.@Nullable Shape outputShape;
  private boolean onDevice;
  private boolean lent;
  private String chain = "";
  private @Nullable Frame first;

  /**
   * Filters frames.
   *
   * @param device that the plan's filters may bring frames to
   * @param kept where filters stay for the piece after this one; empty where they are made anew
   */
  VideoFilterStage(
      Plan.EncodeVideo plan,
      Link<Frame> in,
      Tee out,
      Account account,
      Rational timeBase,
      @Nullable HwDevice device,
      Optional<Kept> kept,
      LogScope log) {
    this.device = device;
    this.kept = kept;
    this.plan = plan;
    this.account = account;
    this.in = in;
    this.out = out;
    this.timeBase = timeBase;
    this.log = log;
  }

  /** Filters that outlive a piece, as no picture stays in them; of one track of the plan. */
  record Kept(GpuSession session, int slot) {
    private FilterGraph of(String chain, Frame frame, BiFunction<String, Frame, FilterGraph> open) {
      return session.filters(
          new GpuSession.Graph(slot, chain, frame.shape(), frame.tags()),
          () -> open.apply(chain, frame));
    }
  }

  @Override
  public void run() {
    try (var _ = log.bind()) {
      Optional<Frame> next = in.receive();
      while (next.isPresent()) {
        try (Frame frame = next.get()) {
          keepFirst(frame);
          filter(frame, plan.filters());
        }
        next = in.receive();
      }
      finish();
      passFirst();
    } finally {
      closeGraph();
      forgetFirst();
    }
    out.end();
  }

  /** Until something came out. */
  private void keepFirst(Frame frame) {
    if (outputShape != null) {
      forgetFirst();
    } else if (first == null) {
      first = frame.share();
    }
  }

  private void forgetFirst() {
    if (first != null) {
      first.close();
      first = null;
    }
  }

  /** All of it is shorter than half a frame of the rate asked for: one is shown all the same. */
  private void passFirst() {
    Frame only = first;
    if (only == null || outputShape != null) {
      return;
    }
    closeGraph();
    graph = null;
    only.setDuration(Math.max(1, only.duration()));
    filter(only, plan.filters().stream().map(VideoFilterStage::passing).toList());
    finish();
  }

  private static Filter passing(Filter filter) {
    if (!filter.name().equals("fps")) {
      return filter;
    }
    SequencedMap<String, String> args = new LinkedHashMap<>(filter.args());
    args.put("eof_action", "pass");
    return new Filter(filter.name(), args, filter.why());
  }

  private void filter(Frame frame, List<Filter> filters) {
    FilterGraph through = graphFor(frame, filters);
    through.send(frame);
    drain(through);
  }

  private FilterGraph graphFor(Frame frame, List<Filter> filters) {
    if (graph != null && frame.shape().equals(inputShape)) {
      graph = lent ? kept.orElseThrow().of(chain, frame, this::open) : graph;
      return graph;
    }
    if (graph != null) {
      account.reshaped.incrementAndGet();
    }
    finish();
    closeGraph();
    inputShape = frame.shape();
    chain = chain(filters);
    // Once a source changes its shape on the way, its filters are its own.
    lent = kept.isPresent() && outputShape == null;
    FilterGraph built = lent ? kept.orElseThrow().of(chain, frame, this::open) : open(chain, frame);
    graph = built;
    return built;
  }

  private FilterGraph open(String chain, Frame frame) {
    return FilterGraph.open(chain, frame, timeBase, plan.frameRate().orElse(null), device, log);
  }

  private String chain(List<Filter> filters) {
    String planned = Filter.chain(filters);
    if (outputShape == null) {
      return planned;
    }
    String format = "format=pix_fmts=" + plan.pixelFormat();
    // No GPU's filters bring a picture into a frame of another shape.
    String before = onDevice ? "hwdownload," + format + "," : "";
    String after = "," + format + (onDevice ? ",hwupload" : "");
    return (planned.isEmpty() ? "" : planned + ",") + before + fit(outputShape) + after;
  }

  /**
   * The picture as large as fits into what the encoder was opened for, its aspect kept, centred.
   */
  private static String fit(Frame.Shape target) {
    int width = target.width();
    int height = target.height();
    Rational sample = target.sampleAspect();
    double aspect = width * sample.value() / height;
    return String.format(
        Locale.ROOT,
        "scale=w='if(lte(dar,%2$f),min(%3$d,2*trunc(%4$d*dar/%1$f/2)),%3$d)'"
            + ":h='if(lte(dar,%2$f),%4$d,min(%4$d,2*trunc(%3$d*%1$f/dar/2)))'"
            + ",pad=w=%3$d:h=%4$d:x=(ow-iw)/2:y=(oh-ih)/2,setsar=sar=%5$s",
        sample.value(),
        aspect,
        width,
        height,
        sample);
  }

  private void finish() {
    if (graph != null && !lent) {
      graph.send(null);
      drain(graph);
    }
  }

  private void drain(FilterGraph filters) {
    for (Frame frame = receive(filters); frame != null; frame = receive(filters)) {
      outputShape = frame.shape();
      onDevice = frame.isOnDevice();
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
    if (graph != null && !lent) {
      graph.close();
    }
  }
}
