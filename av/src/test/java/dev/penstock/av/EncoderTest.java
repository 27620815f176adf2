package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Color;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.bytedeco.ffmpeg.avutil.AVContentLightMetadata;
import org.bytedeco.ffmpeg.avutil.AVMasteringDisplayMetadata;
import org.bytedeco.ffmpeg.global.avutil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class EncoderTest {
  private static final LogScope LOG = LogScope.silent();
  private static final Rational BASE = new Rational(1, 25);
  private static final Color HDR10 = new Color("tv", "bt2020", "smpte2084", "bt2020nc", "topleft");

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"mpeg4", "libx264", "libx265", "libsvtav1", "libvpx-vp9"})
  void forcedKeyFrames_areWhereTheyWereAsked(String encoder) {
    assumeTrue(Codecs.encoder(encoder).isPresent(), "this build lacks " + encoder);
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("g", "1000");
    if (encoder.equals("libx265")) {
      options.put("forced-idr", "1");
    }
    List<Long> keys = new ArrayList<>();
    encode(
        settings(encoder, options, Color.UNKNOWN, false),
        frame -> frame.pts() == 7 || frame.pts() == 13,
        packet -> {
          if (packet.isKey()) {
            keys.add(packet.pts());
          }
        });
    assertThat(keys).containsExactly(0L, 7L, 13L);
  }

  @Test
  void everyFrame_comesOutOnce_withItsTime() {
    List<Long> times = new ArrayList<>();
    encode(
        settings("mpeg4", new LinkedHashMap<>(Map.of("bf", "2")), Color.UNKNOWN, false),
        frame -> false,
        packet -> times.add(packet.pts()));
    assertThat(times).hasSize(25).doesNotHaveDuplicates().isNotEqualTo(times.stream().sorted());
    assertThat(times.stream().sorted().toList())
        .isEqualTo(java.util.stream.LongStream.range(0, 25).boxed().toList());
  }

  @Test
  void globalHeader_isTakenOutOfThePackets() {
    try (Frame picture = Pictures.of(Clip.PICTURE);
        Encoder with = Encoder.open(settings(true), picture, LOG);
        Encoder without = Encoder.open(settings(false), picture, LOG)) {
      assertThat(with.header()).isNotEmpty();
      assertThat(without.header()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "libx264, x264-params, qp=24:ipratio=1",
    "libx265, x265-params, qp=24:ipratio=1:pbratio=1"
  })
  void averageQp_isTheOneThatWasAskedFor(String encoder, String option, String value) {
    assumeTrue(Codecs.encoder(encoder).isPresent(), "this build lacks " + encoder);
    List<OptionalDouble> qps = new ArrayList<>();
    encode(
        settings(
            encoder, new LinkedHashMap<>(Map.of(option, value, "bf", "0")), Color.UNKNOWN, false),
        frame -> false,
        packet -> qps.add(packet.averageQp()));
    assertThat(qps).hasSize(25);
    assertThat(qps.subList(0, 20)).containsOnly(OptionalDouble.of(24));
    assertThat(qps).isSubsetOf(OptionalDouble.of(24), OptionalDouble.empty());
  }

  @Test
  void shiftedQp_isHigherByThat() {
    encode(
        settings("mpeg4", new LinkedHashMap<>(), Color.UNKNOWN, false),
        frame -> false,
        packet -> {
          double before = packet.averageQp().orElseThrow();
          packet.shiftQp(1);
          assertThat(packet.averageQp().orElseThrow()).isEqualTo(before + 1);
        });
  }

  @Test
  void averageQp_isUnknown_whereTheEncoderDoesNotTell() {
    encode(
        settings("ffv1", new LinkedHashMap<>(), Color.UNKNOWN, false),
        frame -> false,
        packet -> assertThat(packet.averageQp()).isEmpty());
  }

  private static Encoder.Settings settings(boolean globalHeader) {
    return new Encoder.Settings(
        "mpeg4",
        new LinkedHashMap<>(),
        BASE,
        Optional.of(BASE.inverse()),
        Color.UNKNOWN,
        globalHeader,
        false);
  }

  @Test
  void frameSize_isWhatTheEncoderWants() {
    try (Frame sound = Pictures.sound(Clip.SOUND);
        Frame whole = Pictures.sound("sine=duration=1,aformat=sample_fmts=s16");
        Encoder aac = Encoder.open(audio("aac"), sound, LOG);
        Encoder pcm = Encoder.open(audio("pcm_s16le"), whole, LOG)) {
      assertThat(aac.frameSize()).isEqualTo(1024);
      assertThat(aac.timeBase()).isEqualTo(new Rational(1, 44_100));
      assertThat(pcm.frameSize()).isZero();
    }
  }

  private static Encoder.Settings audio(String encoder) {
    return new Encoder.Settings(
        encoder,
        new LinkedHashMap<>(),
        new Rational(1, 44_100),
        Optional.empty(),
        Color.UNKNOWN,
        false,
        false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ffv1", "libx265", "libsvtav1"})
  void hdrMetadata_ofTheFirstFrame_reachesTheFile(String encoder) {
    assumeTrue(Codecs.encoder(encoder).isPresent(), "this build lacks " + encoder);
    Track.Video track = hdrTrack(encoder, true);
    assertThat(track.color()).isEqualTo(HDR10);
    HdrMetadata.MasteringDisplay display = track.hdr().masteringDisplay().orElseThrow();
    assertThat(display.maxLuminance()).isEqualTo(1000);
    assertThat(display.minLuminance()).isEqualTo(0.005);
    assertThat(display.primaries())
        .isEqualTo("R(0.6800,0.3200) G(0.2650,0.6900) B(0.1500,0.0600) WP(0.3127,0.3290)");
    assertThat(track.hdr().contentLight()).contains(new HdrMetadata.ContentLight(1000, 400));
  }

  @Test
  void hdrMetadata_notKept_isNotWritten() {
    assertThat(hdrTrack("ffv1", false).hdr()).isEqualTo(HdrMetadata.NONE);
  }

  private Track.Video hdrTrack(String encoder, boolean keep) {
    Path file = folder.resolve("hdr.mkv");
    SequencedMap<String, String> options = new LinkedHashMap<>();
    Encoder.Settings settings = settings(encoder, options, HDR10, keep);
    try (Frame picture = hdrPicture();
        Muxer muxer = Muxer.create(file, "matroska", LOG);
        Encoder opened = Encoder.open(settings, picture, LOG)) {
      try (TrackParameters parameters = TrackParameters.of(opened, LOG)) {
        int _ = muxer.add(parameters, "", new Plan.Labels(Map.of(), List.of()));
      }
      muxer.writeHeader(new LinkedHashMap<>());
      for (int i = 0; i < 3; i++) {
        picture.setPts(i);
        picture.setDuration(1);
        Flow _ = opened.send(picture);
      }
      Flow _ = opened.send(null);
      try (Packet packet = Packet.create()) {
        while (opened.receive(packet) == Flow.OK) {
          packet.rescale(BASE, muxer.timeBase(0));
          packet.setTrack(0);
          muxer.write(packet);
        }
      }
      muxer.finish();
    }
    try (Interrupt interrupt = Media.patient();
        Demuxer demuxer = Media.open(file, interrupt)) {
      return (Track.Video) demuxer.info().tracks().getFirst();
    }
  }

  /** The mastering display of most HDR10 films. */
  private static Frame hdrPicture() {
    Frame picture =
        Pictures.of(
            "testsrc2=size=160x120:rate=25,format=yuv420p10le,"
                + "setparams=range=tv:color_primaries=bt2020:color_trc=smpte2084"
                + ":colorspace=bt2020nc:chroma_location=topleft");
    AVMasteringDisplayMetadata display =
        avutil.av_mastering_display_metadata_create_side_data(picture.nativeFrame());
    int[][] points = {{34_000, 16_000}, {13_250, 34_500}, {7_500, 3_000}};
    for (int color = 0; color < 3; color++) {
      display.display_primaries(color, 0).num(points[color][0]).den(50_000);
      display.display_primaries(color, 1).num(points[color][1]).den(50_000);
    }
    display.white_point(0).num(15_635).den(50_000);
    display.white_point(1).num(16_450).den(50_000);
    display.max_luminance().num(10_000_000).den(10_000);
    display.min_luminance().num(50).den(10_000);
    display.has_primaries(1).has_luminance(1);
    AVContentLightMetadata light =
        avutil.av_content_light_metadata_create_side_data(picture.nativeFrame());
    light.MaxCLL(1000).MaxFALL(400);
    assertThat(FrameFacts.of(picture).hdr().masteringDisplay()).isPresent();
    return picture;
  }

  @Test
  void dropHdrMetadata_removesIt() {
    try (Frame picture = hdrPicture()) {
      picture.dropHdrMetadata();
      assertThat(FrameFacts.of(picture).hdr()).isEqualTo(HdrMetadata.NONE);
    }
  }

  /** Encoders that bring their own logging must not write to the terminal either. */
  @ParameterizedTest
  @ValueSource(strings = {"mpeg4", "libx264", "libvpx-vp9", "libx265", "libsvtav1"})
  void encoding_writesNothingToTheTerminal(String encoder) {
    assumeTrue(Codecs.encoder(encoder).isPresent(), "this build lacks " + encoder);
    String terminal =
        Stderr.during(
            folder,
            () ->
                encode(
                    settings(encoder, new LinkedHashMap<>(), Color.UNKNOWN, false),
                    frame -> false,
                    packet -> {}));
    assertThat(terminal).isEmpty();
  }

  private static Encoder.Settings settings(
      String encoder, SequencedMap<String, String> options, Color color, boolean keepHdr) {
    return new Encoder.Settings(
        encoder, options, BASE, Optional.of(BASE.inverse()), color, keepHdr, keepHdr);
  }

  /** Encodes a second of pictures. */
  private static void encode(
      Encoder.Settings settings,
      Predicate<Frame> isKey,
      java.util.function.Consumer<Packet> onPacket) {
    try (FilterGraph source = FilterGraph.source(Clip.PICTURE, true, LOG);
        Frame frame = Frame.create();
        Packet packet = Packet.create()) {
      Flow next = source.receive(frame);
      try (Encoder encoder = Encoder.open(settings, frame, LOG)) {
        while (next == Flow.OK) {
          frame.forceKey(isKey.test(frame));
          assertThat(encoder.send(frame)).isEqualTo(Flow.OK);
          drain(encoder, packet, onPacket);
          next = source.receive(frame);
        }
        assertThat(encoder.send(null)).isEqualTo(Flow.OK);
        drain(encoder, packet, onPacket);
        assertThat(encoder.receive(packet)).isEqualTo(Flow.END);
      }
    }
  }

  private static void drain(
      Encoder encoder, Packet packet, java.util.function.Consumer<Packet> onPacket) {
    while (encoder.receive(packet) == Flow.OK) {
      onPacket.accept(packet);
    }
  }
}
