package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Oracle;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Preset;
import dev.penstock.model.Report;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What several GPUs made of a film is one film. */
@ExtendWith(NoLeaks.class)
@Timeout(180)
class GpuJointsTest {
  private static final int FRAMES = 200;
  private static final int H264_SLICE = 1;
  private static final int H264_IDR = 5;
  private static final int H264_SPS = 7;
  private static final int H264_PPS = 8;
  private static final int HEVC_IDR_W_RADL = 19;
  private static final int HEVC_IDR_N_LP = 20;
  private static final int HEVC_PICTURES = 32;
  private static final int HEVC_SETS_END = 35;
  private static final int FORCE_IDR = 2;

  @TempDir Path folder;

  /** Eight seconds whose pictures say their numbers, a key frame a second. */
  private static Path source() {
    return Clips.make(
        "gpu-numbered.mp4",
        "-f lavfi -i "
            + Clips.numbered(320, 192, "25", 8)
            + ",format=yuv420p,setparams=range=tv:color_primaries=bt709:color_trc=bt709"
            + ":colorspace=bt709",
        "-c:v libx264 -preset ultrafast -bf 2 -g 25");
  }

  private Transcoding job(String output, VideoCodec codec) {
    return Transcoding.of(source(), folder.resolve(output))
        .codec(codec)
        .preset(Preset.P5)
        .size(new SizeSpec.Exactly(new Size(240, 144)))
        .segments(new Segments.Every(Duration.ofSeconds(2)));
  }

  @ParameterizedTest
  @CsvSource({"H264, mp4", "HEVC, mp4", "H264, ts", "HEVC, mkv"})
  void segmentsOfTwoGpus_areOneFilm(VideoCodec codec, String extension) {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Transcoding.Done cut =
        job("cut." + extension, codec)
            .gop(new Gop.Time(Duration.ofSeconds(1)))
            .on(machine.gpus())
            .lanes(4)
            .run();
    Transcoding.Done whole =
        job("whole." + extension, codec)
            .segments(new Segments.Off())
            .gop(new Gop.Time(Duration.ofSeconds(1)))
            .on(machine.gpus())
            .run();

    assertThat(cut.report().plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(cut.report().pieces()).map(Report.Pieces::segments).contains(4);
    assertThat(Pictures.numbers(cut.file())).isEqualTo(Pictures.range(0, FRAMES - 1));
    assertThat(cut.media().video().relativeTimes())
        .isEqualTo(whole.media().video().relativeTimes());
    assertThat(keys(cut.file())).isEqualTo(everySecond());
    assertThat(keys(whole.file())).isEqualTo(everySecond());
    assertThat(cut.media().video().fact("color_primaries")).isEqualTo("bt709");
    assertThat(cut.media().video().fact("color_transfer")).isEqualTo("bt709");
    assertThat(cut.media().video().fact("color_space")).isEqualTo("bt709");
    assertThat(cut.media().video().fact("color_range")).isEqualTo("tv");
  }

  @ParameterizedTest
  @CsvSource({"H264", "HEVC"})
  void parameterSets_areTheSameBytesInAllPieces(VideoCodec codec) {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Path file =
        job("out.ts", codec)
            .gop(new Gop.Time(Duration.ofSeconds(1)))
            .on(machine.gpus())
            .lanes(4)
            .run()
            .file();

    List<Unit> units = units(file, codec);
    Map<Integer, Set<String>> sets = new TreeMap<>();
    units.stream()
        .filter(unit -> unit.isSet(codec))
        .forEach(unit -> sets.computeIfAbsent(unit.type(), _ -> new HashSet<>()).add(unit.hex()));
    assertThat(sets).isNotEmpty().allSatisfy((_, each) -> assertThat(each).hasSize(1));
    assertThat(machine.fleet().received()).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"H264", "HEVC"})
  void everyKeyFrame_isAnIdrAndNothingLooksBeyondIt(VideoCodec codec) {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Path file =
        job("out.mp4", codec).gop(new Gop.Frames(25)).on(machine.gpus()).lanes(2).run().file();

    List<Unit> pictures =
        units(file, codec).stream().filter(unit -> unit.isPicture(codec)).toList();
    assertThat(pictures).hasSize(FRAMES);
    assertThat(
            IntStream.range(0, FRAMES).filter(i -> pictures.get(i).isIdr(codec)).boxed().toList())
        .isEqualTo(IntStream.range(0, FRAMES).filter(i -> i % 25 == 0).boxed().toList());
    assertNoPictureBeforeItsKey(file);
  }

  /** Of a closed group, no picture is shown before the key frame that it is stored behind. */
  private static void assertNoPictureBeforeItsKey(Path file) {
    long key = Long.MIN_VALUE;
    for (Media.Row packet : Media.packets(file, "pts_time", "flags")) {
      if (packet.fact("flags").startsWith("K")) {
        key = packet.micros("pts_time");
      }
      assertThat(packet.micros("pts_time")).isGreaterThanOrEqualTo(key);
    }
  }

  @Test
  void aLadder_hasItsKeyFramesOnTheGridByForce() throws IOException {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Report report =
        Ladders.done(
            Ladders.run(
                Ladders.of(source(), folder.resolve("ladder"), Set.of(Form.FILES), 144, 96),
                4,
                Optional.empty(),
                machine.gpus()));

    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(machine.fleet().received())
        .hasSize(8)
        .allSatisfy((_, fields) ->
            assertThat(forced(fields)).isEqualTo(List.of("[0] " + FORCE_IDR, "[25] " + FORCE_IDR)));
    assertThat(report.tracks()).allSatisfy(track -> assertThat(track.encoded()).isEqualTo(FRAMES));
    try (Stream<Path> files = Files.walk(folder.resolve("ladder"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".mp4")).toList())
          .hasSize(2)
          .allSatisfy(file -> assertThat(keys(file)).isEqualTo(everySecond()))
          .allSatisfy(
              file -> assertThat(Pictures.numbers(file)).isEqualTo(Pictures.range(0, FRAMES - 1)));
    }
  }

  private static List<String> forced(Map<String, String> fields) {
    return fields.entrySet().stream()
        .filter(field -> field.getKey().startsWith("NV_ENC_PIC_PARAMS["))
        .map(field ->
            field.getKey().replace("NV_ENC_PIC_PARAMS", "").replace(".encodePicFlags", "")
                + " "
                + field.getValue())
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"mp4", "mkv", "ts"})
  void hdr_isSaidInTheStreamAndInTheContainer(String extension) {
    Path source = hdr10();
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Transcoding.Done done =
        Transcoding.of(source, folder.resolve("out." + extension))
            .codec(VideoCodec.HEVC)
            .size(new SizeSpec.Exactly(new Size(240, 144)))
            .gop(new Gop.Frames(5))
            .on(machine.gpus())
            .run();

    Media.Stream video = done.media().video();
    assertThat(done.report().plan().tier()).isEqualTo(Tier.GPU_ENCODE);
    assertThat(video.fact("pix_fmt")).isEqualTo("yuv420p10le");
    assertThat(video.fact("profile")).isEqualTo("Main 10");
    assertThat(video.fact("color_transfer")).isEqualTo("smpte2084");
    assertThat(video.fact("color_primaries")).isEqualTo("bt2020");
    assertThat(video.fact("color_space")).isEqualTo("bt2020nc");
    assertThat(
            done.report().output().video().getFirst().hdr().contentLight().orElseThrow().maxCll())
        .isEqualTo(1000);
    assertThat(light(done.file())).isEqualTo(light(source)).contains("max_content=1000");
    if (!extension.equals("ts")) {
      assertThat(video.sideData("max_luminance")).as("in the container").isPresent();
    }
  }

  /** What the first frame says, from the stream alone. */
  private List<String> light(Path file) {
    Path raw = folder.resolve(file.getFileName() + ".hevc");
    Oracle.ffmpeg(
        List.of("-i", file.toString(), "-c", "copy", "-map", "0:v", "-y", raw.toString()));
    return Oracle.ffprobe(
            List.of("-show_frames", "-read_intervals", "%+#1", "-of", "flat", raw.toString()))
        .lines()
        .filter(line -> line.contains("side_data_list"))
        .filter(line -> line.matches(".*(_x|_y|_luminance|max_\\w+)=.*"))
        .map(line -> line.substring(line.lastIndexOf('.') + 1).replace("\"", ""))
        .map(GpuJointsTest::reduced)
        .sorted()
        .toList();
  }

  private static String reduced(String fact) {
    String[] parts = fact.split("[=/]");
    return parts.length < 3
        ? fact
        : parts[0]
            + "="
            + Math.round(1e4 * Double.parseDouble(parts[1]) / Double.parseDouble(parts[2]));
  }

  private static Path hdr10() {
    return Clips.make(
        "gpu-hdr.mp4",
        "-f lavfi -i testsrc2=s=320x192:r=25:d=0.4,format=yuv420p10le",
        "-c:v libx265 -preset ultrafast -crf 12 -color_range tv",
        "-color_primaries bt2020 -colorspace bt2020nc -color_trc smpte2084",
        "-x265-params log-level=error:colorprim=bt2020:colormatrix=bt2020nc:transfer=smpte2084"
            + ":hdr10=1:max-cll=1000,400"
            + ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)");
  }

  // ---- reading

  private static List<Long> everySecond() {
    return IntStream.range(0, FRAMES / 25).mapToObj(i -> i * 1_000_000L).toList();
  }

  /** Of the first frame on. */
  private static List<Long> keys(Path file) {
    List<Media.Row> packets = Media.packets(file, "pts_time", "flags");
    long first = packets.stream().mapToLong(row -> row.micros("pts_time")).min().orElseThrow();
    return packets.stream()
        .filter(row -> row.fact("flags").startsWith("K"))
        .map(row -> row.micros("pts_time") - first)
        .toList();
  }

  private record Unit(int type, byte[] bytes) {
    boolean isSet(VideoCodec codec) {
      return codec == VideoCodec.HEVC
          ? type >= HEVC_PICTURES && type < HEVC_SETS_END
          : type == H264_SPS || type == H264_PPS;
    }

    boolean isPicture(VideoCodec codec) {
      return codec == VideoCodec.HEVC
          ? type < HEVC_PICTURES
          : type == H264_SLICE || type == H264_IDR;
    }

    boolean isIdr(VideoCodec codec) {
      return codec == VideoCodec.HEVC
          ? type == HEVC_IDR_W_RADL || type == HEVC_IDR_N_LP
          : type == H264_IDR;
    }

    String hex() {
      return HexFormat.of().formatHex(bytes);
    }
  }

  /** The units of the elementary stream, in the order of decoding. */
  private static List<Unit> units(Path file, VideoCodec codec) {
    // The muxer takes a first length of 256 to 511 for a start code, unless it is told.
    String filter = codec.id() + "_mp4toannexb";
    byte[] stream =
        Oracle.ffmpeg(
            List.of(
                "-i",
                file.toString(),
                "-map",
                "0:v:0",
                "-c",
                "copy",
                "-bsf:v",
                filter,
                "-f",
                codec.id(),
                "-"));
    List<Unit> units = new ArrayList<>();
    int begin = after(stream, 0);
    while (begin < stream.length) {
      int next = after(stream, begin);
      int end = next < stream.length ? next - 3 : stream.length;
      while (end > begin && stream[end - 1] == 0) {
        end--;
      }
      int type = codec == VideoCodec.HEVC ? stream[begin] >> 1 & 0x3f : stream[begin] & 0x1f;
      units.add(new Unit(type, Arrays.copyOfRange(stream, begin, end)));
      begin = next;
    }
    return units;
  }

  /** Behind the next start code; the end where there is none. */
  private static int after(byte[] stream, int from) {
    for (int i = from; i + 3 <= stream.length; i++) {
      if (stream[i] == 0 && stream[i + 1] == 0 && stream[i + 2] == 1) {
        return i + 3;
      }
    }
    return stream.length;
  }
}
