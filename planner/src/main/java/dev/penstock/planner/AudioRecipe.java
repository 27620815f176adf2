package dev.penstock.planner;

import dev.penstock.model.AudioCodec;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Track;
import java.util.Comparator;

/** How the two audio codecs are encoded. */
enum AudioRecipe {
  AAC(AudioCodec.AAC, "aac", "fltp"),
  OPUS(AudioCodec.OPUS, "libopus", "flt");

  private final AudioCodec codec;
  private final String encoder;
  private final String sampleFormat;

  AudioRecipe(AudioCodec codec, String encoder, String sampleFormat) {
    this.codec = codec;
    this.encoder = encoder;
    this.sampleFormat = sampleFormat;
  }

  static AudioRecipe of(AudioCodec codec) {
    return switch (codec) {
      case AAC -> AAC;
      case OPUS -> OPUS;
    };
  }

  AudioCodec codec() {
    return codec;
  }

  /** libav's encoder name. */
  String encoder() {
    return encoder;
  }

  String sampleFormat(EncoderFacts facts) {
    return facts.sampleFormats().isEmpty() || facts.sampleFormats().contains(sampleFormat)
        ? sampleFormat
        : facts.sampleFormats().getFirst();
  }

  /** The source's rate where the encoder takes it; else Opus runs at 48 kHz, AAC at the nearest. */
  int sampleRate(Track.Audio track, EncoderFacts facts) {
    int source = track.sampleRate();
    if (facts.sampleRates().isEmpty() || facts.sampleRates().contains(source)) {
      return source;
    }
    return switch (this) {
      case OPUS -> 48_000;
      case AAC ->
          facts.sampleRates().stream()
              .min(Comparator.comparingInt(rate -> Math.abs(rate - source)))
              .orElse(48_000);
    };
  }

  /**
   * The smallest of the layouts that players of the codec know which has a place for every channel.
   */
  String layout(Track.Audio track) {
    return switch (track.layout()) {
      case "mono", "stereo", "3.0", "5.0", "5.1", "7.1" -> track.layout();
      case "downmix" -> "stereo";
      case "2.1", "3.1", "4.1", "5.1(side)" -> "5.1";
      case "quad" -> this == OPUS ? "quad" : "5.0";
      case "quad(side)", "3.0(back)", "5.0(side)" -> "5.0";
      case "4.0" -> this == OPUS ? "5.0" : "4.0";
      case "6.1" -> this == OPUS ? "6.1" : "7.1";
      default -> byCount(track.channels());
    };
  }

  private static String byCount(int channels) {
    return switch (channels) {
      case 1 -> "mono";
      case 2 -> "stereo";
      case 3 -> "3.0";
      case 4, 5 -> "5.0";
      case 6 -> "5.1";
      default -> "7.1";
    };
  }

  static int channels(String layout) {
    return switch (layout) {
      case "mono" -> 1;
      case "stereo" -> 2;
      case "3.0" -> 3;
      case "4.0", "quad" -> 4;
      case "5.0" -> 5;
      case "5.1" -> 6;
      case "6.1" -> 7;
      default -> 8;
    };
  }

  /** Transparent for most listeners; bits per second. */
  long usualBitrate(int channels, int sampleRate) {
    return switch (this) {
      case AAC -> Math.min(channels == 1 ? 80_000 : 64_000L * channels, 6L * sampleRate * channels);
      case OPUS -> channels == 1 ? 64_000 : 48_000L * channels;
    };
  }

  /** The most the encoder takes: AAC's frames and Opus' packets are bounded in bits. */
  long mostBitrate(int channels, int sampleRate) {
    return switch (this) {
      case AAC -> 6L * sampleRate * channels;
      case OPUS -> 256_000L * channels;
    };
  }
}
