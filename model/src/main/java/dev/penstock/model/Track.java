package dev.penstock.model;

import java.util.Optional;
import java.util.OptionalInt;

/** One track of an input. */
public sealed interface Track {
  StreamFacts stream();

  default int index() {
    return stream().index();
  }

  default String codec() {
    return stream().codec();
  }

  /**
   * Moving pictures.
   *
   * @param width coded width in pixels, before rotation
   * @param height coded height in pixels, before rotation
   * @param sampleAspect width to height of one sample; 1 when the file does not say
   * @param frameRate average rate
   * @param nominalRate lowest rate on whose grid all timestamps lie, libav's estimate
   * @param rotation clockwise quarter turns to apply for display, in degrees: 0, 90, 180 or 270
   * @param mirrored whether the picture is to be mirrored before the rotation
   * @param closedCaptions whether CEA-608/708 captions are embedded
   */
  record Video(
      StreamFacts stream,
      int width,
      int height,
      Rational sampleAspect,
      Optional<Rational> frameRate,
      Optional<Rational> nominalRate,
      boolean variableFrameRate,
      PixelFormat pixelFormat,
      Color color,
      HdrMetadata hdr,
      int rotation,
      boolean mirrored,
      Scan scan,
      boolean closedCaptions)
      implements Track {

    public Size size() {
      return new Size(width, height);
    }

    /** Size on a display with square pixels, after rotation. */
    public Size displaySize() {
      Size square = new Size((int) Math.round(width * sampleAspect.value()), height);
      return rotation % 180 == 0 ? square : square.turned();
    }
  }

  /**
   * Sound.
   *
   * @param layout libav's channel layout description, such as {@code 5.1(side)}
   * @param bitDepth for lossless codecs
   */
  record Audio(
      StreamFacts stream,
      int sampleRate,
      int channels,
      String layout,
      String sampleFormat,
      OptionalInt bitDepth,
      Optional<Loudness> loudness)
      implements Track {
    public Audio withLoudness(Loudness measured) {
      return new Audio(
          stream, sampleRate, channels, layout, sampleFormat, bitDepth, Optional.of(measured));
    }
  }

  /**
   * Subtitles.
   *
   * @param text whether it is text (as opposed to pictures)
   */
  record Subtitle(StreamFacts stream, boolean text) implements Track {}

  /** A cover or poster: one still picture carried as a track. */
  record Picture(StreamFacts stream, int width, int height) implements Track {}

  /** A file inside the file, such as a font. */
  record Attachment(StreamFacts stream, String fileName, String mimeType) implements Track {}

  /** Anything else: timecode, telemetry, or a track that no decoder here knows. */
  record Data(StreamFacts stream) implements Track {}
}
