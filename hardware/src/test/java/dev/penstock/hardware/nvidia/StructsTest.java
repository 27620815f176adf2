package dev.penstock.hardware.nvidia;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.lab.Lab;
import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.PaddingLayout;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layouts are those that a C compiler makes of the header. */
class StructsTest {
  @TempDir Path folder;

  @Test
  void sizesAndOffsets_areThoseOfC() throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    StringBuilder source = new StringBuilder("#include <stddef.h>\n#include \"nvml.h\"\n");
    Structs.all().forEach(layout -> assertions(layout, source));
    version(source, "nvmlMemory_v2_t", 2, Structs.version(Structs.MEMORY, 2));
    version(source, "nvmlTemperature_t", 1, Structs.version(Structs.TEMPERATURE, 1));
    version(source, "nvmlMarginTemperature_t", 1, Structs.version(Structs.MARGIN, 1));
    version(source, "nvmlEccSramErrorStatus_t", 1, Structs.version(Structs.SRAM_ECC, 1));
    Files.writeString(folder.resolve("nvml.h"), Lab.text("nvml.h"));
    Path file = Files.writeString(folder.resolve("structs.c"), source);
    assertThatCode(() -> Lab.compile(List.of("-std=c11", "-fsyntax-only", file.toString())))
        .doesNotThrowAnyException();
  }

  static void assertions(StructLayout layout, StringBuilder source) {
    String name = layout.name().orElseThrow();
    claim(source, "sizeof(" + name + ") == " + layout.byteSize(), name + " has another size");
    for (MemoryLayout member : layout.memberLayouts()) {
      if (!(member instanceof PaddingLayout)) {
        String field = member.name().orElseThrow();
        long offset = Structs.offset(layout, field);
        claim(
            source,
            "offsetof(" + name + ", " + field + ") == " + offset,
            name + "." + field + " is elsewhere");
        claim(
            source,
            "sizeof(((" + name + " *)0)->" + field + ") == " + member.byteSize(),
            name + "." + field + " has another size");
      }
    }
  }

  private static void version(StringBuilder source, String type, int number, int word) {
    claim(source, "NVML_STRUCT_VERSION(" + type + ", " + number + ") == " + word, type);
  }

  static void claim(StringBuilder source, String what, String otherwise) {
    source.append("_Static_assert(").append(what).append(", \"").append(otherwise).append("\");\n");
  }
}
