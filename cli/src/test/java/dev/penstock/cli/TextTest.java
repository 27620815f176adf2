package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.trial.Trial;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What people read, whole. */
class TextTest {
  @Test
  void probe_showsEverything() {
    assertThat(ProbeText.of(Fixtures.input()))
        .isEqualTo(
            """
            in.mkv: Matroska / WebM (matroska,webm), 1:30.500, starts at 1.4 s, 58.9 MB, 5.21 Mb/s
              title: A film
             0   video      hevc Main, 1440x1080 (samples 4:3, shown as 1080x1920), \
            29.97 fps (30000/1001) on average, variable, yuv420p10le (10 bit 4:2:0), \
            interlaced, top field first, 4 Mb/s, default
                            colour primaries bt2020, transfer smpte2084, matrix bt2020nc, \
            limited range, chroma left (PQ)
                            mastered on 0.0001 to 1000 cd/m2, P3-D65
                            MaxCLL 1000, MaxFALL 400 cd/m2
                            HDR10+ dynamic metadata
                            Dolby Vision
                            shown mirrored, then turned 90 degrees clockwise
                            closed captions inside
             1   audio      flac Main, 48000 Hz, 5.1(side), 24 bit, 4 Mb/s, -21.3 LUFS, \
            eng, "Director", default
             2   subtitle   subrip, text
             3   picture    mjpeg, 600x800
             4   attachment ttf, a.ttf (font/ttf)
             5   data       bin_data
              chapters
              1   0:00.000 to 0:10.000  Intro
              2   0:10.000 to 1:30.500  Rest
            """);
  }

  @Test
  void probe_saysWhatIsUnknown() {
    assertThat(ProbeText.of(Fixtures.small()))
        .isEqualTo(
            """
            -: MPEG-TS (mpegts), duration unknown, not seekable
             0   video      h264, 1280x720, frame rate unknown, yuv420p (8 bit 4:2:0), progressive
            """);
  }

  @Test
  void plan_showsEveryOptionAndReason() {
    assertThat(PlanText.of(Fixtures.planned()))
        .isEqualTo(
            """
            in.mkv -> out.mp4 (mp4 movflags=+faststart)
              from 1:30.000 for 0:20.000
              a damaged frame fails the job
              chapters: 1
              track 0: HEVC with libx265, 1280x720 yuv420p10le, 29.97 fps (30000/1001)
                  filter     scale=w=1280:h=720             asked for 720p
                  filter     format=pix_fmts=yuv420p10le    the encoder takes it
                  options    preset=medium crf=23
                  colour     bt709, limited range, chroma left
                  hdr        MaxCLL 1000, MaxFALL 400 cd/m2
                  time base  1/90000
                  key frames every 2 s
                  codec tag  hvc1
                  rotation   kept as metadata
              track 1: aac with aac, 48000 Hz stereo
                  options    aac_coder=twoloop
                  tags       language=eng
                  flags      default
              track 3: mjpeg is copied
              track 2: subtitles become mov_text
                  encoder    mov_text
            why
              video track 0: HEVC with libx265, because --codec hevc
                  not hevc_nvenc: no such device
              audio track 1: AAC
            note: track 4 is left out: mp4 cannot hold fonts
            """);
  }

  @Test
  void report_isShort() {
    assertThat(ReportText.of(Fixtures.report()))
        .isEqualTo(
            """
            out.mp4: 0:20.000, 4.6 MB, 1.84 Mb/s, done in 5.08 s (3.94x)
              track 0: video hevc, 601 frames in, 600 out, 1 damaged, 2 duplicated, 3 dropped, average QP 27.3, 4.2 MB
              track 1: audio aac, 960000 samples in, 960000 out, 320 kB
              track 3: mjpeg copied, packets: 1, 80 kB
              from the cache: made 2030-01-02T03:04:05Z in 1:30
              verified: structure, 2 checks
              not checked: duration, none is stated
              note: track 4 is left out: mp4 cannot hold fonts
              warning: 1 damaged frame was shown as it was
            """);
  }

  @Test
  void encoders_sayWhyNot() {
    List<Trial> trials =
        List.of(
            new Trial(
                "libx264",
                "h264",
                false,
                Optional.of(412.4),
                Duration.ofMillis(80),
                Optional.empty()),
            new Trial(
                "h264_nvenc",
                "h264",
                true,
                Optional.empty(),
                Duration.ofMillis(3),
                Optional.of("no NVIDIA driver")));
    assertThat(EncodersCommand.text(trials))
        .isEqualTo(
            """
            h264  libx264           software  works, 412 fps
            h264  h264_nvenc        hardware  no: no NVIDIA driver
            """);
  }

  @Test
  void shell_quotesOnlyWhatItMust() {
    assertThat(Shell.line(List.of("ffmpeg", "-i", "a b.mkv", "-vf", "scale=w=1:h=2", "", "it's")))
        .isEqualTo("ffmpeg -i 'a b.mkv' -vf scale=w=1:h=2 '' 'it'\\''s'");
  }

  /** A shell reads the same words, and a terminal obeys none of them. */
  @Test
  void shellWords_holdNoControlCharacters() throws Exception {
    List<String> words =
        List.of("printf", "%s|", "\033[31mred\033[0m", "a\nb'c\\d", "\u0085", "\u007f1", "it's é");
    String line = Shell.line(words);
    assertThat(line).doesNotContainPattern("\\p{Cc}").contains("$'\\033[31mred");
    Process shell = new ProcessBuilder("bash", "-c", line).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo(String.join("|", words.subList(2, words.size())) + "|");
  }
}
