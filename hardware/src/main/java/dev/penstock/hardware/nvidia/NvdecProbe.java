package dev.penstock.hardware.nvidia;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.foreign.CFunction;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.hardware.nvidia.NvdecFacts.NvdecDevice;
import dev.penstock.hardware.nvidia.NvdecFacts.NvdecFormat;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks NVDEC, for each codec, chroma format and depth, whether each device decodes it. */
public final class NvdecProbe implements Probe<NvdecFacts> {
  private static final String NAME = "libnvcuvid.so.1";
  private static final String FUNCTION = "cuvidGetDecoderCaps";

  /** cudaVideoCodec, by number. */
  private static final List<String> CODECS =
      List.of(
          "mpeg1video",
          "mpeg2video",
          "mpeg4",
          "vc1",
          "h264",
          "mjpeg",
          "h264_svc",
          "h264_mvc",
          "hevc",
          "vp8",
          "vp9",
          "av1");

  /** cudaVideoChromaFormat, by number. */
  private static final List<String> CHROMA = List.of("4:0:0", "4:2:0", "4:2:2", "4:4:4");

  private static final List<Integer> DEPTHS = List.of(8, 10, 12);

  @Override
  public NvdecFacts ask(String argument) {
    CudaDriver cuda = CudaDriver.open();
    Reading<SharedLibrary> library = SharedLibrary.open(NAME);
    List<NvdecDevice> devices =
        library instanceof Reading.Present<SharedLibrary>(SharedLibrary nvdec, String _)
            ? cuda.devices().stream()
                .map(device ->
                    new NvdecDevice(device, cuda.inContext(device.index(), _ -> formats(nvdec))))
                .toList()
            : List.of();
    return new NvdecFacts(cuda.state(), library.map(SharedLibrary::name), devices);
  }

  private static Reading<List<NvdecFormat>> formats(SharedLibrary nvdec) {
    Optional<MemorySegment> function = nvdec.find(FUNCTION);
    if (function.isEmpty()) {
      return Reading.absent(Why.MISSING, FUNCTION, "the library has no such function");
    }
    List<NvdecFormat> formats = new ArrayList<>();
    int errors = 0;
    int lastError = 0;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment caps = arena.allocate(VideoStructs.DECODE_CAPS);
      for (int codec = 0; codec < CODECS.size(); codec++) {
        for (int chroma = 0; chroma < CHROMA.size(); chroma++) {
          for (int bits : DEPTHS) {
            int code = asked(function.get(), caps, codec, chroma, bits);
            if (code != 0) {
              errors++;
              lastError = code;
            } else if (caps.get(JAVA_BYTE, at("bIsSupported")) != 0) {
              formats.add(format(caps, codec, chroma, bits));
            }
          }
        }
      }
    }
    // Some drivers refuse what they do not know, instead of saying that it is not supported.
    boolean none = errors == CODECS.size() * CHROMA.size() * DEPTHS.size();
    return none
        ? Reading.absent(Why.FAILED, FUNCTION, CudaFacts.error(lastError))
        : Reading.of(List.copyOf(formats), FUNCTION);
  }

  private static int asked(
      MemorySegment function, MemorySegment caps, int codec, int chroma, int bits) {
    caps.fill((byte) 0);
    caps.set(JAVA_INT, at("eCodecType"), codec);
    caps.set(JAVA_INT, at("eChromaFormat"), chroma);
    caps.set(JAVA_INT, at("nBitDepthMinus8"), bits - 8);
    return CFunction.number(function, caps);
  }

  private static NvdecFormat format(MemorySegment caps, int codec, int chroma, int bits) {
    return new NvdecFormat(
        CODECS.get(codec),
        CHROMA.get(chroma),
        bits,
        Byte.toUnsignedInt(caps.get(JAVA_BYTE, at("nNumNVDECs"))),
        Short.toUnsignedInt(caps.get(JAVA_SHORT, at("nMinWidth"))),
        Short.toUnsignedInt(caps.get(JAVA_SHORT, at("nMinHeight"))),
        caps.get(JAVA_INT, at("nMaxWidth")),
        caps.get(JAVA_INT, at("nMaxHeight")),
        caps.get(JAVA_INT, at("nMaxMBCount")));
  }

  private static long at(String field) {
    return Structs.offset(VideoStructs.DECODE_CAPS, field);
  }
}
