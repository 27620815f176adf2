package dev.penstock.hardware.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalInt;

/** Asks AMD's AMF for its version: Factory.h of AMF 1.4. */
public final class AmfProbe implements Probe<RuntimeFacts> {
  private static final String NAME = "libamfrt64.so.1";
  private static final String FUNCTION = "AMFQueryVersion";

  @Override
  public RuntimeFacts ask(String argument) {
    Reading<SharedLibrary> library = SharedLibrary.open(NAME);
    Reading<String> version =
        library instanceof Reading.Present<SharedLibrary>(SharedLibrary amf, String _)
            ? version(amf)
            : Reading.absent(Why.NOT_ASKED, FUNCTION, "there is no " + NAME);
    return new RuntimeFacts(library.map(SharedLibrary::name), version, List.of());
  }

  private static Reading<String> version(SharedLibrary amf) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(JAVA_LONG);
      OptionalInt result = amf.call(FUNCTION, out);
      if (result.orElse(-1) != 0) {
        return Reading.absent(Why.FAILED, FUNCTION, "AMF_RESULT " + result.orElse(-1));
      }
      long word = out.get(JAVA_LONG, 0);
      return Reading.of(
          (word >>> 48) + "." + (word >>> 32 & 0xffff) + "." + (word >>> 16 & 0xffff), FUNCTION);
    }
  }
}
