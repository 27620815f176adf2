package dev.penstock.hardware.trial;

import dev.penstock.av.Decoder;
import dev.penstock.av.Encoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Thirty pictures, encoded.
 *
 * @param took to encode them, once the encoder was open
 */
record Clip(TrackParameters track, List<Packet> packets, Duration took) implements AutoCloseable {
  static final int FRAMES = 30;
  static final Rational RATE = new Rational(FRAMES, 1);
  private static final String PICTURES = "testsrc2=size=640x360:rate=30,format=pix_fmts=";

  /** Formats that are fed from memory, most common first. */
  private static final List<String> FORMATS = List.of("yuv420p", "nv12", "bgr0", "rgb24");

  /** A trial shows that it works, not how well: the slow ones are told to hurry. */
  private static final Map<String, SequencedMap<String, String>> OPTIONS =
      Map.of(
          "libaom-av1", options("usage", "realtime", "cpu-used", "8"),
          "libvpx-vp9", options("deadline", "realtime", "cpu-used", "8"),
          "libx265", options("preset", "ultrafast"),
          "libsvtav1", options("preset", "12"));

  static SequencedMap<String, String> options(String... namesAndValues) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return options;
  }

  /** Encodes it. */
  static Clip encoded(
      EncoderFacts facts, Bench bench, SequencedMap<String, String> more, LogScope log) {
    List<Packet> packets = new ArrayList<>();
    try (FilterGraph source = FilterGraph.source(PICTURES + format(facts, bench), true, log);
        Frame first = Frame.create()) {
      Flow _ = source.receive(first);
      if (!bench.uploads()) {
        return encoded(facts, bench, more, source, first, packets, log);
      }
      HwDevice device = bench.device().orElseThrow();
      try (FilterGraph upload =
              FilterGraph.open("hwupload", first, RATE.inverse(), RATE, device, log);
          Frame onDevice = uploaded(upload, first, 0)) {
        return encoded(facts, bench, more, source, onDevice, packets, upload, log);
      }
    } catch (RuntimeException e) {
      packets.forEach(Packet::close);
      throw e;
    }
  }

  private static Frame uploaded(FilterGraph upload, Frame frame, int number) {
    frame.setPts(number);
    upload.send(frame);
    Frame onDevice = Frame.create();
    Flow _ = upload.receive(onDevice);
    return onDevice;
  }

  private static Clip encoded(
      EncoderFacts facts,
      Bench bench,
      SequencedMap<String, String> more,
      FilterGraph source,
      Frame frame,
      List<Packet> packets,
      LogScope log) {
    HwDevice device = bench.device().orElse(null);
    try (Encoder encoder = Encoder.open(settings(facts.name(), more), frame, device, log)) {
      long began = System.nanoTime();
      for (int i = 0; i < FRAMES; i++) {
        frame.setPts(i);
        frame.forceKey(false);
        feed(encoder, frame, packets);
        frame.clear();
        Flow _ = source.receive(frame);
      }
      return ended(encoder, began, packets, log);
    }
  }

  private static Clip encoded(
      EncoderFacts facts,
      Bench bench,
      SequencedMap<String, String> more,
      FilterGraph source,
      Frame first,
      List<Packet> packets,
      FilterGraph upload,
      LogScope log) {
    HwDevice device = bench.device().orElse(null);
    try (Encoder encoder = Encoder.open(settings(facts.name(), more), first, device, log);
        Frame picture = Frame.create()) {
      long began = System.nanoTime();
      first.forceKey(false);
      feed(encoder, first, packets);
      for (int i = 1; i < FRAMES; i++) {
        picture.clear();
        Flow _ = source.receive(picture);
        try (Frame onDevice = uploaded(upload, picture, i)) {
          onDevice.forceKey(false);
          feed(encoder, onDevice, packets);
        }
      }
      return ended(encoder, began, packets, log);
    }
  }

  private static Clip ended(Encoder encoder, long began, List<Packet> packets, LogScope log) {
    feed(encoder, null, packets);
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    return new Clip(TrackParameters.of(encoder, log), packets, took);
  }

  /** Devices take NV12; the rest takes what it says. */
  private static String format(EncoderFacts facts, Bench bench) {
    return bench.uploads()
        ? "nv12"
        : FORMATS.stream()
            .filter(name -> facts.pixelFormats().isEmpty() || facts.pixelFormats().contains(name))
            .findFirst()
            .orElse("yuv420p");
  }

  private static void feed(Encoder encoder, @Nullable Frame frame, List<Packet> packets) {
    try (Packet packet = Packet.create()) {
      boolean taken = false;
      while (!taken) {
        taken = encoder.send(frame) != Flow.AGAIN;
        while (encoder.receive(packet) == Flow.OK) {
          packets.add(packet.move());
        }
      }
    }
  }

  private static Encoder.Settings settings(String encoder, SequencedMap<String, String> more) {
    SequencedMap<String, String> options =
        new LinkedHashMap<>(OPTIONS.getOrDefault(encoder, new LinkedHashMap<>()));
    options.putAll(more);
    return new Encoder.Settings(
        encoder, options, RATE.inverse(), Optional.of(RATE), Color.UNKNOWN, false, false);
  }

  /** How many pictures a decoder makes of it. */
  int decoded(Decoder decoder) {
    return decoded(decoder, _ -> {});
  }

  /**
   * The same.
   *
   * @param each is given every picture, which stays the caller's
   */
  int decoded(Decoder decoder, Consumer<Frame> each) {
    int frames = 0;
    try (Frame frame = Frame.create()) {
      for (Packet packet : packets) {
        while (decoder.send(packet) == Flow.AGAIN) {
          frames += drained(decoder, frame, each);
        }
        frames += drained(decoder, frame, each);
      }
      while (decoder.send(null) == Flow.AGAIN) {
        frames += drained(decoder, frame, each);
      }
      frames += drained(decoder, frame, each);
    }
    return frames;
  }

  private static int drained(Decoder decoder, Frame frame, Consumer<Frame> each) {
    int frames = 0;
    while (decoder.receive(frame) == Flow.OK) {
      each.accept(frame);
      frame.clear();
      frames++;
    }
    return frames;
  }

  @Override
  public void close() {
    packets.forEach(Packet::close);
    track.close();
  }
}
