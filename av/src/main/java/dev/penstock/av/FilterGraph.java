package dev.penstock.av;

import dev.penstock.model.Rational;
import org.bytedeco.ffmpeg.avfilter.AVFilter;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraphSegment;
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
  private boolean onDevice;
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
    return open(chain, first, timeBase, frameRate, null, parent);
  }

  /**
   * Builds a chain for frames like {@code first}, whose frames may enter and leave on a device.
   *
   * @param chain in libavfilter's syntax; empty passes frames through
   * @param timeBase unit of the timestamps of the frames sent
   * @param frameRate rate the filters are told; null when unknown or variable
   * @param device for filters that bring frames onto one, as {@code hwupload} and {@code hwmap} do.
   *     Not {@code hwupload_cuda}, which opens a context of its own. Filters on a device know it
   *     from their frames
   */
  public static FilterGraph open(
      String chain,
      Frame first,
      Rational timeBase,
      @Nullable Rational frameRate,
      @Nullable HwDevice device,
      LogScope parent) {
    boolean video = first.width() > 0;
    FilterGraph filters = create(video ? "video filters" : "audio filters", video, parent);
    filters.onDevice = device != null || first.isOnDevice();
    try (var _ = filters.log.bind();
        var _ = DeviceCalls.enter(filters.onDevice)) {
      filters.addSource(first, timeBase, frameRate);
      filters.connect(chain.isEmpty() ? (video ? "null" : "anull") : chain, device);
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
      filters.connect(chain, null);
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

  private void connect(String chain, @Nullable HwDevice device) {
    AVFilter sinkFilter = avfilter.avfilter_get_by_name(video ? "buffersink" : "abuffersink");
    sink =
        AvException.requireAllocated(
            avfilter.avfilter_graph_alloc_filter(graph, sinkFilter, OUT), "filter sink");
    check(avfilter.avfilter_init_dict(sink, (AVDictionary) null), "set up");
    if (device == null) {
      parse(chain);
    } else {
      parse(chain, device);
    }
    check(avfilter.avfilter_graph_config(graph, null), "configure '" + chain + "' as");
  }

  private void parse(String chain) {
    // Seen from the chain: its open input is our source, its open output our sink.
    AVFilterInOut inputs = FilterSource.openEnd(OUT, sink);
    AVFilterInOut outputs =
        source == null ? new AVFilterInOut(null) : FilterSource.openEnd(IN, source);
    try {
      check(avfilter.avfilter_graph_parse_ptr(graph, chain, inputs, outputs, null), parsing(chain));
    } finally {
      avfilter.avfilter_inout_free(inputs);
      avfilter.avfilter_inout_free(outputs);
    }
  }

  /** The same in steps: a filter must have its device before it is initialised. */
  private void parse(String chain, HwDevice device) {
    AVFilterGraphSegment segment = new AVFilterGraphSegment(null);
    AVFilterInOut inputs = new AVFilterInOut(null);
    AVFilterInOut outputs = new AVFilterInOut(null);
    String parsing = parsing(chain);
    try {
      check(avfilter.avfilter_graph_segment_parse(graph, chain, 0, segment), parsing);
      check(avfilter.avfilter_graph_segment_create_filters(segment, 0), parsing);
      share(device);
      check(avfilter.avfilter_graph_segment_apply_opts(segment, 0), parsing);
      check(avfilter.avfilter_graph_segment_init(segment, 0), parsing);
      check(avfilter.avfilter_graph_segment_link(segment, 0, inputs, outputs), parsing);
      requireOneEnd(inputs, source != null, parsing);
      requireOneEnd(outputs, true, parsing);
      if (source != null) {
        check(avfilter.avfilter_link(source, 0, inputs.filter_ctx(), inputs.pad_idx()), parsing);
      }
      check(avfilter.avfilter_link(outputs.filter_ctx(), outputs.pad_idx(), sink, 0), parsing);
    } finally {
      avfilter.avfilter_inout_free(inputs);
      avfilter.avfilter_inout_free(outputs);
      avfilter.avfilter_graph_segment_free(segment);
    }
  }

  private static String parsing(String chain) {
    return "parse '" + chain + "' as";
  }

  private void share(HwDevice device) {
    for (int i = 0; i < graph.nb_filters(); i++) {
      AVFilterContext filter = graph.filters(i);
      if ((filter.filter().flags() & avfilter.AVFILTER_FLAG_HWDEVICE) != 0) {
        filter.hw_device_ctx(device.share());
      }
    }
  }

  private void requireOneEnd(AVFilterInOut ends, boolean expected, String parsing) {
    boolean any = !ends.isNull();
    if (any != expected || (any && ends.next() != null)) {
      throw new AvException(
          avutil.AVERROR_EINVAL(),
          parsing,
          name(),
          "it is not one chain from one end to the other");
    }
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
    try (var _ = log.bind();
        var _ = DeviceCalls.enter(onDevice)) {
      int code =
          avfilter.av_buffersrc_add_frame_flags(
              source,
              frame == null ? null : frame.nativeFrame(),
              avfilter.AV_BUFFERSRC_FLAG_KEEP_REF);
      AvException.requireDevice("feed", name(), log);
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
    try (var _ = log.bind();
        var _ = DeviceCalls.enter(onDevice)) {
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
    try (var _ = DeviceCalls.enter(onDevice)) {
      avfilter.avfilter_graph_free(graph);
    }
    claim.close();
  }
}
