package dev.penstock.av;

import dev.penstock.model.Capabilities.ContainerFacts;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Capabilities.OptionFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avfilter.AVFilter;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avutil.AVOption;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avfilter;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** What the linked libraries declare of themselves. Nothing is opened. */
public final class Codecs {
  private Codecs() {}

  /**
   * {@code FFmpeg 8.0.1, GPL version 3 or later}; of the user's own libraries also where they are.
   */
  public static String build() {
    Natives.load();
    return "FFmpeg "
        + avutil.av_version_info().getString()
        + ", "
        + avcodec.avcodec_license().getString()
        + Libraries.own().map(folder -> ", in " + folder).orElse("");
  }

  /** The options that it was configured with, as they were written there. */
  public static String configuration() {
    Natives.load();
    return avcodec.avcodec_configuration().getString();
  }

  /** An encoder by name, when this build has it. */
  public static Optional<EncoderFacts> encoder(String name) {
    Natives.load();
    AVCodec codec = avcodec.avcodec_find_encoder_by_name(name);
    if (codec == null) {
      return Optional.empty();
    }
    return Optional.of(
        new EncoderFacts(
            name,
            Names.codec(codec.id()),
            (codec.capabilities() & (avcodec.AV_CODEC_CAP_HARDWARE | avcodec.AV_CODEC_CAP_HYBRID))
                != 0,
            supported(codec, avcodec.AV_CODEC_CONFIG_PIX_FORMAT).stream()
                .map(format -> Names.pixelFormat(format).name())
                .toList(),
            supported(codec, avcodec.AV_CODEC_CONFIG_SAMPLE_FORMAT).stream()
                .map(Names::sampleFormat)
                .toList(),
            supported(codec, avcodec.AV_CODEC_CONFIG_SAMPLE_RATE),
            options(codec)));
  }

  /** Every video encoder of a codec that this build has, such as those of {@code h264}. */
  public static List<String> encodersOf(String codecName) {
    Natives.load();
    AVCodecDescriptor descriptor = avcodec.avcodec_descriptor_get_by_name(codecName);
    if (descriptor == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    PointerPointer<Pointer> cursor = new PointerPointer<>(1).put(0, (Pointer) null);
    for (AVCodec codec = avcodec.av_codec_iterate(cursor);
        codec != null;
        codec = avcodec.av_codec_iterate(cursor)) {
      if (codec.id() == descriptor.id() && avcodec.av_codec_is_encoder(codec) != 0) {
        names.add(codec.name().getString());
      }
    }
    cursor.deallocate();
    return names;
  }

  private static List<Integer> supported(AVCodec codec, int config) {
    PointerPointer<Pointer> list = new PointerPointer<>(1).put(0, (Pointer) null);
    IntPointer count = new IntPointer(1).put(0);
    try {
      avcodec.avcodec_get_supported_config(null, codec, config, 0, list, count);
      List<Integer> values = new ArrayList<>();
      Pointer found = list.get();
      for (int i = 0; found != null && i < count.get(); i++) {
        values.add(new IntPointer(found).get(i));
      }
      return values;
    } finally {
      list.deallocate();
      count.deallocate();
    }
  }

  /** The encoder's own options first, then those of every encoder. */
  private static List<OptionFacts> options(AVCodec codec) {
    Map<String, OptionFacts> facts = new LinkedHashMap<>();
    AVCodecContext context =
        AvException.requireAllocated(avcodec.avcodec_alloc_context3(codec), "codec context");
    try {
      if (context.priv_data() != null && codec.priv_class() != null) {
        collect(context.priv_data(), 0, facts);
      }
      collect(context, avutil.AV_OPT_FLAG_ENCODING_PARAM, facts);
    } finally {
      avcodec.avcodec_free_context(context);
    }
    return List.copyOf(facts.values());
  }

  private static void collect(Pointer object, int flag, Map<String, OptionFacts> facts) {
    Map<String, List<String>> constants = constants(object);
    for (AVOption option = avutil.av_opt_next(object, null);
        option != null;
        option = avutil.av_opt_next(object, option)) {
      if (option.type() != avutil.AV_OPT_TYPE_CONST && (option.flags() & flag) == flag) {
        OptionFacts fact = fact(option, constants);
        facts.putIfAbsent(fact.name(), fact);
      }
    }
  }

  private static Map<String, List<String>> constants(Pointer object) {
    Map<String, List<String>> byUnit = new LinkedHashMap<>();
    for (AVOption option = avutil.av_opt_next(object, null);
        option != null;
        option = avutil.av_opt_next(object, option)) {
      if (option.type() == avutil.AV_OPT_TYPE_CONST && option.unit() != null) {
        byUnit
            .computeIfAbsent(option.unit().getString(), unit -> new ArrayList<>())
            .add(option.name().getString());
      }
    }
    return byUnit;
  }

  private static OptionFacts fact(AVOption option, Map<String, List<String>> constants) {
    String unit = text(option.unit());
    return new OptionFacts(
        option.name().getString(),
        kind(option.type()),
        option.min(),
        option.max(),
        constants.getOrDefault(unit, List.of()),
        text(option.help()));
  }

  private static OptionFacts.Kind kind(int type) {
    return switch (type) {
      case avutil.AV_OPT_TYPE_INT,
          avutil.AV_OPT_TYPE_INT64,
          avutil.AV_OPT_TYPE_UINT,
          avutil.AV_OPT_TYPE_UINT64,
          avutil.AV_OPT_TYPE_FLOAT,
          avutil.AV_OPT_TYPE_DOUBLE ->
          OptionFacts.Kind.NUMBER;
      case avutil.AV_OPT_TYPE_BOOL -> OptionFacts.Kind.SWITCH;
      default -> OptionFacts.Kind.TEXT;
    };
  }

  private static String text(@Nullable BytePointer value) {
    return value == null ? "" : value.getString();
  }

  /** A container by muxer name, when this build has it. */
  public static Optional<ContainerFacts> container(String format) {
    Natives.load();
    AVOutputFormat muxer = avformat.av_guess_format(format, null, null);
    if (muxer == null) {
      return Optional.empty();
    }
    List<String> codecs = new ArrayList<>();
    for (AVCodecDescriptor codec = avcodec.avcodec_descriptor_next(null);
        codec != null;
        codec = avcodec.avcodec_descriptor_next(codec)) {
      if (avformat.avformat_query_codec(muxer, codec.id(), avcodec.FF_COMPLIANCE_NORMAL) == 1) {
        codecs.add(codec.name().getString());
      }
    }
    return Optional.of(new ContainerFacts(format, codecs));
  }

  /** Which of these filters this build has. */
  public static List<String> filters(List<String> wanted) {
    Natives.load();
    return wanted.stream()
        .filter(name -> {
          AVFilter filter = avfilter.avfilter_get_by_name(name);
          return filter != null;
        })
        .toList();
  }
}
