package dev.penstock.planner.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Color;
import dev.penstock.model.Demand;
import dev.penstock.model.Device;
import dev.penstock.model.Filter;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.Load;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Acceleration;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.Labels;
import dev.penstock.model.Plan.Rotation;
import dev.penstock.model.Plan.Seat;
import dev.penstock.model.Plan.Surfaces;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Rational;
import dev.penstock.model.Reading;
import dev.penstock.model.Size;
import dev.penstock.model.VideoCodec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CostModelTest {
  private static final Footage HD = new Footage("h264", new Size(1920, 1080), 30, 8);
  private static final Pace REAL_TIME = new Pace.RealTime(1);
  private static final Pace FAST = new Pace.AsFastAsPossible();
  private static final CostModel MODEL = model(3, Corrections.NONE);

  private static CostModel model(int engines, Corrections corrections) {
    List<Figures.Encode> rates =
        List.of(
            new Figures.Encode("h264", 3, false, 600),
            new Figures.Encode("h264", 5, false, 300),
            new Figures.Encode("h264", 5, true, 320),
            new Figures.Encode("h264", 7, false, 200));
    return new CostModel(
        new Figures(
            "NVIDIA L4",
            Optional.of("NVIDIA 570.1"),
            engines,
            engines,
            rates,
            Map.of("h264", 600.0)),
        corrections,
        16);
  }

  @Test
  void aLadder_takesASessionForEachRendition_andOneDecoder() {
    Demand demand = MODEL.demand(ladder("p5", 1080, 720, 360), Optional.of(HD), REAL_TIME, 1);

    assertThat(demand.sessions())
        .extracting(Demand.Session::what)
        .containsExactly("1920x1080 H.264", "1280x720 H.264", "640x360 H.264");
    assertThat(demand.onGpu().sessions()).isEqualTo(3);
    assertThat(demand.source().decoders()).as("30 of 600 a second").isEqualTo(50);
    assertThat(demand.sessions())
        .extracting(each -> each.load().encoders())
        .as("30 of 300, and less by the pixels")
        .containsExactly(100L, 45L, 12L);
    assertThat(demand.elastic()).isFalse();
    assertThat(demand.assumed()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "p3, hq, 50",
    "p4, hq, 71",
    "p5, hq, 100",
    "p5, ll, 94",
    "p6, hq, 123",
    "p7, hq, 150",
    "p1, hq, 50"
  })
  void encoders_areByPreset(String preset, String tune, long expected) {
    Plan plan = gpu(List.of(video(1080, preset, tune, "nv12")), true, Optional.of(Api.NVENC));

    assertThat(MODEL.demand(plan, Optional.of(HD), REAL_TIME, 1).onGpu().encoders())
        .isEqualTo(expected);
  }

  @Test
  void batchWork_isAsFastAsItsSlowestEngine() {
    Demand one = MODEL.demand(ladder("p5", 1080), Optional.of(HD), FAST, 1);
    Demand three = MODEL.demand(ladder("p5", 1080), Optional.of(HD), FAST, 3);
    Demand ladder =
        model(1, Corrections.NONE).demand(ladder("p5", 1080, 720, 360), Optional.of(HD), FAST, 1);

    assertThat(one.elastic()).isTrue();
    assertThat(one.onGpu().encoders()).isBetween(1000L, 1001L);
    assertThat(one.onGpu().decoders()).isBetween(500L, 501L);
    assertThat(three.onGpu().encoders()).isBetween(3000L, 3003L);
    assertThat(three.onGpu().sessions()).isEqualTo(3);
    assertThat(ladder.onGpu().encoders()).as("one engine for all").isBetween(1000L, 1003L);
  }

  @Test
  void theTier_saysWhoDoesWhat() {
    List<TrackPlan> tracks = List.of(video(720, "p5", "hq", "nv12"));
    Demand full = demand(gpu(tracks, true, Optional.of(Api.NVENC)));
    Demand encode = demand(gpu(tracks, false, Optional.of(Api.NVENC)));
    Demand decode = demand(gpu(tracks, true, Optional.empty()));
    Demand software = demand(plan(tracks));

    assertThat(full.onGpu().decoders()).isPositive();
    assertThat(full.cores()).isLessThan(300);
    assertThat(encode.onGpu().decoders()).isZero();
    assertThat(encode.onGpu().bus()).as("pictures go to the GPU").isGreaterThan(90_000_000);
    assertThat(encode.cores()).isGreaterThan(full.cores());
    assertThat(decode.onGpu().sessions()).isZero();
    assertThat(decode.onGpu().encoders()).isZero();
    assertThat(decode.onGpu().bus()).as("pictures come back").isGreaterThan(40_000_000);
    assertThat(software.isGpu()).isFalse();
    assertThat(software.sessions()).isEmpty();
    assertThat(software.cores()).isGreaterThan(decode.cores());
  }

  /** Where filters say that pictures are copied, they are not counted by the source again. */
  @Test
  void copies_areCountedOnce() {
    EncodeVideo plain = video(720, "p5", "hq", "nv12");
    EncodeVideo there =
        plain.withPictures(
            OptionalInt.empty(),
            List.of(Filter.of("hwupload_cuda", "the encoder is the GPU's")),
            plain.frameRate(),
            Optional.empty());

    long small = 1280 * 720 * 3 / 2 * 30L;
    assertThat(demand(gpu(List.of(there), false, Optional.of(Api.NVENC))).onGpu().bus())
        .isBetween(small, small + 3_000_000);
    assertThat(demand(gpu(List.of(there), true, Optional.of(Api.NVENC))).onGpu().bus())
        .isBetween(small, small + 3_000_000);
    assertThat(demand(gpu(List.of(plain), true, Optional.of(Api.NVENC))).onGpu().bus())
        .isLessThan(3_000_000);
  }

  @Test
  void largerAndDeeperPictures_takeMore() {
    Load hd =
        demand(gpu(List.of(video(1080, "p5", "hq", "nv12")), true, Optional.of(Api.NVENC))).onGpu();
    Load deep =
        demand(gpu(List.of(video(1080, "p5", "hq", "p010le")), true, Optional.of(Api.NVENC)))
            .onGpu();
    Load uhd =
        demand(gpu(List.of(video(2160, "p5", "hq", "nv12")), true, Optional.of(Api.NVENC))).onGpu();

    assertThat(deep.encoders()).isEqualTo(125);
    assertThat(deep.memory()).isGreaterThan(hd.memory());
    assertThat(uhd.encoders()).isEqualTo(4 * hd.encoders());
    assertThat(uhd.shaders()).isGreaterThan(hd.shaders());
  }

  @Test
  void anEngineOfWhichNothingIsPublished_isSlow_andThatIsTold() {
    Figures unknown = new Figures("Radeon", Optional.empty(), 1, 1, List.of(), Map.of());
    Demand demand =
        new CostModel(unknown, Corrections.NONE, 8)
            .demand(ladder("p5", 1080), Optional.of(HD), REAL_TIME, 1);

    assertThat(demand.onGpu().encoders()).isEqualTo(114);
    assertThat(demand.assumed())
        .containsExactly(
            "no rate of Radeon is known for H.264: that of a slow engine is counted on");
  }

  @Test
  void plansWithoutPictures_takeNextToNothing() {
    Demand demand = MODEL.demand(plan(List.of()), Optional.empty(), FAST, 1);

    assertThat(demand.isGpu()).isFalse();
    assertThat(demand.cores()).isEqualTo(100);
  }

  @Test
  void figures_areThoseOfTheDevice() {
    Capability encoder =
        Capability.of(Direction.ENCODE, Api.NVENC, "hevc", List.of(), Evidence.PROVED, "a test")
            .with(List.of(new Capability.Rate("p5", "high-quality", 411, "a test")));
    Device device =
        new Device(
            new Device.Identity(
                "NVIDIA L4",
                Device.Vendor.NVIDIA,
                Optional.empty(),
                Optional.of("0000:01:00.0"),
                Optional.empty(),
                OptionalInt.empty(),
                OptionalInt.empty(),
                Optional.of("NVIDIA 570.1")),
            new Device.Engines(
                Reading.of(2, "a test"),
                Reading.of(4, "a test"),
                Reading.of(1, "a test"),
                Reading.of(1, "a test")),
            Reading.of(24L << 30, "a test"),
            Reading.of(8, "a test"),
            List.of(encoder));

    Figures figures = Figures.of(device);

    assertThat(figures.encode()).containsExactly(new Figures.Encode("hevc", 5, false, 411));
    assertThat(figures.encoders()).isEqualTo(2);
    assertThat(figures.decoders()).isEqualTo(4);
  }

  // ---- corrections

  private static final Corrections.Key KEY = MODEL.key(video(1080, "p5", "hq", "nv12"));

  private static Load load(long encoders, long mib) {
    return new Load(encoders, 0, 0, mib << 20, 0, 1, 0);
  }

  @Test
  void whatWorkReallyTakes_isCountedOn() {
    Corrections corrections = Corrections.NONE;
    for (int i = 0; i < 40; i++) {
      corrections = corrections.observed(KEY, load(100, 100), load(150, 80));
    }

    Corrections.Factors factors = corrections.of(KEY).orElseThrow();
    assertThat(factors.count()).isEqualTo(40);
    assertThat(factors.encoders()).isCloseTo(1.5, within(0.01));
    assertThat(factors.memory()).isCloseTo(0.8, within(0.01));
    assertThat(factors.decoders()).as("nobody measured it").isEqualTo(1);
    CostModel corrected = model(3, corrections);
    assertThat(
            corrected.demand(ladder("p5", 1080), Optional.of(HD), REAL_TIME, 1).onGpu().encoders())
        .isBetween(149L, 151L);
    assertThat(
            corrected
                .uncorrected()
                .demand(ladder("p5", 1080), Optional.of(HD), REAL_TIME, 1)
                .onGpu()
                .encoders())
        .isEqualTo(100);
  }

  @Test
  void oneWildObservation_movesLittle() {
    Corrections calm = Corrections.NONE;
    for (int i = 0; i < 10; i++) {
      calm = calm.observed(KEY, load(100, 100), load(100, 100));
    }

    Corrections.Factors wild =
        calm.observed(KEY, load(100, 100), load(100_000, 1)).of(KEY).orElseThrow();
    assertThat(wild.encoders()).isBetween(1.0, 1.16);
    assertThat(wild.memory()).isBetween(0.86, 1.0);
  }

  @Test
  void factors_stayWithinReason() {
    Random random = new Random(1);
    Corrections corrections = Corrections.NONE;
    for (int i = 0; i < 1000; i++) {
      corrections =
          corrections.observed(
              KEY, load(100, 100), load(random.nextInt(100_000), random.nextInt(100_000)));
      assertThat(corrections.of(KEY).orElseThrow().encoders()).isBetween(0.25, 4.0);
      assertThat(corrections.of(KEY).orElseThrow().memory()).isBetween(0.25, 4.0);
    }
  }

  @Test
  void moreMemory_isLearntFasterThanLess() {
    double more =
        Corrections.NONE.observed(KEY, load(0, 100), load(0, 150)).of(KEY).orElseThrow().memory();
    double less =
        Corrections.NONE.observed(KEY, load(0, 150), load(0, 100)).of(KEY).orElseThrow().memory();

    assertThat(more - 1).isGreaterThan(1 - less);
  }

  @Test
  void otherDriversAndSizes_beginAnew() {
    Corrections corrections = Corrections.NONE.observed(KEY, load(100, 1), load(200, 1));
    Figures other =
        new Figures(
            "NVIDIA L4", Optional.of("NVIDIA 580.1"), 3, 3, MODEL.figures().encode(), Map.of());
    CostModel after = new CostModel(other, corrections, 8);

    assertThat(after.key(video(1080, "p5", "hq", "nv12"))).isNotEqualTo(KEY);
    assertThat(corrections.of(MODEL.key(video(720, "p5", "hq", "nv12")))).isEmpty();
    assertThat(KEY).hasToString("NVIDIA L4|NVIDIA 570.1|h264_nvenc|p5|1080");
    assertThat(MODEL.key(video(1080, "p5", "ll", "nv12"))).isNotEqualTo(KEY);
    assertThat(MODEL.key(HD)).hasToString("NVIDIA L4|NVIDIA 570.1|h264|decode|1080");
  }

  @ParameterizedTest
  @CsvSource({
    "libx264, preset, ultrafast, p1",
    "libx264, preset, medium, p5",
    "libsvtav1, preset, 12, p1",
    "libsvtav1, preset, 8, p4",
    "libsvtav1, preset, 2, p7",
    "libsvtav1, preset, 0, p7",
    "libvpx-vp9, cpu-used, 8, p1",
    "libvpx-vp9, cpu-used, 3, p4",
    "libvpx-vp9, cpu-used, 0, p7",
    "h264_amf, preset, quality, p7",
    "h264_vaapi, qp, 20, p4",
  })
  void presets_areOnOneScale(String encoder, String option, String word, String expected) {
    assertThat(MODEL.key(video(1080, encoder, Map.of(option, word), "nv12")).preset())
        .isEqualTo(expected);
  }

  // ---- plans

  private static Demand demand(Plan plan) {
    return MODEL.demand(plan, Optional.of(HD), REAL_TIME, 1);
  }

  private static Plan ladder(String preset, int... lines) {
    List<TrackPlan> tracks = new ArrayList<>();
    for (int each : lines) {
      tracks.add(video(each, preset, "hq", "nv12"));
    }
    return gpu(tracks, true, Optional.of(Api.NVENC));
  }

  private static EncodeVideo video(int lines, String preset, String tune, String pixelFormat) {
    return video(lines, "h264_nvenc", Map.of("preset", preset, "tune", tune), pixelFormat);
  }

  private static EncodeVideo video(
      int lines, String encoder, Map<String, String> options, String pixelFormat) {
    SequencedMap<String, String> ordered = new LinkedHashMap<>();
    options.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(each -> ordered.put(each.getKey(), each.getValue()));
    return new EncodeVideo(
        0,
        OptionalInt.empty(),
        VideoCodec.H264,
        encoder,
        Stream.of(Filter.of("scale_cuda", "asked for", "w", -2)).toList(),
        new Size(lines * 16 / 9, lines),
        pixelFormat,
        ordered,
        Optional.of(new Rational(30, 1)),
        new Rational(1, 90_000),
        Color.UNKNOWN,
        HdrMetadata.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Rotation.NONE,
        new Labels(Map.of(), List.of()));
  }

  private static Plan gpu(List<TrackPlan> tracks, boolean decoding, Optional<Api> encoding) {
    Seat seat = new Seat("NVIDIA L4", "a", Optional.empty(), 3, true, Optional.empty());
    return plan(tracks).on(new Acceleration(Surfaces.CUDA, decoding, encoding, List.of(seat)));
  }

  private static Plan plan(List<TrackPlan> tracks) {
    return new Plan(
        new Plan.Input("in.mp4", Optional.empty(), Optional.empty()),
        "out.mp4",
        tracks,
        List.of(),
        Optional.empty(),
        /* strict= */ false);
  }
}
