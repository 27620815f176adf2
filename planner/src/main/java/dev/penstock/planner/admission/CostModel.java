package dev.penstock.planner.admission;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Demand;
import dev.penstock.model.Demand.Session;
import dev.penstock.model.Filter;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Acceleration;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.Surfaces;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.stream.IntStream;

/**
 * What plans take, from what is published of a model and what running work corrected of that.
 * Engines are from published rates; memory, shaders and the processor are estimates, which is what
 * corrections are for.
 *
 * @param figures of the model that the plans are for
 * @param hostCores of the processor
 */
public record CostModel(Figures figures, Corrections corrections, int hostCores) {
  private static final double HD = 1920.0 * 1080;

  /** Below this pictures do not get cheaper in proportion: each has a cost of its own. */
  private static final double LEAST_PIXELS = HD / 9;

  /** Samples of more than 8 bits, for engines that code them. */
  private static final double DEEP = 1.25;

  /** Thousandths of an engine. */
  private static final long ENGINE = 1000;

  /** Pictures that a decoder and its filters hold. */
  private static final int SOURCE_FRAMES = 24;

  /** Pictures that wait for an encoder and that it refers to, without its look-ahead. */
  private static final int ENCODER_FRAMES = 20;

  /** Bytes that a session takes whatever its size. */
  private static final long SESSION_BYTES = 16L << 20;

  /** Pixels a second that all shaders scale, of a middling GPU. */
  private static final double SCALED = 8e9;

  /** Tone mapping is so many times the work of scaling. */
  private static final double TONE_MAPPING = 4;

  /** Bytes a second to and fro as packets, for each multiple of real time. */
  private static final double PACKETS = 2e6;

  /** Thousandths of a core that feed a GPU, for each picture a second. */
  private static final double FEEDING = 1.5;

  /** Thousandths of a core for sound, packets and files. */
  private static final long AROUND = 100;

  /** Pictures of 1080p a second that one core decodes. */
  private static final Map<String, Double> DECODED_BY_CORE =
      Map.of("h264", 150.0, "hevc", 120.0, "av1", 60.0, "vp9", 150.0, "mpeg2video", 300.0);

  private static final double DECODED = 100;

  /** Pictures of 1080p a second that one core encodes, by preset. */
  private static final Map<String, double[]> ENCODED_BY_CORE =
      Map.of(
          "h264", new double[] {120, 80, 45, 30, 16, 9, 4},
          "hevc", new double[] {40, 28, 18, 11, 6, 3, 1},
          "av1", new double[] {60, 36, 24, 15, 7, 3, 1},
          "vp9", new double[] {40, 25, 18, 12, 8, 4, 2});

  /** Cores that one encode of 1080p keeps busy: their number follows from the picture. */
  private static final double CORES_OF_HD = 8;

  /** Without what running work has shown: what {@link Corrections#observed} compares with. */
  public CostModel uncorrected() {
    return new CostModel(figures, Corrections.NONE, hostCores);
  }

  /**
   * What a plan takes.
   *
   * @param footage what it decodes; empty where it encodes no pictures
   * @param pieces of it that are worked on side by side
   */
  public Demand demand(Plan plan, Optional<Footage> footage, Pace pace, int pieces) {
    List<Rung> rungs = footage.map(known -> rungs(plan, known)).orElse(List.of());
    if (rungs.isEmpty()) {
      return new Demand(Load.NONE, List.of(), AROUND, /* elastic= */ false, List.of());
    }
    Work work = new Work(plan, footage.get(), rungs);
    double speed =
        switch (pace) {
          case Pace.RealTime(double factor) -> factor;
          case Pace.AsFastAsPossible _ -> fastest(work, pieces);
        };
    Load source = repeated(corrected(source(work, speed)).with(Dimension.CORES, 0), pieces);
    List<Session> sessions =
        IntStream.range(0, pieces)
            .boxed()
            .flatMap(_ -> rungs.stream().map(rung -> session(work, rung, speed)))
            .toList();
    return new Demand(
        source,
        work.isGpu() ? sessions : List.of(),
        cores(work, speed) * pieces + AROUND,
        pace instanceof Pace.AsFastAsPossible,
        assumed(work));
  }

  /**
   * What is corrected alike.
   *
   * @param load of one second of it in a second, as the figures alone have it, with the processor
   */
  public record Part(Corrections.Key key, Load load) {
    /** The same on one device, or on any of the model. */
    public Part on(Optional<String> device) {
      return new Part(key.on(device), load);
    }
  }

  /**
   * What a plan consists of, which is what running it tells something of.
   *
   * @param pieces of it that are worked on side by side
   */
  public List<Part> parts(Plan plan, Optional<Footage> footage, int pieces) {
    List<Rung> rungs = footage.map(known -> rungs(plan, known)).orElse(List.of());
    if (rungs.isEmpty()) {
      return List.of();
    }
    Work work = new Work(plan, footage.get(), rungs);
    List<Part> parts = new ArrayList<>(List.of(source(work, 1)));
    rungs.forEach(rung -> parts.add(rendition(work, rung, 1)));
    return parts.stream().map(part -> new Part(part.key, together(part.load, pieces))).toList();
  }

  /** At the same speed all together, pieces share its engines, and each has its memory. */
  private static Load together(Load load, int pieces) {
    return load.with(Dimension.MEMORY, load.memory() * pieces)
        .with(Dimension.SESSIONS, load.sessions() * pieces);
  }

  /** What each piece of work takes of the processor besides, thousandths of a core. */
  public static long around() {
    return AROUND;
  }

  private Load corrected(Part part) {
    return corrections.applied(part.key, part.load);
  }

  /** What one rendition is corrected by. */
  public Corrections.Key key(EncodeVideo video) {
    return key(
        video.encoder(),
        "p" + PresetLevel.of(video) + (isFast(video) ? " low latency" : ""),
        video.size());
  }

  /** What decoding is corrected by. */
  public Corrections.Key key(Footage footage) {
    return key(footage.codec(), "decode", footage.size());
  }

  private Corrections.Key key(String codec, String preset, Size size) {
    return new Corrections.Key(
        figures.model(), figures.driver().orElse(""), codec, preset, lines(size), figures.device());
  }

  private static int lines(Size size) {
    int[] usual = {360, 480, 720, 1080, 1440, 2160};
    for (int lines : usual) {
      if (size.pixels() <= 1.2 * lines * lines * 16 / 9) {
        return lines;
      }
    }
    return 4320;
  }

  // ---- the work

  /**
   * A rendition.
   *
   * @param part of the source's pictures that it has
   */
  private record Rung(int track, EncodeVideo video, double part) {}

  private record Work(Plan plan, Footage footage, List<Rung> rungs) {
    boolean isGpu() {
      return plan.acceleration().isPresent();
    }

    boolean decodes() {
      return plan.acceleration().map(Acceleration::decoding).orElse(false);
    }

    Optional<Api> encoding() {
      return plan.acceleration().flatMap(Acceleration::encoding);
    }

    /** Whether pictures go to the GPU as they are decoded, without a filter that says so. */
    boolean isUploaded() {
      return hasSurfaces()
          && !decodes()
          && rungs.stream()
              .flatMap(rung -> rung.video.filters().stream())
              .noneMatch(CostModel::isCopy);
    }

    boolean hasSurfaces() {
      return plan.acceleration().map(all -> all.surfaces() != Surfaces.NONE).orElse(false);
    }
  }

  private static List<Rung> rungs(Plan plan, Footage footage) {
    List<Rung> rungs = new ArrayList<>();
    for (int i = 0; i < plan.tracks().size(); i++) {
      if (plan.tracks().get(i) instanceof EncodeVideo video) {
        double rate = video.frameRate().map(Rational::value).orElse(footage.rate());
        rungs.add(new Rung(i, video, Math.clamp(rate / footage.rate(), 0.01, 4)));
      }
    }
    return rungs;
  }

  /** Multiples of real time that one piece reaches when nothing else is done. */
  private double fastest(Work work, int pieces) {
    double rate = work.footage.rate();
    double speed = Double.MAX_VALUE;
    if (work.decodes()) {
      double one = decoding(work);
      speed = Math.min(one, one * figures.decoders() / pieces) / rate;
    }
    if (work.encoding().isPresent()) {
      double busy = 0;
      for (Rung rung : work.rungs) {
        double each = rate * rung.part / encoding(rung);
        speed = Math.min(speed, 1 / each);
        busy += each;
      }
      speed = Math.min(speed, Math.max(1, figures.encoders()) / (busy * pieces));
    }
    double cores = mostCores(work) / pieces;
    return Math.min(speed, 1000 * cores / Math.max(1, cores(work, 1)));
  }

  // ---- engines

  private double decoding(Work work) {
    Footage footage = work.footage;
    return figures.decoding(footage.codec()) / weight(footage.size(), footage.bits() > 8);
  }

  private double encoding(Rung rung) {
    double published = published(rung).orElse(Figures.usualEncoding(PresetLevel.of(rung.video)));
    return published / weight(rung.video.size(), isDeep(rung.video));
  }

  private OptionalDouble published(Rung rung) {
    return figures.encoding(
        rung.video.codec().id(), PresetLevel.of(rung.video), isFast(rung.video));
  }

  private static boolean isFast(EncodeVideo video) {
    return video.options().getOrDefault("tune", "").matches("u?ll");
  }

  private static boolean isDeep(EncodeVideo video) {
    return video.pixelFormat().matches("p0.*|.*1[026](le|be)");
  }

  /** Of a picture, where one of 1080p in 8 bits is 1. */
  private static double weight(Size size, boolean deep) {
    return Math.max(LEAST_PIXELS, (double) size.pixels()) / HD * (deep ? DEEP : 1);
  }

  // ---- what is taken

  private Part source(Work work, double speed) {
    Footage footage = work.footage;
    double pictures = footage.rate() * speed;
    long frame = bytes(footage.size(), footage.bits() > 8);
    Load gpu =
        new Load(
            0,
            work.decodes() ? up(ENGINE * pictures / decoding(work)) : 0,
            0,
            work.hasSurfaces() ? frame * SOURCE_FRAMES : 0,
            up(PACKETS * speed + (work.isUploaded() ? frame * pictures : 0)),
            0,
            0);
    return new Part(
        key(footage),
        (work.isGpu() ? gpu : Load.NONE).with(Dimension.CORES, up(coresOfSource(work) * speed)));
  }

  private Session session(Work work, Rung rung, double speed) {
    return new Session(
        rung.track,
        rung.video.size() + " " + rung.video.codec().label(),
        corrected(rendition(work, rung, speed)).with(Dimension.CORES, 0));
  }

  private Part rendition(Work work, Rung rung, double speed) {
    EncodeVideo video = rung.video;
    double pictures = work.footage.rate() * rung.part * speed;
    boolean encodes = work.encoding().isPresent();
    long frame = bytes(video.size(), isDeep(video));
    int held = encodes ? ENCODER_FRAMES + lookAhead(video) : ENCODER_FRAMES / 4;
    Load gpu =
        new Load(
            encodes ? up(ENGINE * pictures / encoding(rung)) : 0,
            0,
            shaders(video, pictures),
            held * frame + SESSION_BYTES,
            up(copies(work, video) * frame * pictures),
            encodes ? 1 : 0,
            0);
    return new Part(
        key(video),
        (work.isGpu() ? gpu : Load.NONE)
            .with(Dimension.CORES, up(coresOfRung(work, rung, pictures))));
  }

  /** How often each of its pictures goes from one memory to the other. */
  private static double copies(Work work, EncodeVideo video) {
    long told = video.filters().stream().filter(CostModel::isCopy).count();
    boolean atLeastOnce = work.encoding().isEmpty() || !work.hasSurfaces();
    return atLeastOnce ? Math.max(1, told) : told;
  }

  private static boolean isCopy(Filter filter) {
    return filter.name().matches("hw(up|down)load.*");
  }

  private static long shaders(EncodeVideo video, double pictures) {
    double work = 0;
    for (Filter filter : video.filters()) {
      if (filter.name().matches(".*_(cuda|npp|vaapi|qsv|vulkan)")) {
        work += filter.name().startsWith("tonemap") ? TONE_MAPPING : 1;
      }
    }
    return up(work * video.size().pixels() * pictures / SCALED * 1000);
  }

  private static int lookAhead(EncodeVideo video) {
    String word = video.options().getOrDefault("rc-lookahead", "0");
    return word.matches("[0-9]{1,3}") ? Integer.parseInt(word) : 0;
  }

  private static long bytes(Size size, boolean deep) {
    return size.pixels() * 3 / 2 * (deep ? 2 : 1);
  }

  private static long up(double value) {
    return (long) Math.ceil(value);
  }

  private static Load repeated(Load load, int times) {
    return IntStream.range(0, times).mapToObj(_ -> load).reduce(Load.NONE, Load::plus);
  }

  // ---- the processor

  private long cores(Work work, double speed) {
    return corrected(source(work, speed)).cores()
        + work.rungs.stream()
            .mapToLong(rung -> corrected(rendition(work, rung, speed)).cores())
            .sum();
  }

  /** Thousandths of cores that decode it at the speed of its source. */
  private static double coresOfSource(Work work) {
    Footage footage = work.footage;
    double byCore =
        DECODED_BY_CORE.getOrDefault(footage.codec(), DECODED)
            / weight(footage.size(), footage.bits() > 8);
    return work.decodes() ? FEEDING * footage.rate() : 1000 * footage.rate() / byCore;
  }

  private static double coresOfRung(Work work, Rung rung, double pictures) {
    double[] rates =
        ENCODED_BY_CORE.getOrDefault(
            rung.video.codec().id(), new double[] {20, 15, 10, 8, 5, 3, 1});
    double byCore =
        rates[PresetLevel.of(rung.video) - 1] / weight(rung.video.size(), isDeep(rung.video));
    return work.encoding().isPresent() ? FEEDING * pictures : 1000 * pictures / byCore;
  }

  private double mostCores(Work work) {
    double pixels = work.rungs.stream().mapToDouble(rung -> rung.video.size().pixels()).sum();
    return Math.clamp(CORES_OF_HD * pixels / HD, Math.min(2, hostCores), (double) hostCores);
  }

  // ---- what was guessed

  private List<String> assumed(Work work) {
    SequencedMap<String, String> guesses = new LinkedHashMap<>();
    for (Rung rung : work.rungs) {
      boolean isGuess = work.encoding().isPresent() && published(rung).isEmpty();
      if (isGuess && corrections.of(key(rung.video)).isEmpty()) {
        guesses.put(
            rung.video.codec().id(),
            "no rate of "
                + figures.model()
                + " is known for "
                + rung.video.codec().label()
                + ": that of a slow engine is counted on");
      }
    }
    return List.copyOf(guesses.values());
  }
}
