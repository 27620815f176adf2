package dev.penstock.planner.admission;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Device;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How many pictures a second are expected of one engine of a model, as published or as measured on
 * it: 1920x1080, 4:2:0, 8 bits.
 *
 * @param model of the GPU; with the driver it says for which devices corrections hold
 * @param encoders engines
 * @param decoders engines
 * @param decode by libav's name of the codec
 * @param device the one that it is for, by its UUID; empty for any of the model
 */
public record Figures(
    String model,
    Optional<String> driver,
    int encoders,
    int decoders,
    List<Encode> encode,
    Map<String, Double> decode,
    Optional<String> device) {
  /** One NVDEC of an H200 at 1080p: 627 of H.264 in one session. The others are in proportion. */
  static final Map<String, Double> USUAL_DECODING =
      Map.of("h264", 600.0, "hevc", 800.0, "av1", 700.0, "vp9", 700.0, "mpeg2video", 600.0);

  /** Of engines of which nothing is published: the slowest that is of any of NVIDIA's. */
  private static final double[] USUAL_ENCODING = {660, 500, 400, 330, 265, 220, 170};

  private static final double SLOW_DECODING = 400;

  public Figures {
    encode = List.copyOf(encode);
    decode = Map.copyOf(decode);
  }

  /** Of any device of a model. */
  public Figures(
      String model,
      Optional<String> driver,
      int encoders,
      int decoders,
      List<Encode> encode,
      Map<String, Double> decode) {
    this(model, driver, encoders, decoders, encode, decode, Optional.empty());
  }

  /**
   * A rate.
   *
   * @param preset 1 is fastest, 7 best
   */
  public record Encode(String codec, int preset, boolean lowLatency, double fps) {}

  /** What its maker publishes of a device. */
  public static Figures of(Device device) {
    return new Figures(
        device.identity().name(),
        device.identity().driver(),
        device.engines().encoders().toOptional().orElse(1),
        device.engines().decoders().toOptional().orElse(1),
        device.capabilities().stream()
            .filter(each -> each.direction() == Direction.ENCODE)
            .flatMap(each -> each.rates().stream().map(rate -> encode(each, rate)))
            .distinct()
            .toList(),
        USUAL_DECODING,
        Optional.of(name(device)));
  }

  /** What corrections know a device by: an address may be another one's after a change of cards. */
  public static String name(Device device) {
    return device.identity().uuid().orElseGet(() -> device.identity().key());
  }

  /**
   * The processor, for plans that need no GPU.
   *
   * @param processor what it is called: what was learnt on one does not hold for another
   */
  public static Figures ofSoftware(Optional<String> processor) {
    return new Figures("software", processor, 0, 0, List.of(), Map.of());
  }

  private static Encode encode(Capability capability, Capability.Rate rate) {
    return new Encode(
        capability.codec(),
        PresetLevel.of(rate.preset()),
        rate.tuning().equals("low-latency"),
        rate.fps());
  }

  /** Pictures a second of one encoder engine; empty where nothing is published of the codec. */
  OptionalDouble encoding(String codec, int preset, boolean lowLatency) {
    List<Encode> exact =
        encode.stream()
            .filter(each -> each.codec().equals(codec) && each.lowLatency() == lowLatency)
            .toList();
    List<Encode> rows =
        exact.isEmpty()
            ? encode.stream().filter(each -> each.codec().equals(codec)).toList()
            : exact;
    Optional<Encode> below =
        rows.stream()
            .filter(each -> each.preset() <= preset)
            .max(Comparator.comparingInt(Encode::preset));
    Optional<Encode> above =
        rows.stream()
            .filter(each -> each.preset() >= preset)
            .min(Comparator.comparingInt(Encode::preset));
    if (below.isPresent() && above.isPresent()) {
      // Published are p1, p3, p5 and p7: between two lies their geometric mean.
      return OptionalDouble.of(Math.sqrt(below.get().fps() * above.get().fps()));
    }
    return below
        .or(() -> above)
        .map(each -> OptionalDouble.of(each.fps()))
        .orElse(OptionalDouble.empty());
  }

  static double usualEncoding(int preset) {
    return USUAL_ENCODING[preset - 1];
  }

  double decoding(String codec) {
    return decode.getOrDefault(codec, SLOW_DECODING);
  }
}
