package dev.penstock.hardware.nvidia;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.lab.Lab;
import java.io.IOException;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The layouts of NVENC and NVDEC are those that a C compiler makes of the header. */
class VideoStructsTest {
  @TempDir Path folder;

  @Test
  void sizesAndOffsets_areThoseOfC() throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    StringBuilder source = new StringBuilder("#include <stddef.h>\n#include \"video.h\"\n");
    for (StructLayout layout : VideoStructs.all()) {
      StructsTest.assertions(layout, source);
    }
    int version = NvencSession.Api.struct(12 | 2 << 24, 1);
    StructsTest.claim(source, "NVENC_VERSION_WORD(12 | 2 << 24, 1) == " + version + "u", "version");
    Files.writeString(folder.resolve("video.h"), Lab.text("video.h"));
    Path file = Files.writeString(folder.resolve("structs.c"), source);
    assertThatCode(() -> Lab.compile(List.of("-std=c11", "-fsyntax-only", file.toString())))
        .doesNotThrowAnyException();
  }
}
