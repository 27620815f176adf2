package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Capability.Features;
import dev.penstock.model.Capability.Format;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Preset;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.EncoderRecipe.Settings;
import dev.penstock.planner.HardwareFit.Accepted;
import dev.penstock.planner.HardwareFit.Adaptation;
import dev.penstock.planner.HardwareFit.Refused;
import dev.penstock.planner.RateControl.Bitrate;
import dev.penstock.planner.RateControl.Cap;
import dev.penstock.planner.RateControl.Lossless;
import dev.penstock.planner.RateControl.Quality;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HardwareRecipesTest {
  private static final Format EIGHT = new Format("4:2:0", 8);
  private static final Format TEN = new Format("4:2:0", 10);

  private static final RateControl USUAL = new Quality(OptionalDouble.empty(), Optional.empty());

  /** Settings, word by word. */
  private record Words(
      Preset preset, Tuning tune, RateControl rate, String format, Size size, KeyFrames keys) {
    static final Words USUALLY =
        new Words(
            Preset.P4,
            Tuning.QUALITY,
            USUAL,
            "nv12",
            new Size(1920, 1080),
            new KeyFrames(250, Optional.empty()));

    Words preset(Preset other) {
      return new Words(other, tune, rate, format, size, keys);
    }

    Words tune(Tuning other) {
      return new Words(preset, other, rate, format, size, keys);
    }

    Words rate(RateControl other) {
      return new Words(preset, tune, other, format, size, keys);
    }

    Words format(String other) {
      return new Words(preset, tune, rate, other, size, keys);
    }

    Words size(int width, int height) {
      return new Words(preset, tune, rate, format, new Size(width, height), keys);
    }

    Words aligned() {
      return new Words(preset, tune, rate, format, size, KeyFrames.aligned(Duration.ofSeconds(2)));
    }

    Words lossless() {
      return tune(Tuning.LOSSLESS).rate(new Lossless());
    }

    Settings settings() {
      return new Settings(
          preset,
          tune,
          rate,
          keys,
          /* threads= */ 1,
          size,
          format,
          /* constantRate= */ true,
          /* piece= */ false,
          Optional.empty(),
          tune.isLowLatency()
              ? LatencyBuffer.of(tune, rate, Optional.of(new Rational(25, 1)))
              : OptionalLong.empty());
    }
  }

  private static Words usually() {
    return Words.USUALLY;
  }

  private static Capability able(
      Api api, VideoCodec codec, OptionalInt bFrames, Optional<Boolean> all, Format... formats) {
    return new Capability(
        Direction.ENCODE,
        api,
        codec.id(),
        List.of(),
        List.of(formats),
        Optional.empty(),
        Optional.of(new Size(4096, 4096)),
        bFrames,
        all,
        all,
        all,
        all,
        Evidence.PROBED,
        "nvEncGetEncodeCaps",
        references(all),
        List.of(),
        Optional.empty());
  }

  private static Features references(Optional<Boolean> toBFrames) {
    return new Features(
        toBFrames.map(can -> can ? List.of("each", "middle") : List.of()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** Of which everything is known, and everything is there. */
  private static Capability full(Api api, VideoCodec codec) {
    return able(
        api,
        codec,
        OptionalInt.of(5),
        Optional.of(true),
        EIGHT,
        TEN,
        new Format("4:4:4", 8),
        new Format("4:4:4", 10));
  }

  private static HardwareRecipe recipe(VideoCodec codec, Api api) {
    return EncoderRecipe.hardware(codec, api).orElseThrow();
  }

  private static HardwareFit fit(Words words, Capability capability) {
    VideoCodec codec = VideoCodec.of(capability.codec()).orElseThrow();
    return HardwareFit.of(
        recipe(codec, capability.api()), words.settings(), Vendor.INTEL, capability);
  }

  private static String options(Words words, Capability capability) {
    return ((Accepted) fit(words, capability))
        .options().entrySet().stream()
            .map(option -> option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining(" "));
  }

  static Stream<Arguments> options() {
    Bitrate average = new Bitrate(5_000_000, Optional.empty());
    Bitrate bounded = new Bitrate(5_000_000, Optional.of(new Cap(8_000_000, 16_000_000)));
    Bitrate constant = new Bitrate(5_000_000, Optional.of(new Cap(5_000_000, 5_000_000)));
    Quality capped =
        new Quality(OptionalDouble.of(20.5), Optional.of(new Cap(6_000_000, 12_000_000)));
    return Stream.of(
        arguments(
            Api.NVENC,
            VideoCodec.H264,
            usually(),
            "preset=p4 tune=hq profile=high rc=vbr cq=23 b=0 g=250 forced-idr=1 bf=3"
                + " b_ref_mode=middle spatial-aq=1 temporal-aq=0 multipass=disabled a53cc=1"),
        arguments(
            Api.NVENC,
            VideoCodec.H264,
            usually().preset(Preset.P1).rate(constant).aligned(),
            "preset=p1 tune=hq profile=high rc=cbr b=5000000 maxrate=5000000 bufsize=5000000"
                + " g=100000 forced-idr=1 no-scenecut=1 bf=0 b_ref_mode=disabled spatial-aq=0"
                + " temporal-aq=0 multipass=disabled a53cc=1"),
        arguments(
            Api.NVENC,
            VideoCodec.HEVC,
            usually().preset(Preset.P7).rate(bounded).format("p010le"),
            "preset=p7 tune=hq rc=vbr b=5000000 maxrate=8000000 bufsize=16000000 g=250"
                + " forced-idr=1 bf=4 b_ref_mode=middle rc-lookahead=32 spatial-aq=1"
                + " temporal-aq=1 multipass=fullres split_encode_mode=disabled a53cc=1"),
        arguments(
            Api.NVENC,
            VideoCodec.HEVC,
            usually().preset(Preset.P6).rate(capped),
            "preset=p6 tune=hq rc=vbr cq=20.5 b=0 maxrate=6000000 g=250 forced-idr=1 bf=3"
                + " b_ref_mode=middle rc-lookahead=24 spatial-aq=1 temporal-aq=1 multipass=qres"
                + " split_encode_mode=disabled a53cc=1"),
        arguments(
            Api.NVENC,
            VideoCodec.AV1,
            usually().preset(Preset.P5).tune(Tuning.ULTRA_LOW_LATENCY).rate(average),
            "preset=p5 tune=ull rc=cbr b=5000000 bufsize=200000 g=250 forced-idr=1 bf=0 b_ref_mode=disabled"
                + " spatial-aq=1 temporal-aq=0 multipass=qres split_encode_mode=disabled delay=0"
                + " zerolatency=1 a53cc=1"),
        arguments(
            Api.NVENC,
            VideoCodec.H264,
            usually().format("yuv444p").lossless(),
            "preset=p4 tune=lossless b=0 g=250 forced-idr=1 bf=0 b_ref_mode=disabled spatial-aq=0"
                + " temporal-aq=0 multipass=disabled a53cc=1"),
        arguments(
            Api.VAAPI,
            VideoCodec.H264,
            usually(),
            "compression_level=4 rc_mode=CQP global_quality=23 g=250 idr_interval=0 bf=2"
                + " b_depth=1 sei=timing+recovery_point+a53_cc"),
        arguments(
            Api.VAAPI,
            VideoCodec.HEVC,
            usually().preset(Preset.P7).rate(bounded).format("p010le"),
            "compression_level=1 rc_mode=VBR b=5000000 maxrate=8000000 bufsize=16000000 g=250"
                + " idr_interval=0 bf=3 b_depth=2 sei=hdr+a53_cc"),
        arguments(
            Api.VAAPI,
            VideoCodec.AV1,
            usually().tune(Tuning.LOW_LATENCY).rate(constant),
            "compression_level=4 rc_mode=CBR b=5000000 maxrate=5000000 bufsize=800000 g=250"
                + " idr_interval=0 bf=0 b_depth=1 async_depth=1"),
        arguments(
            Api.VAAPI,
            VideoCodec.VP9,
            usually(),
            "compression_level=4 rc_mode=CQP global_quality=120 g=250 idr_interval=0 bf=0"
                + " b_depth=1"),
        arguments(
            Api.QSV,
            VideoCodec.H264,
            usually().aligned(),
            "preset=medium global_quality=23 g=65535 forced_idr=1 flags=+cgop bf=3 b_strategy=1"
                + " adaptive_i=0 a53cc=1"),
        arguments(
            Api.QSV,
            VideoCodec.HEVC,
            usually().preset(Preset.P7).rate(bounded),
            "preset=veryslow b=5000000 maxrate=8000000 bufsize=16000000 g=250 forced_idr=1"
                + " flags=+cgop bf=3 b_strategy=1 extbrc=1 look_ahead_depth=40"),
        arguments(
            Api.QSV,
            VideoCodec.VP9,
            usually().tune(Tuning.LOW_LATENCY).rate(average),
            "preset=medium b=5000000 maxrate=5000000 g=250 forced_idr=1 flags=+cgop bf=0"
                + " async_depth=1"),
        arguments(
            Api.AMF,
            VideoCodec.H264,
            usually().preset(Preset.P5).aligned(),
            "usage=transcoding quality=quality rc=cqp qp_i=23 qp_p=23 qp_b=23 g=0 forced_idr=1"
                + " max_b_frames=3 bf=3 bf_ref=1"),
        arguments(
            Api.AMF,
            VideoCodec.HEVC,
            usually().rate(average),
            "usage=transcoding quality=balanced rc=vbr_peak b=5000000 maxrate=10000000"
                + " enforce_hrd=0 vbaq=1 g=250 forced_idr=1 gops_per_idr=1"),
        arguments(
            Api.AMF,
            VideoCodec.AV1,
            usually().preset(Preset.P7).tune(Tuning.ULTRA_LOW_LATENCY).rate(constant),
            "usage=lowlatency quality=high_quality rc=cbr b=5000000 maxrate=5000000"
                + " bufsize=200000 enforce_hrd=1 g=250 forced_idr=1"),
        arguments(
            Api.VULKAN,
            VideoCodec.H264,
            usually(),
            "tune=hq usage=transcode rc_mode=cqp qp=23 g=250 idr_interval=0 bf=2 b_depth=1"
                + " units=timing+recovery+a53_cc"),
        arguments(
            Api.VULKAN,
            VideoCodec.HEVC,
            usually().tune(Tuning.LOW_LATENCY).rate(average),
            "tune=ll usage=transcode rc_mode=cbr b=5000000 bufsize=800000 g=250 idr_interval=0 bf=0"
                + " b_depth=1 async_depth=1 units=hdr+a53_cc"));
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @MethodSource("options")
  void words_becomeOptionsOfADeviceThatHasEverything(
      Api api, VideoCodec codec, Words words, String expected) {
    assertThat(options(words, full(api, codec))).isEqualTo(expected);
  }

  static Stream<Arguments> adaptations() {
    Words best = usually().preset(Preset.P7);
    return Stream.of(
        arguments(
            "Pascal's HEVC",
            best,
            able(Api.NVENC, VideoCodec.HEVC, OptionalInt.of(0), Optional.of(false), EIGHT),
            "bf=0 b_ref_mode=disabled spatial-aq=1 temporal-aq=0 multipass=fullres",
            List.of(
                new Adaptation("B-frames", "4", "0", "this device's HEVC encoder has none"),
                new Adaptation(
                    "look-ahead", "32 frames", "left out", "this device's HEVC encoder has none"),
                new Adaptation(
                    "temporal AQ", "on", "left out", "this device's HEVC encoder has none"))),
        arguments(
            "fewer B-frames, which are no references",
            best,
            new Capability(
                Direction.ENCODE,
                Api.NVENC,
                "h264",
                List.of(),
                List.of(EIGHT),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.of(3),
                Optional.empty(),
                Optional.of(true),
                Optional.of(true),
                Optional.empty(),
                Evidence.PROBED,
                "caps",
                references(Optional.of(false)),
                List.of(),
                Optional.empty()),
            "bf=3 b_ref_mode=disabled rc-lookahead=32",
            List.of(
                new Adaptation("B-frames", "4", "3", "this device's H.264 encoder has no more"),
                new Adaptation(
                    "B-frames as references",
                    "on",
                    "left out",
                    "this device's H.264 encoder has none"))),
        arguments(
            "whose references are not known",
            usually(),
            able(Api.NVENC, VideoCodec.H264, OptionalInt.of(4), Optional.empty(), EIGHT),
            "bf=3 spatial-aq=1",
            List.of(
                new Adaptation(
                    "B-frames as references",
                    "on",
                    "left to the driver",
                    "nvEncGetEncodeCaps does not say that this device's H.264 encoder predicts"
                        + " from B-frames"))),
        arguments(
            "of which nothing is known",
            usually().preset(Preset.P5),
            Capability.of(
                Direction.ENCODE, Api.NVENC, "h264", List.of(), Evidence.DECLARED, "a table"),
            "bf=0 b_ref_mode=disabled spatial-aq=1 temporal-aq=0",
            List.of(
                new Adaptation(
                    "B-frames",
                    "3",
                    "0",
                    "a table does not say that this device's H.264 encoder has B-frames"),
                new Adaptation(
                    "look-ahead",
                    "16 frames",
                    "left out",
                    "a table does not say that this device's H.264 encoder has it"),
                new Adaptation(
                    "temporal AQ",
                    "on",
                    "left out",
                    "a table does not say that this device's H.264 encoder has it"))),
        arguments(
            "VA-API tells that there are B-frames, not how many",
            usually(),
            able(Api.VAAPI, VideoCodec.H264, OptionalInt.of(1), Optional.of(true), EIGHT),
            "bf=2 b_depth=1",
            List.of()),
        arguments(
            "Vulkan's levels of quality",
            usually().preset(Preset.P2),
            full(Api.VULKAN, VideoCodec.H264),
            "tune=hq usage=transcode",
            List.of(
                new Adaptation(
                    "preset",
                    "p2",
                    "left to the driver",
                    "how many levels of quality the driver has is known only when it encodes"))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("adaptations")
  void whatADeviceLacks_isLeftOutAndSaid(
      String name, Words words, Capability capability, String options, List<Adaptation> said) {
    Accepted accepted = (Accepted) fit(words, capability);
    assertThat(options(words, capability)).contains(options);
    assertThat(accepted.adaptations()).isEqualTo(said);
  }

  @Test
  void presetOfVaapi_meansSomethingToIntelAlone() {
    HardwareRecipe recipe = recipe(VideoCodec.HEVC, Api.VAAPI);
    Capability capability = full(Api.VAAPI, VideoCodec.HEVC);
    Accepted amd = (Accepted) HardwareFit.of(recipe, usually().settings(), Vendor.AMD, capability);
    assertThat(amd.options()).doesNotContainKey("compression_level");
    assertThat(amd.adaptations()).extracting(Adaptation::subject).containsExactly("preset");
  }

  static Stream<Arguments> refusals() {
    Capability hd = full(Api.NVENC, VideoCodec.HEVC);
    Capability blind =
        Capability.of(Direction.ENCODE, Api.NVENC, "hevc", List.of(), Evidence.DECLARED, "a table");
    Capability plain =
        able(Api.NVENC, VideoCodec.HEVC, OptionalInt.of(0), Optional.of(false), EIGHT);
    Quality capped =
        new Quality(OptionalDouble.empty(), Optional.of(new Cap(6_000_000, 12_000_000)));
    return Stream.of(
        arguments(
            usually().size(4098, 2160),
            hd,
            "it encodes no HEVC of 4098x2160: pictures are at most 4096x4096, says"
                + " nvEncGetEncodeCaps"),
        arguments(
            usually().size(128, 128),
            hd,
            "it encodes no HEVC of 128x128: pictures are at least 129x33; the device does not say,"
                + " so that is taken which all devices do"),
        arguments(
            usually().format("p010le"),
            plain,
            "it encodes no HEVC of 4:2:0 10-bit: it has 4:2:0 8-bit, says nvEncGetEncodeCaps"),
        arguments(
            usually().format("p010le"),
            blind,
            "nothing says that it encodes HEVC of 4:2:0 10-bit: a table tells no formats, so only"
                + " 4:2:0 8-bit is relied on"),
        arguments(
            usually().format("p010le"),
            full(Api.NVENC, VideoCodec.H264),
            "h264_nvenc takes no surfaces of p010le: it takes nv12, yuv420p, nv16, yuv444p"),
        arguments(
            usually().format("yuv444p"),
            full(Api.NVENC, VideoCodec.AV1),
            "av1_nvenc takes no surfaces of yuv444p: it takes nv12, yuv420p, p010le, p016le"),
        arguments(
            usually().lossless(),
            plain,
            "it encodes no HEVC without loss: says nvEncGetEncodeCaps"),
        arguments(
            usually().lossless(),
            blind,
            "it encodes no HEVC without loss: a table does not say that it can"),
        arguments(
            usually().lossless(),
            full(Api.NVENC, VideoCodec.AV1),
            "av1_nvenc does not do --tune lossless: NVENC has no lossless AV1"),
        arguments(
            usually().lossless(),
            full(Api.QSV, VideoCodec.HEVC),
            "hevc_qsv does not do --tune lossless: it has no lossless mode that libav can set"),
        arguments(
            usually().rate(capped),
            full(Api.VAAPI, VideoCodec.H264),
            "h264_vaapi takes no maximum with constant quality: not every driver has a mode for"
                + " both, and which has cannot be asked"),
        arguments(
            usually().rate(new Quality(OptionalDouble.of(20.5), Optional.empty())),
            full(Api.VAAPI, VideoCodec.H264),
            "h264_vaapi has no quality 20.5: its global_quality is 1 (best) to 51"));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("refusals")
  void whatADeviceCannotDo_isRefused(Words words, Capability capability, String said) {
    assertThat(((Refused) fit(words, capability)).obstacles())
        .extracting(obstacle -> obstacle.problem() + ": " + obstacle.cause())
        .containsExactly(said);
  }

  @Test
  void refusals_areToldTogether() {
    HardwareFit fit = fit(usually().size(64, 64).lossless(), full(Api.VULKAN, VideoCodec.H264));
    assertThat(((Refused) fit).obstacles()).hasSize(2);
  }

  private static Capability limited(Api api, Optional<Boolean> customVbv, String... rateControls) {
    Optional<Boolean> unknown = Optional.empty();
    return full(api, VideoCodec.H264)
        .with(
            new Features(
                Optional.of(List.of("each", "middle")),
                unknown,
                customVbv,
                unknown,
                unknown,
                unknown,
                unknown,
                List.of(rateControls)));
  }

  @Test
  void modesOfRateControl_areThoseOfTheDriver() {
    Capability capability = limited(Api.VAAPI, Optional.empty(), "cqp", "vbr");
    Words constant = usually().rate(new Bitrate(5_000_000, Optional.empty()));
    assertThat(options(constant, capability)).contains("rc_mode=VBR");
    assertThat(((Refused) fit(constant.tune(Tuning.LOW_LATENCY), capability)).obstacles())
        .extracting(obstacle -> obstacle.problem() + ": " + obstacle.cause())
        .containsExactly(
            "its H.264 encoder has no rate control cbr: it has cqp, vbr, says"
                + " nvEncGetEncodeCaps");
  }

  @Test
  void bufferThatCannotBeSet_isLeftToTheDriver() {
    Words bounded =
        usually().rate(new Bitrate(5_000_000, Optional.of(new Cap(8_000_000, 16_000_000))));
    Capability capability = limited(Api.NVENC, Optional.of(false), "cqp", "vbr", "cbr");
    assertThat(options(bounded, capability)).contains("maxrate=8000000").doesNotContain("bufsize");
    assertThat(((Accepted) fit(bounded, capability)).adaptations())
        .containsExactly(
            new Adaptation(
                "rate buffer",
                "16000000 bits",
                "of the driver",
                "this device's H.264 encoder has none that could be set"));
  }

  @Test
  void capabilityOfAnotherCodec_isAMistake() {
    assertThatThrownBy(() ->
            HardwareFit.of(
                recipe(VideoCodec.H264, Api.NVENC),
                usually().settings(),
                Vendor.NVIDIA,
                full(Api.NVENC, VideoCodec.HEVC)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(VideoCodec.class)
  void software_isStillWhatTheCodecAnswersWith(VideoCodec codec) {
    assertThat(EncoderRecipe.of(codec)).noneMatch(HardwareRecipe.class::isInstance);
    assertThat(HardwareRecipe.of(codec))
        .allMatch(recipe -> EncoderRecipe.named(recipe.encoder()).equals(recipe))
        .allMatch(recipe -> recipe.codec() == codec);
  }

  /** Where any is asked for, it wins over what the table would have. */
  @Test
  void profile_baselineHasNoBFrames() {
    Settings words = usually().settings();
    Settings baseline =
        new Settings(
            words.preset(),
            words.tune(),
            words.rate(),
            words.keys(),
            1,
            words.size(),
            words.pixelFormat(),
            /* constantRate= */ true,
            /* piece= */ false,
            Optional.of("baseline"),
            OptionalLong.empty());
    for (HardwareRecipe recipe : HardwareRecipe.of(VideoCodec.H264)) {
      assertThat(recipe.wanted(baseline).bFrames()).isZero();
      Accepted accepted =
          (Accepted)
              HardwareFit.of(recipe, baseline, Vendor.INTEL, full(recipe.api(), VideoCodec.H264));
      assertThat(accepted.options().get("profile")).endsWith("baseline");
    }
  }
}
