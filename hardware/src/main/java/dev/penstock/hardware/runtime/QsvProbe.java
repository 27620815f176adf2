package dev.penstock.hardware.runtime;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.foreign.CFunction;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Asks Intel's oneVPL for its implementations: mfxdispatcher.h and mfxcommon.h of libvpl 2. */
public final class QsvProbe implements Probe<RuntimeFacts> {
  private static final String NAME = "libvpl.so.2";
  private static final String ENUMERATE = "MFXEnumImplementations";

  /** MFX_IMPLCAPS_IMPLDESCSTRUCTURE. */
  private static final int DESCRIPTION = 1;

  private static final int MOST = 16;

  /** Of mfxImplDescription: the minor version, then the major one; then a name of 32 bytes. */
  private static final long API = 12;

  private static final long IMPLEMENTATION = 16;
  private static final long READ = 48;

  @Override
  public RuntimeFacts ask(String argument) {
    Reading<SharedLibrary> library = SharedLibrary.open(NAME);
    List<String> found =
        library instanceof Reading.Present<SharedLibrary>(SharedLibrary vpl, String _)
            ? implementations(vpl)
            : List.of();
    Reading<String> version =
        found.isEmpty()
            ? Reading.absent(
                library.toOptional().isPresent() ? Why.UNSUPPORTED : Why.NOT_ASKED,
                ENUMERATE,
                "there is no implementation")
            : Reading.of(found.getFirst(), ENUMERATE);
    return new RuntimeFacts(library.map(SharedLibrary::name), version, found);
  }

  private static List<String> implementations(SharedLibrary vpl) {
    Optional<MemorySegment> loader =
        vpl.pointer("MFXLoad").filter(found -> !found.equals(MemorySegment.NULL));
    List<String> names = new ArrayList<>();
    if (loader.isPresent()) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment out = SharedLibrary.pointerOut(arena);
        for (int i = 0; i < MOST; i++) {
          if (vpl.call(ENUMERATE, loader.get(), i, DESCRIPTION, out).orElse(-1) != 0) {
            break;
          }
          MemorySegment description = out.get(ADDRESS, 0);
          names.add(name(description.reinterpret(READ)));
          vpl.call("MFXDispReleaseImplDescription", loader.get(), description);
        }
      }
      vpl.find("MFXUnload").ifPresent(function -> CFunction.nothing(function, loader.get()));
    }
    return names;
  }

  private static String name(MemorySegment description) {
    return description.getString(IMPLEMENTATION)
        + " "
        + description.get(JAVA_SHORT, API + 2)
        + "."
        + description.get(JAVA_SHORT, API);
  }
}
