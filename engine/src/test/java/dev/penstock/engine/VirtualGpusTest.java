package dev.penstock.engine;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.testing.Oracle;
import dev.penstock.engine.testing.VirtualGpus;
import dev.penstock.engine.testing.VirtualGpus.Ended;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FFmpeg's own wrapper of NVENC, and its CUDA filters, on a machine without any GPU. */
@Timeout(180)
class VirtualGpusTest {
  private static final int FRAMES = 50;
  private static final String[] SOURCE = {"-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2"};

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-c:v h264_nvenc -b:v 2M",
        "-c:v hevc_nvenc -b:v 2M",
        "-c:v h264_nvenc -bf 3 -b:v 2M",
        "-c:v hevc_nvenc -bf 3 -b:v 2M",
        "-c:v h264_nvenc -bf 2 -delay 0 -b_ref_mode middle -b:v 2M",
        "-c:v h264_nvenc -bf 0 -delay 0 -tune ull -rc cbr -b:v 2M",
        "-pix_fmt p010le -c:v hevc_nvenc -cq 20 -b:v 0",
        "-vf format=nv12,hwupload_cuda -c:v h264_nvenc -bf 2 -b:v 2M",
        "-vf format=nv12,hwupload_cuda -c:v hevc_nvenc -b:v 2M",
        "-vf format=yuv420p,hwupload_cuda -c:v h264_nvenc -bf 0 -b:v 2M",
        "-vf format=nv12,hwupload_cuda,scale_cuda=640:360,scale_cuda=320:180:interp_algo=lanczos"
            + " -c:v h264_nvenc -bf 2 -b:v 2M",
        "-vf format=nv12,hwupload_cuda,scale_cuda=format=p010le -c:v hevc_nvenc -b:v 2M"
      })
  void everyPicture_isEncodedOnceAndAtItsTime(String options) {
    VirtualGpus gpus = two();
    Path out = folder.resolve("out.mp4");

    gpus.ffmpeg(command(options, out)).succeeds();

    assertThat(times(out)).isEqualTo(IntStream.range(0, FRAMES).mapToObj(i -> i * 512L).toList());
    assertThat(psnr(out)).isGreaterThan(32);
  }

  @ParameterizedTest
  @ValueSource(strings = {"two-l40s", "consumer", "session-limit", "thermal"})
  void everyScenario_beginsWithGpusThatEncode(String scenario) {
    VirtualGpus.of(folder.resolve("gpus"), scenario)
        .ffmpeg(command("-c:v hevc_nvenc", folder.resolve("out.mp4")))
        .succeeds();
  }

  /** Of small pictures, x264 sets the pace and not the rate of the scenario. */
  @Test
  void aHotGpu_slowsDownSmallPicturesToo() {
    VirtualGpus gpus =
        VirtualGpus.of(folder.resolve("gpus"), "two-l40s", "* encoder 3000", "0 slow 0.02");
    for (int gpu : new int[] {0, 1}) {
      gpus.ffmpeg(
              command("-c:v h264_nvenc -bf 0 -delay 0 -gpu " + gpu, folder.resolve(gpu + ".mp4")))
          .succeeds();
    }

    assertThat(secondsOfSession(gpus, 0)).isGreaterThan(3 * secondsOfSession(gpus, 1));
  }

  private static double secondsOfSession(VirtualGpus gpus, int gpu) {
    double[] times =
        gpus.fleet().story().stream()
            .filter(line -> line.matches("\\S+ " + gpu + " session .*"))
            .mapToDouble(line -> Double.parseDouble(line.split(" ")[0]))
            .toArray();
    return times[times.length - 1] - times[0];
  }

  @Test
  void bFrames_areReorderedAsTheirTimesSay() {
    VirtualGpus gpus = two();
    Path out = folder.resolve("out.mp4");

    gpus.ffmpeg(command("-c:v h264_nvenc -bf 2 -b:v 2M", out)).succeeds();

    assertThat(entries(out, "frame=pict_type").stream().limit(7))
        .containsExactly("I", "B", "B", "P", "B", "B", "P");
    assertThat(entries(out, "packet=pts").stream().limit(4).map(Long::valueOf))
        .containsExactly(0L, 1536L, 512L, 1024L);
    assertThat(entries(out, "packet=dts").stream().map(Long::valueOf))
        .isSorted()
        .doesNotHaveDuplicates();
  }

  @Test
  void whatIsAskedOfTheEncoder_canBeRead() {
    VirtualGpus gpus = two();

    gpus.ffmpeg(
            command(
                "-c:v h264_nvenc -preset p6 -tune hq -rc vbr -b:v 5M -maxrate 7M -bufsize 10M -g 48"
                    + " -bf 3 -b_ref_mode middle -spatial-aq 1 -aq-strength 9 -multipass fullres"
                    + " -rc-lookahead 8 -profile:v high -level 4.1 -colorspace bt709"
                    + " -color_primaries bt709 -color_trc bt709",
                folder.resolve("out.mp4")))
        .succeeds();

    assertThat(gpus.fleet().received()).containsOnlyKeys(1);
    Map<String, String> received = gpus.fleet().received().getOrDefault(1, Map.of());
    assertThat(received)
        .containsEntry(
            "NV_ENC_INITIALIZE_PARAMS.presetGUID", "8e75c279-6299-4ab6-8302-0b215a335cf5")
        .containsEntry("NV_ENC_INITIALIZE_PARAMS.tuningInfo", "1")
        .containsEntry("NV_ENC_INITIALIZE_PARAMS.encodeWidth", "320")
        .containsEntry("NV_ENC_INITIALIZE_PARAMS.frameRateNum", "25")
        .containsEntry("NV_ENC_CONFIG.gopLength", "48")
        .containsEntry("NV_ENC_CONFIG.frameIntervalP", "4")
        .containsEntry("NV_ENC_CONFIG.profileGUID", "e7cbc309-4f7a-4b89-af2a-d537c92be310")
        .containsEntry("NV_ENC_RC_PARAMS.rateControlMode", "1")
        .containsEntry("NV_ENC_RC_PARAMS.averageBitRate", "5000000")
        .containsEntry("NV_ENC_RC_PARAMS.maxBitRate", "7000000")
        .containsEntry("NV_ENC_RC_PARAMS.vbvBufferSize", "10000000")
        .containsEntry("NV_ENC_RC_PARAMS.enableAQ", "1")
        .containsEntry("NV_ENC_RC_PARAMS.aqStrength", "9")
        .containsEntry("NV_ENC_RC_PARAMS.multiPass", "2")
        .containsEntry("NV_ENC_RC_PARAMS.lookaheadDepth", "8")
        .containsEntry("NV_ENC_CONFIG_H264.idrPeriod", "48")
        .containsEntry("NV_ENC_CONFIG_H264.level", "41")
        .containsEntry("NV_ENC_CONFIG_H264.useBFramesAsRef", "2")
        .containsEntry("NV_ENC_CONFIG_H264_VUI_PARAMETERS.colourMatrix", "1");
  }

  @Test
  void forcedKeyFrames_areWhereTheyWereAskedFor() {
    VirtualGpus gpus = two();
    Path out = folder.resolve("out.mp4");

    gpus.ffmpeg(
            command(
                "-c:v h264_nvenc -bf 2 -forced-idr 1 -force_key_frames expr:eq(mod(n,20),0)", out))
        .succeeds();

    assertThat(keys(out)).containsExactly(0L, 20 * 512L, 40 * 512L);
  }

  @Test
  void twoGpus_encodeAtTheSameTimeAndTheSame() throws IOException {
    VirtualGpus gpus = two();
    List<Process> processes = new ArrayList<>();
    for (int gpu = 0; gpu < 2; gpu++) {
      processes.add(
          gpus.start(command("-c:v h264_nvenc -gpu " + gpu, folder.resolve(gpu + ".mp4"))));
    }

    processes.forEach(process -> VirtualGpus.await(process).succeeds());

    assertThat(gpus.fleet().received().values())
        .extracting(received -> received.get("GPU"))
        .containsExactlyInAnyOrder("0", "1");
    assertThat(Files.mismatch(folder.resolve("0.mp4"), folder.resolve("1.mp4"))).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 nvEncOpenEncodeSessionEx 10    | OpenEncodeSessionEx failed: out of memory (10)
          0 nvEncOpenEncodeSessionEx 2     | OpenEncodeSessionEx failed: unsupported device (2)
          0 nvEncInitializeEncoder 15      | InitializeEncoder failed: invalid version (15)
          0 nvEncEncodePicture from 10 5   | EncodePicture failed!: device does not exist (5)
          0 nvEncLockBitstream frame 20 20 | Failed locking bitstream buffer: generic error (20)
          0 lost frame 20                  | device does not exist (5)
          0 memory 400000                  | CreateInputBuffer failed: out of memory (10)
          0 cuCtxCreate 46                 | CUDA_ERROR_DEVICE_UNAVAILABLE
          system cuInit 803                | CUDA_ERROR_SYSTEM_DRIVER_MISMATCH
          system nvenc 12.2                | Required: 13.0 Found: 12.2
          """)
  void faults_areWhatFfmpegMakesOfThem(String line, String message) {
    VirtualGpus gpus = VirtualGpus.of(folder.resolve("gpus"), "two-l40s", line);

    Ended ended =
        gpus.ffmpeg(
            command(
                "-init_hw_device cuda=c:0 -filter_hw_device c -c:v h264_nvenc -gpu 0",
                folder.resolve("out.mp4")));

    assertThat(ended.code()).isNotZero();
    assertThat(ended.log()).contains(message);
  }

  @Test
  void aGpuLostUnderItsFilters_failsAsCudaDoes() {
    VirtualGpus gpus = VirtualGpus.of(folder.resolve("gpus"), "two-l40s", "0 lost frame 20 719 5");

    Ended ended =
        gpus.ffmpeg(
            command(
                "-vf format=nv12,hwupload_cuda,scale_cuda=640:360 -c:v h264_nvenc -bf 0 -delay 0",
                folder.resolve("out.mp4")));

    assertThat(ended.code()).isNotZero();
    assertThat(ended.log()).contains("CUDA_ERROR_LAUNCH_FAILED");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mp4  | -c:v libx264 -bf 3
          mp4  | -c:v libx264 -flags +ildct+ilme -x264-params tff=1:slices=3:cqm=jvt
          mp4  | -c:v libx264 -profile:v baseline -x264-params ref=4
          webm | -c:v libvpx-vp9 -deadline realtime -cpu-used 8
          mp4  | -c:v libx265 -x265-params log-level=none:bframes=4:slices=2
          """)
  void whatNvdecDecodes_isWhatSoftwareDecodes(String format, String encoder) {
    Path clip = folder.resolve("clip." + format);
    Oracle.ffmpeg(List.of(command(encoder, clip)));
    VirtualGpus gpus = two();
    Path onGpu = folder.resolve("gpu.md5");
    Path inSoftware = folder.resolve("software.md5");

    gpus.ffmpeg(
            "-hwaccel",
            "cuda",
            "-hwaccel_output_format",
            "cuda",
            "-i",
            clip.toString(),
            "-vf",
            "hwdownload,format=nv12",
            "-f",
            "framemd5",
            onGpu.toString())
        .succeeds();

    Oracle.ffmpeg(
        List.of(
            "-i", clip.toString(), "-pix_fmt", "nv12", "-f", "framemd5", inSoftware.toString()));
    assertThat(onGpu).hasSameTextualContentAs(inSoftware);
  }

  @Test
  void picturesThatNeverLeaveTheGpu_areTheSame() {
    Path clip = folder.resolve("clip.mp4");
    Oracle.ffmpeg(List.of(command("-c:v libx264 -bf 3 -crf 12", clip)));
    Path out = folder.resolve("out.mp4");

    two()
        .ffmpeg(
            "-hwaccel",
            "cuda",
            "-hwaccel_output_format",
            "cuda",
            "-i",
            clip.toString(),
            "-vf",
            "scale_cuda=640:360,scale_cuda=320:180",
            "-c:v",
            "hevc_nvenc",
            "-bf",
            "2",
            "-b:v",
            "2M",
            out.toString())
        .succeeds();

    assertThat(times(out)).hasSize(FRAMES).isSorted();
    assertThat(psnr(out)).isGreaterThan(30);
  }

  @Test
  void aDeinterlacerOnTheGpu_doesWhatItsBrotherDoes() {
    VirtualGpus gpus = two();
    Path onGpu = folder.resolve("gpu.nut");
    Path inSoftware = folder.resolve("software.nut");

    gpus.ffmpeg(
            command(
                "-vf format=nv12,hwupload_cuda,yadif_cuda,hwdownload,format=nv12 -c:v ffv1", onGpu))
        .succeeds();
    Oracle.ffmpeg(List.of(command("-vf format=yuv420p,yadif,format=nv12 -c:v ffv1", inSoftware)));

    assertThat(psnr(onGpu, "-i", inSoftware.toString())).isGreaterThan(40);
  }

  @Test
  void aLostGpu_isLostForAllAndItsSiblingIsNot() {
    String xid = "NVRM: Xid (PCI:0000:21:00): 79, pid=1, GPU has fallen off the bus.";
    VirtualGpus gpus =
        VirtualGpus.of(
            folder.resolve("gpus"), "two-l40s", "0 lost frame 20", "0 kmsg frame 20 " + xid);

    Ended first = gpus.ffmpeg(command("-c:v h264_nvenc -gpu 0", folder.resolve("0.mp4")));
    Ended again = gpus.ffmpeg(command("-c:v h264_nvenc -gpu 0", folder.resolve("0.mp4")));

    assertThat(first.code()).isNotZero();
    assertThat(again.code()).isNotZero();
    gpus.ffmpeg(command("-c:v h264_nvenc -gpu 1", folder.resolve("1.mp4"))).succeeds();
    assertThat(gpus.fleet().kernelLog()).hasSize(1).allMatch(line -> line.endsWith(";" + xid));
  }

  @Test
  void aLimitOfSessions_holdsForAllProcesses() {
    VirtualGpus gpus =
        VirtualGpus.of(
            folder.resolve("gpus"),
            "consumer",
            "system sessions 1 21",
            "0 nvEncEncodePicture hang",
            "0 nvEncEncodePicture from 2 0");
    String[] encode = command("-c:v h264_nvenc", folder.resolve("out.mp4"));

    Process holder = gpus.start(encode);
    while (gpus.fleet().received().isEmpty() || sessions(gpus) == 0) {
      Thread.onSpinWait();
    }
    Ended second = gpus.ffmpeg(encode);
    holder.destroyForcibly().onExit().join();

    assertThat(second.log()).contains("OpenEncodeSessionEx failed: incompatible client key (21)");
    gpus.ffmpeg(encode).succeeds();
    assertThat(sessions(gpus)).isZero();
  }

  private VirtualGpus two() {
    return VirtualGpus.of(folder.resolve("gpus"), "two-l40s");
  }

  private static String[] command(String options, Path out) {
    return Stream.of(
            Arrays.stream(SOURCE),
            Arrays.stream(options.split(" ", -1)),
            Stream.of("-y", out.toString()))
        .flatMap(each -> each)
        .toArray(String[]::new);
  }

  private static List<String> entries(Path file, String entries) {
    return Oracle.ffprobe(
            List.of("-show_entries", entries, "-of", "default=nk=1:nw=1", file.toString()))
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  private static List<Long> times(Path file) {
    return entries(file, "frame=pts").stream().map(Long::valueOf).toList();
  }

  private static List<Long> keys(Path file) {
    return Oracle.ffprobe(
            List.of("-show_entries", "packet=pts,flags", "-of", "csv=p=0", file.toString()))
        .lines()
        .filter(line -> line.contains("K"))
        .map(line -> Long.valueOf(line.substring(0, line.indexOf(','))))
        .toList();
  }

  private static double psnr(Path file) {
    return psnr(file, SOURCE);
  }

  private static double psnr(Path file, String... reference) {
    List<String> arguments = new ArrayList<>(List.of("-i", file.toString()));
    arguments.addAll(List.of(reference));
    arguments.addAll(
        List.of(
            "-lavfi", "[0]format=yuv420p[a];[1]format=yuv420p[b];[a][b]psnr", "-f", "null", "-"));
    Matcher average = Pattern.compile("average:([0-9.]+|inf)").matcher(Oracle.ffmpegLog(arguments));
    assertThat(average.find()).isTrue();
    return average.group(1).equals("inf") ? 100 : Double.parseDouble(average.group(1));
  }

  /** As NVML counts them. */
  private static int sessions(VirtualGpus gpus) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup nvml =
          SymbolLookup.libraryLookup(
              gpus.fleet().folder().resolve("libnvidia-ml.so.1"), Arena.global());
      MemorySegment device = arena.allocate(ADDRESS);
      MemorySegment count = arena.allocate(JAVA_INT);
      call(
          nvml,
          "nvmlDeviceGetHandleByIndex_v2",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS),
          0,
          device);
      call(
          nvml,
          "nvmlDeviceGetEncoderSessions",
          FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS),
          device.get(ADDRESS, 0),
          count,
          MemorySegment.NULL);
      return count.get(JAVA_INT, 0);
    }
  }

  private static void call(
      SymbolLookup library, String name, FunctionDescriptor type, Object... arguments) {
    try {
      Object code =
          Linker.nativeLinker()
              .downcallHandle(library.findOrThrow(name), type)
              .invokeWithArguments(arguments);
      assertThat(code).as(name).isEqualTo(0);
    } catch (Throwable e) {
      throw new IllegalStateException(name, e);
    }
  }
}
