package dev.penstock.hardware.trial;

import dev.penstock.av.AvException;
import dev.penstock.av.Codecs;
import dev.penstock.av.Decoder;
import dev.penstock.av.LogScope;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BooleanSupplier;

/** Trial encodes: that an encoder is listed says nothing about the hardware. */
public final class Trials {
  /** What libav says when only the low-power entry point is there; see vaapi_encode.c. */
  private static final String LOW_POWER_ONLY = "No usable encoding entrypoint";

  /** What nvenc.c says last, whatever was wrong: the line before it tells. */
  private static final List<String> TRAILERS =
      List.of(
          "No capable devices found", "Provided device doesn't support required NVENC features");

  private Trials() {}

  /**
   * Tries every video encoder of this build, one after the other, on the device it takes by itself.
   *
   * @param stop whether to leave off
   */
  public static List<Trial> ofAll(BooleanSupplier stop) {
    List<Trial> trials = new ArrayList<>();
    for (VideoCodec codec : VideoCodec.values()) {
      for (String name : Codecs.encodersOf(codec.id())) {
        Optional<EncoderFacts> facts = Codecs.encoder(name);
        if (facts.isPresent() && !stop.getAsBoolean()) {
          trials.add(of(facts.get(), Optional.empty()));
        }
      }
    }
    return trials;
  }

  /**
   * Encodes a short clip with one encoder and decodes what came of it in software; what goes wrong
   * is the trial's reason.
   *
   * @param device a PCI address or a UUID; empty lets the encoder choose
   */
  public static Trial of(EncoderFacts encoder, Optional<String> device) {
    Trial trial = of(encoder, device, new LinkedHashMap<>());
    return trial.reason().filter(reason -> reason.contains(LOW_POWER_ONLY)).isPresent()
        ? of(encoder, device, Clip.options("low_power", "1"))
        : trial;
  }

  private static Trial of(
      EncoderFacts encoder, Optional<String> device, SequencedMap<String, String> options) {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    LogScope log = LogScope.to(lines::add);
    long began = System.nanoTime();
    String kind = new Wish(encoder.name(), device).kind();
    try (Bench bench = Bench.open(kind, device, log);
        Clip clip = Clip.encoded(encoder, bench, options, log)) {
      Optional<String> unsound = unsound(clip);
      Optional<Double> rate =
          unsound.isPresent() ? Optional.empty() : Optional.of(rate(clip.took()));
      return trial(encoder, device, rate, began, unsound);
    } catch (AvException e) {
      return trial(encoder, device, Optional.empty(), began, Optional.of(reason(e, log, lines)));
    } catch (Bench.NoDeviceException e) {
      return trial(
          encoder, device, Optional.empty(), began, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /** Why what came out is no stream; nothing where it is, and where this build cannot tell. */
  private static Optional<String> unsound(Clip clip) {
    LogScope log = LogScope.silent();
    try (Decoder decoder = Decoder.open(clip.track(), 1, log)) {
      int frames = clip.decoded(decoder);
      return frames == Clip.FRAMES
          ? Optional.empty()
          : Optional.of(
              "it encodes, and its stream decodes to "
                  + frames
                  + " of "
                  + Clip.FRAMES
                  + " pictures");
    } catch (AvException e) {
      return Optional.of("it encodes, and its stream does not decode: " + e.reason());
    }
  }

  static double rate(Duration took) {
    return Clip.FRAMES / (Math.max(1, took.toNanos()) / 1e9);
  }

  /** The line that says why, which is not always the last, nor an error. */
  static String reason(AvException e, LogScope log, List<String> lines) {
    String first = log.firstError().isEmpty() ? e.lastLog() : log.firstError();
    String reason = first.isEmpty() ? e.reason() : first;
    if (TRAILERS.stream().noneMatch(reason::contains)) {
      return reason;
    }
    List<String> said = List.copyOf(lines);
    int at = said.indexOf(reason);
    return at > 0 ? said.get(at - 1) : reason;
  }

  private static Trial trial(
      EncoderFacts encoder,
      Optional<String> device,
      Optional<Double> rate,
      long began,
      Optional<String> reason) {
    return new Trial(
        encoder.name(),
        encoder.codec(),
        encoder.hardware(),
        rate,
        Duration.ofNanos(System.nanoTime() - began),
        reason,
        device,
        Optional.empty());
  }
}
