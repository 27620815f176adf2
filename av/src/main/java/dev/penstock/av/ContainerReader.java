package dev.penstock.av;

import dev.penstock.model.Chapter;
import dev.penstock.model.Color;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Rational;
import dev.penstock.model.Scan;
import dev.penstock.model.StreamFacts;
import dev.penstock.model.Track;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;

/** Copies what an open container says of itself into the model. */
final class ContainerReader {
  private static final Duration LONGEST = Duration.ofDays(36_525);

  private final AVFormatContext context;
  private final Location location;
  private final boolean seekable;
  private final long startMicros;

  ContainerReader(AVFormatContext context, Location location, boolean seekable) {
    this.context = context;
    this.location = location;
    this.seekable = seekable;
    this.startMicros = StartTime.micros(context);
  }

  MediaInfo read() {
    long size = context.pb() == null ? 0 : avformat.avio_size(context.pb());
    return new MediaInfo(
        location.given(),
        context.iformat().name().getString(),
        context.iformat().long_name().getString(),
        duration(),
        micros(startMicros),
        positive(context.bit_rate()),
        positive(size),
        seekable,
        Options.map(context.metadata()),
        chapters(),
        tracks());
  }

  private Optional<Duration> duration() {
    long duration = context.duration();
    if (Packet.isNone(duration) || duration <= 0) {
      return Optional.empty();
    }
    long unheard = Packet.isNone(context.start_time()) ? 0 : startMicros - context.start_time();
    return Optional.of(micros(Math.max(1, duration - unheard))).filter(ContainerReader::isSane);
  }

  private List<Chapter> chapters() {
    List<Chapter> chapters = new ArrayList<>();
    for (int i = 0; i < context.nb_chapters(); i++) {
      AVChapter chapter = context.chapters(i);
      Rational base = rational(chapter.time_base());
      String title = Options.map(chapter.metadata()).getOrDefault("title", "");
      Duration start = base.toDuration(chapter.start());
      Duration end = base.toDuration(chapter.end());
      if (isSane(start) && isSane(end)) {
        chapters.add(
            new Chapter(title, start.minus(micros(startMicros)), end.minus(micros(startMicros))));
      }
    }
    return chapters;
  }

  /** A damaged file may name any time; nobody reckons with such ones. */
  private static boolean isSane(Duration time) {
    return time.abs().compareTo(LONGEST) <= 0;
  }

  private List<Track> tracks() {
    List<Track> tracks = new ArrayList<>();
    for (int i = 0; i < context.nb_streams(); i++) {
      tracks.add(track(context.streams(i)));
    }
    return tracks;
  }

  private Track track(AVStream stream) {
    AVCodecParameters codec = stream.codecpar();
    StreamFacts facts = facts(stream);
    return switch (codec.codec_type()) {
      case avutil.AVMEDIA_TYPE_VIDEO -> pictures(facts, stream);
      case avutil.AVMEDIA_TYPE_AUDIO -> audio(facts, codec);
      case avutil.AVMEDIA_TYPE_SUBTITLE ->
          new Track.Subtitle(facts, Names.isTextSubtitle(codec.codec_id()));
      case avutil.AVMEDIA_TYPE_ATTACHMENT ->
          new Track.Attachment(
              facts,
              facts.tags().getOrDefault("filename", ""),
              facts.tags().getOrDefault("mimetype", ""));
      default -> new Track.Data(facts);
    };
  }

  private Track pictures(StreamFacts facts, AVStream stream) {
    AVCodecParameters codec = stream.codecpar();
    if ((stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) != 0) {
      return new Track.Picture(facts, codec.width(), codec.height());
    }
    Optional<Rational> average = positive(stream.avg_frame_rate());
    Optional<Rational> nominal = positive(stream.r_frame_rate());
    Orientation orientation = Orientation.of(codec);
    return new Track.Video(
        facts,
        codec.width(),
        codec.height(),
        sampleAspect(stream),
        average,
        nominal,
        !average.equals(nominal),
        Names.pixelFormat(codec.format()),
        color(codec),
        hdr(codec),
        orientation.rotation(),
        orientation.mirrored(),
        scan(codec.field_order()),
        false);
  }

  private Rational sampleAspect(AVStream stream) {
    AVRational guess = avformat.av_guess_sample_aspect_ratio(context, stream, null);
    try {
      return positive(guess).orElse(Rational.ONE);
    } finally {
      guess.deallocate();
    }
  }

  private static Color color(AVCodecParameters codec) {
    Color color =
        Names.color(
            codec.color_range(),
            codec.color_primaries(),
            codec.color_trc(),
            codec.color_space(),
            codec.chroma_location());
    // The yuvj formats say full range by their name.
    return Names.pixelFormat(codec.format()).name().startsWith("yuvj")
        ? color.withRange("pc")
        : color;
  }

  private static HdrMetadata hdr(AVCodecParameters codec) {
    return HdrReader.ofContainer(codec);
  }

  private static Scan scan(int fieldOrder) {
    return switch (fieldOrder) {
      case avcodec.AV_FIELD_PROGRESSIVE -> Scan.PROGRESSIVE;
      case avcodec.AV_FIELD_TT, avcodec.AV_FIELD_TB -> Scan.TOP_FIELD_FIRST;
      case avcodec.AV_FIELD_BB, avcodec.AV_FIELD_BT -> Scan.BOTTOM_FIELD_FIRST;
      default -> Scan.UNKNOWN;
    };
  }

  private static Track audio(StreamFacts facts, AVCodecParameters codec) {
    int bits = Math.max(codec.bits_per_raw_sample(), codec.bits_per_coded_sample());
    return new Track.Audio(
        facts,
        codec.sample_rate(),
        codec.ch_layout().nb_channels(),
        Names.layout(codec.ch_layout()),
        Names.sampleFormat(codec.format()),
        isLossless(codec) && bits > 0 ? OptionalInt.of(bits) : OptionalInt.empty(),
        Optional.empty());
  }

  private static boolean isLossless(AVCodecParameters codec) {
    var descriptor = avcodec.avcodec_descriptor_get(codec.codec_id());
    return descriptor != null && (descriptor.props() & avcodec.AV_CODEC_PROP_LOSSLESS) != 0;
  }

  private StreamFacts facts(AVStream stream) {
    AVCodecParameters codec = stream.codecpar();
    Rational base = rational(stream.time_base());
    BytePointer profile = avcodec.avcodec_profile_name(codec.codec_id(), codec.profile());
    Map<String, String> tags = Options.map(stream.metadata());
    return new StreamFacts(
        stream.index(),
        Names.codec(codec.codec_id()),
        profile == null ? Optional.empty() : Optional.of(profile.getString()),
        base,
        Packet.isNone(stream.start_time())
            ? Optional.empty()
            : Optional.of(micros(StartTime.micros(context, stream) - startMicros)),
        Packet.isNone(stream.duration()) || stream.duration() <= 0
            ? Optional.empty()
            : Optional.of(base.toDuration(stream.duration())).filter(ContainerReader::isSane),
        positive(codec.bit_rate()),
        positive(stream.nb_frames()),
        dispositions(stream.disposition()),
        tags);
  }

  private static List<String> dispositions(int flags) {
    List<String> names = new ArrayList<>();
    for (int bit = 0; bit < 31; bit++) {
      if ((flags & 1 << bit) != 0) {
        BytePointer name = avformat.av_disposition_to_string(1 << bit);
        if (name != null) {
          names.add(name.getString());
        }
      }
    }
    return names;
  }

  private static Duration micros(long value) {
    return Duration.of(value, ChronoUnit.MICROS);
  }

  private static Rational rational(AVRational value) {
    return new Rational(value.num(), value.den());
  }

  private static Optional<Rational> positive(AVRational value) {
    return Rational.ofPositive(value.num(), value.den());
  }

  private static OptionalLong positive(long value) {
    return value > 0 ? OptionalLong.of(value) : OptionalLong.empty();
  }
}
