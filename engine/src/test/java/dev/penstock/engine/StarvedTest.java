package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Report;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Encoders that have too few bits, and those that have enough. */
@ExtendWith(NoLeaks.class)
class StarvedTest {
  @TempDir Path folder;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  /** Noise, which takes all the bits that there are. */
  private static Path noise() {
    return Clips.make(
        "noise-720.mp4",
        "-f lavfi -i color=gray:s=1280x720:r=25:d=4,noise=alls=60:allf=t"
            + " -c:v libx264 -preset ultrafast -qp 20 -pix_fmt yuv420p");
  }

  private Transcoding job(Path input) {
    return Transcoding.of(input, folder.resolve("out.mp4"))
        .codec(VideoCodec.H264)
        .with("libx264")
        .quick()
        .progress(progress -> told.addAll(progress.warnings()));
  }

  @Test
  void noiseInTooFewBits_isStarved_andTheCureIsSaid() {
    Report report =
        job(noise()).bitrate(100_000).segments(new JobSpec.Segments.Off()).run().report();

    assertThat(report.warnings())
        .singleElement()
        .asString()
        .matches(
            ".*, track 0: too few bits for H\\.264 at 1280x720: for [0-9.]+ s its quantiser was"
                + " [45][0-9.]+ of 51 on average; about [0-9]+ [km]bit/s would do, by an estimate");
    assertThat(report.tracks().getFirst().averageQp().orElseThrow()).isBetween(45.0, 51.0);
    assertThat(told).allMatch(line -> line.contains("too few bits"));
  }

  @Test
  void inSegmentsToo() {
    Report report =
        job(noise())
            .bitrate(100_000)
            .segments(new JobSpec.Segments.Every(Duration.ofSeconds(2)))
            .lanes(2)
            .run()
            .report();
    assertThat(report.warnings()).anyMatch(line -> line.contains("too few bits for H.264"));
  }

  @Test
  void ledByQuality_itIsNot() {
    Report report = job(noise()).quality(50).run().report();
    assertThat(report.tracks().getFirst().averageQp().orElseThrow()).isGreaterThan(44);
    assertThat(report.warnings()).isEmpty();
    assertThat(told).isEmpty();
  }

  @Test
  void anOrdinaryClip_isNot() {
    Path clip =
        Clips.make(
            "fed.mp4",
            "-f lavfi -i testsrc2=s=640x360:r=25:d=4 -c:v libx264 -preset ultrafast"
                + " -pix_fmt yuv420p");
    Report report = job(clip).bitrate(1_500_000).run().report();
    assertThat(report.tracks().getFirst().averageQp().orElseThrow()).isBetween(5.0, 40.0);
    assertThat(report.warnings()).isEmpty();
  }

  @Test
  void blackAndFades_areNot() {
    Path clip =
        Clips.make(
            "fading.mp4",
            "-f lavfi -i testsrc2=s=640x360:r=25:d=6,fade=in:0:25,fade=out:50:25"
                + " -c:v libx264 -preset ultrafast -pix_fmt yuv420p");
    Report report = job(clip).bitrate(400_000).run().report();
    assertThat(report.warnings()).isEmpty();
  }
}
