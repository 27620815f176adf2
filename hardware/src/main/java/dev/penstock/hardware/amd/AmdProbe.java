package dev.penstock.hardware.amd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.amd.AmdFacts.AmdCodec;
import dev.penstock.hardware.amd.AmdFacts.AmdNode;
import dev.penstock.hardware.foreign.DeviceFile;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Asks amdgpu which video blocks its GPUs have: amdgpu.h of libdrm 2.4.107 and AMDGPU_INFO_HW_IP
 * and AMDGPU_INFO_VIDEO_CAPS of amdgpu_drm.h. The argument is the folder of render nodes; empty for
 * the usual one.
 */
public final class AmdProbe implements Probe<AmdFacts> {
  private static final String NAME = "libdrm_amdgpu.so.1";

  /** AMDGPU_HW_IP_VCE, AMDGPU_HW_IP_UVD_ENC, AMDGPU_HW_IP_VCN_ENC. */
  private static final List<Integer> ENCODERS = List.of(4, 5, 7);

  /** AMDGPU_INFO_VIDEO_CAPS_CODEC_IDX_*, those that are encoded to. */
  private static final Map<Integer, String> CODECS =
      Map.of(3, "h264", 4, "hevc", 5, "mjpeg", 6, "vp9", 7, "av1");

  private static final int ENCODE = 1;

  @Override
  public AmdFacts ask(String argument) throws IOException {
    Path folder = Path.of(argument.isEmpty() ? "/dev/dri" : argument);
    Reading<SharedLibrary> library = SharedLibrary.open(NAME);
    List<AmdNode> nodes = new ArrayList<>();
    for (Path path : nodes(folder)) {
      if (driver(path).equals("amdgpu") || !argument.isEmpty()) {
        nodes.add(node(path, library));
      }
    }
    return new AmdFacts(library.map(SharedLibrary::name), nodes);
  }

  private static List<Path> nodes(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(path -> name(path).startsWith("renderD")).sorted().toList();
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static Path device(Path node) {
    return Path.of("/sys/class/drm", name(node), "device");
  }

  private static String driver(Path node) {
    return linkName(device(node).resolve("driver")).toOptional().orElse("");
  }

  private static Reading<String> linkName(Path link) {
    try {
      return Reading.of(name(link.toRealPath()), link.toString());
    } catch (IOException _) {
      return Reading.absent(Why.MISSING, link.toString(), "is not there");
    }
  }

  private static AmdNode node(Path path, Reading<SharedLibrary> library) {
    Reading<String> pci = linkName(device(path));
    if (!(library instanceof Reading.Present<SharedLibrary>(SharedLibrary drm, String _))) {
      return refused(path, pci, Why.NOT_ASKED, NAME, "it is missing");
    }
    return switch (DeviceFile.open(path.toString())) {
      case Reading.Present<DeviceFile>(DeviceFile file, String _) -> {
        try (file;
            Arena arena = Arena.ofConfined()) {
          yield asked(path, pci, drm, file, arena);
        }
      }
      case Reading.Absent<DeviceFile>(Why why, String from, String text) ->
          refused(path, pci, why, from, text);
    };
  }

  private static AmdNode refused(
      Path path, Reading<String> pci, Why why, String from, String text) {
    return new AmdNode(
        path.toString(), pci, Reading.absent(why, from, text), Reading.absent(why, from, text));
  }

  private static AmdNode asked(
      Path path, Reading<String> pci, SharedLibrary drm, DeviceFile file, Arena arena) {
    String function = "amdgpu_device_initialize";
    MemorySegment out = SharedLibrary.pointerOut(arena);
    MemorySegment version = arena.allocate(JAVA_INT, 2);
    int code = drm.call(function, file.descriptor(), version, version.asSlice(4), out).orElse(-1);
    if (code != 0) {
      return refused(path, pci, Why.FAILED, function, "error " + code);
    }
    MemorySegment device = out.get(ADDRESS, 0);
    AmdNode node =
        new AmdNode(path.toString(), pci, rings(drm, device, arena), encode(drm, device, arena));
    drm.call("amdgpu_device_deinitialize", device);
    return node;
  }

  private static Reading<Integer> rings(SharedLibrary drm, MemorySegment device, Arena arena) {
    String function = "amdgpu_query_hw_ip_info";
    MemorySegment info = arena.allocate(AmdLayout.HW_IP_SIZE, 8);
    int rings = 0;
    boolean answered = false;
    for (int block : ENCODERS) {
      info.fill((byte) 0);
      if (drm.call(function, device, block, 0, info).orElse(-1) == 0) {
        answered = true;
        rings += Integer.bitCount(info.get(JAVA_INT, AmdLayout.HW_IP_RINGS));
      }
    }
    return answered
        ? Reading.of(rings, function)
        : Reading.absent(Why.FAILED, function, "it answers for no block");
  }

  private static Reading<List<AmdCodec>> encode(
      SharedLibrary drm, MemorySegment device, Arena arena) {
    String function = "amdgpu_query_video_caps_info";
    int bytes = (int) AmdLayout.CODEC_SIZE * AmdLayout.CODECS;
    MemorySegment caps = arena.allocate(bytes, 8);
    int code = drm.call(function, device, ENCODE, bytes, caps).orElse(-1);
    if (code != 0) {
      return Reading.absent(
          Why.UNSUPPORTED, function, "kernels before 5.12 do not tell (" + code + ")");
    }
    List<AmdCodec> codecs = new ArrayList<>();
    for (int i = 0; i < AmdLayout.CODECS; i++) {
      MemorySegment codec = caps.asSlice(AmdLayout.CODEC_SIZE * i, AmdLayout.CODEC_SIZE);
      if (codec.get(JAVA_INT, AmdLayout.CODEC_VALID) != 0 && CODECS.containsKey(i)) {
        codecs.add(
            new AmdCodec(
                String.valueOf(CODECS.get(i)),
                codec.get(JAVA_INT, AmdLayout.CODEC_WIDTH),
                codec.get(JAVA_INT, AmdLayout.CODEC_HEIGHT)));
      }
    }
    return Reading.of(List.copyOf(codecs), function);
  }
}
