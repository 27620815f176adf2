package dev.penstock.av;

import dev.penstock.model.Rational;
import org.bytedeco.ffmpeg.avfilter.AVBufferSrcParameters;
import org.bytedeco.ffmpeg.avfilter.AVFilter;
import org.bytedeco.ffmpeg.avfilter.AVFilterContext;
import org.bytedeco.ffmpeg.avfilter.AVFilterGraph;
import org.bytedeco.ffmpeg.avfilter.AVFilterInOut;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** The places where frames enter a filter graph. What is added belongs to the graph. */
final class FilterSource {
  private static final String NAME = "filter source";

  private FilterSource() {}

  /** Adds a source of frames like {@code first}. */
  static AVFilterContext add(
      AVFilterGraph graph,
      String label,
      Frame first,
      Rational timeBase,
      @Nullable Rational frameRate,
      LogScope log) {
    AVFilter filter = avfilter.avfilter_get_by_name(first.width() > 0 ? "buffer" : "abuffer");
    AVFilterContext context =
        AvException.requireAllocated(
            avfilter.avfilter_graph_alloc_filter(graph, filter, label), NAME);
    AVBufferSrcParameters parameters =
        AvException.requireAllocated(avfilter.av_buffersrc_parameters_alloc(), NAME);
    try {
      describe(parameters, first.nativeFrame(), timeBase, frameRate, log);
      check(avfilter.av_buffersrc_parameters_set(context, parameters), log);
    } finally {
      avutil.av_channel_layout_uninit(parameters.ch_layout());
      avutil.av_free(parameters);
    }
    check(avfilter.avfilter_init_dict(context, (AVDictionary) null), log);
    return context;
  }

  private static void describe(
      AVBufferSrcParameters parameters,
      AVFrame frame,
      Rational timeBase,
      @Nullable Rational frameRate,
      LogScope log) {
    parameters.format(frame.format());
    parameters.time_base().num(timeBase.num()).den(timeBase.den());
    if (frame.width() > 0) {
      parameters.width(frame.width()).height(frame.height());
      parameters.sample_aspect_ratio(frame.sample_aspect_ratio());
      parameters.color_space(frame.colorspace()).color_range(frame.color_range());
      parameters.hw_frames_ctx(frame.hw_frames_ctx());
      if (frameRate != null) {
        parameters.frame_rate().num(frameRate.num()).den(frameRate.den());
      }
    } else {
      parameters.sample_rate(frame.sample_rate());
      check(avutil.av_channel_layout_copy(parameters.ch_layout(), frame.ch_layout()), log);
    }
  }

  /**
   * An end of a graph that is being parsed, seen from its text: an open input is one of our
   * sources, an open output our sink.
   */
  static AVFilterInOut openEnd(String label, @Nullable AVFilterContext filter) {
    AVFilterInOut end =
        AvException.requireAllocated(avfilter.avfilter_inout_alloc(), "filter link");
    end.name(new BytePointer(avutil.av_strdup(label)));
    end.filter_ctx(filter);
    end.pad_idx(0);
    end.next(null);
    return end;
  }

  private static void check(int code, LogScope log) {
    AvException.check(code, "set up", NAME, log);
  }
}
