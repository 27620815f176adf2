package dev.penstock.hardware.nvidia;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.hardware.nvidia.CudaFacts.CudaDevice;
import dev.penstock.hardware.nvidia.NvencFacts.NvencDevice;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks NVENC what each device encodes to: opens a session without starting to encode, which takes
 * one of those that the driver allows at a time.
 */
public final class NvencProbe implements Probe<NvencFacts> {
  private static final String NAME = "libnvidia-encode.so.1";

  @Override
  public NvencFacts ask(String argument) {
    CudaDriver cuda = CudaDriver.open();
    Reading<SharedLibrary> library = SharedLibrary.open(NAME);
    Reading<Integer> newest =
        library instanceof Reading.Present<SharedLibrary>(SharedLibrary nvenc, String _)
            ? newest(nvenc)
            : CudaDriver.notAsked("NvEncodeAPIGetMaxSupportedVersion");
    return new NvencFacts(
        cuda.state(),
        library.map(SharedLibrary::name),
        newest.map(word -> (word >> 4) + "." + (word & 0xf)),
        devices(cuda, library, newest));
  }

  /** The major version above the lowest four bits, the minor one in them. */
  private static Reading<Integer> newest(SharedLibrary nvenc) {
    String function = "NvEncodeAPIGetMaxSupportedVersion";
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_INT);
      return NvencSession.checked(SharedLibrary.reading(nvenc.call(function, out), function))
          .map(_ -> out.get(JAVA_INT, 0));
    }
  }

  private static List<NvencDevice> devices(
      CudaDriver cuda, Reading<SharedLibrary> library, Reading<Integer> newest) {
    List<NvencDevice> devices = new ArrayList<>();
    if (library instanceof Reading.Present<SharedLibrary>(SharedLibrary nvenc, String _)
        && newest instanceof Reading.Present<Integer>(Integer word, String _)) {
      try (Arena arena = Arena.ofConfined()) {
        Reading<NvencSession.Api> api = NvencSession.Api.of(nvenc, word, arena);
        cuda.devices().forEach(device -> devices.add(device(cuda, device, api)));
      }
    }
    return devices;
  }

  private static NvencDevice device(
      CudaDriver cuda, CudaDevice device, Reading<NvencSession.Api> api) {
    return switch (api) {
      case Reading.Present<NvencSession.Api>(NvencSession.Api functions, String _) ->
          switch (cuda.inContext(
              device.index(), context -> Reading.of(asked(functions, device, context), NAME))) {
            case Reading.Present<NvencDevice>(NvencDevice asked, String _) -> asked;
            case Reading.Absent<NvencDevice>(Why why, String from, String text) ->
                unasked(device, why, from, text);
          };
      case Reading.Absent<NvencSession.Api>(Why why, String from, String text) ->
          unasked(device, why, from, text);
    };
  }

  private static NvencDevice asked(NvencSession.Api api, CudaDevice device, MemorySegment context) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = SharedLibrary.pointerOut(arena);
      int status = api.open(context, out, arena);
      if (status == NvencSession.SUCCESS) {
        NvencSession session = new NvencSession(api, out.get(ADDRESS, 0));
        try {
          return new NvencDevice(
              device, Reading.of(status, NvencSession.OPEN), session.codecs(arena));
        } finally {
          session.destroy();
        }
      }
      // nvEncDestroyEncoder is left out, as FFmpeg does: this process ends soon.
      Why why = status == 1 || status == 2 ? Why.UNSUPPORTED : Why.FAILED;
      return new NvencDevice(
          device,
          Reading.of(status, NvencSession.OPEN),
          Reading.absent(why, NvencSession.OPEN, NvencFacts.error(status)));
    }
  }

  private static NvencDevice unasked(CudaDevice device, Why why, String from, String text) {
    return new NvencDevice(
        device, Reading.absent(why, from, text), Reading.absent(why, from, text));
  }
}
