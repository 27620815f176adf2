package dev.penstock.av;

import dev.penstock.model.Rational;
import org.bytedeco.ffmpeg.avfilter.AVFilter;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/**
 * A chain of filters for one track: frames in, frames out. Or, without an input, a source of
 * frames.
 *
 * <p>The graph is built for the {@linkplain Frame.Shape shape} of one frame; when the shape
 * changes, drain it and build another.
 */
public final class FilterGraph extends Handle {
  private static final String IN = "in";
  private static final String OUT = "out";

  /** Of scalers that libavfilter puts in by itself: they come out the same on every CPU. */
  static final String SCALER = "flags=bicubic+accurate_rnd+bitexact";

  private final AVFilterGraph graph;
  private final LogScope log;
  private final LogRouter.Claim claim;
  private final boolean video;
  private Frame.@Nullable Shape shape;
  private @Nullable AVFilterContext source;
  private AVFilterContext sink = new AVFilterContext(null);

  private FilterGraph(AVFilterGraph graph, String name, boolean video, LogScope log) {
    super(name);
    this.graph = graph;
    this.video = video;
    this.log = log;
    this.claim = LogRouter.claim(graph, log);
  }

  /**
   * Builds a chain for frames like {@code first}.
   *
   * @param chain in libavfilter's syntax; empty passes frames through
   * @param timeBase unit of the timestamps of the frames sent
   * @param frameRate rate the filters are told; null when unknown or variable
   */
  public static FilterGraph open(
      String chain, Frame first, Rational timeBase, @Nullable Rational frameRate, LogScope parent) {
    boolean video = first.width() > 0;
    FilterGraph filters = create(video ? "video filters" : "audio filters", video, parent);
    try (var _ = filters.log.bind()) {
      filters.addSource(first, timeBase, frameRate);
      filters.connect(chain.isEmpty() ? (video ? "null" : "anull") : chain, true);
      return filters;
    } catch (RuntimeException e) {
      filters.close();
      throw e;
    }
  }

  /** Builds a chain that begins with a source filter, such as {@code testsrc2}. */
  public static FilterGraph source(String chain, boolean video, LogScope parent) {
    FilterGraph filters = create("source filters", video, parent);
    try (var _ = filters.log.bind()) {
      filters.connect(chain, false);
      return filters;
    } catch (RuntimeException e) {
      filters.close();
      throw e;
    }
  }

  private static FilterGraph create(String name, boolean video, LogScope parent) {
    Natives.load();
    AVFilterGraph graph = AvException.requireAllocated(avfilter.avfilter_graph_alloc(), name);
    avutil.av_opt_set(graph, "scale_sws_opts", SCALER, 0);
    return new FilterGraph(graph, name, video, parent.child());
  }

  private void addSource(Frame first, Rational timeBase, @Nullable Rational frameRate) {
    source = FilterSource.add(graph, IN, first, timeBase, frameRate, log);
    shape = first.shape();
  }

  private void connect(String chain, boolean hasSource) {
    AVFilter sinkFilter = avfilter.avfilter_get_by_name(video ? "buffersink" : "abuffersink");
    sink =
        AvException.requireAllocated(
            avfilter.avfilter_graph_alloc_filter(graph, sinkFilter, OUT), "filter sink");
    check(avfilter.avfilter_init_dict(sink, (AVDictionary) null), "set up");
    // Seen from the chain: its open input is our source, its open output our sink.
    AVFilterInOut inputs = FilterSource.openEnd(OUT, sink);
    AVFilterInOut outputs = hasSource ? FilterSource.openEnd(IN, source) : new AVFilterInOut(null);
    try {
      check(
          avfilter.avfilter_graph_parse_ptr(graph, chain, inputs, outputs, null),
          "parse '" + chain + "' as");
    } finally {
      avfilter.avfilter_inout_free(inputs);
      avfilter.avfilter_inout_free(outputs);
    }
    check(avfilter.avfilter_graph_config(graph, null), "configure '" + chain + "' as");
  }

  /** Makes audio come out in runs of exactly this many samples, the last one excepted. */
  public void setFrameSize(int samples) {
    requireOpen();
    avfilter.av_buffersink_set_frame_size(sink, samples);
  }

  /**
   * Feeds a frame of the shape the graph was built for; its data is shared, not taken. Null ends
   * the input. A chain that has had enough, as a trim has after its end, lets it fall.
   */
  public void send(@Nullable Frame frame) {
    requireOpen();
    if (source == null) {
      throw new IllegalStateException(name() + " make their own frames");
    }
    if (frame != null && !frame.shape().equals(shape)) {
      throw new IllegalArgumentException(
          name() + " were built for " + shape + ", not " + frame.shape());
    }
    try (var _ = log.bind()) {
      int code =
          avfilter.av_buffersrc_add_frame_flags(
              source,
              frame == null ? null : frame.nativeFrame(),
              avfilter.AV_BUFFERSRC_FLAG_KEEP_REF);
      if (code != avutil.AVERROR_EOF) {
        check(code, "feed");
      }
    }
  }

  /** Fills {@code frame} with the next one. */
  public Flow receive(Frame frame) {
    requireOpen();
    // libav ends the process when it finds data in the frame.
    frame.clear();
    try (var _ = log.bind()) {
      int code = avfilter.av_buffersink_get_frame(sink, frame.nativeFrame());
      return AvException.flow(code, "run", name(), log);
    }
  }

  /** Unit of the timestamps that come out. */
  public Rational timeBase() {
    requireOpen();
    AVRational base = avfilter.av_buffersink_get_time_base(sink);
    try {
      return new Rational(base.num(), base.den());
    } finally {
      base.deallocate();
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
