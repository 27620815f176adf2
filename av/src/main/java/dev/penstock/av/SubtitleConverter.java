package dev.penstock.av;

import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVSubtitle;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;

/** Turns the packets of a text subtitle track into another text format. */
public final class SubtitleConverter extends Handle {
  private static final int MAX_EVENT_BYTES = 1 << 20;
  private static final long MICROS_PER_MILLI = 1000;

  private final AVCodecContext decoder;
  private final AVCodecContext encoder;
  private final LogScope log;
  private final LogRouter.Claim decoderClaim;
  private final LogRouter.Claim encoderClaim;
  private final BytePointer buffer = new BytePointer(MAX_EVENT_BYTES);

  private SubtitleConverter(AVCodec from, AVCodec to, String name, LogScope log) {
    super(name);
    this.decoder = AvException.requireAllocated(avcodec.avcodec_alloc_context3(from), name);
    this.encoder = AvException.requireAllocated(avcodec.avcodec_alloc_context3(to), name);
    this.log = log;
    this.decoderClaim = LogRouter.claimCodec(decoder, log);
    this.encoderClaim = LogRouter.claim(encoder, log);
  }

  /**
   * Opens a converter for a track.
   *
   * @param encoderName libav's encoder name, such as {@code mov_text}
   */
  public static SubtitleConverter open(
      Demuxer input, int track, String encoderName, LogScope parent) {
    LogScope log = parent.child();
    AVStream stream = input.stream(track);
    String name = "subtitle converter of track " + track + " to " + encoderName;
    AVCodec from = avcodec.avcodec_find_decoder(stream.codecpar().codec_id());
    AVCodec to = avcodec.avcodec_find_encoder_by_name(encoderName);
    if (from == null) {
      throw new AvException(avutil.AVERROR_DECODER_NOT_FOUND, "set up", name, "");
    }
    if (to == null) {
      throw new AvException(avutil.AVERROR_ENCODER_NOT_FOUND, "set up", name, "");
    }
    SubtitleConverter converter = new SubtitleConverter(from, to, name, log);
    try (var _ = log.bind()) {
      converter.open(from, to, stream);
      return converter;
    } catch (RuntimeException e) {
      converter.close();
      throw e;
    }
  }

  private void open(AVCodec from, AVCodec to, AVStream stream) {
    if (!isText(from) || !isText(to)) {
      check(avutil.AVERROR_EINVAL(), "set up");
    }
    check(avcodec.avcodec_parameters_to_context(decoder, stream.codecpar()), "set up");
    decoder.pkt_timebase(stream.time_base());
    check(avcodec.avcodec_open2(decoder, from, (AVDictionary) null), "open");
    encoder.time_base().num(1).den(1_000_000);
    copyHeader();
    check(avcodec.avcodec_open2(encoder, to, (AVDictionary) null), "open");
  }

  private static boolean isText(AVCodec codec) {
    return codec.type() == avutil.AVMEDIA_TYPE_SUBTITLE && Names.isTextSubtitle(codec.id());
  }

  /** Styles: every text format is decoded to ASS, whose header the encoder reads. */
  private void copyHeader() {
    int size = decoder.subtitle_header_size();
    if (size > 0) {
      BytePointer copy =
          new BytePointer(AvException.requireAllocated(avutil.av_mallocz(size + 1L), name()));
      Pointer.memcpy(copy, decoder.subtitle_header(), size);
      encoder.subtitle_header(copy);
      encoder.subtitle_header_size(size);
    }
  }

  /**
   * Converts one packet. Times of what comes back are in microseconds.
   *
   * @return a packet the caller closes, or empty when there was nothing to show, or no telling when
   */
  public Optional<Packet> convert(Packet packet) {
    requireOpen();
    AVSubtitle subtitle = new AVSubtitle();
    int[] got = {0};
    try (var _ = log.bind()) {
      check(
          avcodec.avcodec_decode_subtitle2(decoder, subtitle, got, packet.nativePacket()),
          "decode with");
      boolean shows = got[0] != 0 && subtitle.num_rects() > 0 && !Packet.isNone(subtitle.pts());
      return shows ? encode(subtitle) : Optional.empty();
    } finally {
      avcodec.avsubtitle_free(subtitle);
      subtitle.deallocate();
    }
  }

  private Optional<Packet> encode(AVSubtitle subtitle) {
    int showAfter = subtitle.start_display_time();
    long start = subtitle.pts() + showAfter * MICROS_PER_MILLI;
    // Unsigned in C: all bits set means until the next one.
    int shown = Math.max(0, subtitle.end_display_time() - showAfter);
    subtitle.pts(start).start_display_time(0).end_display_time(shown);
    int size =
        check(
            avcodec.avcodec_encode_subtitle(encoder, buffer, MAX_EVENT_BYTES, subtitle),
            "encode with");
    return size == 0 ? Optional.empty() : Optional.of(packet(size, start, shown));
  }

  private Packet packet(int size, long start, int shownMillis) {
    Packet packet = Packet.create();
    try {
      check(avcodec.av_new_packet(packet.nativePacket(), size), "allocate a packet in");
      Pointer.memcpy(packet.nativePacket().data(), buffer, size);
      packet.setTimes(start, start, shownMillis * MICROS_PER_MILLI);
      return packet;
    } catch (RuntimeException e) {
      packet.close();
      throw e;
    }
  }

  AVCodecContext nativeEncoder() {
    requireOpen();
    return encoder;
  }

  private int check(int code, String operation) {
    return AvException.check(code, operation, name(), log);
  }

  @Override
  void release() {
    buffer.deallocate();
    avcodec.avcodec_free_context(decoder);
    avcodec.avcodec_free_context(encoder);
    decoderClaim.close();
    encoderClaim.close();
  }
}
