package dev.penstock.av;

import dev.penstock.model.Rational;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Filters that compare two videos: pairs of frames in, for each pair one frame out that carries as
 * {@linkplain Frame#number metadata} what was measured.
 *
 * <p>The graph is built for the {@linkplain Frame.Shape shapes} of one pair; when one changes, end
 * it and build another.
 */
public final class MetricGraph extends Handle {
  /** Names the first input in the text of a graph. */
  public static final String REFERENCE = "reference";

  /** Names the second input in the text of a graph. */
  public static final String COPY = "copy";

  private static final String OUT = "out";

  /** A pair has a number, not a time. */
  private static final Rational COUNT = new Rational(1, 25);

  private final AVFilterGraph graph;
  private final LogScope log;
  private final LogRouter.Claim claim;
  private final Frame.Shape referenceShape;
  private final Frame.Shape copyShape;
  private AVFilterContext referenceSource = new AVFilterContext(null);
  private AVFilterContext copySource = new AVFilterContext(null);
  private AVFilterContext sink = new AVFilterContext(null);
  private long pairs;

  private MetricGraph(AVFilterGraph graph, Frame reference, Frame copy, LogScope log) {
    super("metric filters");
    this.graph = graph;
    this.log = log;
    this.claim = LogRouter.claim(graph, log);
    this.referenceShape = reference.shape();
    this.copyShape = copy.shape();
  }

  /**
   * Builds a graph for pairs of frames like these.
   *
   * @param text in libavfilter's syntax, with the inputs {@code [reference]} and {@code [copy]} and
   *     one unnamed output
   * @param frameRate rate the filters are told; some weigh motion by it
   */
  public static MetricGraph open(
      String text, Frame reference, Frame copy, Rational frameRate, LogScope parent) {
    Natives.load();
    AVFilterGraph graph =
        AvException.requireAllocated(avfilter.avfilter_graph_alloc(), "metric filters");
    avutil.av_opt_set(graph, "scale_sws_opts", FilterGraph.SCALER, 0);
    MetricGraph metrics = new MetricGraph(graph, reference, copy, parent.child());
    try (var _ = metrics.log.bind()) {
      metrics.connect(text, reference, copy, frameRate);
      return metrics;
    } catch (RuntimeException e) {
      metrics.close();
      throw e;
    }
  }

  private void connect(String text, Frame reference, Frame copy, Rational frameRate) {
    referenceSource = FilterSource.add(graph, REFERENCE, reference, COUNT, frameRate, log);
    copySource = FilterSource.add(graph, COPY, copy, COUNT, frameRate, log);
    sink =
        AvException.requireAllocated(
            avfilter.avfilter_graph_alloc_filter(
                graph, avfilter.avfilter_get_by_name("buffersink"), OUT),
            "filter sink");
    check(avfilter.avfilter_init_dict(sink, (AVDictionary) null), "set up");
    AVFilterInOut inputs = FilterSource.openEnd(OUT, sink);
    AVFilterInOut outputs = FilterSource.openEnd(REFERENCE, referenceSource);
    outputs.next(FilterSource.openEnd(COPY, copySource));
    try {
      int code = avfilter.avfilter_graph_parse_ptr(graph, text, inputs, outputs, null);
      check(code, "parse '" + text + "' as");
    } finally {
      avfilter.avfilter_inout_free(inputs);
      avfilter.avfilter_inout_free(outputs);
    }
    check(avfilter.avfilter_graph_config(graph, null), "configure '" + text + "' as");
  }

  /** Whether it was built for frames of these shapes. */
  public boolean fits(Frame reference, Frame copy) {
    return reference.sameShapeAs(referenceShape) && copy.sameShapeAs(copyShape);
  }

  /**
   * Feeds a pair of frames that {@linkplain #fits fit}. Their data is shared, not taken; their
   * times are replaced by the number of the pair.
   */
  public void send(Frame reference, Frame copy) {
    requireOpen();
    if (!fits(reference, copy)) {
      throw new IllegalArgumentException(name() + " were built for other shapes");
    }
    reference.setPts(pairs);
    copy.setPts(pairs);
    pairs++;
    try (var _ = log.bind()) {
      feed(referenceSource, reference);
      feed(copySource, copy);
    }
  }

  private void feed(AVFilterContext source, Frame frame) {
    check(
        avfilter.av_buffersrc_add_frame_flags(
            source, frame.nativeFrame(), avfilter.AV_BUFFERSRC_FLAG_KEEP_REF),
        "feed");
  }

  /** Tells that no more pairs follow. */
  public void end() {
    requireOpen();
    try (var _ = log.bind()) {
      check(avfilter.av_buffersrc_add_frame_flags(referenceSource, null, 0), "end");
      check(avfilter.av_buffersrc_add_frame_flags(copySource, null, 0), "end");
    }
  }

  /** Fills {@code frame} with what was measured on the next pair, in the order they were sent. */
  public Flow receive(Frame frame) {
    requireOpen();
    // libav ends the process when it finds data in the frame.
    frame.clear();
    try (var _ = log.bind()) {
      int code = avfilter.av_buffersink_get_frame(sink, frame.nativeFrame());
      return AvException.flow(code, "run", name(), log);
    }
  }

  private void check(int code, String operation) {
    AvException.check(code, operation, name(), log);
  }

  @Override
  void release() {
    avfilter.avfilter_graph_free(graph);
    claim.close();
  }
}
