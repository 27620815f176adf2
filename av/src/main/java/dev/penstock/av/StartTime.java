package dev.penstock.av;

import dev.penstock.model.Rational;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * When a file begins to show or sound. Sound codecs need some samples to start up, which lie before
 * that and are not heard. libav leaves them out of the start time, except in Matroska.
 */
final class StartTime {
  private StartTime() {}

  /** Of the whole file, in microseconds on its own clock; 0 when unknown. */
  static long micros(AVFormatContext context) {
    long start = Packet.isNone(context.start_time()) ? 0 : context.start_time();
    if (!isMatroska(context)) {
      return start;
    }
    OptionalLong first = OptionalLong.empty();
    for (int i = 0; i < context.nb_streams(); i++) {
      AVStream stream = context.streams(i);
      if (counts(stream)) {
        long micros = micros(context, stream);
        first = OptionalLong.of(Math.min(micros, first.orElse(micros)));
      }
    }
    return first.orElse(start);
  }

  private static boolean isMatroska(AVFormatContext context) {
    return context.iformat().name().getString().startsWith("matroska");
  }

  private static boolean counts(AVStream stream) {
    int kind = stream.codecpar().codec_type();
    return !Packet.isNone(stream.start_time())
        && (kind == avutil.AVMEDIA_TYPE_VIDEO || kind == avutil.AVMEDIA_TYPE_AUDIO)
        && (stream.disposition() & avformat.AV_DISPOSITION_ATTACHED_PIC) == 0;
  }

  /** Of one track, whose start time is known. */
  static long micros(AVFormatContext context, AVStream stream) {
    AVCodecParameters codec = stream.codecpar();
    Rational base = new Rational(stream.time_base().num(), stream.time_base().den());
    long start = Timestamp.rescale(stream.start_time(), base, Timestamp.MICROSECONDS);
    if (!isMatroska(context) || codec.initial_padding() <= 0 || codec.sample_rate() <= 0) {
      return start;
    }
    Rational sample = new Rational(1, codec.sample_rate());
    long heard = start + Timestamp.rescale(codec.initial_padding(), sample, Timestamp.MICROSECONDS);
    // Matroska counts in milliseconds: what begins at zero was rounded.
    return Math.abs(heard) < 1000 ? 0 : heard;
  }
}
