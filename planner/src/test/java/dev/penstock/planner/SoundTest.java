package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.AudioCodec;
import dev.penstock.model.Filter;
import dev.penstock.model.JobSpec.AudioTarget;
import dev.penstock.model.Loudness;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoundTest {
  @ParameterizedTest
  @CsvSource({
    "AAC, 48000, 2, stereo, 48000, stereo, 128000",
    "AAC, 44100, 1, mono, 44100, mono, 80000",
    "AAC, 8000, 1, mono, 8000, mono, 48000",
    "AAC, 192000, 2, stereo, 96000, stereo, 128000",
    "AAC, 48000, 6, 5.1(side), 48000, 5.1, 384000",
    "AAC, 48000, 7, 6.1, 48000, 7.1, 512000",
    "AAC, 48000, 4, quad, 48000, 5.0, 320000",
    "AAC, 48000, 16, hexadecagonal, 48000, 7.1, 512000",
    "AAC, 48000, 6, 6 channels, 48000, 5.1, 384000",
    "OPUS, 44100, 2, stereo, 48000, stereo, 96000",
    "OPUS, 16000, 1, mono, 16000, mono, 64000",
    "OPUS, 48000, 6, 5.1(side), 48000, 5.1, 288000",
    "OPUS, 48000, 4, quad, 48000, quad, 192000",
  })
  void encoding_keepsWhatTheCodecTakes(
      AudioCodec codec,
      int rate,
      int channels,
      String layout,
      int toRate,
      String toLayout,
      long bitrate) {
    Plan.EncodeAudio audio =
        Job.to("o.mkv").audio(codec).sound(TestMedia.empty().audio("dts", rate, channels, layout));
    assertThat(audio.sampleRate()).isEqualTo(toRate);
    assertThat(audio.layout()).isEqualTo(toLayout);
    assertThat(audio.options()).containsEntry("b", Long.toString(bitrate));
  }

  @Test
  void filters_endInWhatTheEncoderTakes() {
    assertThat(
            Filter.chain(
                Job.to("o.mp4")
                    .sound(TestMedia.empty().audio("dts", 48000, 6, "5.1(side)"))
                    .filters()))
        .isEqualTo(
            "aresample=async=1:min_hard_comp=0.04,"
                + "aformat=sample_fmts=fltp:sample_rates=48000:channel_layouts=5.1");
  }

  @ParameterizedTest
  @CsvSource({
    "-23, -20, -16, 'volume=volume=7.00dB,'",
    "-23, -3, -16, 'volume=volume=7.00dB,"
        + "aresample=sample_rate=192000,alimiter=level=disabled:limit=0.841:attack=5:release=50:latency=1,'",
    "-10, 0.5, -16, 'volume=volume=-6.00dB,'",
  })
  void loudness_isOneGainAndALimiterOnlyWhenPeaksNeedIt(
      double integrated, double peak, double target, String expected) {
    assertThat(
            Filter.chain(
                Job.to("o.mp4").loudness(target).sound(measured(integrated, peak)).filters()))
        .contains("0.04," + expected + "aformat");
  }

  @Test
  void silence_isLeftAlone() {
    var planned = Job.to("o.mp4").loudness(-16).planned(measured(Double.NEGATIVE_INFINITY, -90));
    assertThat(planned.plan().tracks()).singleElement().isInstanceOf(Plan.Copy.class);
  }

  @Test
  void loudness_thatWasNotMeasured_isRefused() {
    assertThat(
            Job.to("o.mp4")
                .loudness(-16)
                .refused(TestMedia.empty().audio("aac", 48000, 2, "stereo")))
        .singleElement()
        .asString()
        .contains("was not measured");
  }

  @Test
  void bitrate_isAskedFor_andWhatTheTrackCannotTakeIsNot() {
    TestMedia media = TestMedia.empty().audio("aac", 48000, 2, "stereo");
    assertThat(Job.to("o.mp4").audio(AudioCodec.AAC, 192_000).sound(media).options())
        .containsEntry("b", "192000");
    assertThat(Job.to("o.mp4").audio(AudioCodec.AAC, 900_000).sound(media).options())
        .containsEntry("b", "576000");
  }

  @Test
  void tracks_areSelectedByNumber() {
    TestMedia media =
        TestMedia.ordinary().audio("aac", 48000, 2, "stereo").audio("aac", 48000, 1, "mono");
    assertThat(Job.to("o.mp4").audioTracks(3, 1).planned(media).plan().tracks())
        .extracting(TrackPlan::source)
        .containsExactly(0, 3, 1);
    assertThat(Job.to("o.mp4").audioTracks(4, 0).refused(media)).hasSize(2);
    assertThat(Job.to("o.mp4").audio(new AudioTarget.None()).planned(media).plan().tracks())
        .hasSize(1);
  }

  @Test
  void aacInWebM_isRefused() {
    assertThat(Job.to("o.webm").audio(AudioCodec.AAC).refused(measured(-20, -3)))
        .singleElement()
        .asString()
        .contains("WebM holds opus");
  }

  @Test
  void tooManyChannels_areNoted() {
    assertThat(
            Job.to("o.mp4")
                .planned(TestMedia.empty().audio("dts", 48000, 16, "hexadecagonal"))
                .receipt()
                .notes())
        .anyMatch(note -> note.contains("16 channels are mixed down to 7.1"));
  }

  private static TestMedia measured(double integrated, double peak) {
    return TestMedia.empty()
        .audio("aac", 48000, 2, "stereo", Optional.of(new Loudness(integrated, 5, peak)));
  }

  @Test
  void whatCannotBeDoneAsAsked_isNotedOnce() {
    TestMedia media = TestMedia.empty().audio("flac", 48000, 2, "stereo");
    assertThat(Job.to("o.m4a").audio(AudioCodec.AAC, 900_000).planned(media).receipt().notes())
        .singleElement()
        .asString()
        .contains("at 576000 bit/s and not at 900000", "2 channels at 48000 Hz");
    assertThat(
            Job.to("o.mka")
                .start(1)
                .loudness(-16)
                .planned(
                    TestMedia.empty()
                        .audio(
                            "flac",
                            48000,
                            2,
                            "stereo",
                            Optional.of(new Loudness(Double.NEGATIVE_INFINITY, 0, -90))))
                .receipt()
                .notes())
        .singleElement()
        .asString()
        .contains("silent, so --loudness changes nothing");
  }
}
