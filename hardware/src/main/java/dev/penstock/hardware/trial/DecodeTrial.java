package dev.penstock.hardware.trial;

import dev.penstock.av.AvException;
import dev.penstock.av.Codecs;
import dev.penstock.av.Decoder;
import dev.penstock.av.LogScope;
import dev.penstock.model.Capabilities.EncoderFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** A clip that software encoded, decoded on a device. */
final class DecodeTrial {
  private DecodeTrial() {}

  static Trial of(Wish wish) {
    List<String> lines = Collections.synchronizedList(new ArrayList<>());
    LogScope log = LogScope.to(lines::add);
    long began = System.nanoTime();
    Optional<EncoderFacts> software = software(wish.codec());
    if (software.isEmpty()) {
      return trial(
          wish,
          Optional.empty(),
          began,
          Optional.of(Wish.NO_STREAM + ": software of this build encodes no " + wish.codec()));
    }
    try (Bench none = new Bench(Optional.empty(), false);
        Clip clip = Clip.encoded(software.get(), none, new LinkedHashMap<>(), LogScope.silent());
        Bench bench = Bench.open(wish.kind(), wish.device(), log);
        Decoder decoder =
            Decoder.open(clip.track(), bench.device().orElseThrow(), Clip.FRAMES, log)) {
      long decoding = System.nanoTime();
      int frames = clip.decoded(decoder);
      Duration took = Duration.ofNanos(System.nanoTime() - decoding);
      return frames == Clip.FRAMES
          ? trial(wish, Optional.of(Trials.rate(took)), began, Optional.empty())
          : trial(
              wish,
              Optional.empty(),
              began,
              Optional.of("it decodes " + frames + " of " + Clip.FRAMES + " pictures"));
    } catch (AvException e) {
      return trial(wish, Optional.empty(), began, Optional.of(Trials.reason(e, log, lines)));
    } catch (Bench.NoDeviceException e) {
      return trial(wish, Optional.empty(), began, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /** The first of this build that needs no device. */
  static Optional<EncoderFacts> software(String codec) {
    return Codecs.encodersOf(codec).stream()
        .flatMap(name -> Codecs.encoder(name).stream())
        .filter(facts -> !facts.hardware())
        .findFirst();
  }

  private static Trial trial(
      Wish wish, Optional<Double> rate, long began, Optional<String> reason) {
    return new Trial(
        wish.name(),
        wish.codec(),
        true,
        rate,
        Duration.ofNanos(System.nanoTime() - began),
        reason,
        wish.device(),
        Optional.empty());
  }
}
