package dev.penstock.hardware.trial;

import dev.penstock.av.AvException;
import dev.penstock.av.Codecs;
import dev.penstock.av.Encoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Trial encodes: that an encoder is listed says nothing about the hardware. */
public final class Trials {
  private static final int TRIAL_FRAMES = 30;
  private static final String TRIAL_PICTURE = "testsrc2=size=640x360:rate=30,format=pix_fmts=";

  /** Formats a trial can feed without a device, most common first. */
  private static final List<String> TRIAL_FORMATS = List.of("yuv420p", "nv12", "bgr0", "rgb24");

  /** A trial shows that it works, not how well: the slow ones are told to hurry. */
  private static final Map<String, SequencedMap<String, String>> TRIAL_OPTIONS =
      Map.of(
          "libaom-av1", options("usage", "realtime", "cpu-used", "8"),
          "libvpx-vp9", options("deadline", "realtime", "cpu-used", "8"));

  private static final String NOT_YET = "the device opens; this version does not encode on it";

  private Trials() {}

  private static SequencedMap<String, String> options(String... namesAndValues) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return options;
  }

  /**
   * Tries every video encoder of this build, one after the other.
   *
   * @param stop whether to leave off
   */
  public static List<Trial> ofAll(BooleanSupplier stop) {
    List<Trial> trials = new ArrayList<>();
    for (VideoCodec codec : VideoCodec.values()) {
      for (String name : Codecs.encodersOf(codec.id())) {
        Optional<EncoderFacts> facts = Codecs.encoder(name);
        if (facts.isPresent() && !stop.getAsBoolean()) {
          trials.add(of(facts.get()));
        }
      }
    }
    return trials;
  }

  /** Encodes a short clip with one encoder; what goes wrong is the trial's reason. */
  public static Trial of(EncoderFacts encoder) {
    LogScope log = LogScope.silent();
    long began = System.nanoTime();
    try {
      Optional<HwDevice.Kind> device = deviceOf(encoder.name());
      if (device.isPresent()) {
        HwDevice.open(device.get(), "", Map.of(), log).close();
        return trial(encoder, Optional.empty(), Duration.ZERO, Optional.of(NOT_YET));
      }
      encodeClip(encoder, log);
      Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
      double rate = TRIAL_FRAMES / (elapsed.toNanos() / 1e9);
      return trial(encoder, Optional.of(rate), elapsed, Optional.empty());
    } catch (AvException e) {
      Duration elapsed = Duration.ofNanos(System.nanoTime() - began);
      String first = log.firstError().isEmpty() ? e.lastLog() : log.firstError();
      String reason = first.isEmpty() ? e.reason() : first;
      return trial(encoder, Optional.empty(), elapsed, Optional.of(reason));
    }
  }

  /** These take frames that are on a device already. */
  private static Optional<HwDevice.Kind> deviceOf(String encoder) {
    if (encoder.endsWith("_vaapi")) {
      return Optional.of(HwDevice.Kind.VAAPI);
    }
    return encoder.endsWith("_vulkan") ? Optional.of(HwDevice.Kind.VULKAN) : Optional.empty();
  }

  private static Trial trial(
      EncoderFacts encoder, Optional<Double> rate, Duration elapsed, Optional<String> reason) {
    return new Trial(encoder.name(), encoder.codec(), encoder.hardware(), rate, elapsed, reason);
  }

  private static void encodeClip(EncoderFacts facts, LogScope log) {
    String format =
        TRIAL_FORMATS.stream()
            .filter(name -> facts.pixelFormats().isEmpty() || facts.pixelFormats().contains(name))
            .findFirst()
            .orElse("yuv420p");
    try (FilterGraph source = FilterGraph.source(TRIAL_PICTURE + format, true, log);
        Frame frame = Frame.create()) {
      Flow _ = source.receive(frame);
      try (Encoder encoder = Encoder.open(settings(facts.name()), frame, log)) {
        for (int i = 0; i < TRIAL_FRAMES; i++) {
          frame.setPts(i);
          frame.forceKey(false);
          feed(encoder, frame);
          frame.clear();
          Flow _ = source.receive(frame);
        }
        feed(encoder, null);
      }
    }
  }

  private static void feed(Encoder encoder, @Nullable Frame frame) {
    try (Packet packet = Packet.create()) {
      while (encoder.send(frame) == Flow.AGAIN) {
        Flow _ = encoder.receive(packet);
        packet.clear();
      }
      while (encoder.receive(packet) == Flow.OK) {
        packet.clear();
      }
    }
  }

  private static Encoder.Settings settings(String encoder) {
    Rational rate = new Rational(30, 1);
    return new Encoder.Settings(
        encoder,
        TRIAL_OPTIONS.getOrDefault(encoder, new LinkedHashMap<>()),
        rate.inverse(),
        Optional.of(rate),
        Color.UNKNOWN,
        false,
        false);
  }
}
