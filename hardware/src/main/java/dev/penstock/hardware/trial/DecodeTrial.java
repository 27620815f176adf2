package dev.penstock.hardware.trial;

import dev.penstock.av.AvException;
import dev.penstock.av.Codecs;
import dev.penstock.av.Decoder;
import dev.penstock.av.FilterGraph;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.model.Capabilities.EncoderFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * A clip that software encoded, decoded on a device, and with CUDA a picture of it scaled there.
 * The first scaling on a machine has CUDA's driver compile the kernels, which took 7 s on an H200,
 * into its cache: jobs find them there.
 */
final class DecodeTrial {
  /** With the interpolation of plans: others have kernels of their own. */
  private static final String SCALE = "scale_cuda=w=320:h=180:interp_algo=bicubic";

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
      return decoded(wish, clip, decoder, log, began);
    } catch (AvException e) {
      return trial(wish, Optional.empty(), began, Optional.of(Trials.reason(e, log, lines)));
    } catch (Bench.NoDeviceException e) {
      return trial(wish, Optional.empty(), began, Optional.of(String.valueOf(e.getMessage())));
    }
  }

  private static Trial decoded(Wish wish, Clip clip, Decoder decoder, LogScope log, long began) {
    List<Frame> kept = new ArrayList<>();
    try {
      long decoding = System.nanoTime();
      int frames =
          clip.decoded(
              decoder,
              frame -> {
                if (kept.isEmpty()) {
                  kept.add(frame.share());
                }
              });
      Duration took = Duration.ofNanos(System.nanoTime() - decoding);
      if (frames != Clip.FRAMES) {
        return trial(
            wish,
            Optional.empty(),
            began,
            Optional.of("it decodes " + frames + " of " + Clip.FRAMES + " pictures"));
      }
      scale(wish, kept.getFirst(), log);
      return trial(wish, Optional.of(Trials.rate(took)), began, Optional.empty());
    } finally {
      kept.forEach(Frame::close);
    }
  }

  private static void scale(Wish wish, Frame picture, LogScope log) {
    if (!wish.kind().equals("nvdec") || Codecs.filters(List.of("scale_cuda")).isEmpty()) {
      return;
    }
    try (FilterGraph scaler =
            FilterGraph.open(SCALE, picture, Clip.RATE.inverse(), Clip.RATE, log);
        Frame scaled = Frame.create()) {
      scaler.send(picture);
      Flow _ = scaler.receive(scaled);
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
